"""What unsloth is called with, against the signatures of its release 2026.10.9; it never runs here."""

import pytest

from airflownet.training.precision import Precision
from airflownet.training.settings import TrainingSettings
from airflownet.training.unsloth_backend import (
    adapter_arguments,
    base_arguments,
    check_arguments,
    import_unsloth,
    load_with_adapter,
)
from airflownet.training.worker_channel import MisconfiguredError


class Half(Precision):
    """A precision whose torch type needs no torch."""

    torch_dtype = "torch.float16"


# Parameter names as ``models/loader.py`` and ``models/llama.py`` of the pinned wheel have them.
def from_pretrained(
    model_name="unsloth/Llama-3.2-1B-Instruct", max_seq_length=2048, dtype=None, load_in_4bit=True,
    load_in_8bit=False, load_in_16bit=False, full_finetuning=False, token=None, device_map="sequential",
    device_map_planner_kwargs=None, rope_scaling=None, fix_tokenizer=True, trust_remote_code=False,
    use_gradient_checkpointing="unsloth", resize_model_vocab=None, revision=None, use_exact_model_name=False,
    offload_embedding="auto", float32_mixed_precision=None, fast_inference=False, gpu_memory_utilization=0.5,
    float8_kv_cache=False, random_state=3407, max_lora_rank=64, disable_log_stats=True, qat_scheme=None,
    **kwargs,
):  # fmt: skip
    return {"loaded": model_name, "revision": revision, "exact": use_exact_model_name}, "tokenizer"


def get_peft_model(
    model, r=16, target_modules=(), lora_alpha=16, lora_dropout=0.0, bias="none", layers_to_transform=None,
    layers_pattern=None, finetune_last_n_layers=None, use_gradient_checkpointing="unsloth", random_state=3407,
    max_seq_length=2048, use_rslora=False, modules_to_save=None, init_lora_weights=True, loftq_config=(),
    temporary_location="_unsloth_temporary_saved_buffers", qat_scheme=None, target_parameters=None,
    ensure_weight_tying=None, offload_layers=None, checkpoint_skip_layers=0, **kwargs,
):  # fmt: skip
    return {**model, "r": r, "layers": layers_to_transform, "checkpointing": use_gradient_checkpointing}


def settings(**changes):
    return TrainingSettings(backend="unsloth", **changes).model_dump(mode="json")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="defaults"),
        pytest.param({"target_modules": "all-linear", "layers_to_transform": [1]}, id="placement"),
        pytest.param(
            {"load_in_4bit": False, "gradient_checkpointing": True, "use_rslora": True}, id="16 bits"
        ),
    ],
)
def test_every_argument_has_its_parameter(changes):
    check_arguments(from_pretrained, base_arguments("a/b", None, settings(**changes), Half("fp16", "cuda")))
    check_arguments(get_peft_model, adapter_arguments(settings(**changes)))


def test_an_unknown_argument_is_named_although_kwargs_would_swallow_it():
    with pytest.raises(MisconfiguredError, match="from_pretrained of this unsloth has no max_length"):
        check_arguments(from_pretrained, {"model_name": "a/b", "max_length": 4})


def test_base_and_adapter_are_loaded_at_the_pinned_revision(monkeypatch):
    import sys
    from types import SimpleNamespace

    fast = SimpleNamespace(from_pretrained=from_pretrained, get_peft_model=get_peft_model)
    monkeypatch.setitem(sys.modules, "unsloth", SimpleNamespace(FastLanguageModel=fast))
    found = load_with_adapter(
        "Qwen/Q", "c" * 40, settings(r=8, layers_to_transform=[2, 3]), Half("fp16", "cuda")
    )
    assert found == {
        "loaded": "Qwen/Q",
        "revision": "c" * 40,
        "exact": True,
        "r": 8,
        "layers": [2, 3],
        "checkpointing": False,
    }


def test_without_unsloth_the_message_says_how_to_get_it():
    with pytest.raises(MisconfiguredError, match="No module named 'unsloth'") as caught:
        import_unsloth()
    assert "requirements-train-unsloth.txt" in caught.value.remedy
