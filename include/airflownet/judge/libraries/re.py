"""``re`` on short texts: only patterns whose search cannot run away are really asked.

How long a search may take is told from the pattern alone. A backtracking search tries every way to share
characters among repeats that can take the same ones. A repeat whose characters cannot begin what follows it
has one way only. The bound is the product of the ways, times the characters walked, times the places where
a search may begin.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.conversion import from_python_error, from_result
from airflownet.judge.interpreter.limits import MAX_CHARACTERS, MAX_ITEMS
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import (
    ApiInstance,
    NativeMethod,
    PythonValue,
    StandardObject,
    of_kind,
)
from airflownet.judge.libraries.registry import Model, models, register_all

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_CHARACTERS: Final = [*map(chr, range(128)), "\u00e9", "\u4e2d"]
"""What may stand in a text: the ASCII characters, and two for all others."""
_MOST_PATTERN: Final = 500
_TOKEN: Final = re.compile(
    r"""(?P<look>\(\?(?:[=!]|<[=!]))|(?P<open>\((?:\?:|\?P<\w+>)?(?!\?))|(?P<close>\))|(?P<bar>\|)
    |(?P<edge>\^|\$|\\[bBAZ])|(?P<atom>\[\^?\]?(?:\\.|[^\]\\])*\]|\\[dDwWsS]|\\[^0-9A-Za-z]|\\[nrt]|[^\\()\[|?*+{^$])""",
    re.VERBOSE,
)
_REPEAT: Final = re.compile(r"(?:([*+?])|\{(\d{1,4})?(,)?(\d{1,4})?\})[?]?")


@dataclass(slots=True)
class _Item:
    """One character class with its repeat."""

    characters: frozenset[str]
    least: int = 1
    most: int | None = 1
    is_ambiguous: bool = False

    @property
    def is_variable(self) -> bool:
        return self.least != self.most


@lru_cache(maxsize=1024)
def _characters(atom: str, flags: int) -> frozenset[str]:
    return frozenset(one for one in _CHARACTERS if re.fullmatch(atom, one, flags))


def search_cost(pattern: str, n_characters: int, flags: int, *, is_anchored: bool) -> float:
    """Returns a bound of the steps of one search, infinity for a pattern that is not understood.

    Args:
        pattern: a regular expression that compiles.
        n_characters: length of the text.
        flags: of ``re``.
        is_anchored: whether a match may begin at the start of the text only.
    """
    cost = _ways(pattern, n_characters, flags)
    starts = 1 if is_anchored or pattern.startswith(("^", r"\A")) else n_characters + 1
    return cost * (n_characters + 1) * starts


@lru_cache(maxsize=512)
def _ways(pattern: str, n_characters: int, flags: int) -> float:
    read = _read(pattern, flags)
    if read is None:
        return float("inf")
    items, ways = read
    for index, item in enumerate(items):
        if item.is_variable and (item.is_ambiguous or _competes(items, index)):
            most = n_characters if item.most is None else min(item.most, n_characters)
            ways *= most - min(item.least, most) + 1
    return ways


def _competes(items: list[_Item], index: int) -> bool:
    """Whether what follows the repeat may take a character that the repeat can take too."""
    for item in items[index + 1 :]:
        if item.characters & items[index].characters:
            return True
        if item.least:
            return False
    return False


def _read(pattern: str, flags: int) -> tuple[list[_Item], float] | None:
    """Returns the items in order and the ways through the alternatives, None when not understood."""
    if len(pattern) > _MOST_PATTERN or not pattern.isascii() or flags & (re.VERBOSE | re.LOCALE):
        return None
    items: list[_Item] = []
    opened: list[int] = []
    ways, position = 1.0, 0
    while position < len(pattern):
        token = _TOKEN.match(pattern, position)
        if token is None:
            return None
        position = token.end()
        kind = token.lastgroup
        if kind in ("open", "look"):
            opened.append(-1 - len(items) if kind == "look" else len(items))
            continue
        if kind == "bar":
            ways *= 2
            continue
        if kind == "edge":
            continue
        repeat = _REPEAT.match(pattern, position)
        position = repeat.end() if repeat else position
        if kind == "atom":
            items.append(_Item(_characters(token[0], flags), *_bounds(repeat)))
            continue
        if not opened:
            return None
        first = opened.pop()
        if first < 0:
            if repeat is not None or any(item.is_variable for item in items[-1 - first :]):
                return None
            del items[-1 - first :]
        elif repeat is not None and not _repeat_group(
            items, first, *_bounds(repeat), has_alternatives="|" in pattern
        ):
            return None
    if "|" in pattern:
        for item in items:
            item.is_ambiguous = True
    return (items, ways) if not opened else None


def _bounds(repeat: re.Match[str] | None) -> tuple[int, int | None]:
    if repeat is None:
        return 1, 1
    if repeat[1]:
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[repeat[1]]
    least = int(repeat[2] or 0)
    return (least, int(repeat[4]) if repeat[4] else None) if repeat[3] else (least, least)


def _repeat_group(
    items: list[_Item], first: int, least: int, most: int | None, *, has_alternatives: bool
) -> bool:
    """Makes one item of a repeated group; False for repeats within a repeat, whose ways multiply."""
    inner = items[first:]
    if not inner and most != 1:
        return False
    if most == 1:
        for item in inner:
            item.is_ambiguous = True
            item.least = min(item.least, least)
        return True
    if has_alternatives or any(item.is_variable for item in inner):
        return False
    characters = frozenset().union(*(item.characters for item in inner))
    items[first:] = [_Item(characters, least, most, is_ambiguous=True)]
    return True


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


def pattern_call(name: str) -> Model:
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


@models("re.compile")
def _compile_pattern(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if args and isinstance(args[0], str) and len(args[0]) < 500:
        interpreter.charge(8 * len(args[0]))
        try:
            re.compile(args[0])
        except (re.error, OverflowError, RecursionError) as error:
            raise Raised("error", str(error), "bad-value", args[0]) from None
    return compiled_pattern(args, kwargs)


register_all({f"re.{name}": pattern_call(name) for name in PATTERN_FUNCTIONS})
