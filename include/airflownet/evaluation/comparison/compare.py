"""From the rows of ``answers.parquet`` to every rate, difference, strength and gate of a comparison.

Pure and seeded: the same rows give the same numbers, in any order of rows. An answer that is unknown or
missing is a failure in the rate of loading and has a column of its own; an answer to a request that states
nothing readable is unscored, in no asked-for rate, and counted.
"""

from __future__ import annotations

import statistics as plain_statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from airflownet.evaluation.comparison.differences import model_differences
from airflownet.evaluation.comparison.measures import (
    HEADLINE,
    INVENTED,
    LOADS,
    Measure,
    Number,
    measures,
    numbers,
)
from airflownet.evaluation.comparison.prompt_values import Rows, by_prompt
from airflownet.evaluation.comparison.records import (
    ALL_LINES,
    FORMAT,
    Comparison,
    CurvePoint,
    GateStep,
    Mean,
    ModelCounts,
    NamedCount,
    PassRate,
    Rate,
)
from airflownet.evaluation.comparison.strengths import model_strengths
from airflownet.evaluation.gates import count_gates
from airflownet.evaluation.judged_answers import GROUND_TRUTH
from airflownet.evaluation.statistics.pass_at_k import pass_at_k, pass_hat_k
from airflownet.evaluation.statistics.proportion import IntervalSettings, family_interval, proportion
from airflownet.evaluation.trivial_answers import MODEL as TRIVIAL

_THRESHOLDS: Final = tuple(round(step / 20, 2) for step in range(1, 21))
_KS: Final = (1, 2, 3, 5, 8, 10, 20, 50, 100)
_MOST_NAMES: Final = 12


def compare(
    rows: Rows,
    *,
    settings: IntervalSettings,
    threshold: float,
    title: str,
    sources: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
) -> Comparison:
    """Returns all that follows from the rows.

    Args:
        rows: one per answer and line.
        settings: confidence, resamples and seed of every interval.
        threshold: asked-for score from which an answer counts as what was asked.
        title: of the report.
        sources: model -> where its answers come from; its order is that of the tables.
        notes: what else a reader must know.

    Raises:
        ValueError: there are no rows.
    """
    if not rows:
        raise ValueError("there are no answers to compare")
    ordered = sorted(rows, key=lambda f: (f.model, f.prompt_id, f.airflow, f.sample_index))
    sources = sources or {}
    models = _in_order({f.model for f in ordered}, list(sources))
    lines = sorted({f.airflow for f in ordered}, key=lambda line: [int(part) for part in line.split(".")])
    by_model = {model: [f for f in ordered if f.model == model] for model in models}
    every = measures(threshold)
    contenders = [model for model in models if model not in (GROUND_TRUTH, TRIVIAL)]
    told_lines = (ALL_LINES, *(lines if len(lines) > 1 else ()))
    rates = tuple(
        rate
        for model in models
        for line in told_lines
        for rate in _rates(every, model, line, by_model[model], settings)
    )
    differences = tuple(
        difference
        for index, second in enumerate(contenders)
        for first in contenders[index + 1 :]
        for difference in model_differences(every, first, second, by_model, settings)
    )
    found = Comparison(
        format=FORMAT,
        title=title,
        headline="",
        notes=tuple(notes),
        airflow=tuple(lines),
        confidence=settings.confidence,
        n_resamples=settings.n_resamples,
        seed=settings.seed,
        threshold=threshold,
        n_prompts=len({f.prompt_id for f in ordered}),
        n_families=len({f.family_id for f in ordered}),
        models=tuple(_counts(model, by_model[model], sources.get(model, "")) for model in models),
        rates=rates,
        means=tuple(
            mean
            for model in models
            for line in told_lines
            for number in numbers()
            if (mean := _mean(number, model, line, by_model[model], settings)) is not None
        ),
        differences=differences,
        curve=tuple(point for model in models for point in _curve(model, by_model[model])),
        passes=tuple(
            one
            for model in contenders
            for measure in every
            if measure.name in (HEADLINE, LOADS)
            for one in _passes(measure, model, by_model[model], settings)
        ),
        strengths=model_strengths(contenders, by_model, settings) if len(contenders) > 2 else (),
        gates=tuple(step for model in models for step in _gates(by_model[model], threshold)),
        invented=tuple(one for model in contenders for one in _names(model, by_model[model])),
    )
    return replace(found, headline=_headline(found, contenders))


def _in_order(models: set[str], given: Sequence[str]) -> list[str]:
    last = [GROUND_TRUTH, TRIVIAL]
    first = [model for model in given if model in models and model not in last]
    rest = sorted(models - set(first) - set(last))
    return [*first, *rest, *(model for model in last if model in models)]


def _counts(model: str, rows: Rows, source: str) -> ModelCounts:
    return ModelCounts(
        model=model,
        n_prompts=len({f.prompt_id for f in rows}),
        n_answers=len({(f.prompt_id, f.sample_index) for f in rows}),
        most_samples=max(f.sample_index for f in rows) + 1,
        n_missing=len({(f.prompt_id, f.sample_index) for f in rows if f.outcome == "missing"}),
        n_unknown=sum(f.outcome == "unknown" for f in rows),
        n_unscored=len({(f.prompt_id, f.sample_index) for f in rows if not f.is_scored}),
        source=source,
    )


def _rates(
    every: Sequence[Measure], model: str, line: str, rows: Rows, settings: IntervalSettings
) -> list[Rate]:
    mine = [f for f in rows if line in (ALL_LINES, f.airflow)]
    found = []
    for measure in every:
        said = [(value, f.family_id) for f in mine if (value := measure.holds(f)) is not None]
        share = proportion([v for v, _ in said], [name for _, name in said], settings) if said else None
        if mine:
            found.append(Rate(measure.name, model, line, share, len(mine) - len(said)))
    return found


def _mean(number: Number, model: str, line: str, rows: Rows, settings: IntervalSettings) -> Mean | None:
    mine = [f for f in rows if line in (ALL_LINES, f.airflow)]
    said = [(value, f.family_id) for f in mine if (value := number.value(f)) is not None]
    if not said:
        return None
    values = [value for value, _ in said]
    low, high = family_interval(values, [name for _, name in said], settings)
    return Mean(
        number.name,
        model,
        line,
        len(said),
        len(mine) - len(said),
        plain_statistics.fmean(values),
        low,
        high,
        float(plain_statistics.median(values)),
        len({name for _, name in said}),
    )


def _curve(model: str, rows: Rows) -> list[CurvePoint]:
    scored = [f for f in rows if f.is_scored]
    if not scored:
        return []
    loading = [f.asked_for for f in scored if f.outcome == "loads"]
    return [
        CurvePoint(model, threshold, sum(score >= threshold for score in loading) / len(scored))
        for threshold in _THRESHOLDS
    ]


def _passes(measure: Measure, model: str, rows: Rows, settings: IntervalSettings) -> list[PassRate]:
    values, _ = by_prompt(rows, measure.holds)
    families = {f.prompt_id: f.family_id for f in rows}
    found = []
    most = max((len(one) for one in values.values()), default=0)
    for k in (k for k in _KS if most > 1 and k <= most):
        keys = sorted(key for key, one in values.items() if len(one) >= k)
        counts = [(len(values[key]), int(sum(values[key]))) for key in keys]
        of = [families[prompt] for prompt, _ in keys]
        any_, all_ = [pass_at_k(n, c, k) for n, c in counts], [pass_hat_k(n, c, k) for n, c in counts]
        (any_low, any_high), (all_low, all_high) = (
            family_interval(any_, of, settings),
            family_interval(all_, of, settings),
        )
        found.append(
            PassRate(
                measure.name,
                model,
                k,
                len(keys),
                plain_statistics.fmean(any_),
                any_low,
                any_high,
                plain_statistics.fmean(all_),
                all_low,
                all_high,
                len(set(of)),
            )
        )
    return found


def _gates(rows: Rows, threshold: float) -> list[GateStep]:
    return [
        GateStep(found.model, gate.gate, gate.count, found.n)
        for found in count_gates(rows, threshold)
        for gate in found.gates
    ]


def _names(model: str, rows: Rows) -> list[NamedCount]:
    counts = Counter(
        subject
        for f in rows
        for subject in f.invented_subjects
        if subject.split(":", 1)[0] in INVENTED and not subject.endswith(":")
    )
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [NamedCount(model, name, count) for name, count in ranked[:_MOST_NAMES]]


def _headline(found: Comparison, contenders: Sequence[str]) -> str:
    """Returns one sentence: who is ahead in loading and doing what was asked, if anyone is."""
    told = []
    for model in contenders:
        rate = found.rate(HEADLINE, model)
        if rate is not None and rate.share is not None:
            told.append((rate.share.rate, model, f"{model} {rate.share.count} of {rate.share.n}"))
    if not told:
        return "No request of these states anything that could be compared with the answers."
    listed = ", ".join(text for _, _, text in told)
    if len(told) == 1:
        return f"Loads and does what was asked: {listed}."
    best = max(told)[1]
    certain = [one for one in found.differences if one.measure == HEADLINE and one.is_distinguishable]
    ahead = [(d.first, d.second) if d.difference > 0 else (d.second, d.first) for d in certain]
    beaten = [loser for winner, loser in ahead if winner == best]
    beaten_by = [winner for winner, loser in ahead if loser == best]
    if beaten_by:
        # A rate counts answers, a difference prompts: with many answers to few prompts the two can part.
        return (
            f"Loads and does what was asked: {listed}. Prompt by prompt {' and '.join(beaten_by)} did better "
            f"than {best}, beyond chance."
        )
    if len(beaten) == len(told) - 1:
        return f"Loads and does what was asked: {listed}. {best} is ahead of all others, beyond chance."
    if beaten:
        return (
            f"Loads and does what was asked: {listed}. {best} is ahead of {', '.join(beaten)}, beyond chance."
        )
    return f"Loads and does what was asked: {listed}. No difference at the top is beyond chance."
