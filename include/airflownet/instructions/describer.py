"""The describer: a loaded DAG file to one instruction text per view, without any model.

The same code, key, views and bounds give the same texts on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from airflownet.instructions.facts import FileFacts, file_facts
from airflownet.instructions.variation import Variation
from airflownet.instructions.views import VIEWS
from airflownet.judge.loader.loaded_file import LoadedFile
from airflownet.wording.untrusted_text import Guard

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
    facts: FileFacts = field(default=FileFacts(()))
    """What the texts were written from."""


_VERSION_NOTES: Final = (
    "We are on Airflow {}.",
    "Target version: Airflow {}.",
    "It has to run on Airflow {}.",
    "(Airflow {})",
)
_ROOM_FOR_VERSION: Final = 40


def describe(
    loaded: LoadedFile,
    key: str,
    max_chars: Mapping[str, int],
    *,
    airflow: str = "",
    airflow_share: float = 0.0,
) -> Description:
    """Returns the texts of one file.

    Args:
        loaded: the file as ``judge.loader`` found it.
        key: decides the wording; usually ``DagFile.id``.
        max_chars: view -> most characters, for the views to write, in their order.
        airflow: Airflow line that a text may name.
        airflow_share: share of the texts that name it, chosen by hash.

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
    texts = {}
    for view, most in max_chars.items():
        variation = Variation(key, view)
        note = _version_note(variation, airflow, airflow_share)
        text = guard.finished(VIEWS[view](facts, variation, most - _ROOM_FOR_VERSION if note else most))
        joint = "\n" if "\n" in text else " "
        texts[view] = f"{text}{joint}{note}" if note else text
    return Description(texts, "", guard.neutralised, facts)


def _version_note(variation: Variation, airflow: str, share: float) -> str:
    if not airflow or share <= 0.0:
        return ""
    chosen = (
        int(variation.choose("names the version", [str(percent) for percent in range(100)])) < 100 * share
    )
    return variation.choose("version", _VERSION_NOTES).format(airflow) if chosen else ""
