"""The adapter that comes with the clone answers beside base and tuned, on a real server."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from airflownet.inference.settings import InferenceSettings
from airflownet.inference.shipped_answers import shipped_inputs
from airflownet.inference.stage import run
from airflownet.llama.server_spec import ServerHandle
from airflownet.locations import read_manifest
from airflownet.records import Generation, Message, Sample
from airflownet.tables import read_table, write_table

pytestmark = pytest.mark.llama

SETTINGS = InferenceSettings(
    n_slots=4,
    context_tokens_per_slot=1024,
    max_completion_tokens=16,
    threads=1,
    flash_attention="off",
    shipped=True,
)


def sample(name: str, file_id: str) -> Sample:
    told = (
        Message("system", "You write DAGs."),
        Message("user", f"Copy table {name}."),
        Message("assistant", "x = 1"),
    )
    return Sample(
        name,
        "f",
        "test",
        "create",
        told,
        file_id,
        "i",
        "brief",
        "r",
        "1",
        "p",
        "Apache-2.0",
        "3.3",
        "loads",
        (),
    )


@pytest.fixture
def shipped(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models" / "small"
    folder.mkdir(parents=True)
    shutil.copy(models / "adapter.gguf", folder / "adapter.gguf")
    (folder / "base.yaml").write_text("{project: p, version: '1', sha256: abc, model: A}")
    (folder / "trained_on.txt").write_text("file-1\nelsewhere\n")
    at = "airflownet.inference.stage.shipped_inputs"
    monkeypatch.setattr(at, lambda settings: shipped_inputs(settings, folder))
    return folder


@pytest.fixture
def inputs(models: Path, tmp_path: Path, shipped: Path) -> dict[str, str]:
    for name, file in (("base_model", "base.gguf"), ("training", "adapter.gguf")):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).symlink_to(models / file)
    (tmp_path / "dataset").mkdir()
    rows = [sample(f"t{n}", f"file-{n}") for n in range(3)]
    write_table(tmp_path / "dataset" / "samples.parquet", Sample, rows)
    places = {name: str(tmp_path / name) for name in ("dataset", "base_model", "training")}
    return {**places, "output": str(tmp_path / "inference")}


def made_of(inputs: dict[str, str], sha256: str) -> None:
    manifest = {"content_sha256": "c", "settings": {"sha256": sha256}, "outputs": {}}
    (Path(inputs["base_model"]) / "manifest.json").write_text(json.dumps(manifest))


def test_a_third_model_answers_every_prompt_once(inputs: dict[str, str], server: ServerHandle) -> None:
    made_of(inputs, "abc")
    result = run(SETTINGS, **inputs, server=server)
    folder = Path(inputs["output"]) / "shipped"
    rows = list(read_table(folder / "generations.parquet", Generation))
    assert [(row.model, row.sample_id, row.error) for row in rows] == [
        ("shipped", f"t{n}", "") for n in range(3)
    ]
    tuned = read_table(Path(inputs["output"]) / "generations.parquet", Generation)
    assert [row.completion for row in rows] == [row.completion for row in tuned if row.model == "tuned"]
    origin = json.loads((folder / "origin.json").read_text())
    assert (origin["name"], origin["n_trained_on"], origin["n_test_files_trained_on"]) == ("small", 2, 1)
    assert result.counts["shipped_generated"] == 3
    again = run(SETTINGS.model_copy(update={"request_timeout_s": 90.0}), **inputs, server=server)
    assert again.counts["shipped_generated"] == 0, "answers of an earlier output are taken over"


@pytest.mark.parametrize(
    ("base_of", "elsewhere", "told"),
    [
        pytest.param("other", False, "the run's base is not A of p 1", id="another-base"),
        pytest.param("abc", True, "does not hold this adapter", id="server-elsewhere"),
    ],
)
def test_where_it_cannot_answer_the_stage_goes_on_and_says_so(
    inputs: dict[str, str], server: ServerHandle, base_of: str, elsewhere: bool, told: str
) -> None:
    made_of(inputs, base_of)
    run(SETTINGS, **inputs, server=server.base_url if elsewhere else server)
    assert told in read_manifest(inputs["output"])["facts"]["shipped_left_out"]
    assert not (Path(inputs["output"]) / "shipped").exists()


def test_without_an_adapter_in_the_clone_nothing_is_missed(tmp_path: Path) -> None:
    assert shipped_inputs(SETTINGS, tmp_path) == {}
