"""The DAG under ``dag.test()``: with the describer alone, and with Claude behind a real socket."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from airflownet.artifacts import StageSettings, StageWork, run_stage
from airflownet.records import DagFile, Instruction, Licence, stable_id
from airflownet.tables import read_table, write_table
from servers.anthropic_server import AnthropicServer

pytestmark = pytest.mark.airflow

ROOT = Path(__file__).resolve().parents[2]
CODE = """from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator

with DAG("sales_{n}", schedule="@daily"):
    BashOperator(task_id="extract", bash_command="echo {n}") >> BashOperator(task_id="load", bash_command="x")
"""
VIEWS = ("brief", "workflow", "data_processing", "terse", "specification", "change_request")


def _reply(params: dict[str, Any]) -> str:
    return json.dumps({view: f"Please build the sales pipeline, as a {view} text." for view in VIEWS})


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An artifact root with five mined files, and a recipe that lets Claude write as well."""
    recipe = yaml.safe_load((ROOT / "recipes" / "laptop.yaml").read_text())
    (tmp_path / "recipes").mkdir()
    shutil.copy(ROOT / "recipes" / "laptop.yaml", tmp_path / "recipes")
    for name, writer in (("plain", "none"), ("claude", "claude")):
        claude = {"poll_interval_s": 0, "settle_s": 0}
        block = {"writer": "describer", "views": ["brief"], "model_writer": writer, "claude": claude}
        recipe |= {"name": name, "instructions": block}
        path = tmp_path / "recipes" / f"{name}.yaml"
        path.write_text(yaml.safe_dump(recipe))
        _mining(tmp_path / "artifacts" / name / "mining")
    monkeypatch.setenv("AIRFLOWNET_RECIPES", str(tmp_path / "recipes"))
    return tmp_path / "artifacts"


def _mining(location: Path) -> None:
    def body(work: StageWork) -> None:
        work.funnel.listed = 5
        work.funnel.keep(5)
        write_table(work.directory / "dag_files.parquet", DagFile, [_dag_file(n) for n in range(5)])

    run_stage("mining", StageSettings(), {}, str(location), body, code=[])


def _dag_file(number: int) -> DagFile:
    return DagFile(
        id=stable_id("repo", str(number)),
        source="local",
        repo="repo",
        ref="1",
        commit="",
        archive="",
        archive_sha256="",
        path=f"{number}.py",
        blob_sha1="",
        licence=Licence("Apache-2.0", ("header",)),
        source_sha256="",
        content_sha256="",
        transforms=(),
        content=CODE.replace("{n}", str(number)),
    )


def _run(recipe: str, root: Path, *, approved: bool = True, **more: Any) -> tuple[Any, dict[str, set[str]]]:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(ROOT / "dags" / "generate_instructions.py"))
    assert not bag.import_errors
    conf = {"recipe": recipe, "artifact_root": str(root), "shards": 2, **more}
    # A person would approve in the web interface; here the task is marked as successful.
    marked = "approve_cost" if approved else None
    run = bag.dags["generate_instructions"].test(run_conf=conf, mark_success_pattern=marked)
    states: dict[str, set[str]] = {}
    for ti in run.get_task_instances():
        states.setdefault(ti.task_id, set()).add(str(ti.state))
    return run, states


def _rows(root: Path, recipe: str) -> list[Instruction]:
    return list(read_table(root / recipe / "instructions" / "instructions.parquet", Instruction))


@pytest.mark.usefixtures("airflow_db")
def test_without_a_model_nobody_is_asked(root: Path) -> None:
    run, states = _run("plain", root)
    assert run.state == "success"
    assert states["ask_claude"] == {"skipped"}
    assert {row.writer for row in _rows(root, "plain")} == {"describer"}


@pytest.mark.usefixtures("airflow_db")
def test_claude_is_asked_in_shards_and_paid_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with AnthropicServer(reply=_reply) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")
        run, states = _run("claude", root, ask_before_paying=True)
        assert states["approve_cost"] == {"success"}
        assert states["cost_needs_no_approval"] == {"skipped"}
        assert run.state == "success"
        assert states["ask_claude"] == {"success"}
        assert server.n_submitted == 5
        rows = _rows(root, "claude")
        assert len(rows) == 5 + 5 * len(VIEWS)
        assert {row.writer for row in rows} == {"describer", "claude-sonnet-5-5"}
        again, states = _run("claude", root)
        assert (again.state, server.n_submitted) == ("success", 5)
        assert states["ask_claude"] == {"skipped"}
    summary = json.loads((root / "claude" / "instructions" / "summary.json").read_text())
    assert summary["cost"]["requests"] == 5
    assert summary["cost"]["usd"] > 0


@pytest.mark.usefixtures("airflow_db")
def test_a_rejected_cost_is_not_paid(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.providers.standard.operators.hitl import ApprovalOperator

    def reject(operator: Any, context: Any) -> Any:
        """What Airflow calls once a person has pressed *Reject*."""
        said = {"chosen_options": ["Reject"], "params_input": {}, "responded_by_user": None}
        now = datetime.datetime.now(datetime.UTC)
        return operator.execute_complete(context, {**said, "responded_at": now})

    monkeypatch.setattr(ApprovalOperator, "execute", reject)
    with AnthropicServer(reply=_reply) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")
        run, states = _run("claude", root, approved=False, ask_before_paying=True)
    assert (states["approve_cost"], states["ask_claude"]) == ({"success"}, {"skipped"})
    assert (states["instruct"], server.n_submitted) == ({"skipped"}, 0)
    assert run.state == "success"
