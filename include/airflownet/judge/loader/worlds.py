"""The world of an Airflow line, made once."""

from __future__ import annotations

from functools import cache

from airflownet.judge.interpreter.world import World


@cache
def world_of(airflow: str) -> World:
    """Returns the world of an Airflow line or version.

    Raises:
        InputError: there is no catalogue for it.
    """
    from airflownet.judge.catalogue import load_catalogue
    from airflownet.judge.loader.catalogue_world import CatalogueWorld

    return CatalogueWorld(load_catalogue(airflow))
