"""Everything that is known of one answer on one Airflow line: a row of ``answers.parquet``."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Final

from airflownet.asked_for import NOT_THERE, AskedFor, Request, asked_for_loaded
from airflownet.asked_for.structure import Structure, compare, structure_of
from airflownet.evaluation.earlier_validity import is_valid_by_earlier_checks
from airflownet.evaluation.invented_names import invented_in
from airflownet.judge.code_labels import labels_of
from airflownet.judge.loader import LoadedFile
from airflownet.records import Severity, Verdict

THEMES: Final = {
    "0": "does not parse",
    "1": "imports",
    "2": "names, arguments, values",
    "3": "identity of DAGs and tasks",
    "4": "graph",
    "5": "schedule",
    "6": "removed or deprecated",
    "7": "top-level code",
    "8": "practice",
}
"""Hundreds digit of a violation's code -> what it is about."""
_FEATURES_LEFT_OUT: Final = ("hallucinated-", "test-harness", "package-not-in-catalogue", "classic-operators")


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """One answer, judged for one line; its code and reason are in ``results.parquet`` under the same key."""

    prompt_id: str
    family_id: str
    model: str
    sample_index: int
    airflow: str
    outcome: str
    """``loads``, ``fails``, ``unknown``, or ``missing`` when there is no answer."""
    has_code: bool
    parses: bool
    """As ``imports`` and ``earlier_validity``, False where there is no code: an empty file is no answer."""
    imports: bool
    """No failing import and no syntax error."""
    themes: tuple[str, ...] = ()
    """Hundreds digits of the codes that keep it from loading."""
    codes: tuple[str, ...] = ()
    """All violation codes, sorted, without repeats."""
    invented: tuple[str, ...] = ()
    """Classes of what the line does not have: see ``invented_names``."""
    invented_subjects: tuple[str, ...] = ()
    """``class:subject`` for each of them."""
    features: tuple[str, ...] = ()
    """Parts of Airflow it uses: ``taskflow``, ``task-sdk``, ``assets`` ..."""
    operators: tuple[str, ...] = ()
    """Operators of its tasks, sorted, without repeats."""
    earlier_validity: bool = False
    """What the four checks of earlier research say."""
    n_tasks: int = 0
    n_lines: int = 0
    """Lines that hold something."""
    is_truncated: bool = False
    completion_tokens: int = 0
    asked_for: float = NOT_THERE
    """Between 0 and 1; -1 when the request states nothing that could be read. 0 for what builds no DAG."""
    work: float = NOT_THERE
    schedule: float = NOT_THERE
    order: float = NOT_THERE
    dag_id: float = NOT_THERE
    arguments: float = NOT_THERE
    not_delivered: tuple[str, ...] = ()
    """What was asked for and is not there, in words."""
    graph_likeness: float = NOT_THERE
    """Likeness to the real file's graph; -1 without a real file."""
    error: str = field(default="")

    @property
    def key(self) -> tuple[str, int, str]:
        """(prompt, sample, line): what pairs the answers of two models."""
        return self.prompt_id, self.sample_index, self.airflow

    @property
    def is_scored(self) -> bool:
        """False when the request states nothing that could be compared."""
        return self.asked_for != NOT_THERE


@dataclass(frozen=True, slots=True)
class AnswerOnLine:
    """Which answer it is, and the Airflow line it is judged for."""

    prompt_id: str
    family_id: str
    model: str
    sample_index: int
    airflow: str


def facts_of(
    key: AnswerOnLine,
    loaded: LoadedFile,
    verdict: Verdict,
    request: Request,
    *,
    reference: Structure | None = None,
    is_truncated: bool = False,
    completion_tokens: int = 0,
) -> AnswerFacts:
    """Returns the facts of an answer that was loaded and judged.

    Args:
        key: which answer.
        loaded: its code as the loader saw it.
        verdict: of the same line.
        request: what was asked for, read once for all answers to a prompt.
        reference: structure of the real file, where there is one.
        is_truncated: the answer was cut at the token limit.
        completion_tokens: its tokens, 0 when not known.
    """
    from airflownet.asked_for.operator_names import operator_name

    found: AskedFor = asked_for_loaded(request, loaded)
    invented = invented_in(loaded)
    load_codes = [v.code for v in verdict.violations if v.severity is Severity.LOAD]
    is_failing = verdict.outcome.value == "fails"
    has_code = bool(loaded.code.strip())
    likeness = NOT_THERE if reference is None else compare(reference, structure_of(loaded)).score
    return AnswerFacts(
        prompt_id=key.prompt_id,
        family_id=key.family_id,
        model=key.model,
        sample_index=key.sample_index,
        airflow=key.airflow,
        outcome=verdict.outcome.value,
        has_code=has_code,
        parses=has_code and loaded.tree is not None and loaded.syntax_error is None,
        imports=has_code
        and loaded.syntax_error is None
        and not any(code.startswith("AFN1") for code in load_codes),
        themes=tuple(sorted({code[3] for code in load_codes})) if is_failing else (),
        codes=tuple(sorted({violation.code for violation in verdict.violations})),
        invented=tuple(sorted({kind for kind, _ in invented})),
        invented_subjects=tuple(f"{kind}:{subject}"[:200] for kind, subject in invented),
        features=_features(loaded),
        operators=tuple(sorted({operator_name(task.operator) for dag in loaded.dags for task in dag.tasks})),
        earlier_validity=has_code
        and is_valid_by_earlier_checks(loaded.tree if loaded.syntax_error is None else None),
        n_tasks=sum(len(dag.tasks) for dag in verdict.dags),
        n_lines=sum(1 for line in loaded.code.splitlines() if line.strip()),
        is_truncated=is_truncated,
        completion_tokens=completion_tokens,
        asked_for=found.score,
        work=found.work,
        schedule=found.schedule,
        order=found.order,
        dag_id=found.dag_id,
        arguments=found.arguments,
        not_delivered=found.missing,
        graph_likeness=likeness,
    )


def _features(loaded: LoadedFile) -> tuple[str, ...]:
    """TaskFlow is read from the decorators, so that a file that fails to import is not taken for classic."""
    found = {x for x in labels_of(loaded) if not x.startswith(_FEATURES_LEFT_OUT)}
    for node in ast.walk(loaded.tree) if loaded.tree is not None else ():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            names = [ast.unparse(one).split("(")[0].split(".") for one in node.decorator_list]
            if any(name[0] in ("task", "dag") for name in names):
                found.add("taskflow")
    return tuple(sorted(found - {"taskflow-partly"}))


def missing_facts(key: AnswerOnLine, request: Request, error: str, *, has_reference: bool) -> AnswerFacts:
    """Returns the row that stands for an answer that is not there; it did nothing of what was asked."""
    return AnswerFacts(
        prompt_id=key.prompt_id,
        family_id=key.family_id,
        model=key.model,
        sample_index=key.sample_index,
        airflow=key.airflow,
        outcome="missing",
        has_code=False,
        parses=False,
        imports=False,
        asked_for=0.0 if request.deeds else NOT_THERE,
        graph_likeness=0.0 if has_reference else NOT_THERE,
        error=error,
    )
