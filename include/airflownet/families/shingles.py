"""A text as the set of its shingles (runs of tokens): what similarity is measured on.

A set, not a multiset (Broder: On the resemblance and containment of documents, 1997): a DAG that repeats
one task pattern ten times is the same design as one that repeats it twelve times, and must count as near.
Five tokens are what the near-duplicate filters of code corpora use (BigCode's The Stack).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from airflownet.families.normalised_tokens import normalised_tokens

Shingles = NDArray[np.uint64]
"""Distinct 64-bit hashes of the shingles, ascending."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd: multiplying loses nothing
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))  # SplitMix64's finaliser
_WORD = re.compile(r"\w+|[^\w\s]")


@lru_cache(maxsize=4_096)  # the families and each proof ask for the same files
def code_shingles(code: str, length: int) -> Shingles:
    """Returns the shingles of a Python file; comments, docstrings and layout do not count."""
    return token_shingles(normalised_tokens(code), length)


def text_shingles(text: str, length: int) -> Shingles:
    """Returns the shingles of prose: runs of words and punctuation marks, in lower case."""
    return token_shingles(_WORD.findall(text.lower()), length)


def token_shingles(tokens: Sequence[str], length: int) -> Shingles:
    """Returns the hashes of all runs of ``length`` tokens; a shorter text is one shingle.

    Each token is hashed with BLAKE2b to 64 bits, a run by a polynomial over its tokens' hashes. Two
    different runs of a corpus of 100 million have the same hash with a probability of 3 in 10,000.
    """
    if not tokens:
        return np.empty(0, dtype=np.uint64)
    hashes = np.fromiter((_token_hash(token) for token in tokens), dtype=np.uint64, count=len(tokens))
    width = min(length, len(tokens))
    n_runs = len(tokens) - width + 1
    with np.errstate(over="ignore"):
        runs = np.full(n_runs, np.uint64(width), dtype=np.uint64)
        for place in range(width):
            runs = runs * _MULTIPLIER + hashes[place : place + n_runs]
        for factor in _MIX:
            runs = (runs ^ (runs >> np.uint64(30))) * factor
    found: Shingles = np.unique(runs ^ (runs >> np.uint64(31)))
    found.flags.writeable = False
    return found


@lru_cache(maxsize=200_000)
def _token_hash(token: str) -> int:
    return int.from_bytes(
        hashlib.blake2b(token.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"
    )
