"""Answers whose worth is known before: if the judge misses them, its other grades are not to be believed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from airflownet.llm_judge.grade_records import CanaryGrade
from airflownet.llm_judge.reply import Grading
from airflownet.llm_judge.rubric import Rubric
from airflownet.records import JudgedSample

GROUND_TRUTH = "ground_truth"
_TRIVIAL = """from {module} import dag, task


@dag(schedule=None)
def my_dag():
    @task
    def run():
        print("done")

    run()


my_dag()
"""
_INVENTED_IMPORT = "from airflow.providers.universal.operators.everything import DoEverythingOperator\n"


@dataclass(frozen=True, slots=True)
class Canary:
    """One answer to a prompt, made so that its grades are known."""

    kind: str
    row: JudgedSample
    """The prompt it is put under, with its ground truth."""
    code: str


def make_canaries(truths: Sequence[JudgedSample], n_prompts: int, kinds: Iterable[str]) -> list[Canary]:
    """Returns the canaries of the first prompts.

    Args:
        truths: ground truths that load, in the order in which prompts are taken.
        n_prompts: how many prompts to use.
        kinds: which to make.
    """
    wanted = set(kinds)
    found = []
    for row in truths[:n_prompts]:
        other = _other(row, truths)
        codes = {
            GROUND_TRUTH: row.code,
            "broken_file": _broken(row.code),
            "trivial_file": _trivial(row.airflow),
            "other_ground_truth": other.code if other else "",
        }
        found += [Canary(kind, row, code) for kind, code in codes.items() if kind in wanted and code]
    return found


def canary_grade(canary: Canary, grading: Grading, rubric: Rubric) -> CanaryGrade:
    """Returns the row that tells whether the judge gave what was expected; unscored is not."""
    expected = rubric.canaries[canary.kind]
    missed = [
        criterion
        for criterion, (low, high) in expected.items()
        if not low <= grading.grades.get(criterion, 0) <= high
    ]
    return CanaryGrade(
        kind=canary.kind,
        sample_id=canary.row.sample_id,
        correctness=grading.grades.get("correctness"),
        completeness=grading.grades.get("completeness"),
        best_practices=grading.grades.get("best_practices"),
        expected=", ".join(f"{name} {low}-{high}" for name, (low, high) in expected.items()),
        is_as_expected=not missed,
        unscored=grading.unscored,
        reason="; ".join(grading.reasons[name] for name in missed if name in grading.reasons),
    )


def shares_as_expected(rows: Iterable[CanaryGrade]) -> dict[str, tuple[int, int]]:
    """Returns kind -> (as expected, all)."""
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row.is_as_expected)
    return {kind: (sum(values), len(values)) for kind, values in sorted(by_kind.items())}


def _other(row: JudgedSample, truths: Sequence[JudgedSample]) -> JudgedSample | None:
    """Returns the ground truth of the next prompt of another family that asks for something else."""
    start = truths.index(row)
    for candidate in (*truths[start + 1 :], *truths[:start]):
        if candidate.family_id != row.family_id and candidate.instruction != row.instruction:
            return candidate
    return None


def _broken(code: str) -> str:
    """Returns the file with an import that does not exist, broken off in the middle of a statement."""
    lines = code.splitlines(keepends=True)
    kept = "".join(lines[: max(1, len(lines) * 3 // 5)])
    first = next((n for n, line in enumerate(lines) if line.startswith(("import ", "from "))), 0)
    head = "".join(lines[:first])
    return f"{head}{_INVENTED_IMPORT}{kept[len(head) :]}everything = DoEverythingOperator(task_id="


def _trivial(airflow: str) -> str:
    return _TRIVIAL.format(module="airflow.sdk" if airflow.startswith("3") else "airflow.decorators")
