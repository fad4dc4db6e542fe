"""What is unknown, by cause, and the one thing that would settle most of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from airflownet.records import Condition, Outcome, Verdict

_ASSUMABLE = {"variable": "variables", "connection": "connections", "environment": "environment"}
_SAID = {
    "package": "package {} is not declared",
    "variable": "Variable {} is not defined in the project",
    "connection": "connection {} is not defined in the project",
    "environment": "environment variable {} is not set in the project",
    "network": "{} asks a server",
    "file": "{}",
    "code": "{}",
}
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing to do, and what it would settle."""

    text: str
    n_files: int
    """Files whose every cause it takes away."""
    n_touched: int
    """Files that have such a cause, perhaps among others."""


def said(cause: Condition) -> str:
    """Returns a cause in words."""
    text = _SAID.get(cause.kind, "{}").format(cause.subject)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " ..."


def short_reason(verdict: Verdict, most: int = 3) -> str:
    """Returns the causes of an unknown outcome in a line; the reason where none is known."""
    causes = list(dict.fromkeys(said(cause) for cause in verdict.causes))
    more = f" and {len(causes) - most} more" if len(causes) > most else ""
    return "; ".join(causes[:most]) + more if causes else verdict.reason


def by_cause(verdicts: Sequence[Verdict]) -> list[tuple[str, int]]:
    """Returns (cause, number of files), the most frequent first."""
    counts: Counter[str] = Counter()
    for verdict in verdicts:
        if verdict.outcome is Outcome.UNKNOWN:
            counts.update(dict.fromkeys(map(said, verdict.causes), 1))
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def best_remedy(verdicts: Sequence[Verdict]) -> Remedy | None:
    """Returns what would settle most files, None where nothing of the kind would."""
    settled: Counter[str] = Counter()
    touched: Counter[str] = Counter()
    for verdict in verdicts:
        if verdict.outcome is Outcome.UNKNOWN and verdict.causes:
            actions = {_action(cause) for cause in verdict.causes}
            touched.update(action for action in actions if action)
            if len(actions) == 1 and "" not in actions:
                settled.update(actions)
    if not touched:
        return None
    counts = settled or touched
    action = min(counts, key=lambda name: (-counts[name], -touched[name], name))
    return Remedy(_words(action), settled[action], touched[action])


def _action(cause: Condition) -> str:
    """Returns what would take a cause away: an option and its value; nothing for what no option does."""
    if cause.kind == "package":
        return f"--installed {cause.subject}"
    return f"--assume {_ASSUMABLE[cause.kind]}" if cause.kind in _ASSUMABLE else ""


def _words(action: str) -> str:
    option, _, subject = action.partition(" ")
    if option == "--installed":
        return f"`{subject}` is not declared; add it to requirements.txt or say `{action}`"
    return f"{subject} that the project does not define; define them in a file of it or say `{action}`"
