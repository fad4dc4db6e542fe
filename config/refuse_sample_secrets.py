"""Ends the start of docker compose in production mode when a secret is the sample's."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

SAMPLES = {
    "AIRFLOW__CORE__FERNET_KEY": "FERNET_KEY",
    "AIRFLOW__API__SECRET_KEY": "API_SECRET_KEY",
    "AIRFLOW__API_AUTH__JWT_SECRET": "JWT_SECRET",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "POSTGRES_PASSWORD",
    "AIRFLOW__CELERY__BROKER_URL": "REDIS_PASSWORD",
}
"""Setting -> the variable in .env that it comes from."""
TRUE = ("t", "true", "1")
"""As Airflow reads a setting."""


def complaints(environment: Mapping[str, str]) -> list[str]:
    """Returns what must be changed before this may run in production mode; nothing in another mode."""
    if environment.get("AIRFLOWNET_MODE") != "production":
        return []
    found = []
    for setting, variable in SAMPLES.items():
        value = environment.get(setting, "")
        if not value or "please-change-me" in value or ":airflow@" in value or ":@" in value:
            found.append(f"{variable} is the sample's")
    if environment.get("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS", "").strip().lower() in TRUE:
        found.append("AIRFLOW_ALL_ADMINS is on: everybody who reaches the web interface may do everything")
    return found


if __name__ == "__main__":
    if listed := complaints(os.environ):
        sys.stderr.write("Error: AIRFLOWNET_MODE=production, but " + "; ".join(listed) + "\n")
        sys.stderr.write("  Remedy: `make env-file` writes .env with secrets of your own\n")
        sys.exit(2)
