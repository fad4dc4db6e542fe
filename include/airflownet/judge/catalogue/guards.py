"""Which checks of an MRO's ``__init__`` methods a call of a class runs into, and with which arguments."""

from __future__ import annotations

from collections.abc import Sequence

from airflownet.judge.catalogue.decode import Record
from airflownet.judge.catalogue.members import Guards

PLAIN_BASES = ("typing.", "abc.")
"""Classes from outside without an ``__init__`` of their own."""
GENERATING = ("dataclass", "attr")
"""Parts of the names of decorators that write an ``__init__``."""


CHECKED_BY_THE_LOADER = frozenset(
    {"BaseOperator", "AbstractOperator", "DAG", "TaskGroup", "BaseSensorOperator"}
)
"""Classes whose checks the loader holds itself; their guards are left out."""
Defaults = dict[str, dict[str, str | None]]
"""Class path -> the defaults of its own ``__init__``: every operator shares those of the base classes."""


def guards_of(order: Sequence[tuple[str, Record | None]], known: Defaults) -> tuple[Guards, ...]:
    """Returns the guards of the classes of an MRO (path and record, None for a class from outside).

    The walk ends where an ``__init__`` does not hand its ``**kwargs`` on. ``known`` is filled on the way.
    """
    if not any(_has_checks(path, record) for path, record in order):
        return ()
    found: list[Guards] = []
    hidden: set[str] = set()
    handed_on: dict[str, str | None] = {}
    """Defaults of the parameters that a subclass hands on as they are."""
    for path, record in order:
        if record is None:
            if path.startswith(PLAIN_BASES):
                continue
            break
        init = record.get("i")
        if init is None:
            if any(name in decorator for decorator in record.get("d", ()) for name in GENERATING):
                break
            continue
        own = known.get(path)
        if own is None:
            own = known[path] = _defaults(init.get("p", ()))
        if _has_checks(path, record):
            checks = tuple([(*row, "", "", "")[:4] for row in init["c"]])
            given = {name: text for name, text in handed_on.items() if name in own}
            found.append(Guards(path, checks, own | given if given else own, frozenset(hidden)))
        calls = init.get("up", ())
        if not any(call[3] for call in calls):
            break
        same: set[str] = set(calls[0][6]) if len(calls) == 1 and len(calls[0]) > 6 else set()
        same -= hidden
        if same:
            handed_on = {name: text for name, text in own.items() if name in same} | handed_on
        hidden.update(own.keys() - same if same else own)
        for call in calls:
            hidden.update([name for name in call[2] if name not in same])
        hidden.update(init.get("pop", ()), init.get("set", ()))
    return tuple(found)


def _has_checks(path: str, record: Record | None) -> bool:
    if record is None or "c" not in record.get("i", ()):
        return False
    return path.rpartition(".")[2] not in CHECKED_BY_THE_LOADER


def _defaults(rows: Sequence[Sequence[str | None]]) -> dict[str, str | None]:
    """Returns the source text of the default of each parameter, None where there is none."""
    return {str(row[0]): row[2] if len(row) > 2 else None for row in rows}
