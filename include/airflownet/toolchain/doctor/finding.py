"""One line of the doctor's answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a finding counts."""

    PRESENT = "present"
    MISSING = "missing"  # needed for the demo: the doctor's answer is "no"
    OPTIONAL = "optional"  # absent, and only some recipes or commands ask for it


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked for and what was found.

    Attributes:
        family: the table's section, such as "llama.cpp".
        name: what was looked for.
        state: present, missing or optional.
        detail: version, path or amount; never a secret.
        remedy: what to do when it is not present; empty when it is.
    """

    family: str
    name: str
    state: State
    detail: str
    remedy: str = ""
