"""The world of an Airflow line, made once."""

from __future__ import annotations

from functools import cache

from airflownet.judge.catalogue import load_catalogue
from airflownet.judge.loader.catalogue_world import CatalogueWorld


@cache
def world_of(airflow: str) -> CatalogueWorld:
    """Returns the world of an Airflow line or version.

    Raises:
        InputError: there is no catalogue for it.
    """
    return CatalogueWorld(load_catalogue(airflow))
