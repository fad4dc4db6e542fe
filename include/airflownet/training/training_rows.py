"""Rows of the dataset as a worker reads them (training environment: pyarrow only)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from airflownet.records import Sample
from airflownet.tables import read_table

TRAINED_ON = "trained_on.txt"


@dataclass(frozen=True, slots=True)
class ChatRow:
    """One sample: its turns, and which file the answer comes from."""

    id: str
    file_id: str
    turns: tuple[tuple[str, str], ...]
    """(role, content), the assistant last."""
    kind: str = "create"
    airflow: str = "3.3"
    """Line that the request is for."""

    @property
    def answer(self) -> str:
        """The assistant's text."""
        return self.turns[-1][1]

    @property
    def texts(self) -> tuple[str, ...]:
        """The content of every turn."""
        return tuple(content for _, content in self.turns)


def read_rows(samples: Path, split: str) -> list[ChatRow]:
    """Returns the rows of one split in stored order."""
    return [
        ChatRow(
            sample.id,
            sample.dag_file_id,
            tuple((m.role, m.content) for m in sample.messages),
            sample.kind,
            sample.airflow,
        )
        for sample in read_table(samples, Sample)
        if sample.split == split
    ]


def seen_files(samples: Path) -> str:
    """Returns the ids of the DAG files behind the training and validation splits, sorted, one a line.

    Whoever gets the adapter can tell by them whether a test file of another run was among them.
    """
    seen = {s.dag_file_id for s in read_table(samples, Sample) if s.split in ("train", "validation")}
    return "".join(f"{id}\n" for id in sorted(seen))
