"""Counts of what a stage was given, kept and dropped: no record goes missing without a reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from airflownet.errors import FunnelGapError


@dataclass
class Funnel:
    """Counts what a stage was given, kept and dropped; ``listed = kept + sum(dropped)``."""

    listed: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)

    def keep(self, count: int = 1) -> None:
        """Counts kept records."""
        self.kept += count

    def drop(self, reason: str, count: int = 1) -> None:
        """Counts dropped records under a reason."""
        self.dropped[reason] += count

    def check(self, stage: str) -> None:
        """Raises FunnelGapError when a record is neither kept nor dropped."""
        accounted = self.kept + sum(self.dropped.values())
        if accounted != self.listed:
            raise FunnelGapError(
                f"{stage}: listed {self.listed} records, but kept {self.kept} and dropped "
                f"{sum(self.dropped.values())}: {abs(self.listed - accounted)} are unaccounted for",
                "this is a defect of the stage: report it with the log; nothing was published",
            )

    def as_dict(self) -> dict[str, Any]:
        """Returns ``{"listed", "kept", "dropped": {reason: count}}``, reasons sorted."""
        return {"listed": self.listed, "kept": self.kept, "dropped": dict(sorted(self.dropped.items()))}
