"""What the LLM judge and people are asked about, as tables name it."""

from __future__ import annotations

from typing import Final

CRITERIA: Final = {
    "correctness": "Correctness",
    "completeness": "Completeness",
    "best_practices": "Best practices",
}
"""Name in the records -> title."""
