"""A judge's reply as facts, or why it cannot be used: an answer is then unscored, never graded zero."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from airflownet.llm_judge.rubric import CRITERIA, Rubric

_MOST_REASON_CHARS = 600


@dataclass(frozen=True, slots=True)
class JudgeReply:
    """The text a judge sent, or the reason that there is none."""

    text: str
    unscored: str = ""
    """``refused``, ``truncated``, ``over-token-budget``, ``errored`` ...; empty when the text is whole."""
    judge: str = ""
    """Model id as the reply names it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the judge found for one fact."""

    text: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Grading:
    """The grades of one answer, computed from the facts; or why there are none."""

    grades: Mapping[str, int] = field(default_factory=dict)
    """Criterion -> 1 to 5; empty when unscored."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Criterion -> the findings that cost grades."""
    findings: Mapping[str, Finding] = field(default_factory=dict)
    unscored: str = ""
    judge: str = ""


def read_reply(reply: JudgeReply, rubric: Rubric) -> Grading:
    """Returns the grades; unscored unless every fact has a finding and a plain true or false."""
    if reply.unscored:
        return Grading(unscored=reply.unscored, judge=reply.judge)
    try:
        data = json.loads(reply.text)
    except (ValueError, RecursionError):
        return Grading(unscored="unreadable", judge=reply.judge)
    if not isinstance(data, dict):
        return Grading(unscored="unreadable", judge=reply.judge)
    findings = {}
    for fact in rubric.facts:
        row = data.get(fact.id)
        if not isinstance(row, dict) or not isinstance(row.get("holds"), bool):
            return Grading(unscored="fact-missing", judge=reply.judge)
        text = row.get("finding")
        if not isinstance(text, str) or not text.strip():
            return Grading(unscored="finding-missing", judge=reply.judge)
        findings[fact.id] = Finding(" ".join(text.split()), row["holds"])
    holds = {name: finding.holds for name, finding in findings.items()}
    return Grading(
        {criterion: rubric.grade(criterion, holds) for criterion in CRITERIA},
        {criterion: _reason(criterion, findings, rubric) for criterion in CRITERIA},
        findings,
        judge=reply.judge,
    )


def _reason(criterion: str, findings: Mapping[str, Finding], rubric: Rubric) -> str:
    bad = [
        f"{fact.id}: {findings[fact.id].text}"
        for fact in rubric.facts
        if fact.criterion == criterion and findings[fact.id].holds != fact.good
    ]
    return "; ".join(bad)[:_MOST_REASON_CHARS] or "every fact is as it should be"
