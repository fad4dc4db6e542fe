"""What a stage that finished or failed tells Airflow's metrics (StatsD or OpenTelemetry, where switched on).

``airflownet.<stage>.finished`` and ``.skipped`` count, ``airflownet.<stage>.seconds`` is a duration, and
``airflownet.<stage>.<count>`` is a gauge of each count of the stage. See docs/operations.md for the list.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from airflow.sdk.observability import stats

from airflownet.artifacts import StageResult
from airflownet.errors import AirflowNetError
from airflownet.locations import read_manifest

log = logging.getLogger("airflownet.stage")

PREFIX = "airflownet"
# Numbers that a stage notes among its facts: path in the manifest -> name; `*` is each key there.
FACTS = {
    ("speed", "*", "tokens_per_s"): "tokens_per_s",
    ("tokens_per_s",): "tokens_per_s",
    ("paid_usd",): "paid_usd",
    ("peak_memory_bytes",): "peak_memory_bytes",
    ("peak_gpu_bytes",): "peak_gpu_memory_bytes",
}


def tell_finished(result: StageResult, recipe: str) -> None:
    """Emits what a stage did; a stage that was finished already only counts as skipped."""
    stage, tags = _named(result.stage), {"recipe": recipe}
    if result.skipped:
        stats.incr(f"{PREFIX}.{stage}.skipped", tags=tags)
        return
    stats.incr(f"{PREFIX}.{stage}.finished", tags=tags)
    stats.timing(f"{PREFIX}.{stage}.seconds", result.seconds * 1000, tags=tags)  # Airflow's unit: ms
    for name, value in {**result.counts, **_facts(result)}.items():
        stats.gauge(f"{PREFIX}.{stage}.{_named(name)}", value, tags=tags)


def tell_failed(task_id: str, error: AirflowNetError) -> None:
    """Counts a failure that was expected, by its kind."""
    stats.incr(f"{PREFIX}.failed.{type(error).__name__}", tags={"task_id": task_id})


def _facts(result: StageResult) -> dict[str, float]:
    try:
        facts = read_manifest(result.location).get("facts") or {}
    except AirflowNetError as error:  # a number for a graph is no reason to fail a finished stage
        log.warning("no metrics of %s: %s", result.stage, error.message)
        return {}
    return {name: value for path, last in FACTS.items() for name, value in _numbers(facts, path, last)}


def _numbers(value: Any, path: tuple[str, ...], name: str) -> Iterator[tuple[str, float]]:
    """Yields (name, number) at a path; a key that stands for ``*`` comes after the name."""
    if not path:
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield name, float(value)
    elif isinstance(value, Mapping):
        for key in value if path[0] == "*" else (path[0],):
            longer = f"{name}.{key}" if path[0] == "*" else name
            yield from _numbers(value.get(key), path[1:], longer)


def _named(name: str) -> str:
    return stats.normalize_name_for_stats(name.replace(" ", "_"), log_warning=False)
