"""Which runs have a deadline, and what a web hook receives when one is late."""

from __future__ import annotations

import asyncio
import datetime

import pytest
from airflow.exceptions import AirflowConfigException

from airflownet_provider.deadline_notifier import DeadlineNotifier, run_deadline

LATE = {
    "dag_run": {"dag_id": "mine_dags", "dag_run_id": "scheduled__2026", "state": "running"},
    "deadline": {"id": "1", "deadline_time": datetime.datetime(2026, 11, 30, 6, tzinfo=datetime.UTC)},
}


async def tell() -> None:
    await DeadlineNotifier(context=LATE)


def test_a_late_run_is_told(web_hook, monkeypatch):
    url, received = web_hook
    monkeypatch.setenv("AIRFLOW_CONN_AIRFLOWNET_ALERTS", f"{url}/T/B/secret")
    asyncio.run(tell())
    ((where, text),) = received
    assert where == "/T/B/secret"
    assert "mine_dags is late: its run scheduled__2026 was to be done by 2026-11-30 06:00" in text


def test_without_the_connection_nothing_is_sent(web_hook, monkeypatch):
    monkeypatch.delenv("AIRFLOW_CONN_AIRFLOWNET_ALERTS", raising=False)
    asyncio.run(tell())
    assert web_hook[1] == []


@pytest.mark.parametrize(
    ("settings", "hours"),
    [
        pytest.param({}, None, id="none without a setting"),
        pytest.param({"DEADLINE_HOURS": "8"}, 8, id="all DAGs"),
        pytest.param({"DEADLINE_HOURS": "8", "DEADLINE_HOURS_MINE_DAGS": "1.5"}, 1.5, id="this one"),
        pytest.param({"DEADLINE_HOURS": "8", "DEADLINE_HOURS_MINE_DAGS": "0"}, None, id="not this one"),
    ],
)
def test_the_settings_say_how_long_a_run_may_take(monkeypatch, settings, hours):
    for name, value in settings.items():
        monkeypatch.setenv(f"AIRFLOW__AIRFLOWNET__{name}", value)
    deadline = run_deadline("mine_dags")
    assert (deadline and deadline.interval) == (hours and datetime.timedelta(hours=hours))


def test_what_is_no_number_is_named(monkeypatch):
    monkeypatch.setenv("AIRFLOW__AIRFLOWNET__DEADLINE_HOURS", "soon")
    with pytest.raises(AirflowConfigException, match="soon"):
        run_deadline("mine_dags")
