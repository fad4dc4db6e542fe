"""Which top-level modules a distribution brings: ``pyyaml`` gives ``yaml``, ``beautifulsoup4`` gives ``bs4``.

From two tables beside this file: ``measured.tsv``, read from the metadata of installed distributions by
``python -m airflownet.judge.project.import_names_table``, with what each one requires; and ``known.tsv``,
written by hand for names that differ. A distribution in neither brings what its own name says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from airflownet.judge.project.declared import MOST_PACKAGES, normal_name

DATA: Final = Path(__file__).with_name("data")
MEASURED: Final = "measured.tsv"
KNOWN: Final = "known.tsv"
_AFFIXES: Final = ("python-", "py-", "-python", "-py", "-sdk", "-client", "-binary", "-lib", "-cpu", "-gpu")
GENERIC: Final = frozenset(
    {"benchmark", "common", "config", "docs", "examples", "scripts", "src", "test", "tests", "tools", "utils"}
)
"""Folders that some distributions install by mistake; in a project they are its own."""
_FAMILIES: Final = {
    "google-cloud-": ("google-api-core", "googleapis-common-protos", "grpcio", "proto-plus", "protobuf"),
    "azure-": ("azure-core",),
    "dbt-": ("dbt-core",),
}
"""What the distributions of a family require that the tables do not have."""
_PREFIX: Final = "apache-airflow-providers-"


@cache
def _rows() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Distribution -> its modules, and the distributions it requires."""
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for table in (KNOWN, MEASURED):
        for line in (DATA / table).read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                name, modules, requires = (*line.split("\t"), "", "")[:3]
                own = (module for module in modules.split() if module not in GENERIC or module == name)
                found[name] = (tuple(own), tuple(requires.split()))
    return found


def modules_of(distribution: str) -> tuple[str, ...]:
    """Returns the modules that a distribution brings, dotted where it shares a namespace package."""
    name = normal_name(distribution)
    if name in _rows() and _rows()[name][0]:
        return _rows()[name][0]
    if name.startswith(_PREFIX):
        return ("airflow.providers." + name.removeprefix(_PREFIX).replace("-", "."),)
    return tuple(dict.fromkeys(_guesses(name)))


def _guesses(name: str) -> Iterable[str]:
    yield name.replace("-", "_")
    if name.startswith(("google-cloud-", "azure-", "airflow-providers-", "opentelemetry-")):
        yield name.replace("-", ".")
    for affix in _AFFIXES:
        if affix.endswith("-") and name.startswith(affix):
            yield name.removeprefix(affix).replace("-", "_")
        elif affix.startswith("-") and name.endswith(affix):
            yield name.removesuffix(affix).replace("-", "_")


_CORE: Final = ("apache-airflow", "apache-airflow-core", "apache-airflow-task-sdk")


@cache
def modules_of_airflow() -> frozenset[str]:
    """Returns the top-level modules of what Airflow itself, without any provider, brings along."""
    seen = dict.fromkeys(_CORE)
    pending = list(_CORE)
    for name in pending:  # grows while it is walked
        for required in _required(name):
            if required not in seen and not required.startswith(_PREFIX):
                seen[required] = None
                pending.append(required)
    return frozenset(module.partition(".")[0] for name in seen for module in modules_of(name))


def _required(name: str) -> tuple[str, ...]:
    if name in _rows():
        return _rows()[name][1]
    family = next((family for family in _FAMILIES if name.startswith(family)), "")
    return _FAMILIES.get(family, ())


def modules_of_all(packages: Mapping[str, str]) -> dict[str, str]:
    """Returns module -> why it is there, for distributions and what they are known to require.

    Args:
        packages: normalised name -> the place that declares it.
    """
    found: dict[str, str] = {}
    pending = [(name, f"{name}, {place}") for name, place in packages.items()]
    seen = set(packages)
    for name, why in pending:  # grows while it is walked
        for module in modules_of(name):
            found.setdefault(module, why)
        for required in _required(name):
            if required not in seen and len(seen) < MOST_PACKAGES:
                seen.add(required)
                pending.append((required, f"{required}, required by {why}"[:200]))
    return found
