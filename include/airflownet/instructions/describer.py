"""The describer: a loaded DAG file to one instruction text per view, without any model.

The same code, key, views and bounds give the same texts on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from airflownet.instructions.facts import file_facts
from airflownet.instructions.untrusted_text import Guard
from airflownet.instructions.variation import Variation
from airflownet.instructions.views import VIEWS
from airflownet.judge.loader.model import LoadedFile

WRITER: Final = "describer"


@dataclass(frozen=True, slots=True)
class Description:
    """What the describer wrote for one file."""

    texts: Mapping[str, str]
    """View -> text; empty when there was nothing to write."""
    dropped: str
    """``syntax-error``, ``no-dag`` or ``nothing-to-describe``; empty when there are texts."""
    neutralised: int
    """Phrases given up because they held a model's control tokens."""


def describe(loaded: LoadedFile, key: str, max_chars: Mapping[str, int]) -> Description:
    """Returns the texts of one file.

    Args:
        loaded: the file as ``judge.loader`` found it.
        key: decides the wording; usually ``DagFile.id``.
        max_chars: view -> most characters, for the views to write, in their order.

    Raises:
        KeyError: a view is not in ``views.VIEWS``.
    """
    if loaded.tree is None or loaded.syntax_error is not None:
        return Description({}, "syntax-error", 0)
    if not loaded.dags:
        return Description({}, "no-dag", 0)
    guard = Guard()
    facts = file_facts(loaded, guard)
    if not facts.dags:
        return Description({}, "nothing-to-describe", guard.neutralised)
    texts = {
        view: guard.finished(VIEWS[view](facts, Variation(key, view), most))
        for view, most in max_chars.items()
    }
    return Description(texts, "", guard.neutralised)
