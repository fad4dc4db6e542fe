"""How many tokens a chat has for the model that will be trained, by its own tokenizer and chat template.

``tokenizers`` reads ``tokenizer.json`` (Hugging Face tokenizers). The template is the ``chat_template`` of
``tokenizer_config.json`` or ``chat_template.jinja``, a trusted file that comes with the model; without one
the chat is rendered as ChatML.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from airflownet.errors import InputError
from airflownet.records import Message

CONTROL_TEXTS = ("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|start_header_id|>", "[INST]")
"""What would end a turn where a tokenizer parses control tokens in text; no row may hold it."""

Render = Callable[[Sequence[Message]], str]


class TokenBudget:
    """Counts the tokens of a chat."""

    def __init__(self, tokenizer: Any, render: Render, control_texts: Sequence[str]) -> None:
        self._tokenizer, self._render, self.control_texts = tokenizer, render, tuple(control_texts)

    def count(self, messages: Sequence[Message]) -> int:
        """Returns the number of tokens of the rendered chat."""
        encoded = self._tokenizer.encode(self._render(messages), add_special_tokens=False)
        return len(encoded.ids)


def token_budget(path: Path) -> TokenBudget:
    """Returns the budget of a tokenizer: a folder or a ``tokenizer.json``.

    Raises:
        InputError: there is no tokenizer at the path, or it cannot be read.
    """
    from tokenizers import Tokenizer

    file = path / "tokenizer.json" if path.is_dir() else path
    if not file.is_file():
        raise InputError(
            f"there is no tokenizer at {file}",
            "give `dataset.tokenizer` the folder of a model on this machine: it holds tokenizer.json",
        )
    try:
        tokenizer = Tokenizer.from_file(str(file))
        added = [
            str(token["content"]) for token in json.loads(file.read_text("utf-8")).get("added_tokens", [])
        ]
    except Exception as error:  # tokenizers raises plain Exception
        raise InputError(
            f"{file} is not a tokenizer: {error}", "give a `tokenizer.json` of tokenizers"
        ) from None
    return TokenBudget(tokenizer, _renderer(file.parent), sorted({*added, *CONTROL_TEXTS}))


def control_text(texts: Sequence[str], control_texts: Sequence[str] = CONTROL_TEXTS) -> str:
    """Returns the first control token that stands in a text, empty when there is none."""
    return next((token for token in control_texts for text in texts if token and token in text), "")


def _renderer(folder: Path) -> Render:
    template = _template(folder)
    if template is None:
        return _chat_ml
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    compiled = environment.from_string(template)

    def render(messages: Sequence[Message]) -> str:
        turns = [{"role": message.role, "content": message.content} for message in messages]
        return str(compiled.render(messages=turns, add_generation_prompt=False, bos_token="", eos_token=""))

    return render


def _template(folder: Path) -> str | None:
    beside = folder / "chat_template.jinja"
    if beside.is_file():
        return beside.read_text(encoding="utf-8")
    config = folder / "tokenizer_config.json"
    template = json.loads(config.read_text("utf-8")).get("chat_template") if config.is_file() else None
    if isinstance(template, list):  # several named templates: the one for plain chats
        template = next((item["template"] for item in template if item.get("name") == "default"), None)
    return template if isinstance(template, str) else None


def _chat_ml(messages: Sequence[Message]) -> str:
    return "".join(f"<|im_start|>{m.role}\n{m.content}<|im_end|>\n" for m in messages)
