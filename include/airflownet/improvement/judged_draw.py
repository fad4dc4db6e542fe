"""One drawn answer, looked at: what it would be as a row, and what speaks against that."""

from __future__ import annotations

from dataclasses import dataclass

from airflownet.asked_for.built import built_by
from airflownet.generation.checked import Checked, check
from airflownet.generation.wanted import Wanted
from airflownet.improvement.asked_rows import request_of
from airflownet.improvement.drawn_answer import DrawnAnswer
from airflownet.improvement.settings import SelectionSettings
from airflownet.judge.loader import load_source
from airflownet.plans import plan_of, reconcile, to_text
from airflownet.plans.argument_order import in_order
from airflownet.plans.as_asked import as_asked
from airflownet.plans.catalogue_names import names_of
from airflownet.plans.reading.plan_of import LOSSES_OF_TASKS
from airflownet.plans.sample_code import code_of
from airflownet.records import Sample


@dataclass(frozen=True, slots=True)
class JudgedDraw:
    """One drawn answer with all that its own file and request say of it."""

    drawn: DrawnAnswer
    row: Sample
    round: int
    answer: str
    """The text that would be trained on; empty where there is none."""
    code: str
    """The file that this text stands for."""
    reason: str
    """Why it is no row; empty while nothing speaks against it."""
    outcome: str = ""
    asked_for: float = -1.0
    is_trivial: bool = False
    n_lines: int = 0
    n_lines_original: int = 0

    @property
    def off_length(self) -> float:
        """How far its length is from the original's: 0 for as long, 1 for half or twice as long."""
        shorter, longer = sorted((max(self.n_lines, 1), max(self.n_lines_original, 1)))
        return longer / shorter - 1


def n_lines(code: str) -> int:
    """Returns the lines that hold something."""
    return sum(1 for line in code.splitlines() if line.strip())


def does_nothing(code: str, airflow: str) -> bool:
    """Tells whether a file has no task, or only tasks that do nothing: empty, ``echo``, a print."""
    return all(task.is_hollow for task in built_by(load_source(code, airflow)).tasks)


def judged_draw(task: tuple[DrawnAnswer, Sample, int, SelectionSettings]) -> JudgedDraw:
    """Returns an answer of (drawn, row, round, settings) as the row that it would be.

    Of a plan the row's text is read out of the finished file, so that what the judge and the catalogue put
    right is learnt with it; that text is rendered again, and this file is what is judged.
    """
    drawn, row, number, settings = task
    original = n_lines(code_of(row))

    def so(reason: str, answer: str = "", code: str = "", found: Checked | None = None) -> JudgedDraw:
        return JudgedDraw(
            drawn,
            row,
            number,
            answer,
            code,
            reason,
            outcome=found.verdict.outcome.value if found else "",
            asked_for=found.asked.score if found else -1.0,
            is_trivial=bool(found and found.loads and does_nothing(code, row.airflow)),
            n_lines=n_lines(code),
            n_lines_original=original,
        )

    if drawn.error:
        return so("refused-by-the-server")
    if not drawn.code.strip():
        return so("no-file")
    wanted = Wanted(request_of(row), row.airflow)
    answer, code = drawn.code, drawn.code
    found = check(code, wanted)
    if wrong := _faulty(found, code, settings):
        return so(wrong, answer, code, found)
    if row.kind == "plan":
        # What the request does not state is left out of the row: both files must be right, or a task that
        # only talks would become one whose command is to be filled in.
        answer = plan_answer(code, wanted)
        if not answer:
            return so("not-sayable-as-a-plan", code=code, found=found)
        code = reconcile(answer, row.airflow).code
        found = check(code, wanted)
    made = so("", answer, code, found)
    return JudgedDraw(
        **{name: getattr(made, name) for name in made.__slots__ if name != "reason"},
        reason=_against(made, found, settings),
    )


def plan_answer(code: str, wanted: Wanted) -> str:
    """Returns the text of a file's plan as an answer to the request; empty where a plan cannot say it."""
    read = plan_of(code, wanted.airflow)
    if read.plan is None or any(loss in LOSSES_OF_TASKS for loss in read.losses):
        return ""
    if not all(dag.tasks for dag in read.plan.dags):
        return ""
    return to_text(in_order(as_asked(read.plan, wanted.text), names_of(wanted.airflow)))


def _faulty(found: Checked, code: str, settings: SelectionSettings) -> str:
    if not found.loads:
        return "does-not-load"
    if does_nothing(code, found.verdict.airflow):
        return "does-nothing"
    if not found.asked.is_scored:
        return "request-states-nothing-to-check"
    if found.asked.score < settings.min_asked_for:
        return "not-what-was-asked"
    return "lacks-what-is-stated" if found.missing else ""


def _against(made: JudgedDraw, found: Checked, settings: SelectionSettings) -> str:
    if wrong := _faulty(found, made.code, settings):
        return wrong
    if made.n_lines < settings.shortest * made.n_lines_original:
        return "shorter-than-the-original"
    if made.n_lines > settings.longest * made.n_lines_original:
        return "longer-than-the-original"
    return ""
