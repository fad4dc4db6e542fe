"""The reports in the web interface: only finished ones, nothing outside the artifact root."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.airflow


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    root = tmp_path / "artifacts"
    for name, finished in (("laptop", "2026-11-22T10:00:00"), ("newer", "2026-11-23T10:00:00")):
        folder = root / name / "evaluation"
        folder.mkdir(parents=True)
        (folder / "report.html").write_text(f"<p>{name}</p>")
        (folder / "manifest.json").write_text(json.dumps({"finished_at": finished}))
    (root / "unfinished" / "evaluation").mkdir(parents=True)
    (tmp_path / "secret").mkdir()
    monkeypatch.setenv("AIRFLOW__AIRFLOWNET__ARTIFACT_ROOT", str(root))
    from airflownet_provider import report_shelf

    return report_shelf


def test_the_list_names_finished_evaluations_newest_first(shelf, airflow_db):
    assert [entry.recipe for entry in shelf.finished_evaluations({"d"})] == ["newer", "laptop"]


def test_a_report_is_served_whole(shelf):
    assert shelf.report_of_recipe("laptop") == "<p>laptop</p>"


@pytest.mark.parametrize("name", ["unfinished", "nothing", "../secret", "..", "", "laptop/../newer"])
def test_anything_else_is_not_there(shelf, name):
    assert shelf.report_of_recipe(name) is None


def test_an_evaluation_without_numbers_of_this_version_is_listed_all_the_same(shelf, airflow_db):
    from airflownet_provider.overview_page import overview_page

    page = overview_page({"d"}, order="loads")
    assert page.count("written by another version") == 2
    assert "laptop#samples" in page


def test_an_empty_root_tells_what_to_do(tmp_path, monkeypatch, airflow_db):
    monkeypatch.setenv("AIRFLOW__AIRFLOWNET__ARTIFACT_ROOT", str(tmp_path / "none"))
    from airflownet_provider.overview_page import overview_page

    assert "airflownet_pipeline" in overview_page({"d"})


def test_nobody_reads_reports_without_a_login(airflow_db):
    from fastapi.testclient import TestClient

    from airflownet_ui import BuiltOnFirstRequest

    client = TestClient(BuiltOnFirstRequest())
    assert client.get("/reports/").status_code in (401, 403)
    assert client.get("/reports/laptop").status_code in (401, 403)


@pytest.mark.parametrize(
    ("path", "dag_id"),
    [
        pytest.param("/reports/", "airflownet_pipeline", id="list"),
        pytest.param("/reports/laptop", "airflownet_pipeline", id="below-the-root"),
        pytest.param("/reports/evaluate_models/run", "evaluate_models", id="report-of-a-run"),
        pytest.param("/progress/somebody_elses/run/task", "somebody_elses", id="progress"),
    ],
)
def test_a_page_is_for_those_who_may_read_its_dag(airflow_db, monkeypatch, path, dag_id):
    from airflow.api_fastapi.core_api import security
    from fastapi.testclient import TestClient

    from airflownet_ui import reports_app

    asked = []

    class Manager:
        def is_authorized_dag(self, *, details, **_):
            asked.append(details.id)
            return False

    monkeypatch.setattr(security, "get_auth_manager", Manager)
    app = reports_app()
    app.dependency_overrides[security.get_user] = lambda: object()
    assert TestClient(app).get(path).status_code == 403
    assert asked == [dag_id]


def test_the_overview_tells_a_reader_of_what_he_may_read(shelf, airflow_db, monkeypatch):
    from airflow.api_fastapi import app as airflow_app
    from airflow.api_fastapi.core_api import security
    from fastapi.testclient import TestClient

    from airflownet_ui import reports_app

    class Manager:
        def is_authorized_dag(self, **_):
            return True

        def get_authorized_dag_ids(self, *, user, method):
            return {"airflownet_pipeline"}

    monkeypatch.setattr(security, "get_auth_manager", Manager)
    monkeypatch.setattr(airflow_app, "get_auth_manager", Manager)
    app = reports_app()
    app.dependency_overrides[security.get_user] = lambda: object()
    answer = TestClient(app).get("/reports/?order=loads")
    assert answer.status_code == 200
    assert "script-src 'sha256-" in answer.headers["content-security-policy"]
    assert "laptop#samples" in answer.text


def test_one_place_of_many_nights_is_listed_once_and_a_bad_place_hides_nothing(shelf, airflow_db, tmp_path):
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import delete, select

    place = tmp_path / "elsewhere" / "evaluation"
    place.mkdir(parents=True)
    (place / "report.html").write_text("<p>elsewhere</p>")
    (place / "manifest.json").write_text(json.dumps({"finished_at": "2026-11-24T10:00:00"}))
    places = [str(place), str(place), "nosuchscheme://bucket/evaluation", str(tmp_path / "gone")]
    with create_session() as session:
        asset = session.scalar(select(AssetModel).where(AssetModel.name == "evaluation"))
        if asset is None:
            asset = AssetModel(name="evaluation", uri="airflownet://evaluation", group="airflownet")
            session.add(asset)
            session.flush()
        for number, location in enumerate(places):
            extra = {"recipe": "own", "location": location}
            source = {"source_dag_id": "d", "source_run_id": f"shelf{number}", "source_task_id": "t"}
            session.add(AssetEvent(asset_id=asset.id, extra=extra, **source))
    try:
        found = [entry.recipe for entry in shelf.finished_evaluations({"d"})]
        assert found == ["own", "newer", "laptop"]
        assert [entry.recipe for entry in shelf.finished_evaluations({"e"})] == ["newer", "laptop"]
        assert shelf.report_of_run("d", "shelf1") == "<p>elsewhere</p>"
        assert shelf.report_of_run("d", "shelf2") is None
    finally:
        with create_session() as session:
            session.execute(delete(AssetEvent).where(AssetEvent.source_dag_id == "d"))
