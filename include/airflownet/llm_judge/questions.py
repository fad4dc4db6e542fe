"""What is put to the judge: every answer once, some of them again, and the canaries; in mixed order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from airflownet.hashing import sha256_text
from airflownet.llm_judge.canaries import GROUND_TRUTH, Canary, make_canaries
from airflownet.llm_judge.code_view import blinded, without_comments
from airflownet.llm_judge.pairwise import Pair, make_pairs
from airflownet.llm_judge.prompt import JudgePrompt, judge_prompt
from airflownet.llm_judge.rubric import Rubric
from airflownet.llm_judge.settings import GradeSettings
from airflownet.records import JudgedSample


@dataclass(frozen=True, slots=True)
class Question:
    """One prompt, and what it is about; the judge sees the prompt alone."""

    row: JudgedSample
    prompt: JudgePrompt
    repeat: int = 0
    canary: Canary | None = None


@dataclass(frozen=True, slots=True)
class Questions:
    """Everything of one grading."""

    asked: tuple[Question, ...]
    without_code: tuple[JudgedSample, ...]
    """Answers that hold nothing to judge: unscored without asking."""
    n_answers: int
    pairs: tuple[Pair, ...] = ()

    @property
    def prompts(self) -> list[JudgePrompt]:
        """All prompts: of ``asked``, then both orders of each pair."""
        return [one.prompt for one in self.asked] + [order for pair in self.pairs for order in pair.orders]


def make_questions(rows: Iterable[JudgedSample], settings: GradeSettings, rubric: Rubric) -> Questions:
    """Returns what the settings want to be asked about the answers.

    Prompts are drawn by the hash of their id: the same ones for every model and every run.
    """
    everything = list(rows)
    ids = sorted({row.sample_id for row in everything}, key=sha256_text)
    chosen = ids[: settings.max_prompts] if settings.max_prompts else ids
    place = {id_: number for number, id_ in enumerate(chosen)}
    answers = sorted(
        (row for row in everything if row.sample_id in place),
        key=lambda row: (place[row.sample_id], row.model, row.sample_index),
    )
    # Anthropic's schemas know no length; a small served model would write on without one.
    limit = settings.llama.max_finding_chars if settings.judge == "llama" else 0
    names = sorted({row.model for row in everything})

    def blind(text: str) -> str:
        return blinded(text, names)

    def seen(code: str) -> str:
        return blind(without_comments(code) if settings.strip_comments else code)

    def prompt(row: JudgedSample, code: str, repeat: int) -> JudgePrompt:
        request, code = blind(row.instruction), seen(code)
        return judge_prompt(request, code, row.airflow, rubric, repeat, max_finding_chars=limit)

    usable = [row for row in answers if row.code.strip()]
    asked = [Question(row, prompt(row, row.code, 0)) for row in usable]
    repeated = set(chosen[: settings.repeated_prompts])
    asked += [
        Question(row, prompt(row, row.code, repeat), repeat)
        for repeat in range(1, settings.n_repeats)
        for row in usable
        if row.sample_id in repeated
    ]
    canaries = make_canaries(_truths(usable), settings.canary_prompts, rubric.canaries)
    asked += [Question(one.row, prompt(one.row, one.code, 0), canary=one) for one in canaries]
    # Mixed, so that neither the place in a batch nor the neighbour tells whose answer it is.
    asked.sort(key=lambda question: sha256_text(f"{question.repeat}\0{question.prompt.user}"))
    return Questions(
        tuple(asked),
        tuple(row for row in answers if not row.code.strip()),
        len(answers),
        tuple(make_pairs(usable, seen, blind, max_finding_chars=limit)) if settings.pairwise else (),
    )


def _truths(rows: Sequence[JudgedSample]) -> list[JudgedSample]:
    """Returns one ground truth that loads for each prompt: what does not load is no measure of a judge."""
    found: dict[str, JudgedSample] = {}
    for row in rows:
        if row.model == GROUND_TRUTH and row.outcome == "loads":
            found.setdefault(row.sample_id, row)
    return list(found.values())
