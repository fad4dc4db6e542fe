"""From the rows of ``results.parquet`` to every rate, difference and p-value of the report.

Pure and seeded: the same rows give the same numbers, in any order of rows. ``unknown`` and ``missing``
count as failures in the rate of ``loads`` and are shown beside it; nothing is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from airflownet.evaluation.statistics.holm import holm_adjusted
from airflownet.evaluation.statistics.paired_comparison import PairedComparison, paired_comparison
from airflownet.evaluation.statistics.proportion import IntervalSettings, proportion
from airflownet.evaluation.summary import (
    MODELS,
    OUTCOMES,
    CodeSummary,
    ModelSummary,
    NamedProportion,
    ResultStatistics,
    Stratum,
)
from airflownet.records import JudgedSample

Predicate = Callable[[JudgedSample], bool]


def _loads(row: JudgedSample) -> bool:
    return row.outcome == "loads"


def _rates(
    rows: Sequence[JudgedSample], holds: Predicate, settings: IntervalSettings
) -> list[NamedProportion]:
    """Returns one rate per model that has rows."""
    rates = []
    for model in MODELS:
        mine = [row for row in rows if row.model == model]
        if mine:
            rate = proportion([holds(row) for row in mine], [row.family_id for row in mine], settings)
            rates.append(NamedProportion(model, rate))
    return rates


def _compare(rows: Sequence[JudgedSample], holds: Predicate, settings: IntervalSettings) -> PairedComparison:
    """Compares tuned with base over the answers that both have a row for."""
    base = {(row.sample_id, row.sample_index): row for row in rows if row.model == "base"}
    tuned = {(row.sample_id, row.sample_index): row for row in rows if row.model == "tuned"}
    keys = sorted(base.keys() & tuned.keys())
    pairs = [(holds(tuned[key]), holds(base[key])) for key in keys]
    return paired_comparison("tuned", "base", pairs, [base[key].family_id for key in keys], settings)


def _model_summary(rows: Sequence[JudgedSample], model: str, settings: IntervalSettings) -> ModelSummary:
    mine = [row for row in rows if row.model == model]
    families = [row.family_id for row in mine]
    outcomes = tuple(
        NamedProportion(name, proportion([row.outcome == name for row in mine], families, settings))
        for name in OUTCOMES
    )
    limit = None
    if model != "ground_truth":
        limit = proportion([row.truncated or row.stop_type == "limit" for row in mine], families, settings)
    return ModelSummary(model, len(mine), len(set(families)), outcomes, limit)


def _codes(rows: Sequence[JudgedSample], settings: IntervalSettings) -> tuple[CodeSummary, ...]:
    codes = sorted({code for row in rows for code in row.codes})
    rates: dict[str, tuple[NamedProportion, ...]] = {}
    comparisons: dict[str, PairedComparison] = {}
    for code in codes:

        def has(row: JudgedSample, code: str = code) -> bool:
            return code in row.codes

        rates[code], comparisons[code] = tuple(_rates(rows, has, settings)), _compare(rows, has, settings)
    adjusted = holm_adjusted([comparisons[code].p for code in codes])
    return tuple(CodeSummary(c, rates[c], comparisons[c], p) for c, p in zip(codes, adjusted, strict=True))


def count_lines(code: str) -> int:
    """Returns the number of lines that hold something."""
    return sum(1 for line in code.splitlines() if line.strip())


def _strata(rows: Sequence[JudgedSample], n_strata: int, settings: IntervalSettings) -> tuple[Stratum, ...]:
    """Cuts by the length of the ground truth: known before any model answers, and equal for both."""
    lines = {row.sample_id: count_lines(row.code) for row in rows if row.model == "ground_truth"}
    lengths = sorted(lines.values())
    cuts = [lengths[len(lengths) * part // n_strata] for part in range(1, n_strata)]
    strata = []
    for index in range(n_strata):
        members = {s for s, length in lines.items() if sum(length >= cut for cut in cuts) == index}
        if members:
            inside = [row for row in rows if row.sample_id in members]
            sizes = [lines[member] for member in members]
            rates = tuple(_rates(inside, _loads, settings))
            strata.append(Stratum(min(sizes), max(sizes), len(members), rates))
    return tuple(strata)


def result_statistics(
    rows: Sequence[JudgedSample], *, settings: IntervalSettings, n_strata: int = 3
) -> ResultStatistics:
    """Returns all that follows from the rows.

    Raises:
        ValueError: a model of ``MODELS`` has no row.
    """
    ordered = sorted(rows, key=lambda row: (row.sample_id, row.model, row.sample_index))
    absent = [model for model in MODELS if not any(row.model == model for row in ordered)]
    if absent:
        raise ValueError(f"results hold no rows for {', '.join(absent)}")
    return ResultStatistics(
        n_samples=len({row.sample_id for row in ordered}),
        n_families=len({row.family_id for row in ordered}),
        n_rows=len(ordered),
        airflow=tuple(sorted({row.airflow for row in ordered})),
        models=tuple(_model_summary(ordered, model, settings) for model in MODELS),
        comparison=_compare(ordered, _loads, settings),
        codes=_codes(ordered, settings),
        strata=_strata(ordered, n_strata, settings),
    )
