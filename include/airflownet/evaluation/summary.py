"""What ``summary.json`` holds: every number and word that the terminal, HTML and Markdown reports show.

``tables.to_row`` and ``tables.from_row`` turn it into JSON and back. ``statistics`` follows from
``results.parquet`` alone; the rest is read from the other stages' outputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from airflownet.evaluation.gates import GateCounts
from airflownet.evaluation.json_record import read_json_record, write_json_record
from airflownet.evaluation.novelty import Novelty
from airflownet.evaluation.statistics.paired_comparison import PairedComparison
from airflownet.evaluation.statistics.proportion import Proportion
from airflownet.records import Violation

MODELS = ("base", "tuned", "ground_truth")
OUTCOMES = ("loads", "fails", "unknown", "missing")
FORMAT = 3


@dataclass(frozen=True, slots=True)
class Count:
    """How many of one name."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the provenance."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class NamedProportion:
    """The rate of one model or outcome."""

    name: str
    proportion: Proportion


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """One model's answers; ``n`` includes those that are missing."""

    model: str
    n: int
    n_families: int
    outcomes: tuple[NamedProportion, ...]
    """One per outcome of ``OUTCOMES``; ``loads`` counts unknown and missing as failures."""
    token_limit: Proportion | None
    """Answers cut at the token limit; None for the ground truth."""

    def rate(self, outcome: str) -> Proportion:
        """Returns the rate of an outcome."""
        return next(item.proportion for item in self.outcomes if item.name == outcome)


@dataclass(frozen=True, slots=True)
class CodeSummary:
    """How often one violation code is found, by model."""

    code: str
    rates: tuple[NamedProportion, ...]
    comparison: PairedComparison
    """tuned - base; negative when fine-tuning made it rarer."""
    p_holm: float


@dataclass(frozen=True, slots=True)
class Stratum:
    """The rate of ``loads`` where the ground truth file has so many lines."""

    min_lines: int
    max_lines: int
    n_samples: int
    rates: tuple[NamedProportion, ...]


@dataclass(frozen=True, slots=True)
class ResultStatistics:
    """All that follows from ``results.parquet``."""

    n_samples: int
    n_families: int
    n_rows: int
    airflow: tuple[str, ...]
    models: tuple[ModelSummary, ...]
    comparison: PairedComparison
    codes: tuple[CodeSummary, ...]
    strata: tuple[Stratum, ...]

    def model(self, name: str) -> ModelSummary:
        """Returns the summary of a model."""
        return next(model for model in self.models if model.model == name)


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """What a stage was given, kept and dropped."""

    stage: str
    listed: int
    kept: int
    dropped: tuple[Count, ...]
    of_kept: tuple[Count, ...] = ()
    """Files that need nothing of their project, and those that do; empty where none does."""


@dataclass(frozen=True, slots=True)
class ExtractionCounts:
    """How the code of a model's answers was found."""

    model: str
    methods: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class LossSummary:
    """One training run; losses in nats per token."""

    run: str
    n_steps: int
    first_loss: float
    last_loss: float
    first_validation_loss: float | None
    last_validation_loss: float | None
    tokens_seen: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Throughput:
    """Generation speed of single requests while the slots were shared, tokens/s."""

    model: str
    n_requests: int
    p10: float
    median: float
    p90: float


@dataclass(frozen=True, slots=True)
class ServerSpeed:
    """What the server did for one model in the run that generated the answers."""

    model: str
    n_generated: int
    """Answers generated in that run; those taken over from an interrupted one are not timed."""
    tokens_per_s: float
    """Prompt and generated tokens per second of wall-clock time, all slots together."""
    seconds: float
    busy_slots: float | None
    """Average number of slots decoded together: above 1 is continuous batching at work."""


@dataclass(frozen=True, slots=True)
class StageProvenance:
    """What made one input of the evaluation."""

    stage: str
    content_sha256: str
    code_sha256: str
    git_commit: str
    """Commit of the checkout; empty outside a repository."""
    python: str
    libraries: tuple[Fact, ...]
    settings: str
    """JSON, keys sorted."""


@dataclass(frozen=True, slots=True)
class ExampleAnswer:
    """One column of an example."""

    model: str
    outcome: str
    reason: str
    code: str
    n_hidden_lines: int
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """One prompt with the answers side by side."""

    sample_id: str
    category: str
    n_in_category: int
    airflow: str
    source: str
    instruction: str
    answers: tuple[ExampleAnswer, ...]


@dataclass(frozen=True, slots=True)
class ClosePair:
    """Two texts of different splits that are nearly alike."""

    measure: str
    """``code``, ``requests`` (both Jaccard) or ``meaning`` (cosine)."""
    splits: str
    similarity: float
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class DatasetSection:
    """What is known of the dataset beside the leak check."""

    facts: tuple[Fact, ...]
    random_split: str
    """What a random split over rows would have leaked; empty when it was not measured."""
    pairs: tuple[ClosePair, ...]


@dataclass(frozen=True, slots=True)
class ReportTable:
    """One table of text, ready to print."""

    title: str
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """As many cells a row as the header has."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One figure: ``plots/<name>.png`` and ``plots/<name>-dark.png``."""

    name: str
    title: str
    alt: str
    caption: str


@dataclass(frozen=True, slots=True)
class Summary:
    """``summary.json``."""

    format: int
    title: str
    headline: str
    verdict: str
    model_note: str
    confidence: float
    n_resamples: int
    seed: int
    n_test_samples: int
    statistics: ResultStatistics
    novelty: tuple[Novelty, ...]
    extraction: tuple[ExtractionCounts, ...]
    rules: tuple[Fact, ...]
    """Violation code -> name of the rule, of the codes that were found."""
    funnel: tuple[FunnelStep, ...]
    leakage: tuple[Fact, ...]
    dataset: DatasetSection | None
    losses: tuple[LossSummary, ...]
    throughput: tuple[Throughput, ...]
    server_speed: tuple[ServerSpeed, ...]
    server: tuple[Fact, ...]
    """What the server said of itself: build, model files, context, slots, samplers."""
    provenance: tuple[StageProvenance, ...]
    selection_rule: str
    examples: tuple[Example, ...]
    plots: tuple[Plot, ...]
    requests: tuple[ReportTable, ...] = ()
    """Where the requests come from, table by table."""
    gates: tuple[GateCounts, ...] = ()
    """How many answers of each model get how far."""
    comparison: tuple[ReportTable, ...] = ()
    """Asked-for rates, what is invented, control arm, statistics: tables of ``comparison.json``."""
    second_judge: tuple[ReportTable, ...] = ()
    """What an LLM judge says of the same answers; empty without one."""
    people: tuple[ReportTable, ...] = ()
    """What people prefer, and whether the judges do; empty when nobody was asked."""


def write_summary(path: Path, summary: Summary) -> None:
    """Writes the summary as JSON; the same summary gives the same bytes."""
    write_json_record(path, summary)


def read_summary(path: Path) -> Summary:
    """Returns the summary of a finished evaluation.

    Raises:
        ArtifactError: the file is missing, is not JSON, or was written by another version.
    """
    return read_json_record(path, Summary, FORMAT)
