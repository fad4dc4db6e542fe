"""The pipeline DAG from end to end under ``dag.test()``: every stage real, the training a few steps long."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from small_recipe import STAGES, write_small_recipe

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.training,
    pytest.mark.llama,
    pytest.mark.network,
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def small_recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recipes")
    write_small_recipe(folder)
    return folder


@pytest.fixture(scope="module")
def run_of_the_pipeline(airflow_db, small_recipe, tmp_path_factory):
    from airflow.dag_processing.dagbag import DagBag

    root = tmp_path_factory.mktemp("artifacts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOWNET_RECIPES", str(small_recipe))
        patch.setenv("AIRFLOWNET_ARTIFACTS", str(root))
        bag = DagBag(dag_folder=str(ROOT / "dags" / "airflownet_pipeline.py"))
        dag = bag.dags["airflownet_pipeline"]
        first = dag.test(run_conf={"recipe": "small", "artifact_root": str(root)})
        manifests = {path: path.read_bytes() for path in sorted(root.glob("small/*/manifest.json"))}
        second = dag.test(run_conf={"recipe": "small", "artifact_root": str(root)})
    return root / "small", first, second, manifests


def test_the_run_succeeds_and_every_stage_leaves_a_balanced_funnel(run_of_the_pipeline):
    folder, first, _, _ = run_of_the_pipeline
    assert first.state == "success"
    for stage in STAGES:
        funnel = json.loads((folder / stage / "manifest.json").read_text())["funnel"]
        assert funnel["listed"] == funnel["kept"] + sum(funnel["dropped"].values()), stage


def test_a_second_run_repeats_nothing(run_of_the_pipeline):
    _, _, second, manifests = run_of_the_pipeline
    assert second.state == "success"
    assert {path: path.read_bytes() for path in manifests} == manifests


def test_the_report_counts_every_answer_of_both_models(run_of_the_pipeline):
    folder = run_of_the_pipeline[0]
    summary = json.loads((folder / "evaluation" / "summary.json").read_text())
    assert {"base", "tuned", "ground_truth"} <= set(json.dumps(summary).replace('"', " ").split())
    page = (folder / "evaluation" / "report.html").read_text()
    assert "<h1" in page
