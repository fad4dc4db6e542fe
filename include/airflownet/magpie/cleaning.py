"""A drawn text cut to the request alone, with what was cut off recorded as a class.

Models often go on after a request: with the answer, or with the next turn's header. Plain words such as
"assistant" are no stop; the cut is at marks that only an answer begins with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ANSWER_MARKS: Final = (
    ("code-fence", re.compile(r"^\s*(?:```|~~~)", re.MULTILINE)),
    (
        "answer-heading",
        re.compile(r"^\s*(?:#{1,4}\s*)?(?:Answer|Solution|Response|Output|Step 1)\s*:?\s*$", re.M | re.I),
    ),
    ("answer-label", re.compile(r"^\s*(?:Answer|Solution|Response)\s*:", re.MULTILINE | re.IGNORECASE)),
    (
        "answer-opening",
        re.compile(
            r"(?:^|(?<=[.!?]\s))(?:Sure|Certainly|Of course|Here(?:'s| is| are)|Below is|"
            r"To (?:create|write|build) (?:this|a|an|the) [^.\n]{0,60}, (?:you|we) )",
            re.MULTILINE,
        ),
    ),
    ("code", re.compile(r"^(?:from [\w.]+ import |import [\w.]+$|def \w+\(|with DAG\()", re.MULTILINE)),
)
_ROLE_LABEL: Final = re.compile(r"^\s*(?:User|Human|Question|Request|Instruction)\s*:\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CleanRequest:
    """A request without what followed it."""

    text: str
    cut: str
    """``none``, or what the text was cut at: ``code-fence``, ``answer-opening`` ..."""


def clean(raw: str) -> CleanRequest:
    """Returns the request in a drawn text; empty when the text begins with an answer."""
    text = _ROLE_LABEL.sub("", raw.strip(), count=1)
    cuts = [(found.start(), name) for name, mark in _ANSWER_MARKS if (found := mark.search(text))]
    if not cuts:
        return CleanRequest(text.strip(), "none")
    place, name = min(cuts)
    return CleanRequest(text[:place].strip(), name)
