"""What the way from one Airflow line to another does to one file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from airflownet.judge.report.causes import short_reason
from airflownet.records import Outcome, Severity, Verdict, Violation

BREAKING = (Severity.LOAD, Severity.SERIALIZE)
"""What keeps a DAG from being there on the new line: the import, or what the dag processor does next."""


class State(StrEnum):
    """Where a file stands; in the order in which people want to read of them."""

    BREAKS = "breaks"
    """Fails on the new line, and did not on the old; or can no longer be serialized."""
    FAILS_ALREADY = "fails on both"
    UNKNOWN = "unknown"
    """On the new line; only running it there would tell."""
    DEPRECATED = "deprecated"
    """Loads on both, and uses what the new line calls deprecated."""
    READY = "ready"


BROKEN = (State.BREAKS, State.FAILS_ALREADY)
"""What does not load on the new line. A file that fails on the old one for another reason, perhaps as the
project pins another provider than the catalogue has, has what is new to be done as well."""


class Mends(StrEnum):
    """Who takes a fault away."""

    RUFF = "ruff"
    """``ruff check --select AIR3 --preview --fix --unsafe-fixes``."""
    MIGRATE = "migrate"
    """``airflownet generate --migrate``: ruff's fixes, then AirflowNet's own; no model."""
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is new, and who takes it away."""

    violation: Violation
    mends: Mends | None
    """None where it was not tried, and for what is deprecated where ruff has no fix."""


@dataclass(frozen=True, slots=True)
class FileMigration:
    """One file on both lines."""

    before: Verdict
    after: Verdict
    state: State
    breaks: tuple[Fault, ...]
    """New violations of severity ``load`` and ``serialize``, by line."""
    deprecated: tuple[Fault, ...]
    """What the new line, and ruff's AIR rules, call deprecated or removed, by line."""
    mends: Mends | None = None
    """Who makes a file that is broken load; ``hand`` where rules do not suffice, None where not tried."""
    left: tuple[Violation, ...] = ()
    """What still breaks the file after ruff and ``--migrate``."""
    changed_modules: tuple[str, ...] = ()
    """Modules of the project that have to be mended with it."""

    @property
    def id(self) -> str:
        """The file's path as it was given."""
        return str(self.after.id)

    @property
    def note(self) -> str:
        """Why the state is what it is, where no violation tells; empty otherwise."""
        if self.state is State.UNKNOWN:
            return short_reason(self.after)
        if self.state is State.FAILS_ALREADY:
            return self.before.reason
        if self.state is State.BREAKS and self.before.outcome is Outcome.UNKNOWN:
            return f"unknown on {self.before.airflow}: {short_reason(self.before)}"
        return "" if self.breaks or self.state is not State.BREAKS else self.after.reason


@dataclass(frozen=True, slots=True)
class Migration:
    """All files, in the order they were given."""

    old: str
    new: str
    files: tuple[FileMigration, ...]
    not_tried: str = ""
    """Why ruff or the codemods were not tried; empty where they were."""

    def of(self, state: State) -> list[FileMigration]:
        """Returns the files of one state."""
        return [file for file in self.files if file.state is state]

    def n_mended(self, mends: Mends) -> int:
        """Returns how many of the files that break one of the two makes load."""
        return sum(file.mends is mends for file in self.of(State.BREAKS))
