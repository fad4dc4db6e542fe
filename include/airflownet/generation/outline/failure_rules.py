"""Steps that run when others fail: "tell Slack when it fails", "delete the bucket, whatever happens"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from airflownet.asked_for.request import Deed

_ON_FAILURE: Final = re.compile(
    r"\b(?:if|when|whenever|once|in case|as soon as) "
    r"(?:it|this|that|one|any(?:thing|one)?|some(?:thing)?|there|"
    r"(?:a|an|the|any|one)(?: of (?:the|these))? \w+(?: \w+)?)(?: of \w+)? "
    r"(?:fails?|breaks?|goes wrong|is an error|are errors|errors?)\b"
    r"|\b(?:on|upon|in case of|of|about) (?:a |an |any )?(?:failures?|errors?)\b",
    re.IGNORECASE,
)
_WHATEVER: Final = re.compile(
    r"\beven (?:when|if) (?:\w+ ){0,3}(?:tasks? )?(?:has |have )?fail(?:s|ed)?\b"
    r"|\bwhatever happens\b|\bno matter what\b|\bin any case\b",
    re.IGNORECASE,
)
_GOES_ON: Final = re.compile(r" (?!and\b|then\b|or\b)\w", re.IGNORECASE)
_CONDITION_BEFORE: Final = re.compile(
    r"(?:^|,|;|\band\b)\s*" + _ON_FAILURE.pattern + r",?\s*$", re.IGNORECASE
)


def places_of(text: str, deeds: Sequence[Deed]) -> list[tuple[int, int]]:
    """Returns where each deed begins in the text, and where the next one does; -1 where it is not found."""
    starts, at = [], 0
    for deed in deeds:
        place = text.find(" ".join(deed.words.split()[:2]), at)
        starts.append(place)
        at = max(at, place)
    ends = []
    for number in range(len(deeds)):
        later = [place for place in starts[number + 1 :] if place > starts[number]]
        ends.append(later[0] if later else len(text))
    return list(zip(starts, ends, strict=True))


def trigger_rule(text: str, deed: Deed, place: tuple[int, int]) -> str:
    """Returns the trigger rule that the words of a deed, up to the next one, ask for."""
    start, end = place
    own = text[start:end] if start >= 0 else deed.words
    if _WHATEVER.search(own):
        return "all_done"
    before = text[max(0, start - 60) : start].rpartition(".")[2] if start >= 0 else ""
    is_condition = _CONDITION_BEFORE.search(before)
    is_own = any(not _is_of_what_follows(own, match) for match in _ON_FAILURE.finditer(own))
    if "notify" in deed.terms.work and (is_own or is_condition):
        return "one_failed"
    return ""


def failure_clause(text: str) -> str:
    """Returns the first words of a text that say "when something fails"; empty where none do."""
    found = _ON_FAILURE.search(text)
    return found[0] if found else ""


def _is_of_what_follows(words: str, condition: re.Match[str]) -> bool:
    """True for "...; if a step fails page the team": the condition begins a clause of its own."""
    before, after = words[: condition.start()].rstrip(" "), words[condition.end() :]
    if not after.strip(" ,.;:!\n"):
        return False
    return before.endswith((".", ";", "\n")) or (before.endswith(",") and bool(_GOES_ON.match(after)))
