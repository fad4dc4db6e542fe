"""Our own judge says of our own DAG files that they load, and sees in them what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflownet.judge.batch import find_files, judge_source, read_file
from airflownet.judge.verdict import judge_code, load_violations

ROOT = Path(__file__).resolve().parents[2]
ROOTS = tuple(str(ROOT / name) for name in ("dags", "plugins", "include"))
DAG_FILES = sorted((ROOT / "dags").glob("*.py"))


def judged(path: Path):
    return judge_source(read_file(path, "3.3", ROOTS))


def test_the_folder_gives_exactly_the_dag_files():
    assert find_files([ROOT / "dags"]) == DAG_FILES


@pytest.mark.parametrize("path", DAG_FILES, ids=lambda path: path.stem)
def test_a_dag_file_of_ours_loads(path):
    verdict = judged(path)
    assert (verdict.outcome, verdict.reason) == ("loads", "")
    assert load_violations(verdict) == ()
    assert [dag.dag_id for dag in verdict.dags] == [path.stem]


def test_the_pipeline_has_the_tasks_airflow_sees():
    (dag,) = judged(ROOT / "dags" / "airflownet_pipeline.py").dags
    assert {"mine", "judge", "infer.generate", "evaluate"} <= set(dag.tasks)
    assert {("mine", "judge"), ("infer.generate", "infer.stop_llama_server")} <= set(dag.edges)


@pytest.mark.parametrize(
    ("before", "after", "subject"),
    [
        pytest.param("from airflow.sdk ", "from airflow.sdkk ", "airflow.sdkk", id="airflow-module"),
        pytest.param("from airflow.sdk import ", "from airflow.sdk import Dagg, ", "Dagg", id="airflow-name"),
        pytest.param("dag_id=", "dagid=", "dagid", id="argument"),
    ],
)
def test_a_fault_in_one_of_them_is_found(before, after, subject):
    path = ROOT / "dags" / "mine_dags.py"
    code = path.read_text(encoding="utf-8")
    assert before in code
    verdict = judge_code(code.replace(before, after, 1), airflow="3.3", path=str(path), roots=ROOTS)
    assert verdict.outcome == "fails"
    assert subject in verdict.reason
