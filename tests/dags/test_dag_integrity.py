"""What every DAG of the repository must have, asked of Airflow's own DagBag."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.airflow

ROOT = Path(__file__).resolve().parents[2]
DAG_IDS = sorted(path.stem for path in (ROOT / "dags").glob("*.py"))
TAGS = {
    "airflownet",
    "pipeline",
    "mining",
    "instructions",
    "dataset",
    "training",
    "evaluation",
    "generation",
    "operations",
}
POOLS = set(json.loads((ROOT / "config" / "pools.json").read_text()))


@pytest.fixture(scope="module")
def dagbag(airflow_db):
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(dag_folder=str(ROOT / "dags"), known_pools=POOLS | {"default_pool"})


def test_no_import_errors(dagbag):
    assert dagbag.import_errors == {}
    assert sorted(dagbag.dags) == DAG_IDS


def test_every_pool_is_shipped(dagbag):
    assert dagbag.dag_warnings == set()


def test_parsing_is_fast(dagbag):
    slow = {s.file: s.duration for s in dagbag.dagbag_stats if s.duration.total_seconds() > 5}
    assert not slow


@pytest.fixture(params=DAG_IDS)
def a_dag(dagbag, request):
    return dagbag.dags[request.param]


def test_a_dag_introduces_itself(a_dag):
    assert a_dag.doc_md
    assert a_dag.description
    assert a_dag.dag_display_name
    assert set(a_dag.tags) <= TAGS
    assert "airflownet" in a_dag.tags
    assert {task.owner for task in a_dag.tasks} == {"airflownet"}
    assert not a_dag.catchup
    assert a_dag.max_active_runs == 1


def test_a_dag_states_its_schedule(a_dag):
    assert "schedule=" in Path(a_dag.fileloc).read_text()


def test_every_field_of_the_form_explains_itself(a_dag):
    assert a_dag.params
    for name in a_dag.params:
        schema = a_dag.params.get_param(name).schema
        assert schema.get("type"), name
        assert schema.get("title"), name
        assert schema.get("description_md"), name
    a_dag.params.validate()


def test_every_task_explains_itself(a_dag):
    for task in a_dag.tasks:
        assert task.doc_md, task.task_id
        assert task.retries >= 1, task.task_id


def test_gpu_tasks_take_the_queue_and_the_pool(dagbag):
    pipeline = dagbag.dags["airflownet_pipeline"]
    for task_id in ("train_base", "finetune", "infer.generate"):
        task = pipeline.get_task(task_id)
        assert (task.queue, task.pool) == ("gpu", "gpu")


def test_every_asset_that_wakes_a_dag_is_made_by_one(dagbag):
    made = {outlet.name for d in dagbag.dags.values() for t in d.tasks for outlet in t.outlets}
    for d in dagbag.dags.values():
        condition = getattr(d.timetable, "asset_condition", None)
        if condition is not None:
            assert {asset.name for asset in condition.objects} <= made, d.dag_id


def test_a_dag_survives_serialization(a_dag):
    from airflow.serialization.serialized_objects import DagSerialization

    data = DagSerialization.to_dict(a_dag)
    assert DagSerialization.from_dict(data).task_ids == a_dag.task_ids


def test_parsing_imports_nothing_heavy():
    heavy = ["torch", "transformers", "trl", "peft", "anthropic", "github", "datasets", "matplotlib"]
    script = (
        "import sys, importlib.util as u\n"
        f"sys.path[:0] = [{str(ROOT / 'dags')!r}, {str(ROOT / 'plugins')!r}, {str(ROOT / 'include')!r}]\n"
        f"for p in {[str(p) for p in sorted((ROOT / 'dags').glob('*.py'))]!r}:\n"
        "    s = u.spec_from_file_location('d', p); m = u.module_from_spec(s); s.loader.exec_module(m)\n"
        f"print([n for n in {heavy!r} if n in sys.modules])\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip().splitlines()[-1] == "[]"


def test_the_graph_of_the_pipeline(dagbag):
    pipeline = dagbag.dags["airflownet_pipeline"]
    edges = {t.task_id: sorted(t.downstream_task_ids) for t in pipeline.tasks}
    assert edges == {
        "mine": ["assemble", "instruct", "judge", "plan_requests"],
        "judge": ["assemble"],
        "plan_requests": ["needs_approval"],
        "needs_approval": ["approve_cost", "cost_needs_no_approval"],
        "approve_cost": ["instruct"],
        "cost_needs_no_approval": ["instruct"],
        "instruct": ["assemble"],
        "assemble": ["check_quality"],
        "check_quality": [
            "evaluate",
            "finetune",
            "infer.generate",
            "infer.start_llama_server",
            "magpie",
            "plan_training",
            "train_base",
        ],
        "plan_training": ["approve_training", "training_needs_no_approval"],
        "approve_training": ["train_base"],
        "training_needs_no_approval": ["train_base"],
        "train_base": ["evaluate", "finetune", "infer.generate", "infer.start_llama_server", "magpie"],
        "magpie": ["evaluate"],
        "finetune": ["evaluate", "infer.generate", "infer.llama_servers", "infer.start_llama_server"],
        "infer.llama_servers": ["infer.wait_for_llama_server"],
        "infer.wait_for_llama_server": ["infer.generate", "infer.start_llama_server"],
        "infer.start_llama_server": ["infer.generate", "infer.stop_llama_server"],
        "infer.generate": ["evaluate", "infer.stop_llama_server"],
        "infer.stop_llama_server": [],
        "evaluate": [
            "second_opinions.draw_pairs",
            "second_opinions.grade",
            "second_opinions.plan_grading",
        ],
        "second_opinions.plan_grading": [
            "second_opinions.approve_grading",
            "second_opinions.grading_needs_no_approval",
        ],
        "second_opinions.approve_grading": ["second_opinions.grade"],
        "second_opinions.grading_needs_no_approval": ["second_opinions.grade"],
        "second_opinions.grade": ["second_opinions.report"],
        "second_opinions.draw_pairs": ["second_opinions.ask_a_person", "second_opinions.keep_answers"],
        "second_opinions.ask_a_person": ["second_opinions.keep_answers"],
        "second_opinions.keep_answers": ["second_opinions.report"],
        "second_opinions.report": [],
    }
