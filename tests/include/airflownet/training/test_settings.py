import pytest
from pydantic import ValidationError

from airflownet.training.settings import SeedlingSettings, TrainingSettings


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"hidden_size": 100}, "multiples of 64", id="no multiple of the NF4 block"),
        pytest.param({"num_attention_heads": 3}, "multiple of num_attention_heads", id="heads do not divide"),
        pytest.param(
            {"num_key_value_heads": 2, "num_attention_heads": 1}, "num_key_value_heads", id="kv heads"
        ),
        pytest.param({"sequence_length": 4096}, "max_position_embeddings", id="longer than the context"),
        pytest.param({"max_steps": 0}, "max_steps", id="no steps"),
        pytest.param({"steps": 3}, "steps", id="unknown field"),
    ],
)
def test_seedling_settings_refuse(changes, named):
    with pytest.raises(ValidationError, match=named):
        SeedlingSettings(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"r": 0}, id="rank"),
        pytest.param({"learning_rate": 2}, id="rate"),
        pytest.param({"train_sampling_strategy": "group_by_size"}, id="strategy"),
        pytest.param({"max_seq_length": 4096}, id="the old name of max_length"),
        pytest.param({"target_modules": ["q_proj", "embed_tokens"]}, id="adapter of the embeddings"),
    ],
)
def test_training_settings_refuse(changes):
    with pytest.raises(ValidationError, match=next(iter(changes))):
        TrainingSettings(**changes)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"early_stopping_patience": 2}, "need eval_steps", id="stopping without evaluations"),
        pytest.param(
            {"load_best_model_at_end": True, "eval_steps": 20, "save_steps": 30},
            "multiple",
            id="best not saved",
        ),
        pytest.param({"use_dora": True}, "DoRA", id="what llama.cpp cannot hold"),
        pytest.param({"packing": True, "neftune_noise_alpha": 5}, "exclude", id="noise by packed length"),
    ],
)
def test_what_does_not_go_together_is_refused(changes, named):
    with pytest.raises(ValidationError, match=named):
        TrainingSettings(**changes)


def test_default_base_is_the_seedling():
    assert TrainingSettings().uses_seedling
