"""A comparison as tables of text, the same in HTML, Markdown and the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from airflownet.evaluation.comparison.measures import HEADLINE, LOADS, measures, numbers
from airflownet.evaluation.comparison.records import ALL_LINES, Comparison, Difference, PassRate, Rate
from airflownet.evaluation.gates import GATES
from airflownet.evaluation.number_format import (
    ALL_EQUAL,
    ONE_FAMILY,
    count_of,
    interval,
    p_value,
    percent,
    points,
)
from airflownet.evaluation.summary import ReportTable

_NAMES: Final = {
    "base": "Base",
    "tuned": "Fine-tuned",
    "shipped": "Shipped adapter",
    "ground_truth": "Ground truth",
    "trivial": "Trivial DAGs (control)",
}
_SHOWN_THRESHOLDS: Final = (0.25, 0.5, 0.75, 0.9, 1.0)


def model_name(model: str) -> str:
    """Returns the name of a model for tables."""
    return _NAMES.get(model, model)


def report_tables(found: Comparison) -> tuple[ReportTable, ...]:
    """Returns every table of a comparison, the leaderboard first; tables without rows are left out."""
    tables = (
        _leaderboard(found),
        _by_line(found),
        _differences(found),
        _strengths(found),
        _gates(found),
        _asked_for(found),
        _curve(found),
        _shares(
            found,
            "violations",
            "Why answers fail",
            "Share of answers with code in which a violation of this kind "
            "keeps the file from loading; one answer may have several.",
        ),
        _shares(
            found,
            "invented",
            "What answers use that is not there",
            "Share of answers with code. Invented: no known Airflow line has it. Of another line: an "
            "earlier or "
            "later line has it.",
        ),
        _names(found),
        _shares(
            found,
            "style",
            "TaskFlow, newer features, length",
            "Share of answers with code; cut at the token limit: of all.",
        ),
        _passes(found),
    )
    return tuple(table for table in tables if table.rows)


def _cell(rate: Rate | None) -> str:
    if rate is None or rate.share is None:
        return "not scored"
    return f"{percent(rate.share.rate)} ({interval(rate.share)}), {count_of(rate.share)}"


def _bounds(n_families: int, low: str, high: str) -> str:
    """Returns the interval in words, or that one family has none."""
    return f"{low} to {high}" if n_families != 1 else ONE_FAMILY


def difference_told(one: Difference) -> str:
    """Returns ``+3.0 points (−1.2 to +7.0)``."""
    bounds = _bounds(one.n_families, points(one.low), points(one.high))
    return f"{points(one.difference)} points ({bounds})"


def _leaderboard(found: Comparison) -> ReportTable:
    def rows() -> Iterator[tuple[str, ...]]:
        for one in found.models:
            yield (
                model_name(one.model),
                _cell(found.rate(HEADLINE, one.model)),
                _cell(found.rate(LOADS, one.model)),
                _cell(found.rate("earlier_validity", one.model)),
                f"{one.n_answers:,} to {one.n_prompts:,}",
                f"{one.n_missing:,}",
                f"{one.n_unknown:,}",
                f"{one.n_unscored:,}",
            )

    level = f"{100 * found.confidence:g}%"
    return ReportTable(
        "Leaderboard",
        f"Loads and does what was asked: the file loads, and its asked-for score is {found.threshold:g} or "
        "more. "
        f"Intervals are {level}: at each end the wider of Wilson's and the bootstrap by family. Missing and "
        "unknown answers count as failures; unscored ones (the request states nothing that can be read) "
        "are in no "
        f"asked-for rate. The last columns count them.{judged_twice(found)}",
        (
            "Model",
            "Loads and does what was asked",
            "Loads",
            "Valid by four checks of earlier research",
            "Answers to prompts",
            "Missing",
            "Unknown",
            "Unscored",
        ),
        tuple(rows()),
    )


def judged_twice(found: Comparison) -> str:
    """Returns what to know of counts where each answer is judged for several lines; else nothing."""
    judged = {one.model: found.rate(LOADS, one.model) for one in found.models}
    if not any((rate := judged[m.model]) and rate.share and rate.share.n > m.n_answers for m in found.models):
        return ""
    return (
        f" Each answer is judged for Airflow {' and '.join(found.airflow)}, and counts once for each; the "
        "lines are told apart below."
    )


def _differences(found: Comparison) -> ReportTable:
    titles = {measure.name: measure.title for measure in measures(found.threshold)}

    def row(one: Difference) -> tuple[str, ...]:
        return (
            f"{model_name(one.first)} − {model_name(one.second)}",
            titles.get(one.measure, one.measure),
            difference_told(one),
            f"{one.first_only} / {one.second_only}",
            p_value(one.mcnemar_p),
            p_value(one.p_holm),
            "yes" if one.is_distinguishable else "no",
            f"{one.n_prompts:,} ({one.n_families:,})",
            f"{one.n_unpaired:,} / {one.n_unscored:,}",
            f"{one.prompts_needed:,}",
        )

    return ReportTable(
        "Differences, prompt by prompt",
        "Paired by prompt and Airflow line. The exact McNemar test looks at first answers; the adjusted "
        "p-value is "
        "the larger of it and of a sign-flip test of whole families. The first measure was the question "
        "put in "
        "advance; the others are adjusted by Holm. Beyond chance: the interval leaves out zero and the "
        "adjusted "
        f"p-value is below {1 - found.confidence:.3g}. Last column: prompts it takes to see five points "
        "with 80% "
        "power, as these two disagree.",
        (
            "Models",
            "Measure",
            "Difference",
            "Only first / only second",
            "McNemar",
            "Adjusted p",
            "Beyond chance",
            "Prompts (families)",
            "Unpaired / unscored",
            "Prompts for 5 points",
        ),
        tuple(row(one) for one in found.differences),
    )


def _strengths(found: Comparison) -> ReportTable:
    return ReportTable(
        "Who beats whom",
        "Bradley-Terry strengths on the log-odds scale, mean 0, with the interval of the bootstrap by "
        "family. A prompt "
        "is won by the answer that loads and does more of what was asked; a tie is half a win.",
        ("Model", "Strength", "Interval", "Won", "Of"),
        tuple(
            (
                model_name(one.model),
                f"{one.strength:+.2f}",
                _bounds(found.n_families, f"{one.low:+.2f}", f"{one.high:+.2f}"),
                f"{one.wins:g}",
                f"{one.games:,}",
            )
            for one in found.strengths
        ),
    )


def _gates(found: Comparison) -> ReportTable:
    def row(model: str) -> tuple[str, ...]:
        steps = {step.gate: step for step in found.gates if step.model == model}
        return (model_name(model), *(f"{steps[gate].count:,}" for gate in GATES))

    return ReportTable(
        "Where answers are lost",
        "Answers that pass each gate and all before it. An answer to a request that states nothing readable "
        "cannot pass the last one.",
        ("Model", *(gate.capitalize() for gate in GATES)),
        tuple(row(one.model) for one in found.models),
    )


def _asked_for(found: Comparison) -> ReportTable:
    names = [one.model for one in found.models]
    means = {(mean.measure, mean.model, mean.airflow): mean for mean in found.means}

    def cell(measure: str, model: str, line: str) -> str:
        mean = means.get((measure, model, line))
        if mean is None:
            return "–"
        n_families = mean.n_families or found.n_families
        if n_families > 1 and mean.low == mean.high:
            return f"{mean.mean:.2f} ({ALL_EQUAL}), n {mean.n:,}"
        return f"{mean.mean:.2f} ({_bounds(n_families, f'{mean.low:.2f}', f'{mean.high:.2f}')}), n {mean.n:,}"

    def rows() -> Iterator[tuple[str, ...]]:
        for number in numbers():
            for line, told in _lines(found):
                cells = [cell(number.name, model, line) for model in names]
                if set(cells) != {"–"}:
                    yield (f"{number.title}{told}", *cells)

    return ReportTable(
        "Asked for, delivered",
        "Means over the answers whose request states the part, with the interval of the bootstrap by "
        "family. What does "
        "not build a DAG delivers nothing.",
        ("Part", *map(model_name, names)),
        tuple(rows()),
    )


def _lines(found: Comparison) -> list[tuple[str, str]]:
    """Returns every line that is told apart, with its words for a row: all of them first."""
    each = found.airflow if len(found.airflow) > 1 else ()
    return [(ALL_LINES, ""), *((line, f", Airflow {line}") for line in each)]


def _curve(found: Comparison) -> ReportTable:
    names = [one.model for one in found.models]
    shares = {(point.model, point.threshold): point.share for point in found.curve}
    return ReportTable(
        "By threshold",
        "Share of answers that load and whose asked-for score is at least the threshold.",
        ("Threshold", *map(model_name, names)),
        tuple(
            (
                f"{threshold:g}",
                *(percent(shares[n, threshold]) if (n, threshold) in shares else "–" for n in names),
            )
            for threshold in _SHOWN_THRESHOLDS
        ),
    )


def _by_line(found: Comparison) -> ReportTable:
    names = [one.model for one in found.models]

    def rows() -> Iterator[tuple[str, ...]]:
        for measure in measures(found.threshold):
            if measure.group == "outcome":
                for line, told in _lines(found)[1:]:
                    rates = [found.rate(measure.name, name, line) for name in names]
                    if measure.is_compared or any(rate and rate.share and rate.share.count for rate in rates):
                        yield (f"{measure.title}{told}", *map(_cell, rates))

    return ReportTable(
        "By Airflow line",
        "Answers judged for each line.",
        ("Measure", *map(model_name, names)),
        tuple(rows()),
    )


def _shares(found: Comparison, group: str, title: str, caption: str) -> ReportTable:
    names = [one.model for one in found.models]

    def rows() -> Iterator[tuple[str, ...]]:
        for measure in measures(found.threshold):
            for line, told in _lines(found) if measure.group == group else ():
                rates = [found.rate(measure.name, name, line) for name in names]
                if any(rate and rate.share and rate.share.count for rate in rates):
                    yield (f"{measure.title}{told}", *map(_cell, rates))

    return ReportTable(title, caption, ("Measure", *map(model_name, names)), tuple(rows()))


def _names(found: Comparison) -> ReportTable:
    return ReportTable(
        "Invented most often",
        "In how many answers.",
        ("Model", "What", "Answers"),
        tuple((model_name(one.model), one.name, f"{one.count:,}") for one in found.invented if one.count > 1),
    )


def _passes(found: Comparison) -> ReportTable:
    titles = {measure.name: measure.title for measure in measures(found.threshold)}

    def bounds(one: PassRate, low: float, high: float) -> str:
        if low == high and one.n_families > 1:
            return ALL_EQUAL
        return _bounds(one.n_families or found.n_families, percent(low), percent(high))

    return ReportTable(
        "Several answers per prompt",
        "pass@k: the chance that at least one of k answers is good; pass^k: that all are. Unbiased, mean "
        "over prompts "
        "with at least k answers, interval of the bootstrap by family.",
        ("Model", "Measure", "k", "pass@k", "pass^k", "Prompts"),
        tuple(
            (
                model_name(one.model),
                titles.get(one.measure, one.measure),
                str(one.k),
                f"{percent(one.any_of_k)} ({bounds(one, one.any_low, one.any_high)})",
                f"{percent(one.all_of_k)} ({bounds(one, one.all_low, one.all_high)})",
                f"{one.n_prompts:,}",
            )
            for one in found.passes
        ),
    )


def asked_for_sentence(found: Comparison) -> str:
    """Returns how many answers of both models load and do what was asked; empty where nothing is scored."""
    difference = found.difference(HEADLINE, "tuned", "base")
    rates = [found.rate(HEADLINE, model) for model in ("tuned", "base")]
    shares = [rate.share for rate in rates if rate is not None and rate.share is not None]
    if difference is None or len(shares) != 2:
        return ""
    return (
        f"{count_of(shares[0])} answers of the fine-tuned model and {count_of(shares[1])} of the base "
        "model load "
        f"and do what was asked: {difference_told(difference)}, "
        f"{'beyond chance' if difference.is_distinguishable else 'not beyond chance'}."
    )


def terminal_lines(found: Comparison) -> str:
    """Returns headline, leaderboard and the differences in outcome as plain text for a terminal or a log."""
    titles = {m.name: m.title.lower() for m in measures(found.threshold) if m.group == "outcome"}
    parts = [f"{found.headline}{judged_twice(found)}", ""]
    for one in found.models:
        told = [
            f"{titles[name]} {_cell(found.rate(name, one.model))}"
            for name in (HEADLINE, LOADS, "earlier_validity")
        ]
        parts += [f"{model_name(one.model)}: {one.n_answers:,} answers to {one.n_prompts:,} prompts"]
        parts += [f"  {text}" for text in told]
        parts += [f"  missing {one.n_missing:,}, unknown {one.n_unknown:,}, unscored {one.n_unscored:,}"]
    for pair in dict.fromkeys((one.first, one.second) for one in found.differences):
        parts += ["", f"{model_name(pair[0])} − {model_name(pair[1])}, prompt by prompt"]
        parts += [
            f"  {titles[one.measure]}: {difference_told(one)}, "
            f"adjusted {p_value(one.p_holm)}{', beyond chance' if one.is_distinguishable else ''}; "
            f"{one.prompts_needed:,} prompts show 5 points"
            for one in found.differences
            if (one.first, one.second) == pair and one.measure in titles
        ]
    return "\n".join(parts)
