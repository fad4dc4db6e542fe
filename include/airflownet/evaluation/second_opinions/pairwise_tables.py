"""The tables of answers that an LLM judge saw side by side: who is preferred, by how much, and by place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from airflownet.evaluation.number_format import (
    ALL_EQUAL,
    MODEL_NAMES,
    ONE_FAMILY,
    confidence_level,
    interval,
    percent,
    points,
)
from airflownet.evaluation.second_opinions.criteria import CRITERIA
from airflownet.evaluation.statistics.family_strengths import Game, family_strengths
from airflownet.evaluation.statistics.proportion import IntervalSettings, family_interval, proportion
from airflownet.evaluation.summary import ReportTable
from airflownet.llm_judge.grade_records import Preference
from airflownet.llm_judge.pairwise import NEITHER

_FIRST: Final = "first"
_SECOND: Final = "second"


def pairwise_tables(
    preferred: Sequence[Preference], families: Mapping[str, str], intervals: IntervalSettings
) -> Iterator[ReportTable]:
    """Yields the tables in the order of the page; none where nothing was put side by side.

    Args:
        preferred: one row for each pair of answers and criterion.
        families: prompt -> its family; families are drawn as a whole.
        intervals: how intervals are computed.
    """
    if not preferred:
        return
    names = {name for row in preferred for name in (row.left, row.right)}
    models = [name for name in MODEL_NAMES if name in names]
    models += sorted(names - set(models))
    yield _pairs(preferred, models, families, intervals)
    if len(models) > 2:
        yield _strengths(preferred, models, families, intervals)
    yield _places(preferred, families, intervals)


def _pairs(
    preferred: Sequence[Preference],
    models: Sequence[str],
    families: Mapping[str, str],
    intervals: IntervalSettings,
) -> ReportTable:
    def rows() -> Iterator[tuple[str, ...]]:
        for index, first in enumerate(models):
            for second in models[index + 1 :]:
                both = [row for row in preferred if {row.left, row.right} == {first, second}]
                for criterion, title in CRITERIA.items():
                    mine = [row for row in both if row.criterion == criterion]
                    if mine:
                        yield (f"{_name(first)} or {_name(second)}, {title.lower()}", *cells(mine, first))

    def cells(mine: Sequence[Preference], first: str) -> tuple[str, ...]:
        scored = [row for row in mine if not row.unscored]
        settled = [row for row in scored if not row.depends_on_order]
        wins = sum(row.better == first for row in settled)
        ties = sum(row.better == NEITHER for row in settled)
        counts = (
            wins,
            len(settled) - wins - ties,
            ties,
            len(scored) - len(settled),
            len(mine) - len(scored),
        )
        return (_lead(scored, first, families, intervals), *(f"{count:,}" for count in counts))

    return ReportTable(
        "Side by side",
        "Every two answers to a prompt are put before the LLM judge in both orders; a preference that "
        "changes with the order counts for neither. Lead: pairs that the first model wins minus those it "
        f"loses, of all scored pairs, with {confidence_level(intervals.confidence)} interval (families drawn "
        "as a whole). Unscored pairs are in no lead.",
        ("Models and criterion", "Lead of the first", "First", "Second", "Neither", "By order", "Unscored"),
        tuple(rows()),
    )


def _lead(
    scored: Sequence[Preference], first: str, families: Mapping[str, str], intervals: IntervalSettings
) -> str:
    if not scored:
        return "–"
    values = [0.0 if row.better == NEITHER else 1.0 if row.better == first else -1.0 for row in scored]
    drawn = [families[row.sample_id] for row in scored]
    lead = f"{points(sum(values) / len(values))} points"
    if len(set(drawn)) < 2:  # whole families are drawn: one of them tells nothing of others
        return f"{lead} ({ONE_FAMILY})"
    if min(values) == max(values):
        return f"{lead} ({ALL_EQUAL})"
    low, high = family_interval(values, drawn, intervals)
    return f"{lead} ({points(low)} to {points(high)})"


def _strengths(
    preferred: Sequence[Preference],
    models: Sequence[str],
    families: Mapping[str, str],
    intervals: IntervalSettings,
) -> ReportTable:
    found: dict[str, dict[str, str]] = {}
    for criterion in CRITERIA:
        games = [
            Game(families[row.sample_id], row.left, row.right, _won(row))
            for row in preferred
            if row.criterion == criterion and not row.unscored
        ]
        is_one = len({game.family for game in games}) < 2
        found[criterion] = {
            one.model: f"{_signed(one.strength)} "
            + (f"({ONE_FAMILY})" if is_one else f"({_signed(one.low)} to {_signed(one.high)})")
            for one in family_strengths(models, games, intervals)
        }
    return ReportTable(
        "Whom the LLM judge prefers",
        "Bradley-Terry strengths on the log-odds scale, mean 0, with the interval of the bootstrap by "
        "family. Neither, and a preference that changes with the order, is half a win for each.",
        ("Model", *CRITERIA.values()),
        tuple((_name(model), *(found[c].get(model, "–") for c in CRITERIA)) for model in models),
    )


def _places(
    preferred: Sequence[Preference], families: Mapping[str, str], intervals: IntervalSettings
) -> ReportTable:
    def row(criterion: str, title: str) -> tuple[str, ...]:
        scored = [one for one in preferred if one.criterion == criterion and not one.unscored]
        chosen = [
            (place, families[one.sample_id])
            for one in scored
            for place in (one.place_left_first, one.place_right_first)
        ]
        counts = Counter(place for place, _ in chosen)
        decided = [(place == _FIRST, family) for place, family in chosen if place in (_FIRST, _SECOND)]
        told = "–"
        if decided:
            share = proportion([is_first for is_first, _ in decided], [f for _, f in decided], intervals)
            told = f"{percent(share.rate)} ({interval(share)})"
        changed = sum(one.depends_on_order for one in scored)
        numbers = (counts[_FIRST], counts[_SECOND], counts[NEITHER], changed, len(scored))
        return (title, told, *(f"{number:,}" for number in numbers))

    return ReportTable(
        "Does the place decide?",
        "Each pair was asked twice, so a judge that looks at the answers alone takes the first as often as "
        "the second: the interval should hold 50%. Last columns: pairs whose preference changed with the "
        "order, of the pairs that were scored.",
        ("Criterion", "Takes the first", "First", "Second", "Neither", "Changed", "Pairs"),
        tuple(row(criterion, title) for criterion, title in CRITERIA.items()),
    )


def _won(row: Preference) -> float:
    return 0.5 if row.better == NEITHER else float(row.better == row.left)


def _name(model: str) -> str:
    return MODEL_NAMES.get(model, model)


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
