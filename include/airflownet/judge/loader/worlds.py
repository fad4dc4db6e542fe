"""The world of an Airflow line, made once."""

from __future__ import annotations

from functools import cache

from airflownet.judge.catalogue import load_catalogue
from airflownet.judge.catalogue.environment_file import environment_catalogue
from airflownet.judge.loader.catalogue_world import CatalogueWorld


@cache
def world_of(airflow: str) -> CatalogueWorld:
    """Returns the world of an Airflow line or version.

    Raises:
        InputError: there is no catalogue for it.
    """
    return CatalogueWorld(load_catalogue(airflow))


@cache
def world_of_environment(catalogue_file: str) -> CatalogueWorld:
    """Returns the world of one environment, by the file of its catalogue.

    Raises:
        InputError: the file is no catalogue, or is damaged.
    """
    return CatalogueWorld(environment_catalogue(catalogue_file))


def world_for(airflow: str, catalogue_file: str = "") -> CatalogueWorld:
    """Returns the environment's world where there is one, else that of the Airflow line or version."""
    return world_of_environment(catalogue_file) if catalogue_file else world_of(airflow)
