"""Settings of the two training stages; fields that TRL, PEFT or transformers know keep their names.

Sources: trl.SFTConfig, transformers.TrainingArguments, transformers.BitsAndBytesConfig, peft.LoraConfig,
transformers.Qwen2Config.
"""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from airflownet.artifacts import StageSettings
from airflownet.training.base_settings import Base, SeedlingBase

EMBEDDINGS = ("embed_tokens", "wte", "word_embeddings")


class SeedlingSettings(StageSettings):
    """The base model that is trained from scratch: its shape and its short training."""

    vocab_size: int = Field(
        4096, description="Entries of the tokenizer, control tokens included.", ge=512, le=65536
    )
    hidden_size: int = Field(
        128, description="Width of the model; a multiple of 64 for 4-bit.", ge=64, le=2048
    )
    intermediate_size: int = Field(384, description="Width of the MLP; a multiple of 64.", ge=64, le=8192)
    num_hidden_layers: int = Field(4, description="Transformer layers.", ge=1, le=48)
    num_attention_heads: int = Field(2, description="Attention heads.", ge=1, le=64)
    num_key_value_heads: int = Field(1, description="Key/value heads (grouped-query attention).", ge=1, le=64)
    max_position_embeddings: int = Field(2048, description="Context of the model, tokens.", ge=256, le=32768)
    sequence_length: int = Field(512, description="Tokens of one packed training sequence.", ge=32, le=32768)
    per_device_train_batch_size: int = Field(2, description="Packed sequences per step.", ge=1, le=1024)
    max_steps: int = Field(400, description="Optimizer steps.", ge=1, le=1_000_000)
    optim: Literal["muon", "adamw"] = Field("muon", description="Optimizer of the weight matrices.")
    learning_rate: float = Field(3e-3, description="Peak rate of AdamW parameters.", gt=0, le=1)
    muon_learning_rate: float = Field(0.02, description="Peak rate of the matrices under Muon.", gt=0, le=1)
    weight_decay: float = Field(0.1, description="Decay of the weight matrices.", ge=0, le=1)
    warmup_steps: int = Field(20, description="Steps of linear warm-up; then linear decay to zero.", ge=0)
    max_grad_norm: float = Field(1.0, description="Gradient clipping.", gt=0)
    max_file_tokens: int = Field(
        32768, description="Longer files are left out of the training, and counted.", ge=32
    )
    chat_share: float = Field(
        0.25, description="Share of files that are shown as a chat (instruction, then file).", ge=0, le=1
    )
    logging_steps: int = Field(10, description="Steps between rows of training_log.parquet.", ge=1)
    save_steps: int = Field(100, description="Steps between checkpoints.", ge=1)
    outtype: Literal["f16", "f32"] = Field("f16", description="Number format of base.gguf.")
    num_threads: int = Field(0, description="CPU threads; 0 means all this process may use.", ge=0, le=256)
    seed: int = Field(3407, description="Seed of initial weights and order of files.", ge=0)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.hidden_size % self.num_attention_heads or (self.hidden_size // self.num_attention_heads) % 2:
            raise ValueError("hidden_size must be an even multiple of num_attention_heads")
        if self.num_attention_heads % self.num_key_value_heads:
            raise ValueError("num_attention_heads must be a multiple of num_key_value_heads")
        if self.hidden_size % 64 or self.intermediate_size % 64:
            raise ValueError("hidden_size and intermediate_size must be multiples of 64, the NF4 block size")
        if self.sequence_length > self.max_position_embeddings:
            raise ValueError("sequence_length must not exceed max_position_embeddings")
        return self


class TrainingSettings(StageSettings):
    """QLoRA fine-tuning: quantised base, adapter, data and optimisation."""

    base: Base = Field(
        SeedlingBase(), description="The model to fine-tune: a seedling, folder, hub or wheel mapping."
    )
    backend: Literal["trl", "unsloth"] = Field(
        "trl",
        description="What trains: trl with peft and bitsandbytes anywhere, or unsloth on an NVIDIA GPU.",
    )
    load_in_4bit: bool = Field(True, description="Quantise the base's linear layers to 4 bits (QLoRA).")
    bnb_4bit_quant_type: Literal["nf4", "fp4"] = Field("nf4", description="4-bit number format.")
    bnb_4bit_use_double_quant: bool = Field(True, description="Quantise the quantisation constants too.")
    precision: Literal["auto", "fp32", "fp16", "bf16"] = Field(
        "auto",
        description="Arithmetic: auto is bf16 where the device has it, else fp32 (CPU) or fp16 (T4).",
    )
    r: int = Field(16, description="Rank of the adapter.", ge=1, le=512)
    lora_alpha: int = Field(16, description="Scale of the adapter: alpha / r.", ge=1, le=1024)
    lora_dropout: float = Field(0.0, description="Dropout before the adapter.", ge=0, lt=1)
    use_rslora: bool = Field(False, description="Scale the adapter by alpha / sqrt(r) instead of alpha / r.")
    target_modules: str | tuple[str, ...] = Field(
        ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"),
        description="Layers that get an adapter: names, or 'all-linear'.",
    )
    layers_to_transform: tuple[int, ...] | None = Field(
        None,
        description="Numbers of the layers that get an adapter, from 0; all without. With upper layers alone "
        "the backward pass stops there, which saves time.",
    )
    max_length: int = Field(
        1024, description="Rows with more tokens are dropped and counted.", ge=64, le=131072
    )
    per_device_train_batch_size: int = Field(4, description="Rows per forward pass.", ge=1, le=1024)
    per_device_eval_batch_size: int = Field(8, description="Rows per evaluation pass.", ge=1, le=1024)
    gradient_accumulation_steps: int = Field(1, description="Passes per optimizer step.", ge=1, le=4096)
    num_train_epochs: float = Field(
        1.0, description="Passes over the data when max_steps is -1.", gt=0, le=100
    )
    max_steps: int = Field(-1, description="Optimizer steps; -1 counts epochs instead.", ge=-1, le=1_000_000)
    learning_rate: float = Field(2e-4, description="Peak learning rate.", gt=0, le=1)
    lr_scheduler_type: Literal["linear", "cosine", "constant"] = Field("linear", description="Schedule.")
    warmup_steps: int = Field(10, description="Steps of linear warm-up.", ge=0)
    weight_decay: float = Field(0.01, description="Decay of the adapter's weights.", ge=0, le=1)
    max_grad_norm: float = Field(1.0, description="Gradient clipping.", gt=0)
    optim: Literal["adamw_torch", "adamw_8bit", "paged_adamw_8bit"] = Field(
        "adamw_torch", description="Optimizer."
    )
    gradient_checkpointing: bool = Field(False, description="Recompute activations to save memory.")
    train_sampling_strategy: Literal["random", "sequential", "group_by_length"] = Field(
        "group_by_length", description="Order of rows; by length, batches hold little padding."
    )
    packing: bool = Field(
        False,
        description="Join rows into sequences of at most max_length tokens; no row sees another one.",
    )
    lean: bool = Field(
        True,
        description="On a CPU, train without padding, with logits at the answers only and joined layers; "
        "false computes the same as trl does, slower.",
    )
    neftune_noise_alpha: float | None = Field(
        None, description="Noise on the embeddings while training (NEFTune); none without.", gt=0, le=100
    )
    eval_steps: int = Field(0, description="Steps between evaluations; 0 evaluates at the end only.", ge=0)
    max_eval_samples: int = Field(64, description="Rows of the validation split to evaluate on.", ge=1)
    early_stopping_patience: int = Field(
        0,
        description="Evaluations without a lower validation loss after which training ends; 0 never ends it. "
        "The best checkpoint is the result.",
        ge=0,
    )
    load_best_model_at_end: bool = Field(
        False, description="The checkpoint with the lowest validation loss is the result, not the last one."
    )
    metric_for_best_model: Literal["eval_loss", "load_rate"] = Field(
        "eval_loss",
        description="load_rate: every kept checkpoint answers requests of the validation split; the one of "
        "whose answers most load is the result.",
    )
    load_rate_prompts: int = Field(8, description="Requests each checkpoint answers.", ge=1, le=1000)
    load_rate_tokens: int = Field(
        768, description="Tokens of such an answer; a longer one is cut and does not load.", ge=16, le=32768
    )
    save_steps: int = Field(50, description="Steps between checkpoints.", ge=1)
    save_total_limit: int = Field(2, description="Checkpoints kept while training.", ge=1)
    logging_steps: int = Field(1, description="Steps between rows of training_log.parquet.", ge=1)
    outtype: Literal["f16", "f32"] = Field("f16", description="Number format of adapter.gguf and base.gguf.")
    save_merged: bool = Field(False, description="Also write the 16-bit model with the adapter merged in.")
    merged_gguf_types: tuple[Literal["Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0"], ...] = Field(
        (), description="Quantised files to make of the merged model, for Ollama, LM Studio and the like."
    )
    parity_prompts: int = Field(
        3, description="Requests on which the exported model is compared with the trained one; 0: none.", ge=0
    )
    parity_tokens: int = Field(24, description="Tokens of each of those answers, at most.", ge=1, le=4096)
    num_threads: int = Field(0, description="CPU threads; 0 means all this process may use.", ge=0, le=256)
    seed: int = Field(3407, description="Seed of the adapter's initial weights and of the row order.", ge=0)

    @model_validator(mode="before")
    @classmethod
    def _revision_moved(cls, data: Any) -> Any:
        if isinstance(data, dict) and "base_revision" in data:
            raise ValueError(
                "base_revision is now part of base: write "
                f"base: {{kind: hub, id: {data.get('base')}, revision: {data['base_revision']}}}"
            )
        return data

    @model_validator(mode="before")
    @classmethod
    def _no_dora(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.pop("use_dora", False):
            raise ValueError("use_dora: llama.cpp's adapters cannot hold DoRA's magnitudes; take it out")
        return data

    @model_validator(mode="after")
    def _best_needs_evaluations(self) -> Self:
        if self.keeps_best and not self.eval_steps:
            raise ValueError(
                "early_stopping_patience and load_best_model_at_end need eval_steps above 0: "
                "the validation loss decides"
            )
        if self.keeps_best and self.save_steps % self.eval_steps:
            raise ValueError(
                f"save_steps {self.save_steps} must be a multiple of eval_steps {self.eval_steps}: "
                "only a checkpoint that was evaluated can be the best"
            )
        if self.keeps_best and self.metric_for_best_model == "load_rate":
            raise ValueError(
                "metric_for_best_model: load_rate chooses after the training; early_stopping_patience and "
                "load_best_model_at_end choose by the validation loss: take one of the two"
            )
        if self.backend == "unsloth" and self.packing:
            raise ValueError("packing is the trl backend's: unsloth has attention of its own")
        if self.merged_gguf_types and not self.save_merged:
            raise ValueError("merged_gguf_types are made of the merged model: set save_merged: true")
        if self.packing and self.neftune_noise_alpha is not None:
            raise ValueError("packing and neftune_noise_alpha exclude each other: the noise counts tokens")
        return self

    @field_validator("target_modules")
    @classmethod
    def _no_embeddings(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        names = (value,) if isinstance(value, str) else value
        for name in names:
            if name.rsplit(".", 1)[-1] in EMBEDDINGS:
                raise ValueError(f"llama.cpp cannot apply an adapter of the embeddings ({name}): take it out")
        return value

    @property
    def keeps_best(self) -> bool:
        """True when the checkpoint with the lowest validation loss is the result."""
        return self.load_best_model_at_end or self.early_stopping_patience > 0

    @property
    def uses_seedling(self) -> bool:
        """True when the base is the model that the seedling stage trains."""
        return self.base.kind == "seedling"
