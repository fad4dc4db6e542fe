"""Airflow's settings in a clone, read from ``config/airflow.env``: the file that ``make`` reads too.

The result is meant for a subprocess: ``subprocess.run([...], env={**os.environ, **airflow_settings()})``.
Standard library alone.
"""

from __future__ import annotations

import os
import string
from pathlib import Path

CLONE = Path(__file__).parents[3]
USERS_OWN = "AIRFLOWNET_"


def airflow_settings(clone: Path = CLONE) -> dict[str, str]:
    """Returns name to value; a name that begins with AIRFLOWNET_ keeps the value the user has set."""
    settings: dict[str, str] = {}
    for line in (clone / "config" / "airflow.env").read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            own = os.environ.get(name) if name.startswith(USERS_OWN) else None
            known = {"AIRFLOWNET_HOME": str(clone), **settings}
            settings[name] = own or string.Template(value).substitute(known)
    return settings
