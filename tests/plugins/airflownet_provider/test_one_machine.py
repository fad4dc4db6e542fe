"""Which executors keep the tasks of a run on one machine."""

import pytest

from airflownet_provider.one_machine import tasks_share_a_machine


@pytest.mark.parametrize(
    ("executor", "expected"),
    [
        pytest.param("LocalExecutor", True, id="local"),
        pytest.param("airflow.executors.local_executor.LocalExecutor", True, id="by-path"),
        pytest.param("here:airflow.executors.local_executor.LocalExecutor", True, id="with-an-alias"),
        pytest.param("CeleryExecutor", False, id="celery"),
        pytest.param("LocalExecutor,KubernetesExecutor", False, id="two-executors"),
        pytest.param("airflow.providers.edge3.executors.EdgeExecutor", False, id="edge"),
    ],
)
def test_executors(monkeypatch, executor, expected):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", executor)
    assert tasks_share_a_machine() is expected
