"""``re`` on short texts: only patterns whose search cannot run away are really asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.limits import MAX_CHARACTERS, MAX_ITEMS
from airflownet.judge.interpreter.python_results import from_python_error, from_result
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    NativeMethod,
    PythonValue,
    StandardObject,
    of_kind,
)
from airflownet.judge.libraries.pattern_cost import search_cost

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

Call = Callable[["Interpreter", list[Any], dict[str, Any]], Any]

PATTERN_FUNCTIONS: Final = (
    "sub", "subn", "match", "search", "fullmatch", "findall", "finditer", "split"
)  # fmt: skip
_MOST_CHARACTERS = 2_000
_MOST_STEPS = 3_000_000
_STEPS_PER_CHARGE = 50
_ANCHORED = frozenset({"match", "fullmatch"})
_FLAGS: Final[dict[str, int]] = {
    f"re.{name}": int(getattr(re, name))
    for name in ("I", "IGNORECASE", "M", "MULTILINE", "S", "DOTALL", "A", "ASCII", "X", "VERBOSE")
}
_PARAMETERS: Final[dict[str, tuple[str, ...]]] = {
    "sub": ("pattern", "repl", "string", "count", "flags"),
    "subn": ("pattern", "repl", "string", "count", "flags"),
    "split": ("pattern", "string", "maxsplit", "flags"),
}
_USUAL: Final = ("pattern", "string", "flags")


def _is_bounded(interpreter: Interpreter, name: str, pattern: str, text: str, flags: int) -> bool:
    """Whether the search takes bounded time; it is paid for."""
    if len(pattern) > _MOST_CHARACTERS:
        return False
    interpreter.charge(4 * len(pattern))
    try:
        re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise Raised("error", str(error), "bad-value", pattern) from None
    cost = search_cost(pattern, len(text), flags, is_anchored=name in _ANCHORED)
    if cost > _MOST_STEPS:
        return False
    interpreter.charge(int(cost) // _STEPS_PER_CHARGE >> 3)
    return True


def pattern_call(name: str) -> Call:
    """Returns the handler of ``re.<name>``, UNKNOWN for what is not asked."""
    parameters = _PARAMETERS.get(name, _USUAL)

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        given = dict(zip(parameters, args, strict=False)) | kwargs
        pattern, text = given.get("pattern"), given.get("string")
        if isinstance(pattern, ApiInstance) and pattern.path == "re.compile" and "flags" not in given:
            given["flags"] = pattern.kwargs.get("flags", 0)
            pattern = pattern.attributes["pattern"]
        flags = flag_bits(given.get("flags", 0))
        limit = given.get("count", given.get("maxsplit", 0))
        if set(given) - set(parameters) or flags is None or type(limit) is not int:
            return UNKNOWN
        if not isinstance(pattern, str) or not isinstance(text, str) or len(text) > _MOST_CHARACTERS:
            return UNKNOWN
        if not _is_bounded(interpreter, name, pattern, text, flags):
            return UNKNOWN
        if name in ("sub", "subn"):
            return _substituted(interpreter, name, re.compile(pattern, flags), given["repl"], text, limit)
        try:
            if name == "finditer":
                matches = islice(re.finditer(pattern, text, flags), MAX_ITEMS)
                return of_kind("list_iterator", map(StandardObject, matches), exact=True)
            options = {"maxsplit": limit} if name == "split" else {}
            return from_result(getattr(re, name)(pattern, text, flags=flags, **options))
        except (re.error, OverflowError, IndexError) as error:
            raise from_python_error(error) from None

    return call


def _substituted(
    interpreter: Interpreter, name: str, pattern: re.Pattern[str], new: Any, text: str, limit: int
) -> Any:
    """``re.sub`` with a text, or with a function of the file, which is asked for each match."""
    if isinstance(new, str):
        if len(new) * (len(text) + 1) > MAX_CHARACTERS:
            return UNKNOWN
        try:
            return getattr(pattern, name)(new, text, count=limit)
        except (re.error, OverflowError, IndexError) as error:
            raise from_python_error(error) from None
    parts: list[str] = []
    end = n_matches = 0
    for match in pattern.finditer(text):
        if limit and n_matches == limit:
            break
        n_matches += 1
        made = interpreter.call(new, [StandardObject(match)])
        if not isinstance(made, str) or len(made) * len(text) > MAX_CHARACTERS:
            return UNKNOWN
        parts += [text[end : match.start()], made]
        end = match.end()
    found = "".join([*parts, text[end:]])
    return (found, n_matches) if name == "subn" else found


def compiled_pattern(args: list[Any], kwargs: dict[str, Any]) -> ApiInstance:
    """Returns ``re.compile(pattern, flags)``; its methods search as the functions of ``re`` do."""
    if not args:
        return ApiInstance("re.compile", (), kwargs)
    flags = {"flags": args[1]} if len(args) > 1 else kwargs

    def method(name: str) -> NativeMethod:
        search = pattern_call(name)

        def call(interpreter: Interpreter, more: list[Any], more_kwargs: dict[str, Any]) -> Any:
            parameters = _PARAMETERS.get(name, _USUAL)[1:-1]
            if len(more) > len(parameters) or "flags" in more_kwargs or set(flags) - {"flags"}:
                return UNKNOWN
            return search(interpreter, [args[0], *more], {**more_kwargs, **flags})

        return NativeMethod(name, call)

    methods: dict[str, Any] = {name: method(name) for name in PATTERN_FUNCTIONS}
    return ApiInstance("re.compile", tuple(args), flags, {**methods, "pattern": args[0]})


def flag_bits(given: Any) -> int | None:
    """Returns the flags as a number, None when they are not known."""
    if isinstance(given, int):
        return int(given)
    return _FLAGS.get(given.path) if isinstance(given, PythonValue) else None
