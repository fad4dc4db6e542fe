"""The tables of an LLM judge: grades with intervals, where the static judge contradicts, what to believe."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from airflownet.evaluation.number_format import ALL_EQUAL, MODEL_NAMES, ONE_FAMILY, confidence_level
from airflownet.evaluation.sample_browser.browser_data import AnswerKey
from airflownet.evaluation.second_opinions.criteria import CRITERIA
from airflownet.evaluation.second_opinions.pairwise_tables import pairwise_tables
from airflownet.evaluation.statistics.proportion import IntervalSettings, family_interval
from airflownet.evaluation.summary import ReportTable
from airflownet.llm_judge.grade_records import Grade, Preference
from airflownet.tables import read_table

_GRADES: Final = ("1", "2", "3", "4", "5", "unscored")


@dataclass(frozen=True, slots=True)
class Grading:
    """A finished grading stage."""

    grades: tuple[Grade, ...]
    """Those that count: the first of each answer."""
    summary: Mapping[str, Any]
    preferences: tuple[Preference, ...] = ()
    """Of answers side by side; empty where nobody asked for it."""


def read_grading(folder: Path) -> Grading:
    """Returns what ``airflownet grade`` left in the folder."""
    grades = tuple(g for g in read_table(folder / "grades.parquet", Grade) if g.repeat == 0)
    pairs = folder / "preferences.parquet"
    return Grading(
        grades,
        json.loads((folder / "summary.json").read_text(encoding="utf-8")),
        tuple(read_table(pairs, Preference)) if pairs.is_file() else (),
    )


def llm_tables(grading: Grading, intervals: IntervalSettings) -> Iterator[ReportTable]:
    """Yields the tables in the order of the page."""
    yield _means(grading, intervals)
    families = {grade.sample_id: grade.family_id for grade in grading.grades}
    yield from pairwise_tables(grading.preferences, families, intervals)
    contradictions = grading.summary["contradictions"]
    yield ReportTable(
        "LLM judge against static judge",
        "Answers by what the static judge says and the grade for completeness (imports, arguments). "
        f"{contradictions['fails_but_graded_4_or_5']} that fail for certain are graded 4 or 5, "
        f"{contradictions['loads_but_graded_1_or_2']} that load are graded 1 or 2. Loading does not mean "
        "complete, so the second number is no fault by itself; the first is.",
        ("Static judge", *(f"Grade {g}" if g != "unscored" else "Unscored" for g in _GRADES), "All"),
        tuple(
            (outcome, *(f"{counts.get(grade, 0):,}" for grade in _GRADES), f"{sum(counts.values()):,}")
            for outcome, counts in contradictions["by_outcome"].items()
        ),
    )
    if contradictions["by_fact"]:
        yield ReportTable(
            "Faults that both can see",
            "Where a rule of the static judge settles a fact in a file that fails: who saw the fault.",
            ("Fact", "Both", "Static judge alone", "LLM judge alone", "Neither"),
            tuple(
                (
                    name.replace("_", " "),
                    *(f"{c.get(k, 0):,}" for k in ("both", "parser_only", "model_only", "neither")),
                )
                for name, c in contradictions["by_fact"].items()
            ),
        )
    if contradictions["overlooked"]:
        yield ReportTable(
            "What the LLM judge overlooked",
            "The first of them. In the sample browser each answer has its grades and their reasons.",
            ("Sample", "Model", "Static judge", "LLM judge"),
            tuple(
                (row["sample_id"], MODEL_NAMES.get(row["model"], row["model"]), row["parser"], row["judge"])
                for row in contradictions["overlooked"]
            ),
        )
    yield _trust(grading.summary)


def marks(grading: Grading) -> dict[AnswerKey, dict[str, str]]:
    """Returns what the sample browser tells of each answer."""
    return {AnswerKey(g.sample_id, g.model, g.sample_index): dict(_told(g)) for g in grading.grades}


def _told(grade: Grade) -> Iterator[tuple[str, str]]:
    if grade.unscored:
        yield "LLM judge", f"unscored: {grade.unscored}"
        return
    for name, title in CRITERIA.items():
        value, reason = getattr(grade, name), getattr(grade, f"{name}_reason")
        yield f"LLM judge, {title.lower()}", f"{value} of 5{f': {reason}' if reason else ''}"


def _means(grading: Grading, intervals: IntervalSettings) -> ReportTable:
    models = list(dict.fromkeys([m for m in MODEL_NAMES if m in grading.summary["models"]]))
    models += [m for m in grading.summary["models"] if m not in models]
    rows = []
    for model in models:
        mine = [g for g in grading.grades if g.model == model]
        cells = [_mean([g for g in mine if not g.unscored], name, intervals) for name in CRITERIA]
        n_unscored = sum(bool(g.unscored) for g in mine)
        rows.append((MODEL_NAMES.get(model, model), *cells, f"{len(mine):,}", f"{n_unscored:,}"))
    rows.append(("Fine-tuned − base", *(_difference(grading, name, intervals) for name in CRITERIA), "", ""))
    judges = ", ".join(grading.summary["judges"]) or "no judge answered"
    return ReportTable(
        "Grades, 1 to 5",
        f"Means with {confidence_level(intervals.confidence)} interval (families drawn as a whole), derived "
        f"by rubric {grading.summary['rubric']} from yes/no facts that {judges} found. Unscored answers are "
        "in no mean. The difference is over the prompts that both models have a grade for.",
        ("Model", *CRITERIA.values(), "Answers", "Unscored"),
        tuple(rows),
    )


def _mean(grades: Sequence[Grade], name: str, intervals: IntervalSettings) -> str:
    return _interval([float(getattr(g, name)) for g in grades], [g.family_id for g in grades], intervals)


def _difference(grading: Grading, name: str, intervals: IntervalSettings) -> str:
    found: dict[tuple[str, int], dict[str, Grade]] = {}
    for grade in grading.grades:
        if not grade.unscored:
            found.setdefault((grade.sample_id, grade.sample_index), {})[grade.model] = grade
    pairs = [by for by in found.values() if {"base", "tuned"} <= by.keys()]
    values = [float(getattr(by["tuned"], name) - getattr(by["base"], name)) for by in pairs]
    return _interval(values, [by["base"].family_id for by in pairs], intervals, signed=True)


def _interval(
    values: Sequence[float], families: Sequence[str], intervals: IntervalSettings, *, signed: bool = False
) -> str:
    if not values:
        return "–"
    sign = "+" if signed else ""
    if len(set(families)) < 2:  # whole families are drawn: one of them tells nothing of others
        return f"{sum(values) / len(values):{sign}.2f} ({ONE_FAMILY})".replace("-", "−")
    if min(values) == max(values):
        return f"{values[0]:{sign}.2f} ({ALL_EQUAL})".replace("-", "−")
    low, high = family_interval(values, families, intervals)
    told = [f"{value:{sign}.2f}".replace("-", "−") for value in (sum(values) / len(values), low, high)]
    return f"{told[0]} ({told[1]} to {told[2]})"


def _trust(summary: Mapping[str, Any]) -> ReportTable:
    rows = [("To be believed", "no: see below" if summary["flags"] else "nothing speaks against it")]
    rows += [("Flag", flag) for flag in summary["flags"]]
    facts = summary["agreement"]["facts"]
    if facts["kappa"] is not None:
        rows.append(
            (
                "Agreement of its repeats",
                f"Fleiss' kappa {facts['kappa']:.2f}, equal {facts['share']:.0%} of "
                f"{facts['n_items']:,} facts asked {facts['n_repeats']} times",
            )
        )
    for kind, row in summary["canaries"].items():
        told = f"{row['as_expected']} of {row['of']} as expected"
        rows.append((f"Canaries, {kind.replace('_', ' ')}", told))
    rows.append(("Comments and docstrings", "taken out" if summary["comments_stripped"] else "left in"))
    return ReportTable("Can the LLM judge be believed?", "", ("Check", "Result"), tuple(rows))
