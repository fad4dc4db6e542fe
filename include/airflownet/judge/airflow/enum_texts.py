"""Values of Airflow's own enumerations of text: a member is its text, with ``value`` and ``name`` as well."""

from __future__ import annotations

from typing import Final

ENUM_TEXTS: Final[frozenset[object]] = frozenset(
    {
        "absolute", "all_done", "all_done_min_one_success", "all_done_setup_success", "all_failed",
        "all_skipped", "all_success", "always", "asset_triggered", "backfill", "dataset_triggered",
        "deferred", "downstream", "dummy", "failed", "manual", "none_failed",
        "none_failed_min_one_success", "none_failed_or_skipped", "none_skipped", "one_done", "one_failed",
        "one_success", "queued", "removed", "restarting", "running", "scheduled", "skipped", "success",
        "up_for_reschedule", "up_for_retry", "upstream", "upstream_failed",
    }
)  # fmt: skip
"""``TriggerRule``, ``WeightRule``, ``TaskInstanceState``, ``DagRunState`` and ``DagRunType``, all lines."""
