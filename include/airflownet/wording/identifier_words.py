"""Names in code to words as people write them: ``GCSCreateBucket`` -> ``GCS create bucket``.

Snake case, camel case and runs of capitals are split; then products and acronyms get their usual
spelling, also where a name breaks them in two (``big_query``, ``BigQuery``, ``bigquery``).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from airflownet.wording.vocabulary import spellings

_WORD: Final = re.compile(
    r"[A-Z]+[0-9]+(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+[0-9]*(?![a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+"
)
_MOST_CHARS: Final = 200


@cache
def identifier_words(name: str) -> tuple[str, ...]:
    """Returns the words of a name, at most 200 characters of it; ordinary words in lower case.

    A product of several words is one item: ``("Vertex AI", "endpoint")``.
    """
    return words_in_text(name[:_MOST_CHARS])


def words_in_text(text: str) -> tuple[str, ...]:
    """Returns the words of a text of any length, spelt as those of a name."""
    parts = [part.lower() for part in _WORD.findall(text)]
    known = spellings()
    words: list[str] = []
    index = 0
    while index < len(parts):
        for width in (4, 3, 2, 1):
            joined = "".join(parts[index : index + width])
            if joined in known and index + width <= len(parts):
                words.append(known[joined])
                break
        else:
            width = 1
            words.append(parts[index])
        index += width
    return tuple(words)


def is_product(word: str) -> bool:
    """True for a word with a spelling of its own: a product or an acronym."""
    return word.replace(" ", "").replace("/", "").lower() in spellings()
