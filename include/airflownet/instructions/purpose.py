"""What a DAG is for, out of its docstring or description.

Airflow's own examples speak of themselves ("Example Airflow DAG demonstrating the usage of X"): the talk
about examples and tests goes, the subject stays. Set-up notes, environment variables and addresses are
left out. A docstring that leaves nothing gives no purpose; then the tasks must tell it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from airflownet.instructions.task_phrase import base_form
from airflownet.wording.english import third_person
from airflownet.wording.untrusted_text import Guard


@dataclass(frozen=True, slots=True)
class Purpose:
    """A phrase that follows "a DAG"."""

    relative: str
    """``that loads the sales``, ``to load the sales`` or ``for Google BigQuery``."""
    is_topic: bool = False
    """True when it names a subject without saying what is done with it."""


_SELF_TALK: Final = re.compile(
    r"^(?:note:\s*)?(?:this\s+(?:is\s+)?)?(?:(?:an?|the)\s+)?"
    r"(?:(?:very\s+|more\s+)?(?:simple|simplest|basic|advanced|minimal)\s+)?"
    r"(?:airflow\s+)?(?:system\s+tests?|samples?|examples?|dags?|tutorials?|modules?)(?:\s+(?:airflow|system\s+test|tests?|dags?))*"
    r"\s*(?:file\s+)?",
    re.IGNORECASE,
)
_CREATES_A_DAG: Final = re.compile(
    r"^(?:to\s+)?creates?\s+an?\s+(?:airflow\s+)?dag\s+(?=that|which)", re.IGNORECASE
)
_DEMONSTRATES: Final = re.compile(
    r"^(?:(?:that|which|is|to|for|of|in\s+order)\s+)*"
    r"(?:demonstrat(?:es?|ing)|show(?:s|ing|casing|cases|case)?|illustrat(?:es?|ing)|exercis(?:es?|ing)|"
    r"verif(?:ies|y|ying)|test(?:s|ing)?|display(?:s|ing)?|perform(?:s|ing)?\s+tests?\s+(?:of|for))\s+"
    r"(?:how\s+(?:to|you\s+can)\s+|(?:the\s+)?(?:simplest\s+|basic\s+|various\s+)?"
    r"(?:usages?|uses?|functionality|interactions?|setting\s+up|behaviou?r|features?)\s*(?:of\s+|with\s+|between\s+)?)?",
    re.IGNORECASE,
)
_HARNESS: Final = re.compile(
    r"\btests?\b|\btesting\b|\bexamples?\b|environment(?:al)? variable|\benv\b|ENV_ID|SYSTEM_TESTS|pytest|"
    r"get_test_run|\bwatcher\b|https?:|\bnote\b|\bmust\b|make sure|prerequisite|requirement|copyright|"
    r"licen[cs]e|\bexample_\w+|\bAIP-\d+|\bdocs?\b|documentation|\btutorial\b|\bfollowing\b|\bas follows\b|"
    r"\bdag_id\b|\.py\b|\bdemonstrat|\bself-contained",
    re.IGNORECASE,
)
_MARKUP: Final = re.compile(r"``|`|\*\*|:(?:class|func|mod|ref|doc|meth):|^#+\s*|~")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(]|$)|\n\s*\n|\n\s*[-*#]+\s|:\s*\n")
_MOST_CHARS: Final = 170


def purpose(docstring: str, guard: Guard) -> Purpose | None:
    """Returns what the docstring says the DAG is for; None when it says nothing usable.

    The first of its leading four sentences that gives a purpose decides; one that says what is done is
    preferred to one that only names a subject.
    """
    found = None
    for sentence in [part for part in _SENTENCE_END.split(docstring[:2000]) if part.strip()][:4]:
        text = guard.phrase(_MARKUP.sub("", sentence))
        result = _of_sentence(text.rstrip(" .:;!"))
        if result is not None and not result.is_topic:
            return result
        found = found or result
    return found


def _of_sentence(text: str) -> Purpose | None:
    stripped = _CREATES_A_DAG.sub("", _SELF_TALK.sub("", text, count=1).strip(), count=1)
    was_self_talk = stripped != text
    rest = _DEMONSTRATES.sub("", stripped, count=1).strip()
    demonstrated = rest != stripped
    if (
        not 3 < len(rest) <= _MOST_CHARS
        or _HARNESS.search(rest)
        or "_" in rest
        or rest.count("(") != rest.count(")")
    ):
        return None
    if demonstrated:
        return _subject(rest)
    relative = re.match(r"^(?:that|which)\s+(.*)", rest, re.IGNORECASE)
    if relative:
        return _deed(relative[1])
    if was_self_talk:
        topic = re.match(r"^(?:for|of|using|with|about)\s+(?:the\s+)?(.*)", rest, re.IGNORECASE)
        if topic:
            return _subject(topic[1])
        aim = re.match(r"^to\s+(.*)", rest, re.IGNORECASE)
        return Purpose(f"to {aim[1]}") if aim and base_form(aim[1].split()[0]) else _deed(rest)
    return _deed(rest)


def _deed(text: str) -> Purpose | None:
    """Reads ``creates and deletes X`` or ``load X``; None when it starts with no known verb."""
    first, _, rest = text.partition(" ")
    verb = base_form(first.rstrip(","))
    if verb and rest:
        lowered = first.lower()
        return Purpose(
            f"that {lowered} {rest}" if lowered.rstrip(",") == third_person(verb) else f"to {lowered} {rest}"
        )
    if first.lower() in ("uses", "demonstrates", "shows") and rest:
        return _subject(rest)
    if first.lower() in ("takes", "runs", "triggers", "waits") and rest:
        return Purpose(f"that {first.lower()} {rest}")
    return None


def _subject(text: str) -> Purpose | None:
    text = re.sub(r"^(?:using|usage of|use of|use|the usage of)\s+", "", text, flags=re.IGNORECASE)
    text = re.sub(r"(\w+(?:Operator|Sensor))\s+(?:operators?|sensors?)\b", r"\1", text)
    text = re.sub(r"\s+services?$", "", text) if len(text.split()) > 1 else text
    words = text.split()
    if not words or len(text) < 3:
        return None
    verb = base_form(words[0].rstrip(","))
    if words[1:2] == ["of"]:
        return Purpose(f"for the {text}" if words[0].islower() else f"for {text}", is_topic=True)
    if verb and len(words) > 1 and words[0].islower():
        return _deed(text)
    if words[0].lower().endswith("ing") and words[0].islower():
        return Purpose(f"for {text}", is_topic=True)
    text = re.sub(r"\b\w+\.(\w+(?:Operator|Sensor))\b", r"\1", text)
    return Purpose(f"that uses {text}", is_topic=re.search(r"\bto [a-z]+ ", text) is None)
