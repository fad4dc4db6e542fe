"""Rows as one flat sequence without padding, and rows packed into sequences (training environment: torch).

An example is one row, or with ``packing`` several, and says in ``seq_lengths`` how long each is.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from airflownet.training.chat_format import IGNORED

Example = dict[str, list[int]]


def pack_rows(examples: Sequence[Example], max_length: int) -> list[Example]:
    """Returns the rows joined into sequences of at most ``max_length`` tokens, best fit decreasing.

    Nothing is cut and nothing left out. Equal rows in equal order give equal sequences.
    """
    bins: list[list[Example]] = []
    room: list[int] = []
    for example in sorted(examples, key=lambda example: -len(example["input_ids"])):
        length = len(example["input_ids"])
        fitting = [at for at, free in enumerate(room) if free >= length]
        if fitting:
            best = min(fitting, key=lambda at: room[at])
            bins[best].append(example)
            room[best] -= length
        else:
            bins.append([example])
            room.append(max_length - length)
    return [_joined(packed) for packed in bins]


def with_lengths(examples: Sequence[Example]) -> list[Example]:
    """Returns each row as a sequence of its own."""
    return [_joined([example]) for example in examples]


def _joined(rows: Sequence[Example]) -> Example:
    return {
        "input_ids": [token for row in rows for token in row["input_ids"]],
        # What follows a row's last token is another row's first: nothing to be learned.
        "labels": [label for row in rows for label in (IGNORED, *row["labels"][1:])],
        "seq_lengths": [len(row["input_ids"]) for row in rows],
    }


def collate(examples: Sequence[Example]) -> dict[str, Any]:
    """Returns the examples as one sequence: tokens, labels, positions that begin anew by row, bounds."""
    import torch

    lengths = [length for example in examples for length in example["seq_lengths"]]
    bounds = torch.tensor([0, *lengths]).cumsum(0)
    return {
        "input_ids": torch.tensor([[token for example in examples for token in example["input_ids"]]]),
        "labels": torch.tensor([[label for example in examples for label in example["labels"]]]),
        "position_ids": torch.cat([torch.arange(length) for length in lengths])[None],
        "cu_seq_lens_q": bounds,
    }


def label_rows(batch: dict[str, Any]) -> list[list[int]]:
    """Returns a batch's labels row by row, whether the rows are padded or flat."""
    labels: list[list[int]] = batch["labels"].tolist()
    if "cu_seq_lens_q" not in batch:
        return labels
    bounds = batch["cu_seq_lens_q"].tolist()
    return [labels[0][start:end] for start, end in itertools.pairwise(bounds)]
