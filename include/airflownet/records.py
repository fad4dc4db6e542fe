"""The records that stages hand to each other; one frozen dataclass each, one Parquet schema each.

SourceFile -mining-> DagFile -instructions-> Instruction -dataset-> Sample -inference-> Generation
-judge-> Verdict. ``tables.py`` writes and reads lists of them. Every identifier is a stable hash of
what determines the record, so the same input gives the same ids on every machine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum


def stable_id(*parts: str) -> str:
    """Returns 16 hex digits of SHA-256 over the parts, each prefixed by its length."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()[:16]


class Outcome(StrEnum):
    """What the stated Airflow version does with a file."""

    LOADS = "loads"
    FAILS = "fails"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """What a violation means to the person who runs the DAG."""

    LOAD = "load"
    SERIALIZE = "serialize"
    RUN = "run"
    DEPRECATED = "deprecated"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Licence:
    """The licence of one file, with what it was concluded from."""

    spdx: str
    """SPDX identifier, for example ``Apache-2.0``; ``NOASSERTION`` when none was found."""
    evidence: tuple[str, ...]
    """Where it was read, for example ``header`` or ``archive:LICENSE``."""


@dataclass(frozen=True, slots=True)
class Transform:
    """One named, versioned change made to a mined file."""

    name: str
    version: int
    in_sha256: str
    out_sha256: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as its source holds it."""

    source: str
    """Kind of source: ``pypi``, ``git``, ``github`` or ``local``."""
    repo: str
    """Project or repository name."""
    ref: str
    """Release version, tag or branch."""
    commit: str
    """Commit SHA-1, empty for a release archive."""
    archive: str
    """Archive file name, empty outside archives."""
    archive_sha256: str
    """SHA-256 of the archive, empty outside archives."""
    path: str
    """Path inside the repository or archive, with ``/``, without the archive's top folder."""
    blob_sha1: str
    """Git blob SHA-1 of the bytes as they are in the source."""
    licence: Licence
    content: str
    """The text as it is in the source."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing outside a file on which its verdict depends."""

    kind: str
    """``package``, ``variable``, ``connection``, ``environment``, ``file``, ``path``, ``network`` ..."""
    subject: str
    """The module, name or path it is about."""
    reason: str
    """Where the project says so, or why it cannot be known."""


@dataclass(frozen=True, slots=True)
class ProjectUse:
    """What a mined DAG file needs of the project around it, as the judge saw it there."""

    airflow: str
    """Airflow line it was judged for: the one the project names, else the newest."""
    airflow_from: str
    """Where the project names it, in words."""
    outcome: Outcome
    reason: str
    """Why it does not load or is unknown; empty when it loads."""
    assumptions: tuple[Condition, ...]
    """What is taken to be there: the outcome holds provided that it is."""
    causes: tuple[Condition, ...]
    """Why it is unknown, one by one."""
    uses: tuple[str, ...]
    """Local modules, files and folders (with ``/``) that it needs, by path in the project, sorted."""


@dataclass(frozen=True, slots=True)
class DagFile:
    """One mined DAG file, cleaned."""

    id: str
    """``stable_id(repo, path, ref, sha256 of the original content)``."""
    source: str
    repo: str
    ref: str
    commit: str
    archive: str
    archive_sha256: str
    path: str
    blob_sha1: str
    licence: Licence
    source_sha256: str
    """SHA-256 of the text before the transforms."""
    content_sha256: str
    """SHA-256 of ``content``."""
    transforms: tuple[Transform, ...]
    content: str
    """The text after the transforms."""
    self_contained: bool = True
    """Whether it needs no module and no file of its project."""
    packages: tuple[str, ...] = ()
    """What it imports beside Python and Airflow's core: distributions where they are known, else modules."""
    project: ProjectUse | None = None
    """None where the project around it makes no difference."""


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """One file of a project that DAG files of it need: a row of ``project_files.parquet``."""

    repo: str
    ref: str
    path: str
    """In the project, with ``/``; a folder that is only known to be there ends with one."""
    is_kept: bool
    """False for what is only known to be there: its name was looked at, its content was not."""
    may_be_quoted: bool
    """Whether its licence is one that mining keeps, so that it may stand in a prompt."""
    licence: Licence
    content: str
    """The text, redacted as DAG files are; empty where it is not kept."""


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """One listed file that mining did not keep, with the reason."""

    repo: str
    ref: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One DAG file of an earlier mining run that must not be in any later dataset version."""

    id: str
    """``DagFile.id`` of the file that is gone."""
    source: str
    repo: str
    ref: str
    path: str
    blob_sha1: str
    content_sha256: str
    reason: str
    """``file-deleted``, ``file-changed``, ``source-removed``, ``repository-gone``,
    ``unavailable-for-legal-reasons``, ``opted-out``, or the reason it is dropped for now, as
    ``licence:GPL-3.0-only``."""
    date: str
    """Date partition (``2026-11-22``) of the run that first saw it gone."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing a rule found."""

    code: str
    """``AFNxyz``; the hundreds digit is the theme (DESIGN section 6)."""
    rule: str
    """Name of the rule, in kebab-case."""
    severity: Severity
    message: str
    line: int
    """1-based; 0 when the whole file is meant."""
    column: int
    """1-based; 0 when the whole line is meant."""


@dataclass(frozen=True, slots=True)
class DagGraph:
    """The graph of one DAG as the loader saw it."""

    dag_id: str
    tasks: tuple[str, ...]
    """Task ids, sorted."""
    edges: tuple[tuple[str, str], ...]
    """(upstream, downstream) pairs, sorted, without repeats."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge says of one file for one Airflow line."""

    id: str
    airflow: str
    outcome: Outcome
    reason: str
    """Why the outcome is ``unknown`` or ``fails``; empty when it loads."""
    dags: tuple[DagGraph, ...]
    violations: tuple[Violation, ...]
    """Sorted by line, column, code."""
    assumptions: tuple[Condition, ...] = ()
    """What is taken to be there: the outcome holds provided that it is. Empty for a file alone."""
    causes: tuple[Condition, ...] = ()
    """Why the outcome is ``unknown``, one by one; empty otherwise."""
    uses: tuple[str, ...] = ()
    """Modules, files and folders (with ``/``) of the project that the file needs, by path in it, sorted."""


@dataclass(frozen=True, slots=True)
class LineLabel:
    """What one Airflow line makes of one file."""

    airflow: str
    """Line, for example ``2.9``."""
    outcome: Outcome
    code: str
    """Code of the first violation of severity ``load``; empty when it loads or none was found."""


@dataclass(frozen=True, slots=True)
class LabelRow:
    """The label matrix: one row for each mined DAG file, in the order of ``dag_files.parquet``."""

    id: str
    """``DagFile.id``."""
    loads_on: tuple[str, ...]
    """Airflow lines the file loads on, oldest first."""
    lines: tuple[LineLabel, ...]
    """One label for each judged line, oldest first."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a user would have asked for to get one DAG file."""

    id: str
    """``stable_id(dag_file_id, writer, view, text)``."""
    dag_file_id: str
    writer: str
    """Who wrote it: ``describer`` for the offline baseline, else the model's id."""
    view: str
    """The phrasing: ``brief``, ``specification`` ..."""
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """One chat turn."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One row of the dataset."""

    id: str
    family_id: str
    split: str
    """``train``, ``validation`` or ``test``."""
    kind: str
    """``create``, ``plan``, ``migrate``, ``repair``, ``explain``, ``magpie`` or ``replay``."""
    messages: tuple[Message, ...]
    """system, user, assistant."""
    dag_file_id: str
    instruction_id: str
    view: str
    repo: str
    ref: str
    path: str
    licence: str
    """SPDX identifier."""
    airflow: str
    """Airflow line the row is labelled for."""
    outcome: str
    """The judge's outcome for that line."""
    operators: tuple[str, ...]
    providers: tuple[str, ...] = field(default=())
    """Provider packages the answer imports from, without the prefix: ``google``, ``apache.kafka``."""
    features: tuple[str, ...] = field(default=())
    """Parts of Airflow the answer uses: ``taskflow``, ``assets``, ``deferrable`` ..."""
    valid_on: tuple[str, ...] = field(default=())
    """Airflow lines the answer loads on, oldest first; only ``airflow`` where no label matrix was given."""
    commit: str = field(default="")
    blob_sha1: str = field(default="")
    licence_evidence: tuple[str, ...] = field(default=())
    held_out: str = field(default="")
    """Why the family was put into test by more than its hash: ``newest-line``, ``provider:x`` ..."""
    source_id: str = field(default="")
    """What the request was made from: the instruction's writer, the older file's id, the planted fault, the
    failing answer's id, or the cell of the coverage grid."""
    n_tokens: int = field(default=0)
    """Tokens of the whole chat; 0 where no tokenizer was given."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One answer of one model to one prompt, or the error that stands in its place."""

    sample_id: str
    model: str
    """``base`` or ``tuned``."""
    sample_index: int
    completion: str
    stop_type: str
    """llama.cpp's ``eos``, ``word`` or ``limit``; empty after an error."""
    truncated: bool
    """True when the context was full before the model had finished."""
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    """Prompt tokens the server took from its cache."""
    prompt_ms: float
    completion_ms: float
    error: str
    """Empty for a completion."""
    server: str
    """Fingerprint of server, model and parameters; joins to ``servers.json``."""
    form: str = field(default="code")
    """``code``, or ``plan``: then ``completion`` is the plan as the model wrote it."""
    code: str = field(default="")
    """The file that a plan is rendered to; empty with ``code``."""
    unreadable: str = field(default="")
    """Why no plan could be read in the completion; empty when one could."""
    assumptions: tuple[str, ...] = field(default=())
    """What was put right, assumed or left out of a plan, a sentence each."""


@dataclass(frozen=True, slots=True)
class ArmAnswer:
    """One file that was written for one prompt in one of several ways, and what it cost."""

    sample_id: str
    model: str
    """``base`` or ``tuned``; empty for a way that asks no model."""
    arm: str
    code: str
    n_tokens_drawn: int
    """All tokens that the model produced, also those taken back and those of drafts that were not taken."""
    n_drafts: int
    seconds: float
    """With the other answers of the same way on the same servers."""


@dataclass(frozen=True, slots=True)
class JudgedSample:
    """One answer with its verdict: the row of ``results.parquet``."""

    sample_id: str
    family_id: str
    model: str
    """``base``, ``tuned`` or ``ground_truth``."""
    sample_index: int
    airflow: str
    instruction: str
    code: str
    outcome: str
    """``loads``, ``fails``, ``unknown``, or ``missing`` when there is no answer to judge."""
    reason: str
    codes: tuple[str, ...]
    """Violation codes, sorted, without repeats."""
    n_dags: int
    n_tasks: int
    n_edges: int
    stop_type: str
    truncated: bool
    completion_tokens: int
    error: str = field(default="")


@dataclass(frozen=True, slots=True)
class SyntheticRow:
    """One request that a model made up, with its judged answer: a row of ``magpie/rows.parquet``.

    The system prompt that steered the model to the request is told by ``cell`` only; it is no part of the
    row, and must not become one.
    """

    id: str
    """``stable_id(kind, instruction, code)``."""
    kind: str
    """``magpie`` for a DAG, ``replay`` for general Python."""
    instruction: str
    code: str
    """The Python code of the best answer, without fences."""
    answer: str
    """The best answer as the model wrote it."""
    airflow: str
    """Airflow line the answer was asked and judged for; empty for ``replay``."""
    outcome: str
    """The judge's outcome for a DAG; ``parses`` for ``replay``."""
    cell: str
    """Place in the coverage grid: ``airflow=3.3|provider=amazon|...``; empty for the unsteered arm."""
    arm: str
    """``steered`` or ``control``."""
    model: str
    """File name of the model that wrote both."""
    model_sha256: str
    parameters_sha256: str
    """Of samplers, prompts and seed; joins to ``generator.json``."""
    seed: int
    """Of the request's sampler."""
    n_answers: int
    """Answers written for the request; this is the best by the judge's verdict."""
    n_good_answers: int
    """Of these, how many load (``magpie``) or parse (``replay``)."""
    quality: str
    """``very poor`` ... ``excellent``, or ``unrated``."""
    difficulty: str
    """``very easy`` ... ``very hard``, or ``unrated``."""


@dataclass(frozen=True, slots=True)
class DroppedRequest:
    """One generated request that a filter did not let through: a row of ``magpie/dropped.parquet``."""

    id: str
    kind: str
    text: str
    arm: str
    cell: str
    step: str
    """Name of the filter, in the order of the funnel."""
    reason: str
    partner: str
    """Text or id of the row it repeats; empty otherwise."""


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """How far one instruction determines its DAG: a row of ``instructions/round_trip.parquet``."""

    instruction_id: str
    method: str
    """``stated``: what the text states; ``regenerated``: the DAG a model wrote from it."""
    operators: float
    """Share of the source's operators found, 0 to 1; -1 where the source has none."""
    schedule: float
    edges: float
    arguments: float
    score: float
    """Weighted mean of the parts that the source has; -1 when nothing could be compared."""
    note: str
    """Why there is no score, else empty."""


@dataclass(frozen=True, slots=True)
class DroppedInstruction:
    """One instruction that was not kept: a row of ``instructions/dropped.parquet``."""

    dag_file_id: str
    writer: str
    view: str
    """``all`` when the whole reply could not be used."""
    text: str
    """Empty when there is no usable text."""
    reason: str
