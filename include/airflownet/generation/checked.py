"""One whole file, checked: does it load, has it what was asked for, and how well is it made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from airflownet.asked_for import AskedFor
from airflownet.generation.place import NOWHERE, Place
from airflownet.generation.unfinished import faults_of_finished
from airflownet.generation.wanted import Wanted
from airflownet.judge.loader import load_source
from airflownet.judge.verdict import judge_loaded
from airflownet.records import Outcome, Verdict

ENOUGH: Final = 0.8
"""Asked-for score from which on a file is taken without looking for a better one."""
ENOUGH_ALONG_OUTLINE: Final = 0.5
"""The same for a plan along the request's outline, which has every step that could be read."""


@dataclass(frozen=True)
class Checked:
    """What is known of one file."""

    code: str
    verdict: Verdict
    asked: AskedFor
    faults: tuple[str, ...]
    """What keeps it from loading, and names that nothing defines; for people and for the model."""
    missing: tuple[str, ...]
    """What the request states plainly and the file does not have."""

    @property
    def loads(self) -> bool:
        """True when the judge says so and no name is made up."""
        return self.verdict.outcome is Outcome.LOADS and not self.faults

    @property
    def is_good(self) -> bool:
        """True when it loads and has what was asked for."""
        return self.loads and not self.missing

    @property
    def is_enough(self) -> bool:
        """True when no further draft is worth its tokens: good, with most of what was asked found in it."""
        return self.is_good and (not self.asked.is_scored or self.asked.score >= ENOUGH)

    @property
    def n_practice(self) -> int:
        """Violations of good practice."""
        return sum(violation.severity == "practice" for violation in self.verdict.violations)

    @property
    def rank(self) -> tuple[bool, bool, float, int, int]:
        """The better file has the greater rank: loads, has what was asked, asked-for score, practice."""
        score = max(self.asked.score, 0.0)
        return self.loads, not self.missing, score, -self.n_practice, -len(self.faults)

    def told(self) -> list[str]:
        """Returns what is wrong, one line each, for a repair round."""
        wrong = [*self.faults]
        if not wrong and self.verdict.outcome is not Outcome.LOADS:
            wrong.append(self.verdict.reason)
        return wrong + [f"The request asks for {text}." for text in self.missing]


def check(code: str, wanted: Wanted, place: Place = NOWHERE) -> Checked:
    """Returns what is known of a file; never raises for any text, never runs it.

    Args:
        code: the file's text.
        wanted: what it is for.
        place: where it lies.
    """
    loaded = load_source(code, wanted.airflow, path=place.path, project=place.project)
    faults = faults_of_finished(code, wanted.airflow, packages=wanted.packages, place=place)
    return Checked(
        code,
        judge_loaded(loaded),
        wanted.delivered(loaded),
        tuple(dict.fromkeys(fault.message for fault in faults)),
        wanted.missing(loaded),
    )
