"""The error of a rewriting that cannot keep its promise: the file is dropped, with that reason."""

from __future__ import annotations


class GiveUpError(Exception):
    """The file cannot be made a user's DAG; ``reason`` is recorded with the dropped file."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
