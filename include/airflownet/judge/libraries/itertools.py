"""``itertools``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.iteration import ONE_SHOT, items_of, stream
from airflownet.judge.interpreter.lazy import lazy
from airflownet.judge.interpreter.operations import binary
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    EndlessValue,
    LazyValue,
    ListValue,
    is_concrete,
    of_kind,
    truth,
)
from airflownet.judge.libraries.registry import Model, models, register_all

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("itertools.count")
def count(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``itertools.count(start, step)``."""
    start = args[0] if args else kwargs.get("start", 0)
    step = args[1] if len(args) > 1 else kwargs.get("step", 1)
    if type(start) not in (int, float) or type(step) not in (int, float):
        return UNKNOWN
    return EndlessValue("itertools.count", itertools.count(start, step))


@models("itertools.cycle")
def cycle(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``itertools.cycle(items)``."""
    items, exact = items_of(interpreter, args[0]) if args else ([], False)
    return EndlessValue("itertools.cycle", itertools.cycle(items)) if items and exact else UNKNOWN


@models("itertools.repeat")
def repeat(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``itertools.repeat(value, times)``."""
    times = args[1] if len(args) > 1 else kwargs.get("times")
    if not args:
        return UNKNOWN
    if times is None:
        return EndlessValue("itertools.repeat", itertools.repeat(args[0]))
    if type(times) is not int or times > limits.MAX_ITEMS:
        return UNKNOWN
    return of_kind("list_iterator", [args[0]] * times, exact=True)


@models("itertools.islice", takes_lazy=True)
def slice_of(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``itertools.islice(items, start, stop, step)``."""
    bounds = args[1:]
    if not args or not all(bound is None or (type(bound) is int and bound >= 0) for bound in bounds):
        return UNKNOWN
    if type(args[0]) is LazyValue:
        return lazy(interpreter, "list_iterator", lambda value: _sliced(interpreter, value, args[0], bounds))
    if type(args[0]) is not EndlessValue:
        if type(args[0]) is ListValue and args[0].kind in ONE_SHOT and args[0].exact:
            return _taken(interpreter, args[0], bounds)
        items, exact = items_of(interpreter, args[0])
        return of_kind("list_iterator", itertools.islice(items, *bounds), exact=exact)
    stop = bounds[0] if len(bounds) == 1 else bounds[1] if len(bounds) > 1 else None
    if stop is None or stop > limits.MAX_ITEMS or interpreter.maybe_depth:
        return UNKNOWN
    return of_kind("list_iterator", itertools.islice(args[0].items, *bounds), exact=True)


def _sliced(interpreter: Interpreter, value: LazyValue, source: Any, bounds: list[Any]) -> Iterator[Any]:
    items, is_exact = stream(interpreter, source)
    yield from itertools.islice(items, *bounds)
    value.exact = value.exact and is_exact()


def _taken(interpreter: Interpreter, source: ListValue, bounds: list[Any]) -> Any:
    """Takes from an iterator no more than what the slice asks for."""
    stop = bounds[0] if len(bounds) == 1 else bounds[1] if len(bounds) > 1 else None
    if interpreter.maybe_depth:
        source.exact = False
        return ListValue(source, exact=False)
    n_taken = len(source) if stop is None else min(stop, len(source))
    interpreter.charge(n_taken)
    items = source[:n_taken]
    list.__delitem__(source, slice(0, n_taken))
    return of_kind("list_iterator", itertools.islice(items, *bounds), exact=True)


@models("itertools.starmap")
def starred_map(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``itertools.starmap(function, rows)``."""
    if len(args) != 2:
        return UNKNOWN
    rows, exact = items_of(interpreter, args[1])
    found = [interpreter.call(args[0], items_of(interpreter, row)[0]) for row in rows]
    return of_kind("map", found, exact=exact)


@models("itertools.accumulate")
def accumulate(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``itertools.accumulate(items, function, initial=...)``."""
    items, exact = items_of(interpreter, args[0]) if args else ([], False)
    function = args[1] if len(args) > 1 else kwargs.get("func")
    if kwargs.get("initial") is not None:
        items = [kwargs["initial"], *items]
    found: list[Any] = []
    for item in items:
        found.append(item if not found else _sum(interpreter, function, found[-1], item))
    return of_kind("list_iterator", found, exact=exact)


def _sum(interpreter: Interpreter, function: Any, total: Any, item: Any) -> Any:
    import ast

    if function is None:
        return binary(interpreter, ast.Add(), total, item)
    return interpreter.call(function, [total, item])


def while_true(name: str) -> Model:
    """``itertools.takewhile``, ``dropwhile`` and ``filterfalse``."""

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if len(args) != 2:
            return UNKNOWN
        source: Iterator[Any]
        exact = True
        if type(args[1]) is EndlessValue and name == "takewhile" and not interpreter.maybe_depth:
            source = itertools.islice(args[1].items, limits.MAX_ITEMS)
        else:
            items, exact = items_of(interpreter, args[1])
            source = iter(items)
        known: list[bool | None] = []

        def holds(item: Any) -> bool | None:
            interpreter.charge(8)
            known.append(truth(interpreter.call(args[0], [item])))
            return known[-1]

        found = list(getattr(itertools, name)(holds, source))
        return of_kind("list_iterator", found, exact=exact and None not in known)

    return call


_OPTIONS: Final = {"product": "repeat", "zip_longest": "fillvalue"}
_MOST_REPEATS: Final = 20


def combine(name: str) -> Model:
    """``itertools.product`` and the like, on items that are known."""
    option = _OPTIONS.get(name, "r")

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        columns: list[Any] = []
        exact = not set(kwargs) - {option}
        for argument in args:
            if type(argument) is int:
                columns.append(argument)
                continue
            items, known = items_of(interpreter, argument)
            columns.append(items)
            exact = exact and known
        given = {key: kwargs[key] for key in kwargs if key == option}
        if name != "zip_longest" and any(type(n) is not int or n > _MOST_REPEATS for n in given.values()):
            return UNKNOWN
        most = min(limits.MAX_ITEMS, limits.MAX_CHARACTERS // _width(name, columns, given))
        try:
            rows = getattr(itertools, name)(*columns, **given)
            found = of_kind("list_iterator", itertools.islice(rows, most), exact=exact)
        except (TypeError, ValueError):
            return UNKNOWN
        interpreter.charge(len(found))
        if most < limits.MAX_ITEMS and next(rows, None) is not None:
            return UNKNOWN
        return found

    return call


def _width(name: str, columns: list[Any], given: dict[str, Any]) -> int:
    """Returns how many items a row has: a few rows may be as large as very many."""
    lengths = [len(column) for column in columns if isinstance(column, list)]
    if name in ("product", "zip_longest"):
        return max(1, len(lengths) * int(given.get("repeat", 1)))
    chosen = [number for number in (*columns[1:], given.get("r")) if type(number) is int]
    return max(1, *chosen, lengths[0] if lengths and not chosen and name == "permutations" else 0)


_COMBINED: Final = (
    "product", "combinations", "combinations_with_replacement", "permutations", "zip_longest", "pairwise",
)  # fmt: skip


@models("itertools.compress")
def compress(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``itertools.compress(items, selectors)``."""
    if len(args) != 2:
        return UNKNOWN
    (items, exact), (selectors, known) = items_of(interpreter, args[0]), items_of(interpreter, args[1])
    chosen = [truth(selector) for selector in selectors]
    if not known or None in chosen:
        return ListValue(exact=False)
    return of_kind("list_iterator", itertools.compress(items, chosen), exact=exact)


@models("itertools.chain")
def _chain_iterables(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    result = ListValue()
    for argument in args:
        items, exact = items_of(interpreter, argument)
        result.extend(items)
        result.exact = result.exact and exact
    return result


@models("itertools.groupby")
def group_by(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``itertools.groupby(items, key)``: neighbours with equal keys."""
    if not args:
        return UNKNOWN
    items, exact = items_of(interpreter, args[0])
    function = args[1] if len(args) > 1 else kwargs.get("key")
    keys = [item if function is None else interpreter.call(function, [item]) for item in items]
    if not exact or not all(map(is_concrete, keys)):
        return UNKNOWN
    groups: list[tuple[Any, ListValue]] = []
    for key, item in zip(keys, items, strict=True):
        if not groups or groups[-1][0] != key:
            groups.append((key, of_kind("generator", (), exact=True)))
        groups[-1][1].append(item)
    return of_kind("generator", groups, exact=True)


@models("itertools.chain.from_iterable")
def chain_of(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``itertools.chain.from_iterable(lists)``."""
    outer, exact = items_of(interpreter, args[0]) if args else ([], True)
    found: list[Any] = []
    for part in outer:
        items, known = items_of(interpreter, part)
        found.extend(items)
        exact = exact and known
    return of_kind("generator", found, exact=exact)


@models("itertools.tee")
def _tee(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``itertools.tee(items, n)``."""
    number = args[1] if len(args) > 1 else kwargs.get("n", 2)
    if not args or type(number) is not int or not 0 <= number <= 20:
        return UNKNOWN
    items, exact = items_of(interpreter, args[0])
    return tuple(of_kind("list_iterator", items, exact=exact) for _ in range(number))


register_all({f"itertools.{name}": combine(name) for name in _COMBINED})
register_all({f"itertools.{name}": while_true(name) for name in ("takewhile", "dropwhile", "filterfalse")})
