"""The seedling's model and its optimisation, one step at a time, with checkpoints (training environment)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from airflownet.training.muon import muon

CHECKPOINT = "seedling.pt"


def new_model(settings: dict[str, Any], tokenizer: Any) -> Any:
    """Returns a ``Qwen2ForCausalLM`` with random weights and tied embeddings, in float32."""
    from transformers import GenerationConfig, Qwen2Config, Qwen2ForCausalLM

    shape = (
        "hidden_size",
        "intermediate_size",
        "num_hidden_layers",
        "num_attention_heads",
        "num_key_value_heads",
        "max_position_embeddings",
    )
    config = Qwen2Config(
        **{name: settings[name] for name in shape},
        vocab_size=len(tokenizer),
        tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = Qwen2ForCausalLM(config)
    model.generation_config = GenerationConfig(
        eos_token_id=[tokenizer.eos_token_id, tokenizer.pad_token_id], pad_token_id=tokenizer.pad_token_id
    )
    return model


class SeedlingTraining:
    """Causal language modelling on packed sequences: linear warm-up, then linear decay to zero."""

    def __init__(self, model: Any, settings: dict[str, Any], scratch: Path) -> None:
        import torch

        self._torch, self._model, self._settings = torch, model, settings
        self._checkpoint = scratch / CHECKPOINT
        self._parameters = list(model.parameters())
        matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
        others = [p for n, p in model.named_parameters() if p.ndim != 2 or "embed" in n]
        rate, decay = settings["learning_rate"], settings["weight_decay"]
        betas = (0.9, 0.95)
        self._optimizers = [torch.optim.AdamW(others, lr=rate, betas=betas, weight_decay=0.0)]
        if settings["optim"] == "muon":
            self._optimizers.append(muon(matrices, settings["muon_learning_rate"], weight_decay=decay))
        else:
            self._optimizers.append(torch.optim.AdamW(matrices, lr=rate, betas=betas, weight_decay=decay))
        self._peaks = [[group["lr"] for group in o.param_groups] for o in self._optimizers]
        self.done = 0
        self.loss = float("nan")
        self.log: list[dict[str, float]] = []
        self.tokens_per_step = settings["sequence_length"] * settings["per_device_train_batch_size"]
        model.train()

    def resume(self) -> int:
        """Loads the checkpoint of an interrupted training, when there is one; returns the steps done."""
        if self._checkpoint.exists():
            state = self._torch.load(self._checkpoint, weights_only=True)
            self._model.load_state_dict(state["model"])
            for optimizer, saved in zip(self._optimizers, state["optimizers"], strict=True):
                optimizer.load_state_dict(saved)
            self.done, self.loss, self.log = state["done"], state["loss"], state["log"]
        return self.done

    def step(self, batch: Sequence[Sequence[int]]) -> None:
        """Makes one optimizer step on a batch of token ids, (sequences, length)."""
        factor = self._rate_factor()
        for optimizer, peaks in zip(self._optimizers, self._peaks, strict=True):
            for group, peak in zip(optimizer.param_groups, peaks, strict=True):
                group["lr"] = peak * factor
        ids = self._torch.tensor(batch)
        loss = self._model(input_ids=ids, labels=ids).loss
        loss.backward()
        norm = self._torch.nn.utils.clip_grad_norm_(self._parameters, self._settings["max_grad_norm"])
        for optimizer in self._optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.done += 1
        self.loss = float(loss)
        last = self.done == self._settings["max_steps"]
        if last or self.done % self._settings["logging_steps"] == 0:
            rate = self._settings["learning_rate"] * factor
            self.log.append(
                {"step": self.done, "loss": self.loss, "grad_norm": float(norm), "learning_rate": rate}
            )
        if last or self.done % self._settings["save_steps"] == 0:
            self._save()

    def _rate_factor(self) -> float:
        warmup, steps = self._settings["warmup_steps"], self._settings["max_steps"]
        if self.done < warmup:
            return float((self.done + 1) / warmup)
        return float((steps - self.done) / max(steps - warmup, 1))

    def _save(self) -> None:
        state = {
            "model": self._model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self._optimizers],
            "done": self.done,
            "loss": self.loss,
            "log": self.log,
        }
        temporary = self._checkpoint.with_suffix(".partial")
        self._torch.save(state, temporary)
        temporary.replace(self._checkpoint)
