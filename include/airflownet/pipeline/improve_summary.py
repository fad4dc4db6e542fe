"""What the rounds came to: tables by round with intervals, and what a gamed reward would show.

A reward by static checks is gamed by shorter, emptier, cleaner files. So beside "loads" stand what was asked,
the share of answers that load and do nothing, the lines of an answer against those of the real file, and the
control arm of trivial DAGs. Leaves ``summary.md``, ``summary.html`` and ``rounds.json``.
"""

from __future__ import annotations

import html
import json
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from airflownet.artifacts import StageResult, StageSettings, StageWork, run_stage
from airflownet.improvement.drawn_answer import FATES, KEPT, Fate
from airflownet.locations import local_copy
from airflownet.records import JudgedSample
from airflownet.tables import read_table

if TYPE_CHECKING:
    from airflownet.evaluation.comparison.records import Comparison
    from airflownet.evaluation.statistics.proportion import IntervalSettings, Proportion
    from airflownet.pipeline.improve import Improving

ROUNDS: Final = "rounds.json"
SUMMARY: Final = "summary.md"
PAGE: Final = "summary.html"
_REAL: Final = "ground_truth"


class _SummarySettings(StageSettings):
    """What determines the summary beside its inputs."""

    rounds: int
    best_round: int
    chosen: str


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model on one split."""

    split: str
    model: str
    n: int
    loads: str
    """Share with interval and counts, ready for a table; so are the others."""
    loads_and_asked_for: str
    against_start: str
    """Difference of loads-and-asked-for to the start, in points, paired by prompt; empty for the start."""
    asked_for: float
    """Mean score; -1 where nothing could be compared."""
    does_nothing: str
    """Of the answers that load, those in which no task does anything."""
    lines: str
    """Median lines, and the mean of lines over the real file's lines."""
    tokens: float
    """Mean completion tokens; 0 where not known."""


@dataclass(frozen=True, slots=True)
class DrawRow:
    """What one round drew in one way."""

    round: int
    way: str
    drawn: int
    loads: int
    asked_for: int
    does_nothing: int
    kept: int
    lines_loading: float
    """Mean of lines over the original's lines, of the answers that load; -1 without any."""
    lines_kept: float


def summarise(this: Improving) -> StageResult:
    """Writes the summary of finished rounds."""
    chosen = this.name(this.best(or_start=True))
    best = this.best(or_start=False)
    last = this.rounds[-1]
    inputs = {
        "validation": this.place(last, "evaluation"),
        "test": this.folder.stage("improve/test"),
        "fates": this.place(last, "dataset"),
    }
    settings = _SummarySettings(rounds=last, best_round=best, chosen=chosen)

    def body(work: StageWork) -> None:
        rows = [row for split in ("validation", "test") for row in model_rows(split, str(work.inputs[split]))]
        fates = list(read_table(work.inputs["fates"] / FATES, Fate))
        draws = draw_rows(fates)
        ends = Counter((fate.round, fate.reason) for fate in fates)
        told = {
            "chosen": chosen,
            "best_round": this.name(best),
            "models": [asdict(row) for row in rows],
            "draws": [asdict(row) for row in draws],
            "ends": {f"round-{n}:{reason}": count for (n, reason), count in sorted(ends.items())},
            "adapter": this.model(this.best(or_start=True)),
        }
        (work.directory / ROUNDS).write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")
        parts = _parts(rows, draws, ends, this, chosen, best)
        (work.directory / SUMMARY).write_text(markdown(parts), encoding="utf-8")
        (work.directory / PAGE).write_text(page(parts), encoding="utf-8")
        work.funnel.listed = len(fates)
        work.funnel.keep(sum(fate.reason == KEPT for fate in fates))
        for fate in fates:
            if fate.reason != KEPT:
                work.funnel.drop(fate.reason)
        work.facts["chosen"] = chosen

    place = this.folder.stage("improve/summary")
    code = ("improvement", "pipeline", "evaluation", "judge", "asked_for")
    return run_stage("improving", settings, inputs, place, body, code=code, fresh=this.fresh)


def model_rows(split: str, evaluation: str) -> list[ModelRow]:
    """Returns one row per model of a comparison, in its order."""
    from airflownet.evaluation.answer_facts import AnswerFacts
    from airflownet.evaluation.comparison.measures import HEADLINE, LOADS
    from airflownet.evaluation.comparison.records import ANSWERS, COMPARISON, read_comparison
    from airflownet.evaluation.statistics.proportion import IntervalSettings

    folder = local_copy(evaluation)
    found = read_comparison(folder / COMPARISON)
    settings = IntervalSettings(found.confidence, found.n_resamples, found.seed)
    facts = list(read_table(folder / ANSWERS, AnswerFacts))
    codes = {
        (r.sample_id, r.model, r.sample_index, r.airflow): r.code
        for r in read_table(folder / "results.parquet", JudgedSample)
    }
    real = {fact.prompt_id: fact.n_lines for fact in facts if fact.model == _REAL}
    start = found.models[0].model
    rows = []
    for counts in found.models:
        own = [fact for fact in facts if fact.model == counts.model]
        lines = [fact.n_lines for fact in own if fact.has_code]
        ratios = [fact.n_lines / real[fact.prompt_id] for fact in own if real.get(fact.prompt_id)]
        mean = next((m for m in found.means if (m.measure, m.model) == ("asked_for", counts.model)), None)
        tokens = [fact.completion_tokens for fact in own]
        rows.append(
            ModelRow(
                split=split,
                model=counts.model,
                n=len(own),
                loads=_share(found, LOADS, counts.model),
                loads_and_asked_for=_share(found, HEADLINE, counts.model),
                against_start=_difference(found, HEADLINE, counts.model, start),
                asked_for=round(mean.mean, 3) if mean else -1.0,
                does_nothing=_idle(own, codes, settings),
                lines=f"{statistics.median(lines):.0f} ({_mean(ratios):.2f} of the real file's)"
                if lines
                else "no file",
                tokens=round(_mean(tokens), 1),
            )
        )
    return rows


def draw_rows(fates: Sequence[Fate]) -> list[DrawRow]:
    """Returns one row per round and way, in order."""
    rows = []
    for number, way in sorted({(fate.round, fate.way) for fate in fates}):
        own = [fate for fate in fates if (fate.round, fate.way) == (number, way)]
        loading = [fate for fate in own if fate.outcome == "loads"]
        kept = [fate for fate in own if fate.reason == KEPT]
        asked = {
            *("does-not-load", "does-nothing", "request-states-nothing-to-check"),
            *("not-what-was-asked", "lacks-what-is-stated", "not-sayable-as-a-plan"),
        }
        rows.append(
            DrawRow(
                round=number,
                way=way,
                drawn=len(own),
                loads=len(loading),
                asked_for=sum(fate.reason not in asked for fate in loading),
                does_nothing=sum(fate.is_trivial for fate in own),
                kept=len(kept),
                lines_loading=_length(loading),
                lines_kept=_length(kept),
            )
        )
    return rows


Part = tuple[str, str, tuple[str, ...], list[tuple[str, ...]]]
"""Heading, words, header, rows."""


def _parts(
    rows: Sequence[ModelRow],
    draws: Sequence[DrawRow],
    ends: Counter[tuple[int, str]],
    this: Improving,
    chosen: str,
    best: int,
) -> list[Part]:
    header: tuple[str, ...] = (
        "model",
        "n",
        "loads",
        "loads and does what was asked",
        "against the start (points)",
    )
    header += ("asked-for score", "loads and does nothing", "lines, median", "tokens, mean")
    by_split: dict[str, list[tuple[str, ...]]] = {"validation": [], "test": []}
    for row in rows:
        score = f"{row.asked_for:.2f}" if row.asked_for >= 0 else ""
        tokens = f"{row.tokens:.0f}" if row.tokens else ""
        by_split[row.split].append(
            (
                *(row.model, str(row.n), row.loads, row.loads_and_asked_for, row.against_start, score),
                *(row.does_nothing, row.lines, tokens),
            )
        )
    drawn: list[tuple[str, ...]] = [
        (
            *(str(d.round), d.way, str(d.drawn), str(d.loads), str(d.asked_for), str(d.does_nothing)),
            *(str(d.kept), _ratio(d.lines_loading), _ratio(d.lines_kept)),
        )
        for d in draws
    ]
    verdict = (
        f"{this.name(best)} is the best round on the validation split. "
        + (
            f"It is ahead of the start there: take {this.model(best)}."
            if chosen != this.name(0)
            else "It is not ahead of the start there: keep the model that is."
        )
        + " Whether the test split agrees is in its table; an interval that holds 0 cannot tell."
    )
    return [
        ("Did the judge teach the model?", verdict, (), []),
        (
            "Validation split",
            "Every round and the start answered it. ground_truth: the real files; trivial: the control arm, "
            "DAGs that load and do nothing. A reward that is gamed shows in more that loads and does "
            "nothing, in fewer lines, and in a score that does not follow the loading rate.",
            header,
            by_split["validation"],
        ),
        ("Test split", "Answered once, after the rounds, by the start and the best round.", header,
         by_split["test"]),
        (
            "What was drawn",
            "Lines are those of an answer over those of the original, in the mean.",
            ("round", "way", "drawn", "loads", "as asked", "does nothing", "kept", "lines, loading",
             "lines, kept"),
            drawn,
        ),
        (
            "The end of every answer",
            "An answer is counted under the first thing that speaks against it.",
            ("round", "end", "answers"),
            [(str(number), reason, str(count)) for (number, reason), count in sorted(ends.items())],
        ),
    ]  # fmt: skip


def markdown(parts: Sequence[Part]) -> str:
    """Returns the summary as Markdown."""
    lines: list[str] = []
    for heading, words, header, rows in parts:
        lines += [f"## {heading}" if lines else f"# {heading}", "", words, ""]
        if header:
            lines += [_line(header), _line(["---"] * len(header)), *map(_line, rows), ""]
    return "\n".join(lines)


def page(parts: Sequence[Part]) -> str:
    """Returns the summary as a page of its own: no script, nothing from elsewhere."""
    from airflownet.evaluation.report_html import report_style

    def cells(tag: str, values: Sequence[str]) -> str:
        return "".join(f"<{tag}>{html.escape(value)}</{tag}>" for value in values)

    body = []
    for number, (heading, words, header, rows) in enumerate(parts):
        level = 2 if number else 1
        body.append(f"<h{level}>{html.escape(heading)}</h{level}><p>{html.escape(words)}</p>")
        if header:
            lines = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
            head = f"<thead><tr>{cells('th', header)}</tr></thead>"
            body.append(f'<div style="overflow-x:auto"><table>{head}<tbody>{lines}</tbody></table></div>')
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>AirflowNet: improve</title>"
        f"<style>{report_style()}</style></head><body><main>{''.join(body)}</main></body></html>\n"
    )


def _line(values: Sequence[str]) -> str:
    return "| " + " | ".join(value.replace("|", "\\|") for value in values) + " |"


def _share(found: Comparison, measure: str, model: str) -> str:
    rate = found.rate(measure, model)
    return _told(rate.share) if rate and rate.share else "nothing to compare"


def _told(share: Proportion) -> str:
    from airflownet.evaluation.number_format import count_of, interval, percent

    return f"{percent(share.rate)} ({interval(share)}), {count_of(share)}"


def _difference(found: Comparison, measure: str, model: str, start: str) -> str:
    from airflownet.evaluation.number_format import points

    for first, second, sign in ((model, start, 1), (start, model, -1)):
        if difference := found.difference(measure, first, second):
            ends = sorted((sign * difference.low, sign * difference.high))
            return f"{points(sign * difference.difference)} ({points(ends[0])} to {points(ends[1])})"
    return ""


def _idle(
    facts: Sequence[object], codes: dict[tuple[str, str, int, str], str], settings: IntervalSettings
) -> str:
    from airflownet.evaluation.answer_facts import AnswerFacts
    from airflownet.evaluation.statistics.proportion import proportion
    from airflownet.improvement.judged_draw import does_nothing

    flags, families = [], []
    for fact in facts:
        assert isinstance(fact, AnswerFacts)
        if fact.outcome == "loads":
            code = codes[fact.prompt_id, fact.model, fact.sample_index, fact.airflow]
            flags.append(does_nothing(code, fact.airflow))
            families.append(fact.family_id)
    return _told(proportion(flags, families, settings)) if flags else "none loads"


def _length(fates: Sequence[Fate]) -> float:
    ratios = [fate.n_lines / fate.n_lines_original for fate in fates if fate.n_lines_original]
    return round(_mean(ratios), 3) if ratios else -1.0


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value >= 0 else ""


def _mean(values: Sequence[float]) -> float:
    return statistics.fmean(values) if values else 0.0


__all__ = ["PAGE", "ROUNDS", "SUMMARY", "DrawRow", "ModelRow", "draw_rows", "model_rows", "summarise"]
