"""What comes out of writing one answer: the file, what was refused on the way, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Refusal:
    """One statement that was not accepted."""

    line: int
    """Of the file, 1-based, where the statement begins."""
    statement: str
    kind: str
    """``unknown-module``, ``unknown-argument``, ``never-ends``, ``not-asked-for`` ..."""
    why: str
    answer: str
    """What was done: ``drawn again``, ``drawn with a grammar``, ``step back``."""


@dataclass
class Draft:
    """One answer."""

    code: str = ""
    loads: bool = False
    missing: tuple[str, ...] = ()
    """What the request states and the file does not have."""
    faults: tuple[str, ...] = ()
    """Why the file does not load; empty where it does."""
    refusals: list[Refusal] = field(default_factory=list)
    n_steps_back: int = 0
    n_tokens_drawn: int = 0
    """All tokens that the model produced, also those taken back."""
    n_tokens: int = 0
    """Tokens of the answer itself."""
    n_requests: int = 0
    seconds: float = 0.0
    ended: str = ""
    """``accepted``, ``tokens``, ``time``, ``steps back``, ``context`` or ``server``."""

    @property
    def is_accepted(self) -> bool:
        """True when the file loads and has what was asked for."""
        return self.loads and not self.missing


class Watcher(Protocol):
    """Sees an answer grow."""

    def accepted(self, text: str) -> None:
        """A further part of the file stands."""

    def refused(self, refusal: Refusal) -> None:
        """A statement was refused."""

    def taken_back(self, code: str) -> None:
        """Accepted statements were taken back; what is left is given."""


class Unwatched:
    """Sees nothing."""

    def accepted(self, text: str) -> None:
        """Nothing."""

    def refused(self, refusal: Refusal) -> None:
        """Nothing."""

    def taken_back(self, code: str) -> None:
        """Nothing."""
