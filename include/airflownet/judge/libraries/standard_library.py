"""What the interpreter knows of the standard library beyond its names."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import json
import re
import string
import zoneinfo
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter import limits, record_functions
from airflownet.judge.interpreter.iteration import items_of
from airflownet.judge.interpreter.kinds import PATH_ATTRIBUTE
from airflownet.judge.interpreter.python_results import from_python_error, from_result
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.record_classes import dataclass_decorator, dataclass_field, named_tuple
from airflownet.judge.interpreter.stand_ins import refuse_wrong_types
from airflownet.judge.interpreter.text import to_python
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    DictValue,
    FunctionValue,
    GeneratorContext,
    ListValue,
    NativeMethod,
    PythonValue,
    is_concrete,
    is_exact,
)
from airflownet.judge.libraries import collection_calls, copies, text_tables
from airflownet.judge.libraries.counter_calls import counter
from airflownet.judge.libraries.function_tools import FUNCTION_TOOLS
from airflownet.judge.libraries.heap_calls import HEAP_CALLS
from airflownet.judge.libraries.iterator_calls import ITERATOR_CALLS
from airflownet.judge.libraries.object_calls import OBJECT_CALLS
from airflownet.judge.libraries.pattern_calls import PATTERN_FUNCTIONS, compiled_pattern, pattern_call
from airflownet.judge.libraries.project_files import FILE_CALLS
from airflownet.judge.libraries.real_call_cost import pays
from airflownet.judge.libraries.surroundings import SURROUNDING_CALLS

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

Call = Callable[["Interpreter", list[Any], dict[str, Any]], Any]


def _dumps(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``json.dumps``: with ``default=str`` too, and with the file's own members of ``str`` enumerations."""
    options = dict(kwargs)
    if args and isinstance(args[0], (list, tuple, dict)):
        interpreter.charge(len(args[0]))
    writer = options.pop("default", None)
    is_text = isinstance(writer, PythonValue) and writer.object is str
    if (
        "cls" in options
        or not (writer is None or is_text)
        or not all(map(is_exact, (*args, *options.values())))
    ):
        refuse_wrong_types(json.dumps, args, kwargs)
        return UNKNOWN
    if isinstance(indent := options.get("indent"), int) and indent > 100:
        return UNKNOWN
    plain: dict[str, Any] = {name: to_python(value) for name, value in options.items()}
    if is_text:
        plain["default"] = str
    write: Any = json.dumps
    values = list(map(to_python, args))
    if not pays(interpreter, "json", values, plain):
        return UNKNOWN
    try:
        return from_result(write(*values, **plain))
    except (RecursionError, MemoryError):
        return UNKNOWN
    except Exception as error:
        raise from_python_error(error) from None


def _same(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return args[0] if args else UNKNOWN


def _partial(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if not args:
        return UNKNOWN
    function, bound = args[0], args[1:]

    def call(interpreter: Interpreter, more: list[Any], more_kwargs: dict[str, Any]) -> Any:
        return interpreter.call(function, [*bound, *more], {**kwargs, **more_kwargs})

    return NativeMethod("functools.partial", call)


def _wraps(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``functools.wraps(f)``: the wrapper takes the wrapped function's name."""
    wrapped = args[0] if args else UNKNOWN

    def decorate(interpreter: Interpreter, more: list[Any], more_kwargs: dict[str, Any]) -> Any:
        if more and isinstance(more[0], FunctionValue) and isinstance(wrapped, FunctionValue):
            more[0].name = wrapped.name
            more[0].attributes["__wrapped__"] = wrapped
        return more[0] if more else UNKNOWN

    return NativeMethod("wraps", decorate)


def _chain_iterables(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    result = ListValue()
    for argument in args:
        items, exact = items_of(interpreter, argument)
        result.extend(items)
        result.exact = result.exact and exact
    return result


def _reduce(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
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


def _compile_pattern(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if args and isinstance(args[0], str) and len(args[0]) < 500:
        interpreter.charge(8 * len(args[0]))
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


def _fraction(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``fractions.Fraction(3, 4)``: an exponent in a text could make it as long as one likes."""
    if kwargs or not all(map(is_concrete, args)) or any(len(str(item)) > 30 for item in args):
        return UNKNOWN
    if any(isinstance(item, str) and "e" in item.lower() for item in args):
        return UNKNOWN
    try:
        return from_result(Fraction(*args))
    except Exception as error:
        raise from_python_error(error) from None


def _exit(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    raise Raised("SystemExit", str(args[0]) if args else "", "raises", "SystemExit")


def _cast(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return args[1] if len(args) > 1 else UNKNOWN


def _new_type(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``NewType("Id", str)``: calling it gives back what it is given."""
    return NativeMethod("NewType", lambda _interpreter, given, _names: given[0] if given else UNKNOWN)


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
            longest = max((len(str(value)) for value in values.values()), default=0)
            if text.count("$") * longest > limits.MAX_CHARACTERS:
                return UNKNOWN
            try:
                result = getattr(string.Template(text), name)(values)
            except (KeyError, ValueError) as error:
                raise Raised(type(error).__name__, str(error), "bad-value", str(error)) from None
            return result if len(result) <= 100_000 else UNKNOWN

        return NativeMethod(name, call)

    methods = {name: substitute(name) for name in ("substitute", "safe_substitute")}
    return ApiInstance("string.Template", tuple(args), kwargs, {**methods, "template": text})


def _zone(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``zoneinfo.ZoneInfo(name)``."""
    name = args[0] if args else kwargs.get("key", UNKNOWN)
    if isinstance(name, str) and zones() and name not in zones():
        raise Raised("ZoneInfoNotFoundError", f"No time zone found with key {name}", "bad-value", name)
    if isinstance(name, str) and name in zones():
        return zoneinfo.ZoneInfo(name)
    return ApiInstance("zoneinfo.ZoneInfo", tuple(args), kwargs)


@cache
def zones() -> frozenset[str]:
    """Returns the names of all time zones, none where this computer has no such data."""
    return frozenset(zoneinfo.available_timezones())


CALLS: Final[dict[str, Call]] = {
    "contextlib.contextmanager": _context_manager,
    "string.Template": _template,
    "json.dumps": _dumps,
    "copy.copy": copies.copy,
    "types.MappingProxyType": _same,
    "copy.deepcopy": copies.deep_copy,
    "functools.partial": _partial,
    "functools.wraps": _wraps,
    "itertools.chain": _chain_iterables,
    "functools.reduce": _reduce,
    "re.compile": _compile_pattern,
    **{f"re.{name}": pattern_call(name) for name in PATTERN_FUNCTIONS},
    **FILE_CALLS,
    "csv.DictReader": text_tables.dict_rows,
    "csv.reader": text_tables.rows,
    "csv.writer": text_tables.writer,
    "collections.ChainMap": collection_calls.chain_map,
    "collections.deque": collection_calls.deque,
    "collections.Counter": counter,
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
    "fractions.Fraction": _fraction,
    "typing.cast": _cast,
    "typing.NewType": _new_type,
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
    **OBJECT_CALLS,
    **HEAP_CALLS,
    **SURROUNDING_CALLS,
}

ATTRIBUTES: Final[dict[str, Any]] = {}


def _namespace_attribute(interpreter: Interpreter, value: ApiInstance, name: str) -> Any:
    if name == "__dict__":
        return DictValue(value.attributes)
    if name.startswith("__"):
        return UNKNOWN
    message = f"'types.SimpleNamespace' object has no attribute '{name}'"
    raise Raised("AttributeError", message, "unknown-attribute", name)


PATH_ATTRIBUTE["types.SimpleNamespace"] = _namespace_attribute
