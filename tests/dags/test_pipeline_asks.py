"""The pipeline asks a person before money and GPU hours where the recipe says so; *Reject* ends it there."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from servers.anthropic_server import AnthropicServer
from small_recipe import write_small_recipe

ROOT = Path(__file__).resolve().parents[2]
VIEWS = ("brief", "workflow", "data_processing", "terse", "specification", "change_request")

pytestmark = [pytest.mark.airflow, pytest.mark.network, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def claude() -> Iterator[AnthropicServer]:
    def reply(_: object) -> str:
        return json.dumps({view: f"Please build the sales pipeline, as a {view} text." for view in VIEWS})

    with AnthropicServer(reply, key="key-of-nobody") as server:
        yield server


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory, claude: AnthropicServer) -> tuple[Path, Path]:
    """(recipes, artifact root); what one run has finished the next one does not do again."""
    recipes = tmp_path_factory.mktemp("recipes")
    path = write_small_recipe(recipes, claude.url)
    recipe = yaml.safe_load(path.read_text()) | {"ask_before_paying": True, "ask_before_training": True}
    recipe["instructions"]["claude"]["settle_s"] = 0
    path.write_text(yaml.safe_dump(recipe))
    return recipes, tmp_path_factory.mktemp("artifacts")


@pytest.mark.usefixtures("airflow_db")
@pytest.mark.parametrize(
    ("answers", "last", "is_paid"),
    [
        pytest.param({"approve_cost": "Reject"}, "judge", False, id="cost-rejected"),
        pytest.param(
            {"approve_cost": "Approve", "approve_training": "Reject"}, "check_quality", True, id="training"
        ),
    ],
)
def test_what_a_person_rejects_is_not_done(
    places: tuple[Path, Path],
    claude: AnthropicServer,
    monkeypatch: pytest.MonkeyPatch,
    answers: dict[str, str],
    last: str,
    is_paid: bool,
) -> None:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.providers.standard.operators.hitl import ApprovalOperator

    def said(operator: Any, context: Any) -> Any:
        """What Airflow calls once a person has pressed a button."""
        words = {"chosen_options": [answers[operator.task_id]], "params_input": {}, "responded_by_user": None}
        now = datetime.datetime.now(datetime.UTC)
        return operator.execute_complete(context, {**words, "responded_at": now})

    monkeypatch.setattr(ApprovalOperator, "execute", said)
    monkeypatch.setenv("AIRFLOWNET_RECIPES", str(places[0]))
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key-of-nobody")
    bag = DagBag(dag_folder=str(ROOT / "dags" / "airflownet_pipeline.py"))
    conf = {"recipe": "small", "artifact_root": str(places[1])}
    run = bag.dags["airflownet_pipeline"].test(run_conf=conf)
    states = {ti.task_id: str(ti.state) for ti in run.get_task_instances()}
    assert run.state == "success", states
    assert {task: states[task] for task in answers} == dict.fromkeys(answers, "success")
    assert (states[last], states["finetune"], states["evaluate"]) == ("success", "skipped", "skipped")
    assert bool(claude.n_submitted) is is_paid
