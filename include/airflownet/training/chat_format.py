"""The ChatML template of the seedling, and chat rows as tokens with a loss mask (training environment).

Text of a message is mined code: it must never produce control tokens. So each turn is tokenised as text
(``split_special_tokens``) between control tokens that are placed by id, which is also exactly how
llama-server tokenises a chat prompt. Labels cover the assistant's text and its ``<|im_end|>``, nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

END_OF_TEXT, TURN_START, TURN_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
CONTROL_TOKENS = (END_OF_TEXT, TURN_START, TURN_END)
IGNORED = -100

CHAT_TEMPLATE = (
    "{%- for message in messages %}"
    "{{- '<|im_start|>' + message['role'] + '\n' }}"
    "{%- if message['role'] == 'assistant' %}"
    "{%- generation %}{{- message['content'] + '<|im_end|>' }}{%- endgeneration %}"
    "{%- else %}{{- message['content'] + '<|im_end|>' }}{%- endif %}"
    "{{- '\n' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}"
)


@dataclass(frozen=True, slots=True)
class ChatTokens:
    """One chat as the model reads it."""

    input_ids: list[int]
    labels: list[int]
    """``input_ids`` where the loss counts, -100 elsewhere."""


def control_token_in(texts: Sequence[str], tokenizer: Any) -> str | None:
    """Returns a control token of the tokenizer that one of the texts spells out, or None."""
    controls = [str(token) for token in tokenizer.get_added_vocab()]
    return next((control for control in controls for text in texts if control in text), None)


def tokenise_text(text: str, tokenizer: Any) -> list[int]:
    """Returns the tokens of plain text; spelled-out control tokens stay text."""
    ids: list[int] = tokenizer(text, add_special_tokens=False, split_special_tokens=True)["input_ids"]
    return ids


def tokenise_chat(messages: Sequence[tuple[str, str]], tokenizer: Any) -> ChatTokens:
    """Returns the tokens and labels of (role, content) turns in ChatML."""
    start, end = (tokenizer.convert_tokens_to_ids(token) for token in (TURN_START, TURN_END))
    line_end = tokenise_text("\n", tokenizer)
    ids: list[int] = []
    labels: list[int] = []
    for role, content in messages:
        if role == "assistant":
            header = [start, *tokenise_text("assistant\n", tokenizer)]
            answer = [*tokenise_text(content, tokenizer), end]
            ids += header + answer + line_end
            labels += [IGNORED] * len(header) + answer + [IGNORED] * len(line_end)
        else:
            turn = [start, *tokenise_text(f"{role}\n{content}", tokenizer), end, *line_end]
            ids += turn
            labels += [IGNORED] * len(turn)
    return ChatTokens(ids, labels)
