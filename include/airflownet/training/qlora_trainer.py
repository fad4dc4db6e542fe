"""Builds trl's SFTTrainer for QLoRA from the settings (training environment)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from airflownet.training.checkpoints import mark_complete
from airflownet.training.flat_batch import Example, collate, pack_rows, with_lengths
from airflownet.training.lean_layers import MODEL_TYPES, make_lean
from airflownet.training.lean_trainer import lean_trainer_class
from airflownet.training.precision import Precision, cast_trainable_to_float32
from airflownet.training.row_attention import register
from airflownet.training.worker_channel import Channel, MisconfiguredError

# Settings that SFTConfig knows by the same name.
SAME_NAMES = (
    "max_length",
    "per_device_train_batch_size",
    "per_device_eval_batch_size",
    "gradient_accumulation_steps",
    "num_train_epochs",
    "max_steps",
    "learning_rate",
    "lr_scheduler_type",
    "warmup_steps",
    "weight_decay",
    "max_grad_norm",
    "optim",
    "gradient_checkpointing",
    "train_sampling_strategy",
    "neftune_noise_alpha",
    "save_steps",
    "save_total_limit",
    "logging_steps",
    "seed",
)


def load_base(location: str, revision: str | None, settings: dict[str, Any], precision: Precision) -> Any:
    """Returns the base model, quantised when the settings say so.

    Raises:
        MisconfiguredError: the folder or hub id holds no model that transformers can load.
    """
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    quantization = None
    if settings["load_in_4bit"]:
        quantization = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type=settings["bnb_4bit_quant_type"],
            bnb_4bit_use_double_quant=settings["bnb_4bit_use_double_quant"],
            bnb_4bit_compute_dtype=precision.torch_dtype,
        )
    try:
        return AutoModelForCausalLM.from_pretrained(
            location,
            revision=revision,
            dtype=precision.torch_dtype,
            quantization_config=quantization,
            device_map={"": 0} if precision.device == "cuda" else "cpu",
        )
    except (OSError, ValueError) as error:
        raise _no_base(location, error) from error


def load_tokenizer(location: str, revision: str | None) -> Any:
    """Returns the base's tokenizer.

    Raises:
        MisconfiguredError: the folder or hub id holds none, or it has no chat template.
    """
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(location, revision=revision)
    except (OSError, ValueError) as error:
        raise _no_base(location, error) from error
    if not tokenizer.chat_template:
        raise MisconfiguredError(
            f"the base {location!r} has no chat template",
            "choose an Instruct model with ChatML, such as Qwen2.5",
        )
    return tokenizer


def _no_base(location: str, error: Exception) -> MisconfiguredError:
    return MisconfiguredError(
        f"the base {location!r} cannot be loaded: {error}",
        "set training.base to a seedling, folder, hub or wheel mapping (docs/recipes.md shows each kind)",
    )


def adapter_config(settings: dict[str, Any]) -> Any:
    """Returns the PEFT configuration of the adapter."""
    from peft import LoraConfig

    targets = settings["target_modules"]
    return LoraConfig(
        r=settings["r"],
        lora_alpha=settings["lora_alpha"],
        lora_dropout=settings["lora_dropout"],
        target_modules=targets if isinstance(targets, str) else list(targets),
        layers_to_transform=settings["layers_to_transform"] and list(settings["layers_to_transform"]),
        use_rslora=settings["use_rslora"],
        bias="none",
        task_type="CAUSAL_LM",
    )


def build_trainer(
    model: Any,
    tokenizer: Any,
    train: Sequence[Example],
    evaluation: Sequence[Example],
    adapter: Any,
    settings: dict[str, Any],
    precision: Precision,
    folder: Path,
    channel: Channel,
) -> Any:
    """Returns an SFTTrainer over rows that carry their labels; its adapter's weights are float32.

    Raises:
        MisconfiguredError: trl or PEFT refuses the combination, such as layers that the base does not have.
    """
    from trl import SFTConfig, SFTTrainer

    lean = is_lean(model, settings, precision)
    flat = lean or settings["packing"]
    if settings["packing"]:
        train = pack_rows(train, settings["max_length"])
    if flat:
        model.set_attn_implementation(register())
    # The lean layers round by themselves, where autocast would look at every operation.
    mixed = "fp32" if lean else precision.name
    config = SFTConfig(
        output_dir=str(folder),
        **{name: settings[name] for name in SAME_NAMES},
        packing=False,
        assistant_only_loss=False,
        dataset_kwargs={"skip_prepare_dataset": True},
        bf16=mixed == "bf16",
        fp16=mixed == "fp16",
        use_cpu=precision.device == "cpu",
        eval_strategy="steps" if settings["eval_steps"] and evaluation else "no",
        eval_steps=settings["eval_steps"] or None,
        save_strategy="steps",
        load_best_model_at_end=keeps_best(settings) and bool(evaluation),
        metric_for_best_model="eval_loss",
        restore_callback_states_from_checkpoint=True,
        greater_is_better=False,
        dataloader_num_workers=0,
        dataloader_pin_memory=precision.device == "cuda",
        data_seed=settings["seed"],
        report_to="none",
        disable_tqdm=True,
    )
    try:
        trainer = (lean_trainer_class() if lean else SFTTrainer)(
            model=model,
            args=config,
            data_collator=collate if flat else None,
            train_dataset=_table(train, flat),
            eval_dataset=_table(evaluation, flat) if evaluation else None,
            processing_class=tokenizer,
            peft_config=adapter,
            callbacks=[reporter(channel, folder), *_early_stopping(settings, evaluation)],
        )
    except ValueError as error:
        raise MisconfiguredError(
            f"trl refuses these settings: {error}", "correct the training block of the recipe"
        ) from error
    cast_trainable_to_float32(trainer.model)
    if lean:
        make_lean(trainer.model)
    return trainer


def keeps_best(settings: dict[str, Any]) -> bool:
    """Tells whether the checkpoint with the lowest validation loss is the result."""
    return bool(settings["load_best_model_at_end"] or settings["early_stopping_patience"])


def _early_stopping(settings: dict[str, Any], evaluation: Sequence[Example]) -> list[Any]:
    from transformers import EarlyStoppingCallback

    patience = settings["early_stopping_patience"]
    return [EarlyStoppingCallback(patience)] if patience and evaluation else []


def is_lean(model: Any, settings: dict[str, Any], precision: Precision) -> bool:
    """Tells whether the model's layers, on this device, are among those with a lean way."""
    able = precision.device == "cpu" and model.config.model_type in MODEL_TYPES
    # NEFTune's noise is scaled by the length of a padded row.
    return bool(settings["lean"] and able and settings["neftune_noise_alpha"] is None)


def _table(examples: Sequence[Example], flat: bool) -> Any:
    from datasets import Dataset

    rows = with_lengths(examples) if flat and "seq_lengths" not in examples[0] else examples
    return Dataset.from_list(list(rows))


def reporter(channel: Channel, folder: Path) -> Any:
    """Returns a trainer callback that reports progress and marks complete checkpoints."""
    from transformers import TrainerCallback

    class Reporter(TrainerCallback):  # type: ignore[misc]
        """See ``reporter``."""

        def __init__(self) -> None:
            self._first: tuple[float, float] | None = None
            self._loss = ""

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:  # noqa: ARG002
            """Keeps loss and speed for the next report."""
            if logs and "loss" in logs:
                now, tokens = time.monotonic(), float(logs.get("num_tokens", 0))
                self._first = self._first or (now, tokens)
                elapsed = now - self._first[0]
                speed = f", {(tokens - self._first[1]) / elapsed:,.0f} tokens/s" if elapsed > 1 else ""
                self._loss = f"loss {float(logs['loss']):.2f}{speed}"
                channel.progress(
                    state.global_step, state.max_steps, self._loss, loss=round(float(logs["loss"]), 4)
                )
            elif logs and "eval_loss" in logs:
                loss = round(float(logs["eval_loss"]), 4)
                channel.progress(state.global_step, state.max_steps, self._loss, eval_loss=loss)

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
            """Reports the step."""
            channel.progress(state.global_step, state.max_steps, self._loss)

        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
            """Marks the checkpoint that has just been written."""
            mark_complete(folder / f"checkpoint-{state.global_step}")
            step = state.global_step
            channel.progress(step, state.max_steps, self._loss, checkpoint=step)

    return Reporter()
