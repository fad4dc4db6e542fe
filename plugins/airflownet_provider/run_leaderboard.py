"""The finished evaluations beside each other: what loads, with intervals; the way to report and samples."""

from __future__ import annotations

import html
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from airflownet.errors import AirflowNetError
from airflownet.evaluation.comparison.measures import HEADLINE
from airflownet.evaluation.comparison.records import COMPARISON, read_comparison
from airflownet.evaluation.number_format import interval, percent, points, points_interval
from airflownet.evaluation.statistics.proportion import Proportion
from airflownet.evaluation.summary import Summary, read_summary
from airflownet.locations import path_of
from airflownet_provider.report_shelf import FinishedEvaluation

log = logging.getLogger(__name__)

ORDERS = {
    "newest": "newest first",
    "asked": "best first, by what loads and was asked for",
    "loads": "by what loads",
}


@dataclass(frozen=True, slots=True)
class _Line:
    entry: FinishedEvaluation
    summary: Summary | None
    asked: Proportion | None
    """What loads and does what was asked, of the fine-tuned model; None where that was not measured."""


def leaderboard(entries: Sequence[FinishedEvaluation], order: str, here: str) -> str:
    """Returns the section of a page.

    Args:
        entries: the finished evaluations.
        order: a key of ``ORDERS``; anything else is the newest first.
        here: address of the page, for the links that change the order.
    """
    order = order if order in ORDERS else "newest"
    lines = [_Line(entry, _summary(entry), _asked(entry)) for entry in entries]
    lines.sort(key=lambda line: line.entry.finished_at, reverse=True)
    if order in _KEYS:
        lines.sort(key=_KEYS[order], reverse=True)
    links = " · ".join(
        f"<b>{told}</b>" if name == order else f'<a href="{html.escape(here)}?order={name}">{told}</a>'
        for name, told in ORDERS.items()
    )
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in (
            "Run",
            "Loads and does what was asked",
            "Fine-tuned loads",
            "Base loads",
            "Difference",
            "New and loads",
            "Real files load",
            "Prompts",
        )
    )
    return (
        f'<section id="runs"><h2>Finished evaluations</h2><nav class="order">{links}</nav>'
        f'<div class="scroll"><table class="told"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(_row(line) for line in lines)}</tbody></table></div>"
        '<p class="muted">Runs are comparable where they share recipe, dataset and Airflow line; the report '
        "tells. Each share stands with its interval.</p></section>"
    )


def _summary(entry: FinishedEvaluation) -> Summary | None:
    try:
        return read_summary(path_of(entry.location) / "summary.json")
    except (AirflowNetError, OSError) as error:
        log.warning("%s: no numbers can be read: %s", entry.location, error)
        return None


def _asked(entry: FinishedEvaluation) -> Proportion | None:
    try:
        rate = read_comparison(path_of(entry.location) / COMPARISON).rate(HEADLINE, "tuned")
    except (AirflowNetError, OSError):
        return None  # of an earlier version
    return rate.share if rate else None


def _asked_for(line: _Line) -> float:
    return line.asked.rate if line.asked else -1.0


def _loads(line: _Line) -> float:
    return line.summary.statistics.model("tuned").rate("loads").rate if line.summary else -1.0


_KEYS = {"asked": _asked_for, "loads": _loads}


def _row(line: _Line) -> str:
    entry, summary = line.entry, line.summary
    address = html.escape(entry.address)
    told = [f"<b>{html.escape(entry.recipe)}</b>", html.escape(entry.finished_at[:16].replace("T", " "))]
    if entry.dag_id:
        told.append(f'<span class="muted">{html.escape(entry.dag_id)}: {html.escape(entry.run_id)}</span>')
    told.append(f'<a href="{address}">report</a> · <a href="{address}#samples">samples</a>')
    first = f'<th scope="row" title="{html.escape(entry.location)}">{"<br>".join(told)}</th>'
    if summary is None:
        return (
            f'<tr>{first}<td colspan="7" class="muted">written by another version: open the report</td></tr>'
        )
    statistics = summary.statistics
    comparison = statistics.comparison
    new = next((n.loads_and_new for n in summary.novelty if n.model == "tuned"), None)
    known = "distinguishable" if comparison.is_distinguishable else "not distinguishable"
    difference = (
        f"{points(comparison.difference)} points<small>{points_interval(comparison)}</small>"
        f"<small>{known} from zero</small>"
    )
    cells = [
        _rate(line.asked, "tuned") if line.asked else "–",
        _rate(statistics.model("tuned").rate("loads"), "tuned"),
        _rate(statistics.model("base").rate("loads"), "base"),
        difference,
        _rate(new, "tuned") if new else "–",
        _rate(statistics.model("ground_truth").rate("loads"), "ground_truth"),
        f"{summary.n_test_samples:,}<small>Airflow {html.escape(', '.join(statistics.airflow))}</small>",
    ]
    return f"<tr>{first}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _rate(rate: Proportion, tone: str) -> str:
    return (
        f'{percent(rate.rate)}<div class="track {tone}" aria-hidden="true"><span class="range" '
        f'style="left:{100 * rate.low:.2f}%;width:{100 * (rate.high - rate.low):.2f}%"></span>'
        f'<span class="dot" style="left:{100 * rate.rate:.2f}%"></span></div>'
        f"<small>{interval(rate)}</small>"
    )
