"""What is told before hours are spent: a real look at the tiny base, leaks, and the estimate."""

import pytest
from tests.include.airflownet.training.conftest import dag_code, sample

from airflownet.errors import InputError
from airflownet.records import Sample
from airflownet.tables import write_table
from airflownet.training import preflight
from airflownet.training.leak_check import count_leaks
from airflownet.training.memory_estimate import memory_bytes
from airflownet.training.settings import TrainingSettings
from airflownet.training.token_statistics import token_statistics

SMOLLM2 = {
    "hidden_size": 576,
    "intermediate_size": 1536,
    "num_hidden_layers": 30,
    "num_attention_heads": 9,
    "num_key_value_heads": 3,
    "vocab_size": 49152,
    "tie_word_embeddings": True,
}


@pytest.mark.training
def test_a_look_before_training(dataset, base_model):
    settings = TrainingSettings(max_length=256, max_steps=30, num_threads=1)
    found = preflight.check(settings, dataset, base_model)
    train = found.statistics["train"]
    assert (train["rows"], train["over_max_length"]) == (8, 1)
    assert train["median"] < 256 < train["longest"]
    assert found.planned_steps == 30
    assert found.dry_tokens > 4 * 64
    assert 0 < found.dry_seconds < 60
    assert found.n_leaks == {"validation": 0, "test": 0}
    text = "\n".join(found.lines())
    assert "train: 8 of 9 rows fit max_length 256" in text
    assert "the whole training: 30 steps" in text


def test_a_seedling_that_is_not_trained_yet_cannot_be_looked_at(dataset):
    with pytest.raises(InputError, match="has not been trained yet"):
        preflight.check(TrainingSettings(), dataset, "")


@pytest.mark.parametrize(
    ("test_code", "n_leaks"),
    [
        pytest.param("# copied\n" + dag_code(0), 1, id="the same but for a comment"),
        pytest.param("import os\n\nprint(os.environ)\n", 0, id="another file"),
    ],
)
def test_leaks_are_counted(tmp_path, test_code, n_leaks):
    path = tmp_path / "samples.parquet"
    write_table(path, Sample, [sample(0, "train", dag_code(0)), sample(1, "test", test_code)])
    assert count_leaks(path) == {"validation": 0, "test": n_leaks}


@pytest.mark.parametrize(
    ("changes", "bytes_per_number", "n_tokens", "between_gb"),
    [
        pytest.param({}, 4, 1280, (1.7, 2.6), id="32 bits"),
        pytest.param({}, 2, 1280, (0.9, 1.6), id="16 bits"),
        pytest.param({"gradient_checkpointing": True}, 4, 8192, (2.0, 3.0), id="checkpointing"),
        pytest.param({"load_in_4bit": True}, 4, 64, (0.2, 0.5), id="4 bits"),
    ],
)
def test_memory_by_shape(changes, bytes_per_number, n_tokens, between_gb):
    settings = {"load_in_4bit": False, "gradient_checkpointing": False, **changes}
    estimate = memory_bytes(
        SMOLLM2, settings, bytes_per_number=bytes_per_number, n_trained=4_884_480, n_tokens=n_tokens
    )
    assert between_gb[0] < estimate / 1e9 < between_gb[1]


def test_token_statistics_of_nothing():
    assert token_statistics([], [], 0)["longest"] == 0
