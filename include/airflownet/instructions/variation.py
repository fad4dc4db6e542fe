"""Wording that differs from file to file and never from run to run.

Every choice is ``SHA-256(file id, view, slot) mod number of options``: the slot names the place in the
text, so that adding options in one place does not change the wording of another. No random state.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variation:
    """The wording choices of one text."""

    key: str
    """Usually ``DagFile.id``; equal keys give equal wording."""
    view: str

    def choose(self, slot: str, options: Sequence[str]) -> str:
        """Returns one of the options, always the same one for the same key, view and slot.

        Raises:
            ZeroDivisionError: there is no option.
        """
        digest = hashlib.sha256(f"{self.key}\x00{self.view}\x00{slot}".encode("utf-8", "replace")).digest()
        return options[int.from_bytes(digest[:8], "big") % len(options)]
