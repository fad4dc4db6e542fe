"""``generate_dag`` in Airflow itself, with a scripted server behind the connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from servers.writing_server import WritingServer

pytestmark = pytest.mark.airflow

ROOT = Path(__file__).resolve().parents[2]
PLAN = '{"dag":"listing","schedule":"@daily","tasks":[{"BashOperator":"list","bash_command":"ls /data"}]}'


def _run(root: Path, answer: str, monkeypatch: pytest.MonkeyPatch, **form: Any) -> tuple[Any, dict[str, str]]:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(ROOT / "dags" / "generate_dag.py"))
    assert not bag.import_errors
    with WritingServer(lambda *_: answer) as server:
        host, port = server.url.removeprefix("http://").split(":")
        connection = f'{{"conn_type": "llama_server", "host": "{host}", "port": {port}}}'
        monkeypatch.setenv("AIRFLOW_CONN_LLAMA_SERVER_DEFAULT", connection)
        conf = {
            "artifact_root": str(root),
            "request": "Run `ls /data` in bash every day. The DAG id is `listing`.",
            "airflow": "3.3",
            **form,
        }
        # A person would approve in the web interface; here the task is marked as successful.
        run = bag.dags["generate_dag"].test(run_conf=conf, mark_success_pattern="approve_file")
    return run, {ti.task_id: str(ti.state) for ti in run.get_task_instances()}


@pytest.mark.usefixtures("airflow_db")
def test_a_file_goes_to_the_folder_once_it_is_approved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, states = _run(tmp_path / "a", PLAN, monkeypatch, dags_folder=str(tmp_path / "dags"))
    assert run.state == "success"
    assert (states["approve_file"], states["no_approval_needed"]) == ("success", "skipped")
    assert [path.name for path in (tmp_path / "dags").iterdir()] == ["listing.py"]
    assert "BashOperator" in (tmp_path / "dags/listing.py").read_text()


@pytest.mark.usefixtures("airflow_db")
def test_a_file_that_is_not_right_goes_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "dags"
    run, states = _run(
        tmp_path / "a",
        "I cannot",
        monkeypatch,
        dags_folder=str(folder),
        request="play music on my stereo when I come home",
    )
    assert (run.state, states["hand_over"]) == ("failed", "failed")
    assert states["approve_file"] == "skipped"
    assert not folder.exists()
