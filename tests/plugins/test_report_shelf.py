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


def test_the_list_names_finished_evaluations_newest_first(shelf):
    page = shelf.list_page()
    assert page.index("newer") < page.index("laptop")
    assert "unfinished" not in page


def test_a_report_is_served_whole(shelf):
    assert shelf.report_of_recipe("laptop") == "<p>laptop</p>"


@pytest.mark.parametrize("name", ["unfinished", "nothing", "../secret", "..", "", "laptop/../newer"])
def test_anything_else_is_not_there(shelf, name):
    assert shelf.report_of_recipe(name) is None


def test_an_empty_root_tells_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOW__AIRFLOWNET__ARTIFACT_ROOT", str(tmp_path / "none"))
    from airflownet_provider import report_shelf

    assert "airflownet_pipeline" in report_shelf.list_page()


def test_nobody_reads_reports_without_a_login(airflow_db):
    from fastapi.testclient import TestClient

    from airflownet_ui import BuiltOnFirstRequest

    client = TestClient(BuiltOnFirstRequest())
    assert client.get("/reports/").status_code in (401, 403)
    assert client.get("/reports/laptop").status_code in (401, 403)
