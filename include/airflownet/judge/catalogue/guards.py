"""Which checks of an MRO's ``__init__`` methods a call of a class runs into, and with which arguments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from airflownet.judge.catalogue.decode import Record
from airflownet.judge.catalogue.flat import parameter_rows
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

    Only worth asking where one of the classes ``has_checks``. The walk ends where an ``__init__`` does not
    hand its ``**kwargs`` on. ``known`` is filled on the way.
    """
    found: list[Guards] = []
    for path, record, own, handed_on, hidden in _inits(order, known):
        if has_checks(path, record):
            checks = tuple([(*row, "", "", "")[:4] for row in record["i"]["c"]])
            given = {name: text for name, text in handed_on.items() if name in own}
            found.append(Guards(path, checks, own | given if given else own, frozenset(hidden)))
    return tuple(found)


def kept_from(base: str, order: Sequence[tuple[str, Record | None]], known: Defaults) -> frozenset[str]:
    """Returns the parameters of a base class that a class of the MRO before it takes and does not hand on.

    What is put into ``kwargs`` does not count: mostly it stands in for what is not given.

    Args:
        base: the last part of the path of the base class.
        order: the MRO: path and record.
        known: filled on the way.
    """
    filled_in: set[str] = set()
    declared: set[str] = set()
    for path, record, own, _, hidden in _inits(order, known):
        if path.rpartition(".")[2] == base:
            return frozenset((hidden - (filled_in - declared)) & own.keys())
        declared.update(own)
        filled_in.update(record["i"].get("set", ()))
    return frozenset()


def _inits(
    order: Sequence[tuple[str, Record | None]], known: Defaults
) -> Iterator[tuple[str, Record, dict[str, str | None], dict[str, str | None], set[str]]]:
    """Yields each ``__init__`` that a call runs: path, record, own defaults, what is handed on and hidden.

    What is hidden is one set, which the next step changes.
    """
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
        yield path, record, own, handed_on, hidden
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


def has_checks(path: str, record: Record) -> bool:
    """Tells whether the class's own ``__init__`` checks its arguments."""
    if "c" not in record.get("i", ()):
        return False
    return path.rpartition(".")[2] not in CHECKED_BY_THE_LOADER


def _defaults(rows: list[list[Any]] | str) -> dict[str, str | None]:
    """Returns the source text of the default of each parameter, None where there is none."""
    return {name: default for name, _, default, _ in parameter_rows(rows)}
