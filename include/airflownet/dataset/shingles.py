"""A file as the set of its token shingles: what similarity is measured on."""

from __future__ import annotations

from airflownet.dataset.normalised_tokens import normalised_tokens


def shingles(code: str, length: int) -> frozenset[tuple[str, ...]]:
    """Returns the distinct runs of ``length`` normalised tokens; a shorter file is one shingle.

    A set, not a multiset (Broder: On the resemblance and containment of documents, 1997): a DAG that repeats
    one task pattern ten times is the same design as one that repeats it twelve times, and must count as near.
    Five tokens are what the near-duplicate filters of code corpora use (BigCode's The Stack).
    """
    tokens = tuple(normalised_tokens(code))
    if len(tokens) <= length:
        return frozenset({tokens}) if tokens else frozenset()
    return frozenset(tokens[start : start + length] for start in range(len(tokens) - length + 1))
