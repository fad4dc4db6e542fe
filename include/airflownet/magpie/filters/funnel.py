"""Candidates through the steps: a table of what each step saw, and everything it dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from airflownet.errors import FunnelGapError
from airflownet.magpie.candidate import Candidate, Drop
from airflownet.records import DroppedRequest

Filter = Callable[[Sequence[Candidate]], Sequence[Drop | None]]
"""Returns for each candidate, in order, why it is dropped, or None."""


@dataclass
class StepFunnel:
    """What every step saw, summed over rounds, in the order in which steps first ran."""

    seen: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    dropped: list[DroppedRequest] = field(default_factory=list)

    def apply(self, step: str, check: Filter, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Returns the candidates that the step lets through, in order; counts and keeps the others.

        Raises:
            FunnelGapError: the filter did not decide on every candidate.
        """
        decisions = check(candidates) if candidates else []
        if len(decisions) != len(candidates):
            raise FunnelGapError(
                f"magpie: the filter {step} saw {len(candidates)} requests and decided on {len(decisions)}",
                "this is a defect of the filter: report it with the log",
            )
        self.seen[step] += len(candidates)
        reasons = self.reasons.setdefault(step, Counter())
        kept = []
        for candidate, drop in zip(candidates, decisions, strict=True):
            if drop is None:
                self.passed[step] += 1
                kept.append(candidate)
                continue
            reasons[drop.reason] += 1
            self.dropped.append(
                DroppedRequest(
                    id=candidate.id,
                    kind=candidate.kind,
                    text=candidate.text or candidate.raw,
                    arm=candidate.arm,
                    cell=candidate.cell.name,
                    step=step,
                    reason=drop.reason,
                    partner=drop.partner,
                )
            )
        return kept

    def table(self) -> list[dict[str, Any]]:
        """Returns ``{"step", "in", "out", "dropped": {reason: count}}`` for each step."""
        return [
            {
                "step": step,
                "in": self.seen[step],
                "out": self.passed[step],
                "dropped": dict(sorted(self.reasons[step].items())),
            }
            for step in self.reasons
        ]
