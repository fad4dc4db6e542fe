"""What every Airflow line makes of a file: the row of the label matrix, ``labels.parquet``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from airflownet.errors import InputError
from airflownet.judge.project.mined import MinedFile, project_around
from airflownet.judge.verdict import judge_code
from airflownet.records import LabelRow, LineLabel, Outcome, Severity, Verdict


def judged_on_lines(
    file: MinedFile, *, airflow: str, lines: Sequence[str]
) -> tuple[Verdict, LabelRow | None]:
    """Returns the verdict for ``airflow`` and the row for all ``lines``, None when there are no lines.

    Args:
        file: the record's id and code, and where its project is.
        airflow: line or version the verdict is for.
        lines: lines of the matrix, each judged by its own catalogue.

    Raises:
        InputError: there is no catalogue for one of the lines.
    """
    identity = file.id
    try:
        project, path = project_around(file)
    except InputError as error:  # mining has said so too
        unusable = Verdict(identity, airflow, Outcome.UNKNOWN, error.message, (), ())
        on_lines = [replace(unusable, airflow=line) for line in sorted(set(lines), key=line_order)]
        return unusable, label_row(identity, on_lines) if lines else None
    judged = partial(judge_code, file.content, id=identity, path=path, project=project)
    verdict = judged(airflow=airflow)
    if not lines:
        return verdict, None
    verdicts = [
        verdict if line == airflow else judged(airflow=line) for line in sorted(set(lines), key=line_order)
    ]
    return verdict, label_row(identity, verdicts)


def label_row(identity: str, verdicts: Sequence[Verdict]) -> LabelRow:
    """Returns the row of one file from its verdicts, one for each line, oldest first."""
    labels = tuple(LineLabel(v.airflow, v.outcome, first_code(v)) for v in verdicts)
    return LabelRow(identity, tuple(x.airflow for x in labels if x.outcome is Outcome.LOADS), labels)


def first_code(verdict: Verdict) -> str:
    """Returns the code of the first violation that keeps the file from loading, empty when there is none."""
    if verdict.outcome is Outcome.LOADS:
        return ""
    return next((v.code for v in verdict.violations if v.severity is Severity.LOAD), "")


def line_order(line: str) -> tuple[int, ...]:
    """Returns the key by which 2.10 comes after 2.9."""
    return tuple(int(part) for part in line.split("."))
