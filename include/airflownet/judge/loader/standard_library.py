"""What the interpreter knows of the standard library beyond its names."""

# ruff: noqa: ARG001, ARG005 - handlers of one table share one signature
from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.record_classes import dataclass_decorator, dataclass_field, named_tuple
from airflownet.judge.loader.values import ApiInstance, DictValue, FunctionValue, ListValue, PythonValue

if TYPE_CHECKING:
    from airflownet.judge.loader.interpreter import Interpreter

PURE: Final = frozenset(
    {
        "datetime.datetime",
        "datetime.date",
        "datetime.time",
        "datetime.timedelta",
        "datetime.timezone",
        "datetime.datetime.strptime",
        "datetime.datetime.fromisoformat",
        "datetime.datetime.combine",
        "datetime.date.fromisoformat",
        "os.path.join",
        "os.path.basename",
        "os.path.dirname",
        "os.path.splitext",
        "posixpath.join",
        "posixpath.basename",
        "posixpath.dirname",
        "posixpath.splitext",
        "json.dumps",
        "json.loads",
        "textwrap.dedent",
        "textwrap.indent",
        "re.escape",
        "str.lower",
        "str.upper",
        "str.strip",
        "math.ceil",
        "math.floor",
        "math.sqrt",
        "itertools.chain",
        "itertools.product",
        "urllib.parse.quote",
        "urllib.parse.quote_plus",
        "urllib.parse.urlencode",
        "urllib.parse.urljoin",
        "shlex.quote",
        "shlex.split",
        "copy.deepcopy",
        "copy.copy",
    }
) - {"itertools.chain", "itertools.product", "copy.deepcopy", "copy.copy"}
"""Functions without effects whose results on plain arguments are those Airflow would get."""

Call = Callable[["Interpreter", list[Any], dict[str, Any]], Any]


def _environment(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``os.environ.get`` and ``os.getenv``: taken as not set, which is what a default is for."""
    return args[1] if len(args) > 1 else kwargs.get("default")


def _copy(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return args[0] if args else UNKNOWN


def _partial(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if not args:
        return UNKNOWN
    from airflownet.judge.loader.values import NativeMethod

    function, bound = args[0], args[1:]

    def call(interpreter: Interpreter, more: list[Any], more_kwargs: dict[str, Any]) -> Any:
        return interpreter.call(function, [*bound, *more], {**kwargs, **more_kwargs})

    return NativeMethod("partial", call)


def _wraps(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``functools.wraps(f)``: the wrapper takes the wrapped function's name."""
    from airflownet.judge.loader.values import NativeMethod

    wrapped = args[0] if args else UNKNOWN

    def decorate(interpreter: Interpreter, more: list[Any], more_kwargs: dict[str, Any]) -> Any:
        if more and isinstance(more[0], FunctionValue) and isinstance(wrapped, FunctionValue):
            more[0].name = wrapped.name
            more[0].attributes["__wrapped__"] = wrapped
        return more[0] if more else UNKNOWN

    return NativeMethod("wraps", decorate)


def _same(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return args[0] if args else UNKNOWN


def _chain_iterables(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    from airflownet.judge.loader.iteration import items_of

    result = ListValue()
    for argument in args:
        items, exact = items_of(interpreter, argument)
        result.extend(items)
        result.exact = result.exact and exact
    return result


def _reduce(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    from airflownet.judge.loader.iteration import items_of

    if len(args) < 2:
        return UNKNOWN
    items, exact = items_of(interpreter, args[1])
    if len(args) > 2:
        items = [args[2], *items]
    if not exact or not items:
        return UNKNOWN
    value = items[0]
    for item in items[1:]:
        value = interpreter.call(args[0], [value, item])
    return value


def _combine(function: Any) -> Call:
    """``itertools.product`` and the like, on items that are known."""

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        from airflownet.judge.loader import limits
        from airflownet.judge.loader.iteration import items_of

        columns: list[Any] = []
        exact = True
        for argument in args:
            if type(argument) is int:
                columns.append(argument)
                continue
            items, known = items_of(interpreter, argument)
            columns.append(items)
            exact = exact and known
        try:
            found = ListValue(
                itertools.islice(function(*columns), limits.MAX_ITEMS), exact=exact and not kwargs
            )
        except (TypeError, ValueError):
            return UNKNOWN
        interpreter.charge(len(found))
        return found

    return call


def _compile_pattern(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if args and isinstance(args[0], str) and len(args[0]) < 500:
        try:
            re.compile(args[0])
        except (re.error, OverflowError, RecursionError) as error:
            raise Raised("error", str(error), "bad-value", args[0]) from None
    return ApiInstance("re.compile", tuple(args), kwargs)


def _default_dict(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    found = DictValue(kwargs, factory=args[0] if args else None)
    for other in args[1:]:
        if isinstance(other, DictValue):
            found.update(other)
            found.exact = found.exact and other.exact
        else:
            found.exact = False
    return found


def _ordered_dict(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return interpreter.call(interpreter.builtin("dict"), args, kwargs)


def _substitute(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``re.sub`` for short texts and patterns with one repeat and no group: the search cannot run away."""
    if kwargs or len(args) != 3 or not all(isinstance(argument, str) for argument in args):
        return UNKNOWN
    pattern, replacement, text = args
    n_repeats = sum(pattern.count(mark) for mark in "*+?{")
    if "(" in pattern or n_repeats > 1 or len(pattern) > 60 or len(text) > 200 or len(replacement) > 60:
        return UNKNOWN
    try:
        return re.sub(pattern, replacement, text)
    except (re.error, OverflowError) as error:
        raise Raised("error", str(error), "bad-value", pattern) from None


def _exit(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    raise Raised("SystemExit", str(args[0]) if args else "", "raises", "SystemExit")


def _condition(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``@task.run_if(condition)``: the task stays what it is."""
    from airflownet.judge.loader.values import NativeMethod

    return NativeMethod("run_if", lambda interpreter, more, more_kwargs: more[0] if more else UNKNOWN)


def _cast(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return args[1] if len(args) > 1 else UNKNOWN


def _path(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``pathlib.Path(...)``: a pure path, which never touches the disk."""
    if args and all(isinstance(part, (str, PurePosixPath)) for part in args):
        return PurePosixPath(*args)
    return UNKNOWN


CALLS: Final[dict[str, Call]] = {
    "pathlib.Path": _path,
    "pathlib.PurePath": _path,
    "pathlib.PosixPath": _path,
    "pathlib.PurePosixPath": _path,
    "os.getenv": _environment,
    "os.environ.get": _environment,
    "copy.copy": _copy,
    "copy.deepcopy": _copy,
    "functools.partial": _partial,
    "functools.wraps": _wraps,
    "functools.lru_cache": _same,
    "functools.cache": _same,
    "itertools.chain": _chain_iterables,
    "functools.reduce": _reduce,
    "itertools.product": _combine(itertools.product),
    "itertools.combinations": _combine(itertools.combinations),
    "itertools.permutations": _combine(itertools.permutations),
    "itertools.zip_longest": _combine(itertools.zip_longest),
    "itertools.pairwise": _combine(itertools.pairwise),
    "itertools.islice": _combine(itertools.islice),
    "re.compile": _compile_pattern,
    "re.sub": _substitute,
    "collections.defaultdict": _default_dict,
    "collections.OrderedDict": _ordered_dict,
    "sys.exit": _exit,
    "typing.cast": _cast,
    "airflow.task.condition": _condition,
    "dataclasses.dataclass": dataclass_decorator,
    "dataclasses.field": dataclass_field,
    "collections.namedtuple": named_tuple,
}

ATTRIBUTES: Final[dict[str, Any]] = {}

ENVIRONMENT: Final = ApiInstance("os.environ", attributes={"get": PythonValue("os.environ.get", None)})
