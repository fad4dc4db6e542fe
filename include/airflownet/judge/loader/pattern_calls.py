"""``re`` on short texts: only patterns whose search cannot run away are really asked.

Allowed are short patterns without a repeated group and with at most three repeats; their work on a text of
at most 100 characters is bounded by its length to the third power.
"""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.loader.model import UNKNOWN
from airflownet.judge.loader.raised import Raised
from airflownet.judge.loader.values import ApiInstance, DictValue, ListValue, NativeMethod, PythonValue

if TYPE_CHECKING:
    from airflownet.judge.loader.interpreter import Interpreter

Call = Callable[["Interpreter", list[Any], dict[str, Any]], Any]

PATTERN_FUNCTIONS: Final = ("sub", "match", "search", "fullmatch", "findall", "split")
_REPEATED_GROUP = re.compile(r"\)\s*[*+?{]")
_MOST_REPEATS = 3
_MOST_CHARACTERS = 100
_FLAGS: Final = {"re.I": re.I, "re.IGNORECASE": re.I, "re.M": re.M, "re.S": re.S, "re.DOTALL": re.S}


def is_harmless(pattern: Any, text: Any) -> bool:
    """Whether searching the text takes bounded time."""
    if not isinstance(pattern, str) or not isinstance(text, str):
        return False
    n_repeats = sum(pattern.count(mark) for mark in "*+?{")
    is_short = len(pattern) <= _MOST_CHARACTERS and len(text) <= _MOST_CHARACTERS
    return is_short and n_repeats <= _MOST_REPEATS and not _REPEATED_GROUP.search(pattern)


def pattern_call(name: str) -> Call:
    """Returns the handler of ``re.<name>``, UNKNOWN for what is not asked."""

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        n_texts = 3 if name == "sub" else 2
        texts = args[:n_texts]
        flags = _flags(args[n_texts:], kwargs)
        if len(texts) < n_texts or flags is None or not is_harmless(texts[0], texts[-1]):
            return UNKNOWN
        if name == "sub" and (not isinstance(texts[1], str) or len(texts[1]) > _MOST_CHARACTERS):
            return UNKNOWN
        try:
            found = getattr(re, name)(*texts, flags=flags)
        except (re.error, OverflowError, IndexError) as error:
            raise Raised("error", str(error), "bad-value", str(texts[0])) from None
        if isinstance(found, re.Match):
            return _match(found)
        return ListValue(found) if isinstance(found, list) else found

    return call


def compiled_pattern(args: list[Any], kwargs: dict[str, Any]) -> ApiInstance:
    """Returns ``re.compile(pattern, flags)``; its methods search as the functions of ``re`` do."""
    if not args:
        return ApiInstance("re.compile", (), kwargs)
    flags = {"flags": args[1]} if len(args) > 1 else kwargs

    def method(name: str) -> NativeMethod:
        search = pattern_call(name)

        def call(interpreter: Interpreter, more: list[Any], more_kwargs: dict[str, Any]) -> Any:
            return UNKNOWN if more_kwargs else search(interpreter, [args[0], *more], flags)

        return NativeMethod(name, call)

    methods: dict[str, Any] = {name: method(name) for name in PATTERN_FUNCTIONS}
    return ApiInstance("re.compile", tuple(args), kwargs, {**methods, "pattern": args[0]})


def _flags(more: list[Any], kwargs: dict[str, Any]) -> int | None:
    """Returns the flags, None when there are others or further arguments."""
    if more or set(kwargs) - {"flags"}:
        return None
    given = kwargs.get("flags", 0)
    if isinstance(given, int):
        return int(given)
    return _FLAGS.get(given.path) if isinstance(given, PythonValue) else None


def _match(found: re.Match[str]) -> ApiInstance:
    def method(name: str) -> NativeMethod:
        def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
            if kwargs or not all(isinstance(item, (int, str)) for item in args):
                return UNKNOWN
            try:
                value = getattr(found, name)(*args)
            except IndexError as error:
                raise Raised("IndexError", str(error), "bad-value") from None
            return DictValue(value) if isinstance(value, dict) else value

        return NativeMethod(name, call)

    names = ("group", "groups", "groupdict", "start", "end", "span")
    return ApiInstance("re.Match", attributes={name: method(name) for name in names})
