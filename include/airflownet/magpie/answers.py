"""Answers to requests: k of each, judged; the best by the judge's verdict is taken.

The steer is not in the prompt: the answer is to the request as a user would have typed it, plus the one
system message that names the Airflow version.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from airflownet.code_extraction import extract_code
from airflownet.judge.verdict import judge_code
from airflownet.magpie import prompt_files
from airflownet.magpie.candidate import Candidate, Drop
from airflownet.records import Outcome, Severity
from airflownet.secret_shapes import secret_kind

PARSES = "parses"


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """One answer with what the judge says of it."""

    text: str
    code: str
    outcome: str
    """``loads``, ``fails`` or ``unknown`` for a DAG; ``parses`` or ``fails`` for general Python."""
    why: str
    """Code of the first violation that keeps it from loading, or ``unfinished``, ``no-code`` ..."""
    n_violations: int
    n_tasks: int

    @property
    def is_good(self) -> bool:
        """True when the answer may be a training row."""
        return self.outcome in (Outcome.LOADS, PARSES)


def answer_messages(candidate: Candidate, airflow: str) -> list[dict[str, str]]:
    """Returns the chat messages that ask for an answer; the steer is not among them."""
    system = (
        prompt_files.filled(prompt_files.ANSWER, airflow=airflow)
        if candidate.kind == "magpie"
        else prompt_files.prompt(prompt_files.ANSWER_REPLAY)
    )
    return [{"role": "system", "content": system}, {"role": "user", "content": candidate.text}]


def judged(kind: str, airflow: str, completion: str, *, is_whole: bool) -> JudgedAnswer:
    """Returns one completion judged.

    Args:
        kind: ``magpie`` or ``replay``.
        airflow: Airflow line.
        completion: as the model wrote it.
        is_whole: False when it was cut at the token limit.
    """
    extraction = extract_code(completion)
    code = extraction.code.strip("\n") + "\n"
    if not is_whole or extraction.method == "unclosed_fence":
        return JudgedAnswer(completion, code, Outcome.FAILS, "unfinished", 0, 0)
    if not code.strip():
        return JudgedAnswer(completion, "", Outcome.FAILS, "no-code", 0, 0)
    if kind_of_secret := secret_kind(code):
        return JudgedAnswer(completion, code, Outcome.FAILS, f"secret:{kind_of_secret}", 0, 0)
    if kind == "replay":
        return _replay(completion, code)
    verdict = judge_code(code, airflow=airflow)
    load = [violation.code for violation in verdict.violations if violation.severity is Severity.LOAD]
    n_tasks = sum(len(graph.tasks) for graph in verdict.dags)
    why = "" if verdict.outcome is Outcome.LOADS else load[0] if load else verdict.outcome.value
    if verdict.outcome is Outcome.LOADS and n_tasks == 0:
        return JudgedAnswer(completion, code, Outcome.FAILS, "no-tasks", len(verdict.violations), 0)
    return JudgedAnswer(completion, code, verdict.outcome.value, why, len(verdict.violations), n_tasks)


def best(answers: Sequence[JudgedAnswer]) -> JudgedAnswer:
    """Returns the best answer: good before unknown before failing, then fewest findings, then the first."""
    order = {PARSES: 0, Outcome.LOADS.value: 0, Outcome.UNKNOWN.value: 1}
    return min(answers, key=lambda answer: (order.get(answer.outcome, 2), answer.n_violations))


def answered(candidates: Sequence[Candidate], chosen: Sequence[JudgedAnswer]) -> list[Drop | None]:
    """Returns ``Drop("fails:AFN301")`` for requests whose best answer is not good enough."""
    return [
        None if answer.is_good else Drop(f"{answer.outcome}:{answer.why}" if answer.why else answer.outcome)
        for _, answer in zip(candidates, chosen, strict=True)
    ]


def _replay(completion: str, code: str) -> JudgedAnswer:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return JudgedAnswer(completion, code, Outcome.FAILS, "syntax-error", 1, 0)
    if not any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) for node in tree.body):
        return JudgedAnswer(completion, code, Outcome.FAILS, "defines-nothing", 1, 0)
    return JudgedAnswer(completion, code, PARSES, "", 0, 0)
