"""The grading stage: the rows of an evaluation, examined by an LLM judge.

Input: a folder with ``results.parquet`` (``JudgedSample``). Output: ``grades.parquet`` (``Grade``),
``findings.parquet`` (``FactFinding``), ``canaries.parquet`` (``CanaryGrade``), ``summary.json``; where pairs
were asked for ``preferences.parquet`` (``Preference``); of a served judge ``ledger.sqlite``. Claude's replies
lie beside the output, where no re-run can lose them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.errors import ArtifactError
from airflownet.llama.serving import ServerLike
from airflownet.llm_judge import claude_judge, llama_judge
from airflownet.llm_judge.canaries import canary_grade
from airflownet.llm_judge.grade_records import CanaryGrade, FactFinding, Grade, Preference
from airflownet.llm_judge.pairwise import preferences
from airflownet.llm_judge.questions import Question, Questions, make_questions
from airflownet.llm_judge.reply import Grading, JudgeReply, read_reply
from airflownet.llm_judge.rubric import Rubric, load_rubric, rubric_path
from airflownet.llm_judge.settings import GradeSettings
from airflownet.llm_judge.summary import summarise
from airflownet.locations import is_local, local_copy, local_path
from airflownet.message_batches.cost import Estimate
from airflownet.message_batches.ledger import open_batch_ledger
from airflownet.records import JudgedSample
from airflownet.tables import read_table, write_table

RESULTS = "results.parquet"
NOT_REPRODUCIBLE = "a language model's replies differ from run to run; the ledger keeps those that came"


def run(
    settings: GradeSettings,
    evaluation: str,
    output: str,
    *,
    server: ServerLike = None,
    api_key: str = "",
    claude_api_key: str = "",
    fresh: bool = False,
) -> StageResult:
    """Grades every answer and writes the tables.

    Args:
        settings: judge, rubric, repeats, limits.
        evaluation: location of the evaluation stage's output, or a folder with ``results.parquet``.
        output: location of the folder to write.
        server: a llama-server that runs, for a llama judge; without one it is started here.
        api_key: of that server.
        claude_api_key: empty takes ANTHROPIC_API_KEY.
        fresh: run even when finished; replies that were paid for are used again all the same.

    Returns:
        Counts; ``flags`` is how many reasons there are not to believe the judge.

    Raises:
        BudgetError: the requests could cost more than is allowed; nothing was submitted.
        InputError: the rubric or the judge's model does not exist.
        NetworkError: Anthropic cannot be reached; run again to go on.
        ServerError: llama-server failed for good.
    """
    rubric = load_rubric(settings.rubric)

    def body(work: StageWork) -> None:
        questions = _questions(settings, work.inputs["evaluation"], rubric)
        prompts = questions.prompts
        if settings.judge == "claude":
            path, copy = claude_judge.ledger_path(output), claude_judge.ledger_copy(output)
            with open_batch_ledger(path, copy) as ledger:
                replies = claude_judge.ask(prompts, settings.claude, ledger, claude_api_key)
                work.facts["paid_usd"] = round(ledger.paid_usd(), 4)
        else:
            earlier = local_path(output) / llama_judge.LEDGER if is_local(output) and not fresh else None
            replies = llama_judge.ask(
                prompts,
                settings.llama,
                work.directory,
                earlier=earlier,
                server=server,
                api_key=api_key,
            )
        _write(work, questions, replies, settings, rubric)

    inputs = {"evaluation": evaluation}
    if (path := rubric_path(settings.rubric)) is not None:
        inputs["rubric"] = str(path)
    code = ["llm_judge", "llama", "message_batches"]
    return run_stage("grading", settings, inputs, output, body, code=code, fresh=fresh)


def plan(settings: GradeSettings, evaluation: str, output: str) -> Estimate:
    """Returns what Claude is still to be asked and the most it can cost; asks nobody.

    Raises:
        BudgetError: it could cost more than the settings allow.
    """
    rubric = load_rubric(settings.rubric)
    prompts = _questions(settings, local_copy(evaluation), rubric).prompts
    path, copy = claude_judge.ledger_path(output), claude_judge.ledger_copy(output)
    with open_batch_ledger(path, copy) as ledger:
        return claude_judge.plan(prompts, settings.claude, ledger)


def told_cost(settings: GradeSettings, evaluation: str, output: str) -> str:
    """Returns what Claude is still to be asked and what that can cost, in words; empty for another judge.

    Raises:
        BudgetError: it could cost more than the settings allow.
    """
    if settings.judge != "claude":
        return ""
    found = plan(settings, evaluation, output)
    return (
        f"{found.n_requests:,} requests to {settings.claude.model}, at most {found.usd:.2f} USD; "
        f"budget {settings.claude.budget_usd:.2f} USD"
    )


def _questions(settings: GradeSettings, folder: Path, rubric: Rubric) -> Questions:
    path = folder / RESULTS
    if not path.is_file():
        raise ArtifactError(f"{path} does not exist", "run `airflownet evaluate` first, or name its output")
    questions = make_questions(read_table(path, JudgedSample), settings, rubric)
    if not questions.n_answers:
        raise ArtifactError(f"{path} holds no answer", "run `airflownet evaluate` on a run with test samples")
    return questions


@dataclass(frozen=True, slots=True)
class _Answer:
    row: JudgedSample
    gradings: Sequence[Grading]


def _write(
    work: StageWork,
    questions: Questions,
    replies: Sequence[JudgeReply],
    settings: GradeSettings,
    rubric: Rubric,
) -> None:
    n_asked = len(questions.asked)
    gradings = [read_reply(reply, rubric) for reply in replies[:n_asked]]
    both = list(zip(replies[n_asked::2], replies[n_asked + 1 :: 2], strict=True))
    preferred = list(preferences(questions.pairs, both))
    pairs = list(zip(questions.asked, gradings, strict=True))
    answers = _answers(pairs, questions.without_code)
    canaries = [
        canary_grade(question.canary, grading, rubric)
        for question, grading in pairs
        if question.canary is not None
    ]
    canaries.sort(key=lambda row: (row.kind, row.sample_id))
    graded = [(one.row, one.gradings) for one in answers]
    summary = summarise(graded, canaries, preferred, settings, rubric)
    write_table(work.directory / "grades.parquet", Grade, _grades(answers, rubric))
    write_table(work.directory / "findings.parquet", FactFinding, _findings(answers, rubric))
    write_table(work.directory / "canaries.parquet", CanaryGrade, canaries)
    if settings.pairwise:
        write_table(work.directory / "preferences.parquet", Preference, preferred)
    (work.directory / "summary.json").write_text(json.dumps(summary, indent=1, ensure_ascii=False))
    _count(work, answers, summary, len(replies))


def _count(work: StageWork, answers: Sequence[_Answer], summary: Mapping[str, Any], n_asked: int) -> None:
    for one in answers:
        work.funnel.listed += 1
        if one.gradings[0].unscored:
            work.funnel.drop(f"unscored:{one.gradings[0].unscored}")
        else:
            work.funnel.keep()
    work.counts["asked"] = n_asked
    work.counts["canaries"] = sum(row["of"] for row in summary["canaries"].values())
    work.counts["flags"] = len(summary["flags"])
    work.facts["flags"] = summary["flags"]
    work.facts["not_reproducible_because"] = NOT_REPRODUCIBLE


def _answers(
    pairs: Sequence[tuple[Question, Grading]], without_code: Sequence[JudgedSample]
) -> list[_Answer]:
    """Returns every answer with its gradings by repeat, sorted by prompt, model and index."""
    rows: dict[tuple[str, str, int], JudgedSample] = {}
    found: dict[tuple[str, str, int], dict[int, Grading]] = defaultdict(dict)
    for question, grading in pairs:
        if question.canary is None:
            rows[_key(question.row)] = question.row
            found[_key(question.row)][question.repeat] = grading
    for row in without_code:
        rows[_key(row)] = row
        found[_key(row)][0] = Grading(unscored="no-answer" if row.outcome == "missing" else "no-code")
    return [
        _Answer(rows[key], [grading for _, grading in sorted(found[key].items())]) for key in sorted(rows)
    ]


def _key(row: JudgedSample) -> tuple[str, str, int]:
    return row.sample_id, row.model, row.sample_index


def _grades(answers: Sequence[_Answer], rubric: Rubric) -> Iterator[Grade]:
    for one in answers:
        for repeat, grading in enumerate(one.gradings):
            yield Grade(
                sample_id=one.row.sample_id,
                family_id=one.row.family_id,
                model=one.row.model,
                sample_index=one.row.sample_index,
                repeat=repeat,
                outcome=one.row.outcome,
                correctness=grading.grades.get("correctness"),
                completeness=grading.grades.get("completeness"),
                best_practices=grading.grades.get("best_practices"),
                correctness_reason=grading.reasons.get("correctness", ""),
                completeness_reason=grading.reasons.get("completeness", ""),
                best_practices_reason=grading.reasons.get("best_practices", ""),
                unscored=grading.unscored,
                judge=grading.judge,
                rubric=rubric.version,
            )


def _findings(answers: Sequence[_Answer], rubric: Rubric) -> Iterator[FactFinding]:
    for one in answers:
        for repeat, grading in enumerate(one.gradings):
            for fact in rubric.facts:
                if (finding := grading.findings.get(fact.id)) is not None:
                    yield FactFinding(
                        one.row.sample_id,
                        one.row.model,
                        one.row.sample_index,
                        repeat,
                        fact.id,
                        finding.holds,
                        finding.holds == fact.good,
                        finding.text,
                    )
