"""Close matches for paths that do not exist: "did you mean"."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflownet.judge.catalogue.catalogue import Catalogue

PREFERRED = ("airflow.sdk", "airflow.providers.", "airflow.decorators", "airflow.models", "airflow.operators")
CUTOFF = 0.75


def suggest(catalogue: Catalogue, names: Mapping[str, list[str]], path: str, limit: int) -> tuple[str, ...]:
    """Returns up to ``limit`` existing dotted paths that someone who wrote ``path`` may have meant."""
    module, _, name = path.rpartition(".")
    found: list[str] = []
    if name[:1].isupper() or name in names:
        found += sorted((f"{place}.{name}" for place in names.get(name, ())), key=_rank)
        if not found:
            for close in difflib.get_close_matches(name, _same_initial(names, name), limit, CUTOFF):
                found += sorted((f"{place}.{close}" for place in names[close]), key=_rank)[:1]
    if catalogue.has_module(module):
        here = catalogue.module(module)
        close_here = difflib.get_close_matches(name, here.names if here is not None else (), limit, CUTOFF)
        found = [f"{module}.{item}" for item in close_here] + found
    else:
        found += difflib.get_close_matches(path, _neighbours(catalogue, path), limit, CUTOFF)
    return tuple(dict.fromkeys(found))[:limit]


def _same_initial(names: Mapping[str, list[str]], name: str) -> list[str]:
    return [other for other in names if other[:1] == name[:1] and abs(len(other) - len(name)) <= 6]


def _rank(path: str) -> tuple[int, int, str]:
    places = [number for number, prefix in enumerate(PREFERRED) if path.startswith(prefix)]
    private = int("._" in path)
    return (private, places[0] if places else len(PREFERRED), path)


def _neighbours(catalogue: Catalogue, path: str) -> list[str]:
    """Modules below the longest prefix that exists."""
    prefix = path
    while prefix and not catalogue.has_module(prefix):
        prefix = prefix.rpartition(".")[0]
    depth = path.count(".")
    return [
        module
        for module in catalogue.modules
        if module.startswith(prefix + ".") and abs(module.count(".") - depth) <= 1
    ]
