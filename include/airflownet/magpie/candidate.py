"""One drawn request on its way through the filters."""

from __future__ import annotations

from dataclasses import dataclass

from airflownet.magpie.grid import Cell
from airflownet.records import stable_id


@dataclass(frozen=True, slots=True)
class Candidate:
    """A request, where it comes from, and how its drawing ended."""

    kind: str
    """``magpie`` or ``replay``."""
    arm: str
    """``steered`` or ``control``."""
    cell: Cell
    draw: int
    """Number of the draw; the sampler's seed is the settings' seed plus this."""
    text: str
    """The whole request, empty when it was left out."""
    raw: str
    """As the model wrote it."""
    cut: str
    """Class of the cleaning: ``none``, ``code-fence`` ..."""
    stop_type: str
    """``eos``, ``stop_id``, ``word`` or ``limit``; empty after an error."""
    truncated: bool
    n_tokens: int
    error: str
    quality: str = "unrated"
    difficulty: str = "unrated"

    @property
    def id(self) -> str:
        """Differs for every draw, also where texts are equal."""
        return stable_id(self.kind, self.arm, str(self.draw), self.text)


@dataclass(frozen=True, slots=True)
class Drop:
    """Why one candidate is not let through."""

    reason: str
    partner: str = ""
