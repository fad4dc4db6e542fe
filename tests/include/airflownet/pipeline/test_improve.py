"""Rounds from the first draw to the summary: real server, real training, on a base of a few weights."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

import llama_model
from airflownet.errors import InputError
from airflownet.improvement.asked_rows import asked_rows
from airflownet.improvement.draw_ledger import open_draw_ledger
from airflownet.improvement.draw_stage import draws_of
from airflownet.improvement.drawn_answer import DrawnAnswer
from airflownet.llama.serving import Models
from airflownet.locations import read_manifest
from airflownet.pipeline.improve import improve, improving
from airflownet.pipeline.improve_summary import PAGE, ROUNDS, SUMMARY
from airflownet.plans import reconcile
from airflownet.recipe import load_recipe
from airflownet.records import Sample
from airflownet.tables import read_table
from airflownet.training import seedling_stage
from airflownet.training.settings import SeedlingSettings
from improvement_rows import plan_row, write_dataset
from small_recipe import RECIPES

pytestmark = [pytest.mark.training, pytest.mark.llama, pytest.mark.timeout(900)]

SEEDLING = {
    "vocab_size": 512,
    "hidden_size": 64,
    "intermediate_size": 64,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "max_position_embeddings": 768,
    "sequence_length": 64,
    "max_steps": 1,
    "save_steps": 1,
    "warmup_steps": 0,
    "logging_steps": 1,
    "num_threads": 1,
}
DAGS = RECIPES.with_name("dags")
SHAPE = llama_model.Shape(n_layers=1, n_embd=64, n_heads=2, n_kv_heads=1, n_ff=64)
SERVER = {"n_slots": 2, "context_tokens_per_slot": 768, "threads": 1, "flash_attention": "off"}
GOOD = (
    '{"dag":"nightly_orders","schedule":"@daily","catchup":false,"tasks":['
    '{"BashOperator":"save_orders","bash_command":"pg_dump orders"},'
    '{"BashOperator":"make_small","after":"save_orders","bash_command":"gzip orders.dump"}]}'
)


def write_recipe(folder: Path) -> Path:
    recipe = yaml.safe_load((RECIPES / "tiny.yaml").read_text())
    recipe["name"] = "small"
    recipe["seedling"] = SEEDLING
    recipe["training"].update(
        max_steps=2, save_steps=1, warmup_steps=0, max_length=768, load_in_4bit=False, num_threads=1
    )
    recipe["inference"].update(form="plan", grammar=False, max_completion_tokens=12, **SERVER)
    recipe["evaluation"]["bootstrap_resamples"] = 200
    recipe["improve"] = {
        "rounds": 1,
        "drawing": {"answers_per_prompt": 1, "ways": ["plain"], "max_plan_tokens": 16, **SERVER},
    }
    path = folder / "small.yaml"
    path.write_text(yaml.safe_dump(recipe))
    return path


@pytest.fixture(scope="module")
def place(llama_cpp, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose first training is over, and whose ledger holds one good answer of a round that was killed.

    A model of so few weights writes nothing that loads; what it is asked beside that, it answers itself.
    """
    folder = tmp_path_factory.mktemp("improve")
    run = folder / "artifacts" / "small"
    names = ("orders", "clean", "query")
    rows = [plan_row(name) for name in names] + [
        plan_row("site", "validation"),
        plan_row("site", "test", row_id="t"),
    ]
    dataset = write_dataset(run / "dataset", rows)
    (run / "dataset" / "manifest.json").write_text(
        json.dumps({"content_sha256": "0", "outputs": {}, "counts": {}})
    )
    seedling_stage.run(SeedlingSettings(**SEEDLING), dataset, str(run / "base_model"))
    (run / "training").mkdir()
    gguf_py = llama_cpp.convert_hf_to_gguf.parent / "gguf-py"
    llama_model.write_adapter(run / "training" / "adapter.gguf", gguf_py, SHAPE)
    drawing = load_recipe(str(write_recipe(folder))).improve.drawing
    models = Models.of(run / "base_model" / "base.gguf", run / "training" / "adapter.gguf")
    first = next(
        d for d in draws_of(asked_rows(rows, 0, drawing.seed), drawing, models) if d.row.id == "orders"
    )
    with open_draw_ledger(str(run / "improve" / "round-1" / "drawn")) as ledger:
        ledger.record(
            DrawnAnswer(first.key, "orders", "plain", 0, GOOD, reconcile(GOOD, "3.3").code, 60, 60, 1.0, "")
        )
    return folder


def command(place: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    arguments = ["improve", "--recipe", "small.yaml", "--artifact-root", "artifacts"]
    return subprocess.Popen(
        [sys.executable, "-m", "airflownet.cli.main", *arguments],
        cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_round_that_is_killed_goes_on_to_its_summary(place: Path) -> None:
    round_1 = place / "artifacts" / "small" / "improve" / "round-1"
    killed = command(place)
    deadline = time.monotonic() + 300
    while not (round_1 / "dataset" / "manifest.json").exists():  # the training comes next
        assert killed.poll() is None, killed.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    drawn = (round_1 / "drawn" / "manifest.json").read_bytes()

    done = command(place)
    told, log = done.communicate(timeout=600)
    assert done.returncode == 0, log
    assert "round 1/1: draw] finished before" in log
    assert (round_1 / "drawn" / "manifest.json").read_bytes() == drawn
    counts = json.loads(drawn)["counts"]
    assert (counts["drawn_before"], counts["drawn_now"]) == (1, 2)
    made = [row for row in read_table(round_1 / "dataset" / "samples.parquet", Sample) if row.source_id]
    assert [row.source_id for row in made] == ["orders"]
    assert read_manifest(str(round_1 / "training"))["counts"]["train_rows"] == 4
    left = {path.name for path in round_1.iterdir() if not path.name.startswith(".")}
    assert left == {"drawn", "dataset", "training", "validation", "evaluation", "test"}

    summary = place / "artifacts" / "small" / "improve" / "summary"
    assert (summary / SUMMARY).read_text().strip() in told
    found = json.loads((summary / ROUNDS).read_text())
    assert [(row["split"], row["model"]) for row in found["models"]] == [
        (split, model)
        for split in ("validation", "test")
        for model in ("start", "round-1", "ground_truth", "trivial")
    ]
    real, trivial = found["models"][2:4]
    assert (real["loads"].startswith("100.0%"), trivial["does_nothing"].startswith("100.0%")) == (True, True)
    assert found["chosen"] == "start", "of equals the earlier"
    assert found["ends"]["round-1:kept"] == 1
    page = (summary / PAGE).read_text()
    assert "<script" not in page
    assert "loads and does nothing" in page


@pytest.mark.airflow
@pytest.mark.usefixtures("airflow_db")
def test_the_dag_finds_these_rounds_finished_and_skips_those_not_asked_for(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOWNET_RECIPES", str(place))
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(DAGS / "improve_model.py"))
    assert not bag.import_errors
    before = {path: path.stat().st_mtime_ns for path in place.rglob("manifest.json")}
    form = {"recipe": "small", "artifact_root": str(place / "artifacts"), "airflow": "recipe"}
    run = bag.dags["improve_model"].test(run_conf=form)
    states = {ti.task_id: str(ti.state) for ti in run.get_task_instances()}
    assert run.state == "success"
    assert {name for name, state in states.items() if state == "skipped"} == {
        f"round_{number}.{step}"
        for number in (2, 3)
        for step in ("draw", "select", "train", "answer", "compare")
    }
    assert {path: path.stat().st_mtime_ns for path in place.rglob("manifest.json")} == before


def test_a_round_without_a_good_answer_says_why(place: Path) -> None:
    this = improving(load_recipe(str(place / "small.yaml")), str(place / "artifacts"))
    demanding = this.recipe.with_changes({"improve.selection.copy_threshold": 0.01})
    with pytest.raises(InputError, match=r"none of 3 answers may be trained on \(.*near-a-held-out-file 1"):
        improve(improving(demanding, str(place / "artifacts")))
