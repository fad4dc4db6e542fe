from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import llama_model
from airflownet.errors import SetupError
from airflownet.recipe import load_recipe
from airflownet.records import Message, Sample
from airflownet.tables import write_table
from airflownet.toolchain.llama_cpp import find_llama_cpp

pytestmark = pytest.mark.llama


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Inputs of the stage, and a recipe for a tiny model."""
    import yaml

    try:
        gguf_py = find_llama_cpp().convert_hf_to_gguf.parent / "gguf-py"
    except SetupError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("run")
    for name in ("dataset", "base_model", "training"):
        (folder / name).mkdir()
    llama_model.write_model(folder / "base_model" / "base.gguf", gguf_py)
    llama_model.write_adapter(folder / "training" / "adapter.gguf", gguf_py)
    messages = (Message("user", "A DAG."), Message("assistant", "x = 1"))
    origin = ("d", "i", "brief", "r", "1", "p", "Apache-2.0")
    sample = Sample("s1", "f", "test", "create", messages, *origin, "3.3", "loads", ())
    write_table(folder / "dataset" / "samples.parquet", Sample, [sample])
    recipe = load_recipe("laptop").model_dump(mode="json")
    recipe["inference"] |= {
        "n_slots": 2,
        "context_tokens_per_slot": 2048,
        "max_completion_tokens": 20,
        "threads": 1,
    }
    (folder / "tiny.yaml").write_text(yaml.safe_dump(recipe))
    return folder


def infer(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    places = [f"--{name.replace('_', '-')}={folder / name}" for name in ("dataset", "base_model", "training")]
    command = [sys.executable, "-m", "airflownet.cli.main", "infer", f"--recipe={folder / 'tiny.yaml'}"]
    return subprocess.run(
        [*command, *places, *options],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
        timeout=120,
    )


def test_it_answers_and_a_second_call_finds_it_done(run_folder: Path, tmp_path: Path) -> None:
    output = f"--output={tmp_path / 'inference'}"
    first = infer(run_folder, output)
    assert (first.returncode, "2 answers, 0 refused, 2 generated now" in first.stdout) == (0, True), (
        first.stderr
    )
    assert (tmp_path / "inference" / "generations.parquet").is_file()
    second = infer(run_folder, output)
    assert (second.returncode, "finished before" in second.stdout) == (0, True), second.stderr


def test_it_calibrates(run_folder: Path, tmp_path: Path) -> None:
    done = infer(run_folder, "--calibrate", "--slots=1", "--slots=2", f"--output={tmp_path / 'inference'}")
    assert (done.returncode, "recommended" in done.stdout) == (0, True), done.stderr
    written = json.loads((tmp_path / "calibration.json").read_text())
    assert [point["n_slots"] for point in written["points"]] == [1, 2]
    assert f"n_slots: {written['recommended_n_slots']}" in done.stdout


def test_a_server_that_is_not_there_is_named_and_exits_2(run_folder: Path, tmp_path: Path) -> None:
    recipe = (run_folder / "tiny.yaml").read_text().replace("start_timeout_s: 600.0", "start_timeout_s: 0.3")
    (tmp_path / "tiny.yaml").write_text(recipe)
    done = infer(
        run_folder,
        f"--recipe={tmp_path / 'tiny.yaml'}",
        "--server=http://127.0.0.1:9",
        f"--output={tmp_path / 'inference'}",
    )
    assert done.returncode == 2
    assert "127.0.0.1:9" in done.stderr + done.stdout
    assert "Remedy" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
