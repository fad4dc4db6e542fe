"""What follows from the gradings of a run: ``summary.json``, and whether the judge is to be believed."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from airflownet.llm_judge.agreement import Agreement, fleiss
from airflownet.llm_judge.canaries import shares_as_expected
from airflownet.llm_judge.contradictions import contradictions
from airflownet.llm_judge.grade_records import CanaryGrade, Preference
from airflownet.llm_judge.pairwise import pair_summary
from airflownet.llm_judge.reply import Grading
from airflownet.llm_judge.rubric import CRITERIA, Rubric
from airflownet.llm_judge.settings import GradeSettings
from airflownet.records import JudgedSample

Graded = Sequence[tuple[JudgedSample, Sequence[Grading]]]
"""Each answer with its gradings, the one that counts first."""


def summarise(
    graded: Graded,
    canaries: Sequence[CanaryGrade],
    preferred: Sequence[Preference],
    settings: GradeSettings,
    rubric: Rubric,
) -> dict[str, Any]:
    """Returns the summary; ``flags`` is empty when nothing speaks against the judge."""
    first = [(row, gradings[0]) for row, gradings in graded]
    agreement = {
        "facts": _agreement(graded, settings, lambda grading: [f.holds for f in grading.findings.values()])
    } | {
        criterion: _agreement(graded, settings, lambda grading, name=criterion: [grading.grades[name]])
        for criterion in CRITERIA
    }
    n_unscored = sum(bool(grading.unscored) for _, grading in first)
    summary = {
        "rubric": rubric.version,
        "judges": sorted({grading.judge for _, grading in first if grading.judge}),
        "comments_stripped": settings.strip_comments,
        "answers": len(first),
        "unscored": n_unscored,
        "models": _by_model(first),
        "facts": _by_fact(first, rubric),
        "agreement": {name: dataclasses.asdict(value) for name, value in agreement.items()},
        "canaries": {
            kind: {"as_expected": good, "of": count}
            for kind, (good, count) in shares_as_expected(canaries).items()
        },
        "contradictions": contradictions(first, rubric),
        "pairs": pair_summary(preferred),
    }
    summary["flags"] = [
        *_flags(n_unscored, len(first), agreement["facts"], canaries, settings, rubric),
        *_order_flags(preferred, settings),
    ]
    return summary


def _flags(
    n_unscored: int,
    n_answers: int,
    facts: Agreement,
    canaries: Iterable[CanaryGrade],
    settings: GradeSettings,
    rubric: Rubric,
) -> Iterable[str]:
    if n_answers and n_unscored / n_answers > settings.max_unscored_share:
        yield (
            f"{n_unscored} of {n_answers} answers are unscored; the limit is "
            f"{settings.max_unscored_share:.0%} (max_unscored_share)"
        )
    shares = shares_as_expected(canaries)
    for kind in rubric.canaries if settings.canary_prompts else ():
        good, count = shares.get(kind, (0, 0))
        if not count:
            yield f"no canary of the kind {kind} could be made: no ground truth that loads"
        elif good / count < settings.min_canaries_as_expected:
            yield (
                f"{good} of {count} canaries of the kind {kind} got what they must; the limit is "
                f"{settings.min_canaries_as_expected:.0%} (min_canaries_as_expected)"
            )
    if not settings.canary_prompts:
        yield "no canaries were asked for: nothing tells whether the judge can be believed"
    if settings.judge == "llama" and not settings.llama.temperature:
        yield "at temperature 0 every repeat is equal: the agreement says nothing"
    elif facts.kappa is not None and facts.kappa < settings.min_kappa:
        yield (
            f"the judge agrees with itself by a kappa of {facts.kappa:.2f} over {facts.n_items} facts; the "
            f"limit is {settings.min_kappa:.2f} (min_kappa)"
        )


def _order_flags(preferred: Sequence[Preference], settings: GradeSettings) -> Iterable[str]:
    scored = [row for row in preferred if not row.unscored]
    depends = sum(row.depends_on_order for row in scored)
    if scored and depends / len(scored) > settings.max_order_dependent:
        yield (
            f"{depends} of {len(scored)} preferences change with the order of the two answers; the limit is "
            f"{settings.max_order_dependent:.0%} (max_order_dependent)"
        )


def _agreement(graded: Graded, settings: GradeSettings, read: Any) -> Agreement:
    """Returns the agreement over answers that were graded as often as asked, all of them scored."""
    ratings = []
    for _, gradings in graded:
        if settings.n_repeats < 2 or len(gradings) != settings.n_repeats or any(g.unscored for g in gradings):
            continue
        ratings += list(zip(*(read(grading) for grading in gradings), strict=True))
    return fleiss(ratings)


def _by_model(first: Sequence[tuple[JudgedSample, Grading]]) -> dict[str, Any]:
    by_model: dict[str, list[Grading]] = defaultdict(list)
    for row, grading in first:
        by_model[row.model].append(grading)
    return {model: _of_model(gradings) for model, gradings in sorted(by_model.items())}


def _of_model(gradings: Sequence[Grading]) -> dict[str, Any]:
    scored = [grading for grading in gradings if not grading.unscored]
    unscored = Counter(grading.unscored for grading in gradings if grading.unscored)
    return {
        "answers": len(gradings),
        "scored": len(scored),
        "unscored": dict(sorted(unscored.items())),
        **{criterion: _distribution([one.grades[criterion] for one in scored]) for criterion in CRITERIA},
    }


def _distribution(grades: Sequence[int]) -> Mapping[str, Any]:
    counts = Counter(grades)
    return {
        "mean": round(sum(grades) / len(grades), 3) if grades else None,
        "grades": {str(grade): counts[grade] for grade in range(1, 6)},
    }


def _by_fact(first: Sequence[tuple[JudgedSample, Grading]], rubric: Rubric) -> dict[str, dict[str, Any]]:
    """Returns fact -> model -> share of good answers."""
    found: dict[str, dict[str, list[bool]]] = {fact.id: defaultdict(list) for fact in rubric.facts}
    for row, grading in first:
        for fact in rubric.facts:
            if (finding := grading.findings.get(fact.id)) is not None:
                found[fact.id][row.model].append(finding.holds == fact.good)
    return {
        fact: {model: round(sum(values) / len(values), 3) for model, values in sorted(by_model.items())}
        for fact, by_model in found.items()
    }
