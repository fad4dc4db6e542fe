"""Real QLoRA on the tiny base: outputs, kill -9 and resume, and the two kinds of refusal."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import airflownet
from airflownet.errors import InputError
from airflownet.hashing import sha256_file
from airflownet.locations import read_manifest
from airflownet.training import stage
from airflownet.training.failures import ConfigurationError
from airflownet.training.settings import TrainingSettings

pytestmark = pytest.mark.training

QUICK = {
    "max_length": 256,
    "max_steps": 4,
    "save_steps": 1,
    "warmup_steps": 1,
    "per_device_train_batch_size": 2,
    "learning_rate": 0.01,
    "num_threads": 1,
    "parity_prompts": 0,
}
# What is done with a trained adapter changes nothing of it: the test that kills compares with this one.
WHOLE = {
    **QUICK,
    "save_merged": True,
    "merged_gguf_types": ["Q8_0"],
    "outtype": "f32",
    "parity_prompts": 2,
    "parity_tokens": 12,
    "metric_for_best_model": "load_rate",
    "load_rate_prompts": 2,
    "load_rate_tokens": 32,
}
STAGE_PROGRAM = """
import json, sys
from airflownet.training import stage
from airflownet.training.settings import TrainingSettings
settings, dataset, base_model, output = sys.argv[1:]
stage.run(TrainingSettings(**json.loads(settings)), dataset, base_model, output)
"""


@pytest.fixture(scope="module")
def finished(dataset, base_model, tmp_path_factory):
    output = tmp_path_factory.mktemp("tuned") / "training"
    return Path(stage.run(TrainingSettings(**WHOLE), dataset, base_model, str(output)).location)


def test_output_and_manifest(finished):
    manifest = read_manifest(str(finished))
    names = set(manifest["outputs"])
    assert names >= {"README.md", "adapter.gguf", "training_log.parquet", "adapter/adapter_model.safetensors"}
    assert (finished / "trained_on.txt").read_text().split(), (
        "who gets the adapter sees what it was trained on"
    )
    assert names >= {"loss.png", "events.out.tfevents.0.airflownet", "merged.gguf", "merged.Q8_0.gguf"}
    assert manifest["funnel"]["dropped"] == {"control_token_in_text": 1, "over_max_length": 1}
    assert manifest["funnel"]["listed"] == 12
    assert manifest["counts"]["steps"] == 4
    assert manifest["counts"]["tokens_seen"] > 0
    assert manifest["facts"]["final_eval_loss"] > 0
    assert manifest["facts"]["gguf"]["adapter"] == {
        "architecture": "qwen2",
        "type": "adapter",
        "n_tensors": 14,
        "lora_alpha": 16.0,
    }
    config = json.loads((finished / "adapter/adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "../base_model/model"
    losses = [
        loss for loss in pq.read_table(finished / "training_log.parquet").column("loss").to_pylist() if loss
    ]
    assert len(losses) == 4


def test_the_exported_models_answer_as_the_trained_one(finished):
    parity = read_manifest(str(finished))["facts"]["parity"]
    for name, most_nats in (("adapter", 0.05), ("merged", 0.15)):
        assert parity[name]["tokens"] == 24
        assert parity[name]["token_agreement"] >= 0.5, name
        assert parity[name]["mean_logprob_distance"] < most_nats, name
    assert "greedy tokens alike" in (finished / "README.md").read_text()


def test_every_kept_checkpoint_is_asked_how_often_it_loads(finished):
    facts = read_manifest(str(finished))["facts"]
    # A model of four steps writes no DAG: of equals, the last one.
    assert facts["load_rates"] == {"3": 0.0, "4": 0.0}
    assert facts["best_step"] == 4
    assert facts["tokens_per_s"] > 0


def test_killed_run_continues_at_its_checkpoint_and_ends_equal(finished, dataset, base_model, tmp_path):
    output = tmp_path / "training"
    environment = {**os.environ, "PYTHONPATH": str(Path(airflownet.__file__).parents[1])}
    command = [sys.executable, "-c", STAGE_PROGRAM, json.dumps(QUICK), dataset, base_model, str(output)]
    parent = subprocess.Popen(command, env=environment, start_new_session=True)
    checkpoints = tmp_path / ".training.partial/_scratch/checkpoints"
    deadline = time.monotonic() + 200
    while not list(checkpoints.glob("checkpoint-2/complete")):
        assert parent.poll() is None, "the stage ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    workers = subprocess.run(["pgrep", "-P", str(parent.pid)], capture_output=True, text=True).stdout.split()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert_gone(workers)

    result = stage.run(TrainingSettings(**QUICK), dataset, base_model, str(output))
    manifest = read_manifest(result.location)
    assert manifest["facts"]["resumed_at_step"] >= 2
    assert manifest["counts"]["steps"] == 4
    for name in ("adapter/adapter_model.safetensors",):
        assert sha256_file(output / name) == sha256_file(finished / name), name


def test_training_ends_where_the_validation_loss_no_longer_falls(dataset, base_model, tmp_path):
    harmful = {"learning_rate": 0.5, "max_steps": 12, "eval_steps": 1, "early_stopping_patience": 2}
    settings = TrainingSettings(**{**QUICK, **harmful, "use_rslora": True})
    manifest = read_manifest(stage.run(settings, dataset, base_model, str(tmp_path / "out")).location)
    log = pq.read_table(tmp_path / "out/training_log.parquet").to_pylist()
    losses = {row["step"]: row["eval_loss"] for row in log if row["eval_loss"]}
    best = min(losses, key=losses.get)
    assert manifest["counts"]["steps"] == best + 2 < 12
    assert manifest["facts"]["best_step"] == best
    assert manifest["facts"]["final_eval_loss"] == pytest.approx(losses[best], rel=1e-4)
    # llama.cpp scales by alpha / r: 16 / sqrt(16) of rank-stabilised LoRA is 64 / 16.
    assert manifest["facts"]["gguf"]["adapter"]["lora_alpha"] == 64.0


def assert_gone(pids, within_s=15):
    """The workers of a killed parent end by themselves."""
    deadline = time.monotonic() + within_s
    while any(is_running(pid) for pid in pids):
        assert time.monotonic() < deadline, f"still running: {pids}"
        time.sleep(0.1)


def is_running(pid):
    state = subprocess.run(["ps", "-o", "stat=", "-p", pid], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")


def test_a_finished_run_is_not_repeated(finished, dataset, base_model):
    result = stage.run(TrainingSettings(**WHOLE), dataset, base_model, str(finished))
    assert result.skipped


def test_too_small_max_length_is_a_configuration_error(dataset, base_model, tmp_path):
    with pytest.raises(ConfigurationError, match="none of 10 training rows fits max_length 64") as caught:
        stage.run(TrainingSettings(**{**QUICK, "max_length": 64}), dataset, base_model, str(tmp_path / "out"))
    assert "raise training.max_length: 1" in caught.value.remedy


def test_seedling_base_needs_its_folder(dataset, tmp_path):
    with pytest.raises(InputError, match="no base model folder"):
        stage.run(TrainingSettings(**QUICK), dataset, "", str(tmp_path / "out"))


def test_a_base_that_does_not_exist_is_a_configuration_error(dataset, tmp_path):
    settings = TrainingSettings(**QUICK, base={"kind": "folder", "path": str(tmp_path / "missing/model")})
    with pytest.raises(ConfigurationError, match="cannot be loaded") as caught:
        stage.run(settings, dataset, "", str(tmp_path / "out"))
    assert "training.base" in caught.value.remedy


@pytest.mark.parametrize(
    ("targets", "named"),
    [
        pytest.param(["q_proj", "lm_head"], "adapter of lm_head", id="head tied to the embeddings"),
        pytest.param(r".*\.(embed_tokens|q_proj)", "embed_tokens", id="embeddings by a pattern"),
    ],
)
def test_adapter_that_llama_cpp_cannot_apply_is_refused_before_training(
    dataset, base_model, tmp_path, targets, named
):
    settings = TrainingSettings(**QUICK, target_modules=targets)
    with pytest.raises(ConfigurationError, match=named) as caught:
        stage.run(settings, dataset, base_model, str(tmp_path / "out"))
    assert "target_modules" in caught.value.remedy
    assert not list(tmp_path.rglob("checkpoint-*"))
