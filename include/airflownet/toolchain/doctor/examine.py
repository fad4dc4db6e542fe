"""All findings, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from airflownet.toolchain.doctor.airflow_database import find_airflow_database
from airflownet.toolchain.doctor.environments import find_environments
from airflownet.toolchain.doctor.finding import Finding, State
from airflownet.toolchain.doctor.keys import find_keys
from airflownet.toolchain.doctor.llama import find_llama
from airflownet.toolchain.doctor.programs import find_programs
from airflownet.toolchain.doctor.resources import find_resources

Family = Callable[[], Iterable[Finding]]
QUICK: tuple[Family, ...] = (find_programs, find_environments, find_llama, find_resources, find_keys)


def examine(*, quick: bool = False) -> list[Finding]:
    """Returns every finding; ``quick`` leaves out what asks Airflow's database (about 10 s)."""
    families = QUICK if quick else (*QUICK, find_airflow_database)
    return [finding for family in families for finding in family()]


def is_ready(findings: Iterable[Finding]) -> bool:
    """Tells whether everything the demo needs is present."""
    return all(finding.state is not State.MISSING for finding in findings)
