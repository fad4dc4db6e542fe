"""What ``comparison.json`` holds: every number of a comparison of models, ready for a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from airflownet.evaluation.json_record import read_json_record, write_json_record
from airflownet.evaluation.statistics.proportion import Proportion

FORMAT = 1
COMPARISON = "comparison.json"
ANSWERS = "answers.parquet"
ALL_LINES = "all"
"""Stands for all Airflow lines together."""


@dataclass(frozen=True, slots=True)
class Rate:
    """The share of one model's answers for which a measure holds, on one line or all."""

    measure: str
    model: str
    airflow: str
    share: Proportion | None
    """None when no answer could be scored."""
    n_unscored: int = 0
    """Answers the measure says nothing of; they are in no share."""


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a number over one model's answers, with the interval of the bootstrap by family."""

    measure: str
    model: str
    airflow: str
    n: int
    n_unscored: int
    mean: float
    low: float
    high: float
    median: float
    n_families: int = 0
    """0 in records of an earlier version, which did not keep it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """rate(first) - rate(second) over the prompts that both have answers to."""

    measure: str
    first: str
    second: str
    n_prompts: int
    """Pairs of prompt and line."""
    n_families: int
    n_unpaired: int
    """Prompts that only one of the two has answers to; they are left out."""
    n_unscored: int
    difference: float
    low: float
    high: float
    first_only: int
    """Prompts on which only the first one's first answer succeeds."""
    second_only: int
    both: int
    neither: int
    mcnemar_p: float
    """Exact, of first answers."""
    family_p: float
    """Sign flips of whole families, of all answers."""
    p_holm: float
    """The larger of both p-values; adjusted over the measures of the pair beside the headline."""
    is_distinguishable: bool
    """The interval leaves out zero and ``p_holm`` is below 1 - confidence."""
    prompts_needed: int
    """Prompts to see a difference of five points with 80% power, as these two disagree."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Share of answers that load and whose asked-for score reaches the threshold."""

    model: str
    threshold: float
    share: float


@dataclass(frozen=True, slots=True)
class PassRate:
    """pass@k and pass^k of one measure, mean over prompts with at least k answers."""

    measure: str
    model: str
    k: int
    n_prompts: int
    any_of_k: float
    any_low: float
    any_high: float
    all_of_k: float
    all_low: float
    all_high: float
    n_families: int = 0


@dataclass(frozen=True, slots=True)
class Strength:
    """Bradley-Terry strength of a model: log-odds scale, mean 0."""

    model: str
    strength: float
    low: float
    high: float
    wins: float
    """Prompts won against any other model; a tie is half a win."""
    games: int


@dataclass(frozen=True, slots=True)
class GateStep:
    """How many of a model's answers pass each gate, one after the other."""

    model: str
    gate: str
    count: int
    n: int


@dataclass(frozen=True, slots=True)
class NamedCount:
    """How often something was found, in how many answers of a model."""

    model: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class ModelCounts:
    """What there is of one model."""

    model: str
    n_prompts: int
    n_answers: int
    most_samples: int
    n_missing: int
    n_unknown: int
    n_unscored: int
    """Answers to requests that state nothing that could be read."""
    source: str
    """Where the answers come from."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``comparison.json``."""

    format: int
    title: str
    headline: str
    notes: tuple[str, ...]
    airflow: tuple[str, ...]
    confidence: float
    n_resamples: int
    seed: int
    threshold: float
    """Asked-for score from which an answer counts as what was asked."""
    n_prompts: int
    n_families: int
    models: tuple[ModelCounts, ...]
    """In the order of the tables: models as given, then ground truth, then the control arm."""
    rates: tuple[Rate, ...]
    means: tuple[Mean, ...]
    differences: tuple[Difference, ...]
    curve: tuple[CurvePoint, ...]
    passes: tuple[PassRate, ...]
    strengths: tuple[Strength, ...]
    gates: tuple[GateStep, ...]
    invented: tuple[NamedCount, ...] = field(default=())
    """The names invented most often."""

    def rate(self, measure: str, model: str, airflow: str = ALL_LINES) -> Rate | None:
        """Returns one rate, None when it was not computed."""
        wanted = (measure, model, airflow)
        return next((r for r in self.rates if (r.measure, r.model, r.airflow) == wanted), None)

    def difference(self, measure: str, first: str, second: str) -> Difference | None:
        """Returns one difference, None when the two were not compared in this order."""
        wanted = (measure, first, second)
        return next((d for d in self.differences if (d.measure, d.first, d.second) == wanted), None)


def write_comparison(path: Path, comparison: Comparison) -> None:
    """Writes the comparison as JSON; the same comparison gives the same bytes."""
    write_json_record(path, comparison)


def read_comparison(path: Path) -> Comparison:
    """Returns a finished comparison.

    Raises:
        ArtifactError: the file is missing, is not JSON, or was written by another version.
    """
    return read_json_record(path, Comparison, FORMAT)
