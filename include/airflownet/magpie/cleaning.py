"""A drawn text is a request as a whole, or it is left out as a whole: nothing is ever cut.

Models often go on after a request: with the answer, or with the next turn's header. A text that does is left
out, with its class. But people write "Here are the requirements:" and paste their own code, so that a mark
only counts where the words around it do not say that it is the user who goes on. In doubt the text is left
out: half a request that is answered as if it were whole teaches wrong answers, a lost draw costs a second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_LINES: Final = re.MULTILINE | re.IGNORECASE
_START: Final = r"(?:^[ \t]*|(?<=[.!?:][ \t]))"
# Only a model says these, wherever they stand.
_ANSWERS: Final = (
    ("answer-heading", re.compile(r"^\s*(?:#{1,4}\s*)?(?:Answer|Solution|Response)\s*:?\s*$", _LINES)),
    ("answer-heading", re.compile(r"^\s*#{1,4}\s*(?:Output|Step 1)\b", _LINES)),
    ("answer-label", re.compile(r"^\s*(?:Answer|Solution|Response|Assistant)\s*:", _LINES)),
    (
        "answer-opening",
        re.compile(
            rf"{_START}(?:(?:Sure|Certainly|Absolutely|Of course)\s*[,!.:\-\u2013\u2014]"
            r"|The following (?:\w+ ){1,2}(?:creates|defines|demonstrates|does|implements|shows|will)\b"
            r"|To (?:create|write|build) (?:this|a|an|the) [^.\n]{0,60}, (?:you|we) )",
            re.MULTILINE,
        ),
    ),
)
# People hand something over with these words as well: the sentence tells who speaks.
_HANDING_OVER: Final = re.compile(
    rf"{_START}(?P<sentence>(?:Here(?:'s|\u2019s| is| are)|Below (?:is|are)) [^.!?:\n]*)", re.MULTILINE
)
_WORK: Final = re.compile(
    r"\b(?:answer|code|dag|example|file|implementation|pipeline|script|snippet|solution|version|way|workflow)s?\b",
    re.IGNORECASE,
)
_MINE: Final = r"my|mine|our|ours|I|I'm|I've|we|we've|us|me|current|currently|existing|present|legacy|old"
_OWN: Final = re.compile(rf"\b(?:{_MINE})\b", re.IGNORECASE)
_SHOWN: Final = re.compile(
    rf"\b(?:{_MINE}|below|following|this|these|those|errors?|fails?|failing|failed|traceback|logs?|"
    r"looks? like|given)\b",
    re.IGNORECASE,
)
_OPEN_FENCE: Final = re.compile(r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*$", re.MULTILINE)
_BARE_CODE: Final = re.compile(
    r"^(?:from [\w.]+ import |import [\w.]+[ \t]*$|def \w+\(|with DAG\(|@(?:dag|task)\b)", re.MULTILINE
)
_ROLE_LABEL: Final = re.compile(r"^\s*(?:User|Human|Question|Request|Instruction)\s*:\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CleanRequest:
    """A request as it was drawn, or why it was left out."""

    text: str
    """The whole request; empty when it was left out."""
    cut: str
    """``none``, or the mark of an answer that it was left out for: ``code-fence``, ``answer-opening`` ..."""


def clean(raw: str) -> CleanRequest:
    """Returns the drawn text without its role's label, or nothing when it holds more than a request."""
    text = _ROLE_LABEL.sub("", raw.strip(), count=1).strip()
    reason = _why_no_request(text)
    return CleanRequest("", reason) if reason else CleanRequest(text, "none")


def _why_no_request(text: str) -> str:
    *before_fences, rest = _prose(text)
    outside = "\n".join([*before_fences, rest])
    for name, mark in _ANSWERS:
        if mark.search(outside):
            return name
    for found in _HANDING_OVER.finditer(outside):
        if _WORK.search(found["sentence"]) and not _OWN.search(found["sentence"]):
            return "answer-opening"
    if not all(map(_shows_something, before_fences)):
        return "code-fence"
    if (code := _BARE_CODE.search(outside)) and not _shows_something(outside[: code.start()]):
        return "code"
    return ""


def _prose(text: str) -> list[str]:
    """Returns the text before each code fence and after the last one; an open fence goes to the end."""
    parts, place = [], 0
    while found := _OPEN_FENCE.search(text, place):
        parts.append(text[place : found.start()])
        closing = re.compile(rf"^[ \t]*{found['fence'][0]}{{{len(found['fence'])},}}[ \t]*$", re.MULTILINE)
        end = closing.search(text, found.end())
        place = end.end() if end else len(text)
    return [*parts, text[place:]]


def _shows_something(prose: str) -> bool:
    """Tells whether the last sentence, which code follows, says that the user shows it."""
    sentences = re.split(r"(?<=[.!?])\s+|\n\s*\n", prose.strip())
    return bool(_SHOWN.search(sentences[-1]))
