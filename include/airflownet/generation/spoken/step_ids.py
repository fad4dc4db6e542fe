"""Ids of tasks, made of the words that ask for them."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from airflownet.generation.outline.silent_words import silent_words

_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_MOST_WORDS: Final = 6
_MOST_CHARS: Final = 48


def step_id(words: str) -> str:
    """Returns an id of a few words; ``task`` where none of them says anything."""
    lowered = [word.lower() for word in _WORD.findall(words)]
    kept = [word for word in lowered if word not in silent_words("no_id")] or lowered
    name = "_".join(kept[:_MOST_WORDS])[:_MOST_CHARS].strip("_")
    for ending in ("_to", "_from", "_into", "_in", "_on", "_with", "_for", "_of", "_and", "_by"):
        name = name.removesuffix(ending)
    return (f"task_{name}" if name[:1].isdigit() else name) or "task"


def free_id(name: str, taken: Collection[str]) -> str:
    """Returns the id, with a number where it is taken."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
