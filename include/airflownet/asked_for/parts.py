"""Four parts of a structure, each compared on a scale of 0 to 1, and their weighted mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NOT_THERE: Final = -1.0
"""Stands for a part that the source does not have."""
WEIGHTS: Final = {"operators": 0.4, "schedule": 0.2, "edges": 0.2, "arguments": 0.2}


@dataclass(frozen=True, slots=True)
class Parts:
    """One comparison; ``NOT_THERE`` where the source has nothing to compare."""

    operators: float
    schedule: float
    edges: float
    arguments: float

    @property
    def score(self) -> float:
        """Weighted mean of the parts that are there; ``NOT_THERE`` without any."""
        there = {name: getattr(self, name) for name in WEIGHTS if getattr(self, name) != NOT_THERE}
        weight = sum(WEIGHTS[name] for name in there)
        if not weight:
            return NOT_THERE
        mean = sum(WEIGHTS[name] * value for name, value in there.items()) / weight
        return round(float(mean), 6)


def share(found: int, of: int) -> float:
    """Returns the share, ``NOT_THERE`` of nothing."""
    return found / of if of else NOT_THERE
