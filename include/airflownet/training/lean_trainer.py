"""trl's trainer over flat batches with the loss at the answers alone (training environment).

Sampling, optimiser, schedule, accumulation and checkpoints are trl's; the loss is the same number.
"""

from __future__ import annotations

from typing import Any

from airflownet.training.answer_loss import answer_loss
from airflownet.training.chat_format import IGNORED


def lean_trainer_class() -> Any:
    """Returns a subclass of ``SFTTrainer`` for models without a quantised or adapted output layer."""
    import torch
    from trl import SFTTrainer

    class LeanTrainer(SFTTrainer):  # type: ignore[misc]
        """See the module."""

        def compute_loss(
            self,
            model: Any,
            inputs: dict[str, Any],
            return_outputs: bool = False,
            num_items_in_batch: Any = None,
        ) -> Any:
            """Returns the loss per label of the whole optimizer step, as trl's own method does."""
            base = self.accelerator.unwrap_model(model).get_base_model()
            hidden = base.base_model(
                input_ids=inputs["input_ids"],
                position_ids=inputs["position_ids"],
                cu_seq_lens_q=inputs["cu_seq_lens_q"],
                use_cache=False,
            ).last_hidden_state[0]
            at = (inputs["labels"][0] != IGNORED).nonzero().squeeze(1)
            total, n_likeliest = answer_loss(
                hidden[at - 1], base.get_output_embeddings().weight, inputs["labels"][0, at]
            )
            loss = total / torch.as_tensor(len(at) if num_items_in_batch is None else num_items_in_batch)
            mode = "train" if model.training else "eval"
            self._metrics[mode]["mean_token_accuracy"].append(n_likeliest.item() / len(at))
            if mode == "train":
                self._total_train_tokens += inputs["input_ids"].numel()
            self._metrics[mode]["num_tokens"] = [self._total_train_tokens]
            return (loss, None) if return_outputs else loss

    return LeanTrainer
