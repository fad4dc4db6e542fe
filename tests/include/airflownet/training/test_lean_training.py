"""The lean way computes what trl computes, and packed rows do not see each other: the real worker's parts."""

import json
import os
import subprocess
from pathlib import Path

import pytest

import airflownet
from airflownet.toolchain.training_environment import find_training_python
from airflownet.training.settings import TrainingSettings

pytestmark = pytest.mark.training

SCRIPT = """
import json, sys, tempfile
from pathlib import Path
import torch
from airflownet.training.chat_dataset import tokenise_rows
from airflownet.training.determinism import make_deterministic
from airflownet.training.flat_batch import label_rows
from airflownet.training.precision import Precision
from airflownet.training.qlora_trainer import adapter_config, build_trainer, load_base, load_tokenizer
from airflownet.training.training_rows import read_rows
from airflownet.training.worker_channel import Channel

samples, base, settings = Path(sys.argv[1]) / "samples.parquet", sys.argv[2], json.loads(sys.argv[3])
tokenizer, channel = load_tokenizer(base, None), Channel()
rows = tokenise_rows(read_rows(samples, "train"), tokenizer, 256)

def look(changes, name="fp32", another_row=None):
    values, precision = settings | changes, Precision(name, "cpu")
    make_deterministic(1, 1)
    examples = [dict(example) for example in rows.examples]
    if another_row is not None:
        examples = [examples[0], {key: list(value) for key, value in examples[another_row].items()}]
        examples[1]["labels"] = [-100] * len(examples[1]["labels"])
    model = load_base(base, None, values, precision)
    with tempfile.TemporaryDirectory() as folder:
        trainer = build_trainer(model, tokenizer, examples, [], adapter_config(values), values, precision,
                                Path(folder), channel)
        # An untrained adapter adds nothing: with a B of zeros, its A would have no gradient.
        torch.manual_seed(2)
        for parameter in trainer.model.parameters():
            if parameter.requires_grad:
                torch.nn.init.normal_(parameter, std=0.05)
        batch = next(iter(trainer.get_train_dataloader()))
        batches = trainer.get_batch_samples(iter(trainer.get_train_dataloader()), 1, torch.device("cpu"))
        trainer.model.train()
        loss = trainer.compute_loss(trainer.model, dict(batch), num_items_in_batch=batches[1])
        loss.backward()
        slopes = [p.grad.flatten() for p in trainer.model.parameters() if p.requires_grad]
    ends = [[token for token in row if token != -100][-1:] for row in label_rows(batch)]
    return {"loss": loss.item(), "slope": torch.cat(slopes).double(), "rows": len(ends), "ends": ends,
            "shape": list(batch["input_ids"].shape), "kind": type(trainer).__name__}

def distance(one, other):
    return ((one["slope"] - other["slope"]).norm() / other["slope"].norm()).item()

whole = {"per_device_train_batch_size": 8, "train_sampling_strategy": "sequential"}
plain, lean = look(whole | {"lean": False}), look(whole)
packed, trl_packed = look(whole | {"packing": True}), look(whole | {"packing": True, "lean": False})
quantised = [look(whole | {"lean": lean_way, "load_in_4bit": True}) for lean_way in (False, True)]
half = look(whole, "bf16")
pair = whole | {"packing": True}
alone, beside = look(whole, another_row=1), look(pair, another_row=2)
end = tokenizer.convert_tokens_to_ids("<|im_end|>")
numbers = {"plain": plain, "lean": lean, "packed": packed, "trl_packed": trl_packed, "half": half,
           "alone": alone, "beside": beside, "nf4_plain": quantised[0], "nf4_lean": quantised[1]}
channel.send("seen", {
    "distances": {
        "lean": distance(lean, plain), "packed": distance(packed, plain), "half": distance(half, plain),
        "trl_packed": distance(trl_packed, plain), "nf4": distance(quantised[1], quantised[0]),
        "beside": distance(beside, alone),
    },
    "all_end": all(row == [end] for row in lean["ends"] + packed["ends"]),
    **{name: {key: value for key, value in numbers[name].items() if key not in ("slope", "ends")}
       for name in numbers},
})
"""


@pytest.fixture(scope="module")
def seen(dataset, base_model):
    environment = {**os.environ, "PYTHONPATH": str(Path(airflownet.__file__).parents[1])}
    settings = TrainingSettings(load_in_4bit=False, max_length=256, max_steps=1, r=4).model_dump(mode="json")
    command = [
        str(find_training_python()),
        "-c",
        SCRIPT,
        dataset,
        f"{base_model}/model",
        json.dumps(settings),
    ]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert answer.returncode == 0, answer.stderr[-3000:]
    return json.loads(answer.stdout.splitlines()[-1])["value"]


@pytest.mark.parametrize(
    ("way", "other", "loss_within", "slope_within"),
    [
        pytest.param("lean", "plain", 1e-5, 1e-5, id="32 bits"),
        pytest.param("packed", "plain", 1e-5, 1e-5, id="packed"),
        pytest.param("trl_packed", "plain", 1e-5, 1e-5, id="packed for trl's own loss"),
        pytest.param("nf4_lean", "nf4_plain", 1e-5, 1e-5, id="4-bit base"),
        pytest.param("half", "plain", 1e-2, 5e-2, id="bfloat16"),
    ],
)
def test_loss_and_gradient_are_those_of_trl(seen, way, other, loss_within, slope_within):
    assert seen[way]["loss"] == pytest.approx(seen[other]["loss"], rel=loss_within)
    assert seen["distances"][way.removesuffix("_lean")] < slope_within
    assert seen[way]["rows"] == 8


def test_the_ways_are_what_they_are_called(seen):
    assert (seen["plain"]["kind"], seen["lean"]["kind"]) == ("SFTTrainer", "LeanTrainer")
    assert seen["lean"]["shape"][0] == 1
    assert seen["plain"]["shape"][0] == 8


def test_a_row_does_not_see_the_row_it_is_packed_with(seen):
    assert seen["beside"]["loss"] == pytest.approx(seen["alone"]["loss"], rel=1e-6)
    assert seen["distances"]["beside"] < 1e-5


def test_every_rows_labels_end_in_the_end_of_turn(seen):
    assert seen["all_end"]
