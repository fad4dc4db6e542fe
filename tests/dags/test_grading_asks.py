"""Grades that Claude would give are asked for after a person has approved what they cost."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from judged_rows import write_results
from servers.anthropic_server import AnthropicServer

ROOT = Path(__file__).resolve().parents[2]
DAG_FILE = """
from airflow.sdk import dag
from airflownet_stages.form import shared_params
from airflownet_stages.second_opinions import second_opinions


@dag(params=shared_params())
def only_opinions():
    second_opinions({evaluation!r})


only_opinions()
"""

pytestmark = pytest.mark.airflow


@pytest.mark.usefixtures("airflow_db")
def test_a_rejected_cost_is_told_and_not_paid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.providers.standard.operators.hitl import ApprovalOperator

    shown = []

    def reject(operator: Any, context: Any) -> Any:
        """What Airflow calls once a person has pressed *Reject*."""
        operator.render_template_fields(context)
        shown.append(operator.body)
        said = {"chosen_options": ["Reject"], "params_input": {}, "responded_by_user": None}
        now = datetime.datetime.now(datetime.UTC)
        return operator.execute_complete(context, {**said, "responded_at": now})

    recipe = yaml.safe_load((ROOT / "recipes" / "laptop.yaml").read_text())
    recipe |= {"name": "graded", "ask_before_paying": True, "grading": {"judge": "claude"}}
    (tmp_path / "graded.yaml").write_text(yaml.safe_dump(recipe))
    (tmp_path / "only_opinions.py").write_text(
        DAG_FILE.format(evaluation=str(write_results(tmp_path / "evaluation")))
    )
    monkeypatch.setattr(ApprovalOperator, "execute", reject)
    monkeypatch.setenv("AIRFLOWNET_RECIPES", str(tmp_path))
    bag = DagBag(dag_folder=str(tmp_path / "only_opinions.py"))
    assert not bag.import_errors
    DagBundlesManager().sync_bundles_to_db()
    sync_bag_to_db(bag, "dags-folder", None)
    with AnthropicServer(reply=lambda _: "") as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        conf = {"recipe": "graded", "artifact_root": str(tmp_path / "artifacts")}
        run = bag.dags["only_opinions"].test(run_conf=conf)
        assert server.n_submitted == 0
    states = {ti.task_id.rpartition(".")[2]: str(ti.state) for ti in run.get_task_instances()}
    assert (states["approve_grading"], states["grade"], states["report"]) == ("success", "skipped", "skipped")
    assert run.state == "success"
    assert "USD; budget" in shown[0]
