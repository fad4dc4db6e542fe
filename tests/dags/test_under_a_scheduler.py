"""The DAGs as a user runs them: under a real scheduler and executor, from the form's values, over REST."""

# ruff: noqa: F811
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from airflow_session import AirflowSession
from airflownet.evaluation.promotion.shelf import read_champion, shelf_of
from airflownet.people.answers import PersonAnswer
from airflownet.tables import read_table
from asset_chain import ASSETS, form, last_event, today
from llama_fixtures import llama_cpp, models  # noqa: F401
from opinions_asked import NAME, TwoModels, connect, write_inputs, write_people_recipe
from servers.writing_server import WritingServer
from small_recipe import write_small_recipe

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.training,
    pytest.mark.llama,
    pytest.mark.network,
    pytest.mark.timeout(1500),
]

LINES = ("recipe", "3.2")  # what the form says: last night's run took it as it is


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("airflow")
    recipes = tmp_path_factory.mktemp("recipes")
    write_people_recipe(write_small_recipe(recipes))
    root = tmp_path_factory.mktemp("artifacts")
    session = AirflowSession(
        home,
        {
            "AIRFLOWNET_RECIPES": str(recipes),
            "AIRFLOWNET_ARTIFACTS": str(root),
            "AIRFLOW__AIRFLOWNET__ARTIFACT_ROOT": str(root),
        },
    )
    yield session
    session.close()


@pytest.fixture(scope="module")
def pipeline_run(airflow, tmp_path_factory):
    root = tmp_path_factory.mktemp("own_root")
    conf = form(airflow, "airflownet_pipeline", recipe="small", artifact_root=str(root))
    run_id = airflow.trigger("airflownet_pipeline", conf)
    return airflow.finished("airflownet_pipeline", run_id), root


def test_the_pipeline_succeeds_on_an_empty_artifact_root(airflow, pipeline_run):
    run, root = pipeline_run
    states = airflow.states("airflownet_pipeline", run["dag_run_id"])
    assert set(states.values()) <= {"success", "skipped"}
    assert states["evaluate"] == "success"
    location = airflow.xcom("airflownet_pipeline", run["dag_run_id"], "evaluate")
    assert (Path(location) / "report.html").exists()
    assert Path(location).is_relative_to(root)


def test_progress_is_in_the_task_state_store_and_the_log_is_served(airflow, pipeline_run):
    run_id = pipeline_run[0]["dag_run_id"]
    path = f"dags/airflownet_pipeline/dagRuns/{run_id}/taskInstances/finetune/state-store"
    assert "progress" in json.dumps(airflow.get(path))
    assert "finished in" in airflow.log("airflownet_pipeline", run_id, "mine")


@pytest.fixture(scope="module")
def chain(airflow, pipeline_run):
    """One trigger of `mine_dags` with a form of its own; nothing below its artifact root is there yet.

    Switching `mine_dags` on lets last night's run start too, as in the web interface: both chains go through.
    """
    conf = form(airflow, "mine_dags", recipe="small", airflow="3.2")
    run_id = airflow.trigger("mine_dags", conf)
    airflow.send("PATCH", "dags/mine_dags", {"is_paused": False})
    airflow.finished("mine_dags", run_id)
    return {line: last_event(airflow, airflow_line=line) for line in LINES}


@pytest.mark.parametrize("line", LINES)
def test_one_trigger_of_mine_dags_leads_to_the_report(airflow, chain, line):
    run_id = chain[line]["source_run_id"]
    location = Path(airflow.xcom("evaluate_models", run_id, "evaluate"))
    assert (location / "report.html").exists()
    assert airflow.get(f"dags/evaluate_models/dagRuns/{run_id}")["partition_key"] == today()
    airflow_line = {"recipe": "3.3"}.get(line, line)
    assert json.loads((location / "manifest.json").read_text())["settings"]["airflow"] == airflow_line


def test_every_asset_has_its_event(airflow, chain):
    airflow.wait_for(lambda: len(airflow.asset_events()) > len(ASSETS))
    events = airflow.asset_events()
    assert set(ASSETS) <= {event["name"] for event in events}
    assert all(event["extra"].get("recipe") == "small" for event in events)
    in_chain = [event for event in events if event["source_dag_id"] != "airflownet_pipeline"]
    by_name = {event["name"]: event["extra"]["locations"] for event in in_chain}
    assert {"mining", "judging"} <= set(by_name["raw_dags"])
    assert {"mining", "judging", "instructions"} <= set(by_name["dag_dataset"]), "what it is made of"
    assert set(by_name["evaluation"]) >= {"mining", "dataset", "base_model", "training", "evaluation"}


def test_a_night_with_nothing_new_changes_nothing(airflow, chain):
    folder = Path(chain["recipe"]["extra"]["location"]).parent
    before = {path: path.read_bytes() for path in folder.glob("*/manifest.json")}
    assert len(before) >= 6
    conf = form(airflow, "mine_dags", recipe="small")
    run_id = airflow.trigger("mine_dags", conf, partition_key="2026-01-02")
    assert airflow.finished("mine_dags", run_id)["partition_key"] == "2026-01-02"
    event = last_event(airflow, partition="2026-01-02")
    assert event["extra"]["form"]["recipe"] == "small"
    assert {path: path.read_bytes() for path in before} == before


def test_a_stage_alone_starts_afresh(airflow, chain):
    location = Path(chain["recipe"]["extra"]["location"]).with_name("dataset")
    before = json.loads((location / "manifest.json").read_text())
    run_id = airflow.trigger(
        "assemble_dataset", form(airflow, "assemble_dataset", recipe="small", fresh=True)
    )
    airflow.finished("assemble_dataset", run_id)
    after = json.loads((location / "manifest.json").read_text())
    assert after["finished_at"] > before["finished_at"]
    assert after["content_sha256"] == before["content_sha256"]
    last_event(airflow, after=chain["recipe"]["timestamp"])  # the stages behind it were woken and are done


@pytest.mark.parametrize(
    ("task_id", "button", "expected"),
    [
        pytest.param("evaluate", "Report", "<h1", id="report-of-a-run-with-its-own-root"),
        pytest.param("finetune", "Progress", "success", id="progress-of-the-training"),
        pytest.param("infer.generate", "Progress", "success", id="progress-of-the-answers"),
    ],
)
def test_a_task_has_its_button(airflow, pipeline_run, task_id, button, expected):
    run_id = pipeline_run[0]["dag_run_id"]
    path = f"dags/airflownet_pipeline/dagRuns/{run_id}/taskInstances/{task_id}/links"
    answer = airflow.page(airflow.get(path)["extra_links"][button])
    assert answer.status_code == 200
    assert expected in answer.text


def test_the_list_of_reports_has_every_run(airflow, pipeline_run, chain):
    page = airflow.page("/airflownet/reports/").text
    assert str(pipeline_run[1]) in page
    assert page.count("<b>small</b>") + page.count("<b>small.airflow-3.2</b>") == 3


def test_a_person_is_asked_before_a_training_that_has_something_to_do(airflow, chain):
    conf = form(airflow, "finetune_model", recipe="small", ask_before_training=True)
    run_id = airflow.trigger("finetune_model", conf | {"fresh": True})
    task = f"dags/finetune_model/dagRuns/{run_id}/taskInstances/approve_training"
    airflow.wait_for(lambda: waits_for_a_person(airflow, run_id))
    assert "small" in airflow.get(f"{task}/-1/hitlDetails")["body"]
    airflow.decided("finetune_model", run_id, "approve_training", "Reject")
    airflow.finished("finetune_model", run_id)
    assert airflow.states("finetune_model", run_id)["finetune"] == "skipped"
    n_evaluations = len(airflow.runs("evaluate_models"))
    run_id = airflow.trigger("finetune_model", conf)
    airflow.finished("finetune_model", run_id)
    assert airflow.states("finetune_model", run_id)["approve_training"] == "skipped"
    # The evaluation that it wakes reads the connection that a later test changes: it must be over by then.
    airflow.wait_for(lambda: len(ended(airflow, "evaluate_models")) > n_evaluations)


def test_a_wrong_input_fails_at_once_and_the_remedy_comes_before_the_traceback(airflow, chain):
    conf = form(airflow, "assemble_dataset", recipe="small", mining="/nowhere")
    run_id = airflow.trigger("assemble_dataset", conf)
    with pytest.raises(AssertionError, match="Remedy"):
        airflow.finished("assemble_dataset", run_id)
    log = airflow.log("assemble_dataset", run_id, "assemble")
    assert log.index("Remedy") < log.index("Task failed with exception")
    path = f"dags/assemble_dataset/dagRuns/{run_id}/taskInstances/assemble"
    assert airflow.get(path)["try_number"] == 1


def ended(airflow: AirflowSession, dag_id: str) -> list[dict[str, Any]]:
    return [run for run in airflow.runs(dag_id) if run["state"] in ("success", "failed")]


def waits_for_a_person(
    airflow: AirflowSession, run_id: str, dag_id: str = "finetune_model", task_id: str = "approve_training"
) -> bool:
    return airflow.states(dag_id, run_id).get(task_id) == "awaiting_input"


def test_a_person_sees_a_generated_file_before_it_goes_among_the_dags(airflow, tmp_path):
    folder = tmp_path / "dags"
    plan = '{"dag":"listing","schedule":"@daily","tasks":[{"BashOperator":"list","bash_command":"ls /data"}]}'
    with WritingServer(lambda *_: plan) as server:
        host, port = server.url.removeprefix("http://").split(":")
        place = {"conn_type": "llama_server", "host": host, "port": int(port)}
        airflow.send("POST", "connections", {"connection_id": "llama_server_default", **place})
        request = "Run `ls /data` in bash every day. The DAG id is `listing`."
        conf = form(airflow, "generate_dag", recipe="small", request=request, dags_folder=str(folder))
        run_id = airflow.trigger("generate_dag", conf)
        airflow.wait_for(lambda: waits_for_a_person(airflow, run_id, "generate_dag", "approve_file"))
    task = f"dags/generate_dag/dagRuns/{run_id}/taskInstances/approve_file"
    assert 'bash_command="ls /data"' in airflow.get(f"{task}/-1/hitlDetails")["body"]
    assert not folder.exists()
    airflow.decided("generate_dag", run_id, "approve_file", "Approve")
    airflow.finished("generate_dag", run_id)
    assert [path.name for path in folder.iterdir()] == ["listing.py"]


def test_old_runs_are_listed_and_stay(airflow, chain):
    run_id = airflow.trigger("retire_artifacts", form(airflow, "retire_artifacts"))
    airflow.send("PATCH", "dags/retire_artifacts", {"is_paused": False})  # scheduled: a person switches it on
    airflow.finished("retire_artifacts", run_id)
    assert "0 runs below" in airflow.log("retire_artifacts", run_id, "retire")
    assert (Path(last_event(airflow)["extra"]["location"]) / "report.html").exists()


def test_people_compare_answers_and_one_decides_on_the_champion(airflow, models, tmp_path):
    write_inputs(tmp_path / NAME, models)
    shared = {"recipe": NAME, "artifact_root": str(tmp_path)}
    with TwoModels(context=8192) as server:
        host, port = server.url.removeprefix("http://").split(":")
        connect(airflow, "answers", host=host, port=int(port))
        conf = form(airflow, "evaluate_models", **shared, llama_servers=["answers"])
        run_id = airflow.trigger("evaluate_models", conf)
        said = {"correctness": "A", "completeness": "A", "best_practices": "neither"}
        ask = ("evaluate_models", run_id, "second_opinions.ask_a_person", "Keep my answers")
        airflow.decided(*ask, map_indices=(0, 1), said=said)
    airflow.finished("evaluate_models", run_id)
    kept = list(read_table(tmp_path / NAME / "people" / "answers.parquet", PersonAnswer))
    assert [one.person for one in kept] == ["admin"] * 6
    page = airflow.page(f"/airflownet/reports/evaluate_models/{run_id}").text
    assert "What people prefer" in page

    airflow.send("PATCH", "dags/promote_model", {"is_paused": False})
    conf = form(airflow, "promote_model", **shared, ask_before_promotion=True)
    run_id = airflow.trigger("promote_model", conf)
    airflow.wait_for(lambda: waits_for_a_person(airflow, run_id, "promote_model", "approve_promotion"))
    assert read_champion(shelf_of(str(tmp_path))) is None
    airflow.decided("promote_model", run_id, "approve_promotion", "Approve")
    airflow.finished("promote_model", run_id)
    champion = read_champion(shelf_of(str(tmp_path)))
    assert (champion.beaten, champion.promoted_by) == ("base", "a person, after the gate")


def test_a_model_that_is_not_better_is_no_champion(airflow, chain):
    run_id = airflow.trigger("promote_model", form(airflow, "promote_model", recipe="small"))
    airflow.finished("promote_model", run_id)
    states = airflow.states("promote_model", run_id)
    assert (states["compare"], states["promote"]) == ("success", "skipped")
