"""How long searching a text for a regular expression may take, told from the pattern alone.

A backtracking search tries every way to share characters among repeats that can take the same ones. A repeat
whose characters cannot begin what follows it has one way only. The bound is the product of the ways, times
the characters walked, times the places where a search may begin.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

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
