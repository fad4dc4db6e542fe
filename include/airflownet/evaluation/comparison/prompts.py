"""What the models were asked: prompts from a dataset's test split, a JSONL file, or the answers' own rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from airflownet.errors import InputError
from airflownet.evaluation.comparison.json_lines import first_text, json_rows
from airflownet.judge.project.mined import MinedFile
from airflownet.plans.sample_code import code_of
from airflownet.records import Sample, stable_id
from airflownet.tables import read_table

_VERSION = re.compile(r"airflow version:?\s*v?(\d+\.\d+)", re.IGNORECASE)
_ID_FIELDS = ("prompt_id", "sample_id", "id", "custom_id")
_TEXT_FIELDS = ("prompt", "instruction", "request", "question", "input", "text")
_CODE_FIELDS = ("reference", "ground_truth", "code", "answer", "solution")
_LINE_FIELDS = ("airflow", "airflow_version", "requested_airflow", "version")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request."""

    id: str
    family_id: str
    """Prompts of one family do not count as independent; its own id where none is known."""
    text: str
    airflow: str
    """Line it asks for, empty when it names none."""
    reference: str
    """The real file's code, empty when there is none."""
    is_in_words: bool = True
    """False for a request that holds a file: what it asks for is in code, which is not read."""
    mined: MinedFile | None = None
    """Where the project of the real file is, in which every answer is judged; None: each by itself."""


def line_of(version: str) -> str:
    """Returns the line of a version: ``3.0.6`` -> ``3.0``; empty for anything else."""
    match = re.match(r"v?(\d+)\.(\d+)", version.strip())
    return f"{match[1]}.{match[2]}" if match else ""


def prompt_id(row: Mapping[str, object], text: str) -> str:
    """Returns the id of a row's prompt: its own, else a hash of the text, which is the same in every file."""
    for field in ("prompt_id", "sample_id"):
        if isinstance(value := row.get(field), (str, int)) and not isinstance(value, bool) and str(value):
            return str(value)
    if text:
        return stable_id("prompt", text)
    return first_text(row, _ID_FIELDS)


def dataset_prompts(folder: Path, mining: Path | None = None) -> list[Prompt]:
    """Returns the prompts of a dataset's test split, in stored order.

    Args:
        folder: of the dataset stage.
        mining: of the mining stage; without it every answer is judged by itself.

    Raises:
        InputError: the split is empty, or a sample lacks a message.
        ArtifactError: there is no ``samples.parquet``.
    """
    from airflownet.evaluation.judged_answers import is_in_words, message_of, test_samples
    from airflownet.evaluation.project_of_sample import projects_of

    samples = test_samples(read_table(folder / "samples.parquet", Sample))
    projects = projects_of(mining, samples)
    return [
        Prompt(
            s.id,
            s.family_id,
            message_of(s, "user"),
            s.airflow,
            code_of(s),
            is_in_words(s),
            projects.get(s.dag_file_id),
        )
        for s in samples
    ]


def file_prompts(path: Path) -> list[Prompt]:
    """Returns the prompts of a JSONL file: ``id``, ``prompt``, perhaps ``family``, ``airflow``, ``code``.

    Raises:
        InputError: the file is not JSONL, a row has no text, or an id is there twice.
    """
    found: dict[str, Prompt] = {}
    for number, row in json_rows(path):
        text = first_text(row, _TEXT_FIELDS)
        if not text:
            raise InputError(
                f"{path} line {number} has no prompt text", f"name it in one of {', '.join(_TEXT_FIELDS)}"
            )
        own = first_text(row, _ID_FIELDS) or stable_id("prompt", text)
        if own in found:
            raise InputError(
                f"{path} line {number}: the prompt {own!r} is there twice", "keep one of the rows"
            )
        found[own] = Prompt(
            own,
            first_text(row, ("family_id", "family")) or own,
            text,
            line_of(first_text(row, _LINE_FIELDS)) or stated_line(text),
            first_text(row, _CODE_FIELDS),
        )
    if not found:
        raise InputError(f"{path} holds no prompts", "give a file with one JSON object a line")
    return list(found.values())


def stated_line(text: str) -> str:
    """Returns the Airflow line a text asks for as ``Airflow Version: 3.0.1``; empty when it does not."""
    match = _VERSION.search(text)
    return match[1] if match else ""


def own_prompts(rows: Iterable[tuple[str, str, str]]) -> list[Prompt]:
    """Returns the prompts that answers carry themselves: (id, text, line); the first text of an id stays."""
    found: dict[str, Prompt] = {}
    for own, text, airflow in rows:
        if text and own not in found:
            found[own] = Prompt(own, own, text, airflow or stated_line(text), "")
    return list(found.values())
