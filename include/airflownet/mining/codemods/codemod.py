"""What a codemod is: a named, versioned rewriting of a file's text, and the two reasons to give a file up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from airflownet.mining.giving_up import GiveUpError

__all__ = ["HARNESS_NOT_REMOVABLE", "TESTS_AIRFLOW_ITSELF", "Codemod", "GiveUpError"]

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
