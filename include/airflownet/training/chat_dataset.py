"""Rows to tokens and labels, and which rows are left out, with the reason (training environment)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from airflownet.training.chat_format import CHAT_TEMPLATE, IGNORED, TURN_END, control_token_in, tokenise_chat
from airflownet.training.token_statistics import token_statistics
from airflownet.training.training_rows import ChatRow
from airflownet.training.worker_channel import MisconfiguredError


@dataclass(slots=True)
class ChatDataset:
    """Tokenised rows of one split."""

    rows: list[ChatRow] = field(default_factory=list)
    examples: list[dict[str, list[int]]] = field(default_factory=list)
    """``input_ids`` and ``labels``, as trl's collator takes them."""
    dropped: Counter[str] = field(default_factory=Counter)
    too_long: list[int] = field(default_factory=list)
    """Tokens of each row that was dropped for its length."""

    @property
    def n_tokens(self) -> int:
        """Tokens of all kept rows."""
        return sum(len(example["input_ids"]) for example in self.examples)

    def statistics(self) -> dict[str, Any]:
        """Returns the figures of ``token_statistics``."""
        kept = [len(example["input_ids"]) for example in self.examples]
        n_labels = sum(label != IGNORED for example in self.examples for label in example["labels"])
        return token_statistics(kept, self.too_long, n_labels)


def tokenise_rows(rows: Sequence[ChatRow], tokenizer: Any, max_length: int) -> ChatDataset:
    """Returns the rows that fit; a row is never cut.

    Dropped, by reason: ``control_token_in_text`` (a message spells out one of the tokenizer's control tokens)
    and ``over_max_length``.
    """
    dataset = ChatDataset()
    for row in rows:
        if control_token_in(row.texts, tokenizer) is not None:
            dataset.dropped["control_token_in_text"] += 1
            continue
        tokens = tokenise_chat(row.turns, tokenizer)
        if len(tokens.input_ids) > max_length:
            dataset.dropped["over_max_length"] += 1
            dataset.too_long.append(len(tokens.input_ids))
            continue
        dataset.rows.append(row)
        dataset.examples.append({"input_ids": tokens.input_ids, "labels": tokens.labels})
    return dataset


def length_notice(dataset: ChatDataset, max_length: int) -> str:
    """Returns what to say when most rows are too long: how many, and which limits would keep more."""
    kept = [len(example["input_ids"]) for example in dataset.examples]
    n_rows, n_long = len(kept) + len(dataset.too_long), len(dataset.too_long)
    if n_long * 2 <= n_rows:
        return ""
    lengths = sorted(kept + dataset.too_long)
    most = lengths[min(len(lengths) - 1, len(lengths) * 9 // 10)]
    return (
        f"training.max_length {max_length} drops {n_long:,} of {n_rows:,} training rows "
        f"({n_long / n_rows:.0%}); {most:,} would keep 90%, {lengths[-1]:,} would keep all"
    )


def check_template(row: ChatRow, tokenizer: Any) -> None:
    """Checks that the model's own chat template, which llama-server uses, writes exactly what is trained on.

    Raises:
        MisconfiguredError: the template is not ChatML, or writes another text around the turns.
    """
    messages = [{"role": role, "content": content} for role, content in row.turns]
    own = tokenizer.apply_chat_template(messages, tokenize=False)
    ours = tokenizer.apply_chat_template(messages, tokenize=False, chat_template=CHAT_TEMPLATE)
    if own != ours:
        raise MisconfiguredError(
            f"the base's chat template is not ChatML: it writes {own[:120]!r}, ChatML is {ours[:120]!r}",
            "choose a base with a ChatML template, such as a Qwen2.5 Instruct model",
        )
    rendered = tokenizer.apply_chat_template(
        messages,
        tokenize=True,
        return_dict=True,
        return_assistant_tokens_mask=True,
        chat_template=CHAT_TEMPLATE,
    )
    tokens = tokenise_chat(row.turns, tokenizer)
    masked = [
        t if m else IGNORED for t, m in zip(rendered["input_ids"], rendered["assistant_masks"], strict=True)
    ]
    if rendered["input_ids"] != tokens.input_ids or masked != tokens.labels:
        raise MisconfiguredError(
            "the template's tokens or its assistant mask differ from the training rows",
            "this is a defect or an unusual tokenizer: report it with the log",
        )


def check_batch_mask(labels: Sequence[Sequence[int]], answers: set[str], tokenizer: Any) -> None:
    """Checks one collated batch: what the loss sees of each row is one whole answer and its end of turn.

    Raises:
        MisconfiguredError: a row's unmasked tokens are anything else.
    """
    for row in labels:
        text = tokenizer.decode(
            [token for token in row if token != IGNORED], clean_up_tokenization_spaces=False
        )
        if not text.endswith(TURN_END) or text.removesuffix(TURN_END) not in answers:
            raise MisconfiguredError(
                f"the loss would not cover exactly the assistant's tokens: {text[:80]!r} ... {text[-80:]!r}",
                "this is a defect: report it with the log",
            )
