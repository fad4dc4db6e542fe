"""What the trained model itself answers to a few prompts, to be compared with the exported one.

Greedy, token by token, with the log-probability of each token; and the chat template as transformers writes
it, with and without a system message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from airflownet.training.chat_format import IGNORED

# The template's own words differ with and without a system message; these need no escaping anywhere.
_USER = {"role": "user", "content": "Write a DAG that copies a file.\nName it copy_file."}
_SYSTEM = {"role": "system", "content": "You write Airflow DAG files."}
TEMPLATE_CASES = ([_SYSTEM, _USER], [_USER])


def parity_sample(
    model: Any,
    tokenizer: Any,
    examples: Sequence[dict[str, list[int]]],
    n_prompts: int,
    n_tokens: int,
) -> dict[str, Any]:
    """Returns ``answers`` (``prompt``, ``tokens``, ``logprobs``) and ``templates`` (``messages``, ``text``).

    Args:
        model: the trained model; left in evaluation mode.
        tokenizer: its tokenizer.
        examples: tokenised rows; those with the shortest prompts are asked.
        n_prompts: how many of them.
        n_tokens: of each answer, at most.
    """
    prompts = sorted((prompt_of(example) for example in examples), key=lambda ids: (len(ids), ids))[
        :n_prompts
    ]
    model.eval()
    return {
        "answers": [_greedy(model, tokenizer.eos_token_id, prompt, n_tokens) for prompt in prompts],
        "templates": [
            {
                "messages": messages,
                "text": tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True),
            }
            for messages in TEMPLATE_CASES
        ],
    }


def prompt_of(example: dict[str, list[int]]) -> list[int]:
    """Returns a row's tokens up to where the assistant begins."""
    first = next(at for at, label in enumerate(example["labels"]) if label != IGNORED)
    return list(example["input_ids"][:first])


def _greedy(model: Any, end: int, prompt: list[int], n_tokens: int) -> dict[str, Any]:
    import torch

    tokens: list[int] = []
    logprobs: list[float] = []
    ids, cache = torch.tensor([prompt], device=model.device), None
    with torch.no_grad():
        for _ in range(n_tokens):
            output = model(input_ids=ids, past_key_values=cache, use_cache=True)
            chances = output.logits[0, -1].float().log_softmax(-1)
            token = int(chances.argmax())
            tokens.append(token)
            logprobs.append(float(chances[token]))
            if token == end:
                break
            ids, cache = torch.tensor([[token]], device=model.device), output.past_key_values
    return {"prompt": prompt, "tokens": tokens, "logprobs": logprobs}
