"""The language of a request, by lingua (https://github.com/pemistahl/lingua-rs), whose models come with it.

Names of operators and products look like no language or any; so they are taken out first, and a text with
hardly a word left is let through as undecided.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from airflownet.magpie.candidate import Candidate, Drop

_NAMES: Final = re.compile(r"`[^`]*`|\w*[_/.\d]\w*|\b\w*[a-z][A-Z]\w*|\b[A-Z]{2,}\b")
_FEWEST_WORDS: Final = 4
# Enough to tell what instruction-tuned models drift into; each further one costs memory and time.
_KNOWN: Final = (
    "ENGLISH", "CHINESE", "JAPANESE", "KOREAN", "GERMAN", "FRENCH", "SPANISH", "PORTUGUESE", "ITALIAN",
    "DUTCH", "RUSSIAN", "ARABIC", "TURKISH", "POLISH", "VIETNAMESE", "HINDI",
)  # fmt: skip


def language(candidates: Sequence[Candidate], wanted: Sequence[str]) -> list[Drop | None]:
    """Returns ``Drop("language:german")`` where another language is likelier than all the wanted ones."""
    return [_why(candidate.text, frozenset(wanted)) for candidate in candidates]


def detected(text: str) -> str:
    """Returns the likeliest language as lingua names it, ``""`` where there are too few words."""
    words = _NAMES.sub(" ", text)
    if len(re.findall(r"[^\W\d_]{2,}", words)) < _FEWEST_WORDS and words.isascii():
        return ""
    found = _detector().detect_language_of(words)
    return "" if found is None else str(found.name)


def _why(text: str, wanted: frozenset[str]) -> Drop | None:
    found = detected(text)
    return None if not found or found in wanted else Drop(f"language:{found.lower()}")


@cache
def _detector() -> Any:
    from lingua import Language, LanguageDetectorBuilder

    languages = [getattr(Language, name) for name in _KNOWN]
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()
