"""What a codemod is: a named, versioned rewriting of a file's text, and the two reasons to give a file up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

TESTS_AIRFLOW_ITSELF = "tests-airflow-itself"
HARNESS_NOT_REMOVABLE = "harness-not-removable"


@dataclass(frozen=True, slots=True)
class Codemod:
    """One transform of a file's text.

    ``rewrite`` is a pure function; text it has nothing to do with comes back as the same string, and its
    own output comes back unchanged. It may raise ``GiveUpError``.
    """

    name: str
    version: int
    rewrite: Callable[[str], str]


class GiveUpError(Exception):
    """The file cannot be made a user's DAG; ``reason`` is recorded with the dropped file."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
