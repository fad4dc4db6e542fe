"""What the interpreter knows of the standard library beyond its names."""

# ruff: noqa: ARG001, ARG005 - handlers of one table share one signature
from __future__ import annotations

import itertools
import re
import string
import zoneinfo
from collections.abc import Callable
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.loader import collection_calls, record_functions, text_tables
from airflownet.judge.loader.function_tools import FUNCTION_TOOLS
from airflownet.judge.loader.iterator_calls import ITERATOR_CALLS
from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.pattern_calls import compiled_pattern, pattern_call
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.record_classes import dataclass_decorator, dataclass_field, named_tuple
from airflownet.judge.loader.values import (
    ApiInstance,
    DictValue,
    FunctionValue,
    GeneratorContext,
    ListValue,
    NativeMethod,
    PythonValue,
    is_concrete,
)

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
        *(f"math.{name}" for name in ("ceil", "floor", "sqrt", "log", "log2", "log10", "gcd", "trunc")),
        "os.path.normpath",
        "posixpath.normpath",
        "os.path.isabs",
        "posixpath.isabs",
        "string.capwords",
        "calendar.monthrange",
        "calendar.isleap",
        "base64.b64encode",
        "base64.b64decode",
        "base64.urlsafe_b64encode",
        "fnmatch.fnmatch",
        "html.escape",
        "statistics.mean",
        "urllib.parse.unquote",
        "str.title",
        "str.maketrans",
        "str.capitalize",
        "str.lstrip",
        "str.rstrip",
        "str.replace",
        "str.split",
        "ast.literal_eval",
        "tomllib.loads",
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
    default = args[1] if len(args) > 1 else kwargs.get("default")
    name = args[0] if args else kwargs.get("key")
    if not args and not kwargs:
        message = "Mapping.get() missing 1 required positional argument: 'key'"
        raise Raised("TypeError", message, "missing-argument", "key")
    return interpreter.environment.get(name, default) if isinstance(name, str) else default


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
    return compiled_pattern(args, kwargs)


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


def _context_manager(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``@contextlib.contextmanager``."""
    function = args[0] if args else UNKNOWN
    if not isinstance(function, FunctionValue):
        return UNKNOWN

    def call(interpreter: Interpreter, more: list[Any], more_kwargs: dict[str, Any]) -> Any:
        return GeneratorContext(function, more, more_kwargs)

    return NativeMethod(function.name, call)


def _template(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``string.Template``: its text with the known values put in."""
    text = args[0] if args else UNKNOWN

    def substitute(name: str) -> NativeMethod:
        def call(interpreter: Interpreter, more: list[Any], more_kwargs: dict[str, Any]) -> Any:
            values = {**(more[0] if more and isinstance(more[0], DictValue) else {}), **more_kwargs}
            if not isinstance(text, str) or len(text) > 5_000 or not all(map(is_concrete, values.values())):
                return UNKNOWN
            try:
                result = getattr(string.Template(text), name)(values)
            except (KeyError, ValueError) as error:
                raise Raised(type(error).__name__, str(error), "bad-value", str(error)) from None
            return result if len(result) <= 100_000 else UNKNOWN

        return NativeMethod(name, call)

    methods = {name: substitute(name) for name in ("substitute", "safe_substitute")}
    return ApiInstance("string.Template", tuple(args), kwargs, methods)


def _zone(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``zoneinfo.ZoneInfo(name)``."""
    name = args[0] if args else kwargs.get("key", UNKNOWN)
    if isinstance(name, str) and zones() and name not in zones():
        raise Raised("ZoneInfoNotFoundError", f"No time zone found with key {name}", "bad-value", name)
    return ApiInstance("zoneinfo.ZoneInfo", tuple(args), kwargs)


@cache
def zones() -> frozenset[str]:
    """Returns the names of all time zones, none where this computer has no such data."""
    return frozenset(zoneinfo.available_timezones())


def _which(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``shutil.which``: no program is taken to be there."""
    return None if args and isinstance(args[0], str) else UNKNOWN


CALLS: Final[dict[str, Call]] = {
    "contextlib.contextmanager": _context_manager,
    "shutil.which": _which,
    "string.Template": _template,
    "pathlib.Path": _path,
    "pathlib.PurePath": _path,
    "pathlib.PosixPath": _path,
    "pathlib.PurePosixPath": _path,
    "os.getenv": _environment,
    "os.environ.get": _environment,
    "copy.copy": _copy,
    "types.MappingProxyType": _copy,
    "copy.deepcopy": _copy,
    "functools.partial": _partial,
    "functools.wraps": _wraps,
    "itertools.chain": _chain_iterables,
    "functools.reduce": _reduce,
    "itertools.product": _combine(itertools.product),
    "itertools.combinations": _combine(itertools.combinations),
    "itertools.permutations": _combine(itertools.permutations),
    "itertools.zip_longest": _combine(itertools.zip_longest),
    "itertools.pairwise": _combine(itertools.pairwise),
    "re.compile": _compile_pattern,
    **{
        f"re.{name}": pattern_call(name)
        for name in ("sub", "match", "search", "fullmatch", "findall", "split")
    },
    "csv.DictReader": text_tables.dict_rows,
    "csv.reader": text_tables.rows,
    "collections.ChainMap": collection_calls.chain_map,
    "collections.deque": collection_calls.deque,
    "collections.Counter": collection_calls.counter,
    "types.SimpleNamespace": collection_calls.namespace,
    "operator.itemgetter": collection_calls.item_getter,
    "operator.attrgetter": collection_calls.attribute_getter,
    "itertools.groupby": collection_calls.group_by,
    "itertools.chain.from_iterable": collection_calls.chain_of,
    "importlib.import_module": collection_calls.import_by_name,
    "abc.abstractmethod": collection_calls.abstract_method,
    "zoneinfo.ZoneInfo": _zone,
    "collections.defaultdict": _default_dict,
    "collections.OrderedDict": _ordered_dict,
    "sys.exit": _exit,
    "typing.cast": _cast,
    "airflow.task.condition": _condition,
    "dataclasses.dataclass": dataclass_decorator,
    "dataclasses.field": dataclass_field,
    "collections.namedtuple": named_tuple,
    "dataclasses.replace": record_functions.replace,
    "copy.replace": record_functions.replace,
    "dataclasses.asdict": record_functions.as_dict,
    "dataclasses.astuple": record_functions.as_tuple,
    "dataclasses.fields": record_functions.fields,
    "dataclasses.is_dataclass": record_functions.is_dataclass,
    **ITERATOR_CALLS,
    **FUNCTION_TOOLS,
}

ATTRIBUTES: Final[dict[str, Any]] = {}

ENVIRONMENT: Final = ApiInstance("os.environ", attributes={"get": PythonValue("os.environ.get", None)})
