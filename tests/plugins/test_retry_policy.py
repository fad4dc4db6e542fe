"""A failure is tried again by its kind, and by whether somebody is waiting."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest

from airflownet.errors import NetworkError, ServerError, WorkerDiedError
from airflownet.training.failures import OutOfMemoryError, WorkerKilledError

pytestmark = pytest.mark.airflow
DOWN = NetworkError("nothing answers", "look")


@pytest.mark.parametrize(
    ("error", "run_type", "try_number", "expected_s"),
    [
        pytest.param(DOWN, "manual", 1, 20, id="a-person-sees-it-soon"),
        pytest.param(DOWN, "manual", 2, None, id="a-person-is-told"),
        pytest.param(DOWN, "scheduled", 1, 60, id="night-first"),
        pytest.param(DOWN, "asset_triggered", 5, 3600, id="night-last"),
        pytest.param(DOWN, "scheduled", 6, None, id="night-over"),
        pytest.param(ServerError("gone", "look"), "scheduled", 2, 300, id="server"),
        pytest.param(WorkerDiedError("killed", "memory"), "scheduled", 1, 20, id="killed-once"),
        pytest.param(WorkerDiedError("killed", "memory"), "scheduled", 2, None, id="killed-twice"),
        pytest.param(WorkerKilledError("killed", "run again"), "manual", 1, 20, id="memory-half-the-batch"),
        pytest.param(WorkerKilledError("killed", "run again"), "manual", 3, 20, id="memory-a-quarter-of-it"),
        pytest.param(OutOfMemoryError("one row", "shorter"), "manual", 2, None, id="memory-no-smaller-batch"),
        pytest.param(ValueError("bug"), "scheduled", 2, None, id="a-bug-is-not-repeated-all-night"),
    ],
)
def test_what_follows_a_failure(error, run_type, try_number, expected_s):
    from airflownet_provider.retry_policy import StageRetryPolicy

    context = {"dag_run": SimpleNamespace(run_type=run_type)}
    decision = StageRetryPolicy().evaluate(error, try_number, 5, context)
    if expected_s is None:
        assert decision.action.value == "fail"
    else:
        assert decision.action.value == "retry"
        assert decision.retry_delay == datetime.timedelta(seconds=expected_s)
