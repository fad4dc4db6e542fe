"""What a dataset must be before it is published at all; the recipe's thresholds are in quality_gate.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from airflownet.dataset.harness_tokens import harness_tokens
from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.split import SPLITS
from airflownet.errors import GateNotMet
from airflownet.plans.sample_code import code_of
from airflownet.records import Sample


def require_samples_in_each_split(samples: Sequence[Sample], settings: DatasetSettings) -> None:
    """Raises GateNotMet when a split has no sample."""
    sizes = Counter(sample.split for sample in samples)
    if all(sizes[name] for name in SPLITS):
        return
    shown = ", ".join(f"{name} {sizes[name]}" for name in SPLITS)
    n_families = len({sample.family_id for sample in samples})
    raise GateNotMet(
        f"a split would be empty: {shown} samples from {n_families} families (each needs at least one)",
        "add sources or raise max_code_chars; with few families also change the fractions or split_salt "
        f"(now {settings.train_fraction:g}/{settings.validation_fraction:g}/{settings.test_fraction:g})",
    )


def require_no_harness(samples: Sequence[Sample]) -> None:
    """Raises GateNotMet when an answer holds what only Airflow's own tests need."""
    answers = {(s.repo, s.path): code_of(s) for s in samples if s.kind != "explain"}
    found = {place: harness_tokens(code) for place, code in answers.items()}
    dirty = {place: names for place, names in sorted(found.items()) if names}
    if not dirty:
        return
    (repo, path), names = next(iter(dirty.items()))
    raise GateNotMet(
        f"{len(dirty)} answers hold Airflow's test harness, the limit is 0 (first: {repo} {path}: "
        f"{', '.join(names)})",
        "mine with `codemods: [doc-markers, test-harness]`; where they were used, they missed these files: "
        "leave them out and report them",
    )


def require_clean(leakage: Mapping[str, Any]) -> None:
    """Raises GateNotMet when the proof found a leak."""
    if leakage["clean"]:
        return
    worst = leakage["worst"][0] if leakage["worst"] else {"first": "", "second": ""}
    requests = leakage["instructions"]
    raise GateNotMet(
        f"the splits leak: {leakage['n_exact']} equal answers, {leakage['n_near']} pairs with Jaccard >= "
        f"{leakage['threshold']:g} (highest {leakage['max_jaccard']:.3f}: {worst['first']} and "
        f"{worst['second']}), {requests['n_exact']} equal and {requests['n_near']} near requests, "
        f"{leakage['n_shared_keys']} families or paths in two splits",
        "nothing was published; if an earlier dataset was given as `previous`, run without it; otherwise "
        "this is a defect of the family join: report it with this message",
    )
