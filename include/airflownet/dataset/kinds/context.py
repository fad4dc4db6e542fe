"""What the kinds beside create draw on: the files that became create rows, and everything around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from airflownet.dataset.code_facts import CodeFacts
from airflownet.dataset.material import Material
from airflownet.dataset.settings import DatasetSettings
from airflownet.families.family_records import FamilyMember
from airflownet.records import DagFile


@dataclass(frozen=True, slots=True)
class Context:
    """The state after the create rows were chosen."""

    material: Material
    settings: DatasetSettings
    members: Mapping[str, FamilyMember]
    """By file id; of generated rows too."""
    usable: Sequence[DagFile]
    """Files whose answer may be learned: they load, are short enough and were not left out. By id."""
    facts: Mapping[str, CodeFacts]
    """Of the usable files, by id."""
