"""Labels beside the outcome."""

# ruff: noqa: E501 - one case a line
from __future__ import annotations

import pytest

from airflownet.judge.catalogue import load_catalogue
from airflownet.judge.code_labels import labels_of
from airflownet.judge.loader import load_source


@pytest.mark.parametrize(
    ("code", "label"),
    [
        pytest.param("import airflow.providers.nothing.x", "hallucinated-package", id="package"),
        pytest.param("import airflow.providers.amazon.aws.nothing", "hallucinated-module", id="module"),
        pytest.param("from airflow.sdk import Nothing", "hallucinated-name", id="name"),
        pytest.param("from airflow.sdk import DAG\nDAG('a', nothing=1)", "hallucinated-argument", id="argument"),
        pytest.param("import tests_common", "test-harness", id="harness"),
        pytest.param("import some_private_package", "package-not-in-catalogue", id="third-party"),
        pytest.param("from airflow.sdk import DAG, task\nwith DAG('a'):\n    task(lambda: 1).override(task_id='x')()", "taskflow", id="taskflow"),
        pytest.param("from airflow.sdk import Asset", "assets", id="assets"),
    ],
)  # fmt: skip
def test_label(code: str, label: str) -> None:
    assert label in labels_of(load_source(code), load_catalogue("3.3"))
