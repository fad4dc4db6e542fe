"""Airflow's environment (this interpreter) and the training environment."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Iterator

from airflownet.errors import SetupError
from airflownet.toolchain.doctor.finding import Finding, State
from airflownet.toolchain.training_environment import (
    PYTHON_VARIABLE,
    find_training_python,
    installed_versions,
)

FAMILY = "Environments"
ENTRY_POINT_GROUP = "apache_airflow_provider"


def find_environments() -> Iterator[Finding]:
    """Yields Airflow, the provider's entry point and the training environment with its key versions."""
    yield _airflow()
    yield _provider()
    yield _training()


def _airflow() -> Finding:
    try:
        version = importlib.metadata.version("apache-airflow")
    except importlib.metadata.PackageNotFoundError:
        remedy = "run `make setup`, or `pip install 'airflownet[airflow]'`"
        return Finding(FAMILY, "Airflow", State.MISSING, f"not installed in {sys.prefix}", remedy)
    if version.startswith("3.3."):
        return Finding(FAMILY, "Airflow", State.PRESENT, f"{version} in {sys.prefix}")
    return Finding(FAMILY, "Airflow", State.MISSING, f"{version}; 3.3 is supported", "run `make clean setup`")


def _provider() -> Finding:
    for entry in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP, name="provider_info"):
        if entry.dist is not None and entry.dist.name == "airflownet":
            return Finding(
                FAMILY, "provider entry point", State.PRESENT, f"{entry.value} ({entry.dist.version})"
            )
    return Finding(
        FAMILY,
        "provider entry point",
        State.MISSING,
        "airflownet is not installed: Airflow does not know its connection types and decorators",
        "run `make setup` (or `pip install --no-deps --editable .`)",
    )


def _training() -> Finding:
    try:
        python = find_training_python()
    except SetupError as error:
        return Finding(FAMILY, "training", State.MISSING, error.message, error.remedy)
    if os.environ.get(PYTHON_VARIABLE):
        return Finding(FAMILY, "training", State.PRESENT, f"{python} (from {PYTHON_VARIABLE})")
    versions = installed_versions()
    shown = ", ".join(
        f"{name} {versions[name]}" for name in ("torch", "transformers", "trl", "peft", "bitsandbytes")
    )
    return Finding(FAMILY, "training", State.PRESENT, f"{shown} in {python.parent.parent}")
