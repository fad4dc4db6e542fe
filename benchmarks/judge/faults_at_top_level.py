"""Code outside tasks that needs what only the machine has: planted at the end of a file, one at a time."""

from __future__ import annotations

from airflownet.dataset.faults.sites import Sites


def variable(sites: Sites) -> str | None:
    """A variable is read without a default."""
    return _appended(sites, "from airflow.models import Variable as V", 'V.get("variable_of_nobody")')


def connection(sites: Sites) -> str | None:
    """A connection is read."""
    return _appended(
        sites, "from airflow.hooks.base import BaseHook as H", 'H.get_connection("connection_of_nobody")'
    )


def environment(sites: Sites) -> str | None:
    """An environment variable is read without a default."""
    return _appended(sites, "import os as system", 'system.environ["VARIABLE_OF_NOBODY"]')


def network(sites: Sites) -> str | None:
    """A server is asked."""
    return _appended(sites, "import requests", 'requests.get("http://example.com", timeout=5)')


def _appended(sites: Sites, *lines: str) -> str:
    return "\n".join([sites.code, *lines, ""])
