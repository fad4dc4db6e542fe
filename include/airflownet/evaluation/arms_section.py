"""Ways of writing side by side: how many files load and do what was asked, against tokens and seconds.

Every file is judged and scored here anew, by the rules of all other answers; what its maker thought of it
does not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from airflownet.asked_for import asked_for_loaded
from airflownet.code_extraction import extract_code
from airflownet.evaluation.number_format import MODEL_NAMES, percent
from airflownet.evaluation.statistics.wilson import wilson_interval
from airflownet.evaluation.summary import ReportTable
from airflownet.judge.loader import load_source
from airflownet.judge.verdict import judge_loaded
from airflownet.records import ArmAnswer, Generation, Outcome, Sample
from airflownet.tables import read_table

TABLE: Final = "arms.parquet"
ALONE: Final = "answer as asked"
"""The answers that the rest of the report is about."""
_TOLD: Final[Mapping[str, str]] = {
    "outline": "outline of the request, no model",
    "plan": "plan along the outline",
    "plan4": "best of four plans",
    "plan-free": "plan, grammar of the catalogue",
    "plan-bare": "plan, no grammar",
    "greedy": "code",
    "best4": "best of four in code",
    "repair": "code, one repair round",
    "verified": "verified code",
    "verified-cards": "verified code, API cards",
    "verified-repair": "verified code, API cards, one repair round",
}


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One way of writing of one model."""

    model: str
    """Empty for a way that asks no model."""
    arm: str
    n: int
    n_load: int
    n_asked: int
    """Loads with an asked-for score of the threshold or more."""
    tokens: float
    """Drawn per answer, on average."""
    seconds: float
    """Per answer, on average, beside the other answers of the same way; 0 where it was not measured."""

    @property
    def name(self) -> str:
        """Returns what people call it."""
        model = MODEL_NAMES.get(self.model, self.model)
        told = _TOLD.get(self.arm, self.arm)
        return f"{model}: {told}" if model else told


def arm_results(
    inference: Path,
    samples: Sequence[Sample],
    generations: Sequence[Generation],
    airflow: str,
    threshold: float,
) -> tuple[ArmResult, ...]:
    """Returns the ways of writing with the answers as asked in front; empty where no other way was tried."""
    if not (inference / TABLE).is_file():
        return ()
    requests = {s.id: next(m.content for m in s.messages if m.role == "user") for s in samples}
    answers = [one for one in read_table(inference / TABLE, ArmAnswer) if one.sample_id in requests]
    by_way: dict[tuple[str, str], list[tuple[bool, bool, float, float]]] = defaultdict(list)
    for one in answers:
        loads, is_asked = _judged(one.code, requests[one.sample_id], airflow, threshold)
        by_way[one.model, one.arm].append((loads, is_asked, one.n_tokens_drawn, one.seconds))
    for row in generations:
        if row.sample_id in requests and row.sample_index == 0:
            code = row.code if row.form == "plan" else extract_code(row.completion).code
            loads, is_asked = _judged(code, requests[row.sample_id], airflow, threshold)
            by_way[row.model, ALONE].append((loads, is_asked, row.completion_tokens, 0.0))
    order = {name: number for number, name in enumerate((ALONE, *_TOLD))}
    return tuple(
        ArmResult(
            model,
            arm,
            len(found),
            sum(loads for loads, *_ in found),
            sum(is_asked for _, is_asked, *_ in found),
            sum(tokens for *_, tokens, _ in found) / len(found),
            sum(seconds for *_, seconds in found) / len(found),
        )
        for (model, arm), found in sorted(by_way.items(), key=lambda x: (order.get(x[0][1], 99), x[0]))
    )


def _judged(code: str, request: str, airflow: str, threshold: float) -> tuple[bool, bool]:
    loaded = load_source(code, airflow)
    if judge_loaded(loaded).outcome is not Outcome.LOADS:
        return False, False
    return True, asked_for_loaded(request, loaded).score >= threshold


def arms_table(results: Sequence[ArmResult], confidence: float, threshold: float) -> ReportTable | None:
    """Returns the table of the report; None without results."""
    if not results:
        return None
    return ReportTable(
        "Ways of writing",
        "The same prompts, written in several ways, each judged and scored anew. Loads and asked for: the "
        f"file loads, and its asked-for score is {threshold:g} or more. Tokens: all that were drawn for one "
        "answer, those taken back included. Seconds: for one answer beside the others of the same way. What "
        "the outline alone reaches is owed to the rules that read the request, not to a model.",
        ("Way", "Loads", "Loads and asked for", "Tokens an answer", "Seconds an answer", "n"),
        tuple(
            (
                one.name,
                _share(one.n_load, one.n, confidence),
                _share(one.n_asked, one.n, confidence),
                f"{one.tokens:.0f}",
                f"{one.seconds:.1f}" if one.seconds else "–",
                str(one.n),
            )
            for one in results
        ),
    )


def _share(count: int, n: int, confidence: float) -> str:
    low, high = wilson_interval(count, n, confidence)
    return f"{percent(count / n)} ({percent(low)} to {percent(high)})"
