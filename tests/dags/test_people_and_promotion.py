"""A person compares answers, decides on a champion, and finds the way to a sample: all through Airflow."""

# ruff: noqa: F811
from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from airflow_in_a_browser import CHROMIUM, chromium, open_sample, report_by_link, trigger_by_form, visit
from airflownet.evaluation.promotion.shelf import read_champion, shelf_of
from airflownet.people.answers import PersonAnswer
from airflownet.people.blinded_pairs import QUESTIONS, BlindedPair
from airflownet.records import Generation
from airflownet.tables import read_table
from api_session import ApiSession
from asset_chain import form
from llama_fixtures import llama_cpp, models  # noqa: F401
from opinions_asked import (
    NAME,
    TwoModels,
    answer,
    connect,
    earlier_champion,
    person_reads,
    waiting,
    write_asked_recipe,
    write_inputs,
)
from small_recipe import write_small_recipe

pytestmark = [pytest.mark.airflow, pytest.mark.llama, pytest.mark.timeout(1500)]

ASK, APPROVE = "second_opinions.ask_a_person", "approve_promotion"
ENDS_WITHIN_S = 300


@pytest.fixture(scope="module")
def root(models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("artifacts")
    write_inputs(folder / NAME, models)
    return folder


@pytest.fixture(scope="module")
def airflow(root, tmp_path_factory):
    recipes = tmp_path_factory.mktemp("recipes")
    small = write_small_recipe(recipes)
    write_asked_recipe(small)
    small.unlink()
    environment = {"AIRFLOWNET_RECIPES": str(recipes), "AIRFLOW__AIRFLOWNET__ARTIFACT_ROOT": str(root)}
    session = ApiSession(tmp_path_factory.mktemp("airflow"), environment)
    yield session
    session.close()


def wait_until_asked(airflow, process, dag_id, run_id, task_id, n):
    def is_asked():
        assert process.poll() is None, f"{dag_id} ended before anybody was asked"
        return len(waiting(airflow, dag_id, run_id, task_id)) == n

    airflow.wait_for(is_asked, timeout_s=ENDS_WITHIN_S)


@pytest.fixture(scope="module")
def asked_run(airflow):
    """(id, what a person saw) of a run whose answers a model grades; one pair is answered, one skipped."""
    with TwoModels(context=8192) as server:
        host, port = server.url.removeprefix("http://").split(":")
        connect(airflow, "answers", host=host, port=int(port))
        run_id, process = airflow.run(
            "evaluate_models", form(airflow, "evaluate_models", llama_servers=["answers"])
        )
        wait_until_asked(airflow, process, "evaluate_models", run_id, ASK, 2)
    person_reads()
    task = f"dags/evaluate_models/dagRuns/{run_id}/taskInstances/{ASK}"
    shown = airflow.get(f"{task}/0/hitlDetails")
    said = {"correctness": "A", "completeness": "B", "best_practices": "neither"}
    answer(airflow, task, 0, "Keep my answers", said)
    answer(airflow, task, 1, "Skip this pair")
    process.wait(ENDS_WITHIN_S)
    airflow.finished("evaluate_models", run_id)
    return run_id, shown


def test_a_person_compares_answers_and_is_compared_with_both_judges(airflow, root, asked_run):
    run_id, shown = asked_run
    assert "tuned" not in shown["body"], "the models are not named"
    assert set(shown["params"]) == set(QUESTIONS), "of the DAG's own form nothing is asked"
    pairs = list(read_table(root / NAME / "people_pairs" / "pairs.parquet", BlindedPair))
    kept = list(read_table(root / NAME / "people" / "answers.parquet", PersonAnswer))
    assert [one.better for one in kept] == [pairs[0].left, pairs[0].right, "neither", "", "", ""]
    assert {one.person for one in kept[:3]} == {"admin"}
    page = airflow.page(f"/airflownet/reports/evaluate_models/{run_id}").text
    for told in ("What people prefer", "Static judge, correctness", "LLM judge side by side, correctness"):
        assert told in page


def test_the_champion_is_asked_and_a_person_decides_before_the_alias_moves(airflow, root, asked_run):
    earlier = earlier_champion(root)
    run_id, process = airflow.run("promote_model", form(airflow, "promote_model", ask_before_promotion=True))
    wait_until_asked(airflow, process, "promote_model", run_id, APPROVE, 1)
    person_reads()
    task = f"dags/promote_model/dagRuns/{run_id}/taskInstances/{APPROVE}"
    assert "tuned may take the place of champion" in airflow.get(f"{task}/-1/hitlDetails")["body"]
    shelf = shelf_of(str(root))
    assert (shelf / "champion").readlink().name == earlier
    answer(airflow, task, -1, "Approve")
    process.wait(ENDS_WITHIN_S)
    airflow.finished("promote_model", run_id)
    asked = read_table(root / NAME / "champion_inference" / "generations.parquet", Generation)
    assert {one.model for one in asked} == {"tuned"}, "the champion alone is asked, its base is not compared"
    champion = read_champion(shelf)
    assert (shelf / "champion").readlink().name == champion.folder != earlier
    assert (champion.previous, champion.promoted_by) == (earlier, "a person, after the gate")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH")
def test_from_the_form_and_by_the_link_to_a_sample_in_a_browser(airflow, root, asked_run):
    run_id = asked_run[0]
    with chromium() as browser, visit(browser, airflow.url, "admin") as page:
        started = trigger_by_form(page, "evaluate_models", str(root))
        conf = airflow.get(f"dags/evaluate_models/dagRuns/{started}")["conf"]
        assert (conf["recipe"], conf["artifact_root"]) == (NAME, str(root))
        report_by_link(page, "evaluate_models", run_id)
        assert f"/airflownet/reports/evaluate_models/{quote(run_id)}" in page.url
        assert re.fullmatch(r"\d+ of 4 prompts", open_sample(page, "loads"))


@pytest.mark.parametrize(
    ("user", "path", "status"),
    [
        pytest.param("viewer", "/airflownet/reports/", 200, id="viewer"),
        pytest.param("stranger", "/airflownet/reports/", 403, id="list"),
        pytest.param("stranger", f"/airflownet/reports/{NAME}", 403, id="report"),
        pytest.param("stranger", "/airflownet/progress/evaluate_models/any/evaluate", 403, id="progress"),
        pytest.param("stranger", "/api/v2/dags/evaluate_models/dagRuns", 403, id="airflows-own"),
    ],
)
def test_who_may_not_read_is_refused(airflow, user, path, status):
    assert airflow.page(path, user=user).status_code == status


@pytest.mark.parametrize(
    ("method", "address", "content"),
    [
        pytest.param(
            "POST", "/api/v2/dags/evaluate_models/dagRuns", {"logical_date": None, "conf": {}}, id="trigger"
        ),
        pytest.param("PATCH", "/api/v2/dags/promote_model", {"is_paused": False}, id="switch-on"),
        pytest.param(
            "PATCH",
            f"/api/v2/dags/evaluate_models/dagRuns/RUN/taskInstances/{ASK}/0/hitlDetails",
            {"chosen_options": ["Keep my answers"], "params_input": {}},
            id="answer-for-a-person",
        ),
        pytest.param(
            "POST",
            "/api/v2/connections",
            {"connection_id": "llama_server_default", "conn_type": "llama_server"},
            id="send-the-prompts-elsewhere",
        ),
    ],
)
def test_a_viewer_reads_and_changes_nothing(airflow, asked_run, method, address, content):
    address = address.replace("RUN", quote(asked_run[0]))
    assert airflow.refusal(method, address, content, "viewer") == 403


def test_our_pages_are_for_reading_alone(airflow, asked_run):
    address = f"/airflownet/reports/evaluate_models/{quote(asked_run[0])}"
    assert airflow.page(address, user="viewer").status_code == 200
    assert {airflow.refusal(method, address, {}, "admin") for method in ("POST", "PUT", "DELETE")} == {405}
