"""Whether a drawn text is one finished request: from stop reason, length and shape alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from airflownet.magpie.candidate import Candidate, Drop

_TEMPLATE: Final = re.compile(r"<\|[^|<>\n]{1,40}\|>|<(?:start|end)_of_turn>|\[/?INST\]|<</?SYS>>|</?s>")
_REFUSAL: Final = re.compile(r"\b(?:as an ai|i am an ai|language model|i'm sorry|i cannot)\b", re.IGNORECASE)
_FINISHED: Final = frozenset({"eos", "stop_id", "word"})
_MOST_UNPRINTABLE: Final = 0.02
_FEWEST_LETTERS: Final = 0.5
_LONGEST_WORD: Final = 80


def structure(candidates: Sequence[Candidate], min_tokens: int) -> list[Drop | None]:
    """Returns why each candidate is no request: ``unfinished``, ``empty``, ``too-short`` ..."""
    return [_why(candidate, min_tokens) for candidate in candidates]


def _why(candidate: Candidate, min_tokens: int) -> Drop | None:
    reason = _reason(candidate, min_tokens)
    return Drop(reason) if reason else None


def _reason(candidate: Candidate, min_tokens: int) -> str:
    text = candidate.text
    if candidate.error:
        return "refused-by-server"
    if candidate.cut != "none":
        return "holds-an-answer"
    if candidate.stop_type not in _FINISHED or candidate.truncated:
        return "unfinished"
    if not text:
        return "empty"
    n_words = len(text.split())
    if candidate.n_tokens < min_tokens or n_words < 3:
        return "too-short"
    if _TEMPLATE.search(text):
        return "template-tokens"
    if (
        "\ufffd" in text
        or _share(text, lambda c: not c.isprintable() and c not in "\n\t") > _MOST_UNPRINTABLE
    ):
        return "unprintable"
    if _share(text, str.isalpha) < _FEWEST_LETTERS or max(map(len, text.split())) > _LONGEST_WORD:
        return "not-prose"
    if _REFUSAL.search(text):
        return "speaks-as-assistant"
    if text.endswith(":") or text.count("`") % 2:
        return "breaks-off"
    if _repeats(text):
        return "repeats-itself"
    return ""


def _share(text: str, test: object) -> float:
    assert callable(test)
    return sum(bool(test(character)) for character in text) / len(text)


def _repeats(text: str) -> bool:
    """True when fewer than half of the word triples are distinct: a loop of the model."""
    words = text.lower().split()
    triples = list(zip(words, words[1:], words[2:], strict=False))
    return len(triples) >= 8 and len(set(triples)) < len(triples) / 2
