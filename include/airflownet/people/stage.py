"""The two halves of asking people: the pairs that are shown, and the answers that came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.people.answers import PersonAnswer, read_answers
from airflownet.people.blinded_pairs import BlindedPair, blinded_pairs
from airflownet.people.settings import PeopleSettings
from airflownet.records import JudgedSample
from airflownet.tables import read_table, write_table

PAIRS = "pairs.parquet"
ANSWERS = "answers.parquet"


def draw_pairs(settings: PeopleSettings, evaluation: str, output: str, *, fresh: bool = False) -> StageResult:
    """Writes ``pairs.parquet`` (``BlindedPair``) from an evaluation's ``results.parquet``.

    Returns:
        Counts; ``kept`` is 0 where no prompt has two different answers, and nobody can be asked.

    Raises:
        ArtifactError: the evaluation is not there.
    """

    def body(work: StageWork) -> None:
        rows = list(read_table(work.inputs["evaluation"] / "results.parquet", JudgedSample))
        pairs = blinded_pairs(rows, settings)
        n_prompts = len({row.sample_id for row in rows})
        work.funnel.listed = n_prompts
        work.funnel.keep(len(pairs))
        if n_prompts > len(pairs):
            work.funnel.drop("not_drawn_or_not_a_pair", n_prompts - len(pairs))
        write_table(work.directory / PAIRS, BlindedPair, pairs)

    return run_stage(
        "people_pairs", settings, {"evaluation": evaluation}, output, body, code=("people",), fresh=fresh
    )


def keep_answers(
    settings: PeopleSettings,
    pairs: str,
    replies: Sequence[Mapping[str, Any] | None],
    output: str,
) -> StageResult:
    """Writes ``answers.parquet`` (``PersonAnswer``); always anew: people's words are no function of inputs.

    Args:
        settings: of the questions.
        pairs: location of ``draw_pairs``' output.
        replies: one for each pair, in their order; see ``answers.read_answers``.
        output: folder or URL to write.
    """

    def body(work: StageWork) -> None:
        shown = list(read_table(work.inputs["pairs"] / PAIRS, BlindedPair))
        answers = list(read_answers(shown, replies))
        work.funnel.listed = len(answers)
        n_given = sum(bool(answer.better) for answer in answers)
        work.funnel.keep(n_given)
        if n_given < len(answers):
            work.funnel.drop("not_answered", len(answers) - n_given)
        work.facts["not_reproducible_because"] = "people answered"
        write_table(work.directory / ANSWERS, PersonAnswer, answers)

    return run_stage("people", settings, {"pairs": pairs}, output, body, code=("people",), fresh=True)
