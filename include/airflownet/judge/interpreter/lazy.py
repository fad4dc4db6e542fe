"""Iterators that make their items when they are asked for: generators, ``map``, ``filter``, a strict ``zip``.

What nobody takes is not made: it draws no edge, builds no task and raises nothing. Whoever takes items goes
through ``items_of``, ``stream`` or ``pull``; a function that is not of the file is handed the ``ListValue``
of what is left (``made``).

The body of a generator function of the file is the exception: in a ``for`` over it body and loop take turns,
but ``next`` and all else that takes its first item run it to its end at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.limits import MAX_ITEMS
from airflownet.judge.interpreter.raised import Exhausted, Raised
from airflownet.judge.interpreter.scope import MISSING, Scope
from airflownet.judge.interpreter.values import LazyValue, ListValue, of_kind

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

TAKES_LAZY: Final[set[str]] = set()
"""Paths of modelled functions that take items of an iterator one by one, or none."""


def lazy(
    interpreter: Interpreter,
    kind: str,
    make: Callable[[LazyValue], Iterator[Any]],
    module: Scope | None = None,
) -> LazyValue:
    """Returns an iterator over what ``make`` yields, which may set ``exact`` as it goes.

    Args:
        interpreter: the walk.
        kind: Python's name of its type.
        make: called with the iterator itself.
        module: whose code makes the items.
    """
    value = LazyValue(kind, module)
    value.source = make(value)
    interpreter.has_lazy = True
    return value


def pull(interpreter: Interpreter, value: LazyValue) -> Any:
    """Returns the next item, MISSING at the end.

    Raises:
        Raised: making the item raises; the iterator has ended then.
    """
    if value.taken:
        return list.pop(value.taken, 0)
    if value.source is None:
        return MISSING
    if value.is_running:
        raise Raised("ValueError", f"{value.kind} already executing", "bad-value", value.kind)
    interpreter.charge(8)
    module = value.module
    outside = interpreter.enter(module) if module is not None and module is not interpreter.home else None
    node = interpreter.node
    value.is_running = True
    try:
        return next(value.source)
    except StopIteration:
        value.source = None
        return MISSING
    except Raised as error:
        value.source = None
        if outside is not None:
            interpreter.locate(error)
        raise
    finally:
        value.is_running = False
        interpreter.node = node
        if outside is not None:
            interpreter.leave(outside)


def all_items(interpreter: Interpreter, value: LazyValue) -> tuple[list[Any], bool]:
    """Returns the items that are left, and whether they are all there are; afterwards there are none."""
    items: list[Any] = []
    while (item := pull(interpreter, value)) is not MISSING:
        items.append(item)
        if len(items) > MAX_ITEMS:
            raise Exhausted(f"more than {MAX_ITEMS:,} items in one container")
    exact = value.exact
    if interpreter.maybe_depth:  # they may be taken, or not
        value.taken.extend(items)
        value.exact = False
    return items, exact


def made(interpreter: Interpreter, value: LazyValue) -> ListValue:
    """Returns the list of what is left, which takes from the iterator what is taken from it."""
    items, exact = all_items(interpreter, value)
    list.__setitem__(value.taken, slice(None), items)
    value.taken.exact = exact
    return value.taken


def made_arguments(
    interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Returns the arguments for a function that knows lists alone."""
    if any(type(item) is LazyValue for item in args):
        args = [made(interpreter, item) if type(item) is LazyValue else item for item in args]
    if any(type(item) is LazyValue for item in kwargs.values()):
        kwargs = {
            name: made(interpreter, item) if type(item) is LazyValue else item
            for name, item in kwargs.items()
        }
    return args, kwargs


def stand_in(value: LazyValue) -> ListValue:
    """Returns what shows the iterator's type without taking anything from it."""
    return of_kind(value.kind, (), exact=False)
