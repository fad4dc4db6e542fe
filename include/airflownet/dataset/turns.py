"""Choosing in turns: families, operators and owners that have had less so far come first.

Copies of the same tutorials dominate what is public; a random choice would teach little else.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from airflownet.records import stable_id

Item = TypeVar("Item")
Keys = Callable[[Item], tuple[str, ...]]


def in_turns(
    items: Sequence[Item], keys: Keys[Item], identity: Callable[[Item], str], salt: str
) -> list[Item]:
    """Returns the items in the order of their turns: the first of every family before any second one.

    Among items of equal turn in their first key, those of equal turn in the second key come together, and so
    on; a hash of ``identity`` decides the rest. The order of the input does not matter.
    """
    ordered = sorted(items, key=lambda item: stable_id("turn", salt, identity(item)))
    turns: list[tuple[tuple[int, ...], Item]] = [((), item) for item in ordered]
    for place in range(len(keys(ordered[0])) if ordered else 0):
        taken: Counter[str] = Counter()
        counted = []
        for before, item in turns:
            key = keys(item)[place]
            counted.append(((*before, taken[key]), item))
            taken[key] += 1
        turns = sorted(counted, key=lambda turn: turn[0])  # stable: the hash still decides among equals
    return [item for _, item in turns]


def rarest(names: Iterable[str], frequency: Counter[str]) -> str:
    """Returns the name that is used least; of equals the first in the alphabet; empty for none."""
    return min(names, key=lambda name: (frequency[name], name), default="")


def owner_of(repo: str) -> str:
    """Returns the part of a repository's name before the slash."""
    return repo.split("/")[0]


def entropy_bits(names: Iterable[str]) -> float:
    """Returns the Shannon entropy of how often the names occur, in bits: 0 when all are the same."""
    counts = Counter(names)
    total = sum(counts.values())
    return -sum(n / total * math.log2(n / total) for n in counts.values()) if total else 0.0
