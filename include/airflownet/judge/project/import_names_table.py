"""Makes ``data/measured.tsv`` from environments: distribution, its modules, what it requires.

    python -m airflownet.judge.project.import_names_table SITE_PACKAGES... > measured.tsv

Reads the metadata of what is installed there (``RECORD``, ``Requires-Dist``) as text; imports nothing. Rows
of the table that exists are kept where no environment given has the distribution. Sorted by name, so that the
same environments give the same bytes.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement

from airflownet.judge.project.declared import normal_name
from airflownet.judge.project.import_names import DATA, MEASURED

_NAMESPACES: Final = frozenset(
    {"google", "google.cloud", "azure", "azure.mgmt", "azure.storage", "airflow", "airflow.providers", "zope",
     "opentelemetry", "jaraco", "ruamel", "backports", "sphinxcontrib", "google.ads", "dbt", "dbt.adapters"}
)  # fmt: skip
"""Packages that many distributions share."""
_MODULE = re.compile(r"[A-Za-z_]\w*")
_SUFFIXES: Final = (".py", ".so", ".pyd")


def modules_in(distribution: Distribution) -> list[str]:
    """Returns the modules a distribution installs: top-level ones, or below a namespace package."""
    found: set[str] = set()
    for file in distribution.files or ():
        parts = list(file.parts)
        if (
            not parts
            or parts[0].endswith((".dist-info", ".egg-info", ".data"))
            or parts[0] in ("..", "__pycache__")
        ):
            continue
        if not parts[-1].endswith(_SUFFIXES):
            continue
        parts[-1] = parts[-1].partition(".")[0]
        if parts[-1] == "__init__":
            parts.pop()
        depth = 1
        while depth < len(parts) and ".".join(parts[:depth]) in _NAMESPACES:
            depth += 1
        name = ".".join(parts[:depth])
        if parts and all(_MODULE.fullmatch(part) for part in parts[:depth]) and name not in _NAMESPACES:
            found.add(name)
    return sorted(name for name in found if not name.startswith("_") or len(found) == 1)


def requires_of(distribution: Distribution) -> list[str]:
    """Returns the distributions that it always requires, sorted; those of extras are left out."""
    found = set()
    for line in distribution.requires or ():
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        if "extra" not in str(requirement.marker or ""):
            found.add(normal_name(requirement.name))
    return sorted(found)


def main(folders: list[str]) -> int:
    """Prints the table."""
    rows = {}
    table = DATA / MEASURED
    for line in table.read_text("utf-8").splitlines() if table.exists() else ():
        if line and not line.startswith("#"):
            rows[line.partition("\t")[0]] = line
    for distribution in distributions(path=[str(Path(folder)) for folder in folders]):
        name = distribution.metadata["Name"]
        modules = modules_in(distribution)
        if name and modules:
            rows[normal_name(name)] = "\t".join(
                [normal_name(name), " ".join(modules), " ".join(requires_of(distribution))]
            )
    sys.stdout.write("# distribution, its modules, what it requires: made by import_names_table\n")
    sys.stdout.writelines(f"{rows[name]}\n" for name in sorted(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
