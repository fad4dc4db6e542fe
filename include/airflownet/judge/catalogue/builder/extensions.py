"""Packages beside Airflow's own that build on it: cosmos, dag-factory, gusty, a company's operators.

Whose metadata require Airflow is read as a provider is: modules, names, classes, signatures. Left out, and
only listed, are packages whose modules may lie elsewhere (compiled or shared ones, those that plant modules).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from packaging.utils import canonicalize_name

from airflownet.judge.catalogue.builder.site_packages import Distribution

_AIRFLOW: Final = frozenset({"apache-airflow", "apache-airflow-core", "apache-airflow-task-sdk"})
_MOST_FILES: Final = 2_000
_NAME = re.compile(r"\s*([A-Za-z0-9._-]+)")
_COMPILED: Final = (".so", ".pyd")
_NOT_READ: Final = frozenset({"airflow", "test", "tests", "docs", "examples", "example_dags"})


def extensions_of(found: Collection[Distribution], closed: Collection[str]) -> dict[str, Distribution]:
    """Returns top-level package -> the distribution that builds on Airflow and alone brings it, sorted.

    Args:
        found: what is installed.
        closed: packages that hold what lies in their folder alone.
    """
    plain = frozenset(closed)
    owners: dict[str, list[Distribution]] = {}
    for one in found:
        if not builds_on_airflow(one):
            continue
        files = [file for file in one.files() if "/" in file and not file.startswith("..")]
        if len(files) > _MOST_FILES or any(file.endswith(_COMPILED) for file in files):
            continue
        for top in {file.partition("/")[0] for file in files if file.endswith(".py")}:
            owners.setdefault(top, []).append(one)
    return {
        top: owners[top][0]
        for top in sorted(owners)
        if len(owners[top]) == 1 and top in plain and top not in _NOT_READ
    }


def builds_on_airflow(one: Distribution) -> bool:
    """Whether it requires Airflow, in any case and not for an extra alone."""
    names = [match[1] for line in one.requires if "extra" not in line and (match := _NAME.match(line))]
    is_own = one.name.startswith("apache-airflow")
    return not is_own and any(canonicalize_name(name) in _AIRFLOW for name in names)
