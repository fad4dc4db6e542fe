"""The rubric: yes/no facts in versioned files, the schema of a reply, and the grades that follow from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from airflownet.errors import InputError

CRITERIA = ("correctness", "completeness", "best_practices")
_BEST = 5


@dataclass(frozen=True, slots=True)
class Fact:
    """One yes/no question about an answer."""

    id: str
    criterion: str
    ask: str
    good: bool
    """The answer that speaks for the code."""
    at_most: int
    """The best grade that a bad answer leaves."""
    parser: tuple[str, ...]
    """Prefixes of the static judge's codes that settle the same question."""


@dataclass(frozen=True)
class Rubric:
    """All facts of a version, and what canaries must get."""

    version: str
    facts: tuple[Fact, ...]
    canaries: Mapping[str, Mapping[str, tuple[int, int]]]
    """Kind -> criterion -> lowest and highest grade expected."""

    @cached_property
    def questions(self) -> str:
        """The questions as lines of a prompt."""
        return "\n".join(f"- {fact.id}: {fact.ask}" for fact in self.facts)

    def schema(self, max_finding_chars: int = 0) -> str:
        """Returns the JSON schema of a reply: for each fact the finding, then whether it holds.

        Args:
            max_finding_chars: a limit for engines that know one; 0 leaves it out, as Anthropic demands.
        """
        finding: dict[str, Any] = {"type": "string"}
        if max_finding_chars:
            finding["maxLength"] = max_finding_chars
        one = {
            "type": "object",
            "properties": {"finding": finding, "holds": {"type": "boolean"}},
            "required": ["finding", "holds"],
            "additionalProperties": False,
        }
        return json.dumps(
            {
                "type": "object",
                "properties": {fact.id: one for fact in self.facts},
                "required": [fact.id for fact in self.facts],
                "additionalProperties": False,
            }
        )

    def grade(self, criterion: str, holds: Mapping[str, bool]) -> int:
        """Returns the grade, 1 to 5, that the facts give.

        Args:
            criterion: one of ``CRITERIA``.
            holds: the answer to every fact.
        """
        facts = [fact for fact in self.facts if fact.criterion == criterion]
        bad = [fact for fact in facts if holds[fact.id] != fact.good]
        # Half up, in whole numbers: round() would send 2.5 and 3.5 to even grades.
        share = (2 * (_BEST - 1) * (len(facts) - len(bad)) + len(facts)) // (2 * len(facts))
        return min([1 + share, *(fact.at_most for fact in bad)])


def load_rubric(name: str) -> Rubric:
    """Returns a rubric by version (``v1``), or from a YAML file.

    Raises:
        InputError: there is none, or it is not one.
    """
    import yaml

    try:
        text = rubric_text(name)
        data = yaml.safe_load(text)
        facts = tuple(
            Fact(
                id=str(row["id"]),
                criterion=criterion,
                ask=str(row["ask"]),
                good=_is_yes(row["good"]),
                at_most=int(row.get("at_most", _BEST)),
                parser=tuple(row.get("parser", ())),
            )
            for criterion in CRITERIA
            for row in data["criteria"][criterion]["facts"]
        )
        canaries = {
            kind: {criterion: (int(low), int(high)) for criterion, (low, high) in expected.items()}
            for kind, expected in data.get("canaries", {}).items()
        }
        version = str(data["version"])
    except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise InputError(
            f"{name} is not a rubric: {type(error).__name__}: {error}",
            "write it like llm_judge/rubrics/v1.yaml",
        ) from None
    ids = [fact.id for fact in facts]
    missing = [criterion for criterion in CRITERIA if criterion not in {fact.criterion for fact in facts}]
    if missing or len(set(ids)) != len(ids):
        raise InputError(
            f"the rubric {name} names a fact twice, or has no fact for {', '.join(missing) or 'none'}",
            "give every criterion at least one fact, each with an id of its own",
        )
    return Rubric(version, facts, canaries)


def rubric_path(name: str) -> Path | None:
    """Returns the file of a rubric given by path; None for one that comes with AirflowNet."""
    return Path(name).expanduser() if name.endswith((".yaml", ".yml")) else None


def rubric_text(name: str) -> str:
    """Returns the text of a rubric file.

    Raises:
        InputError: there is no such file.
    """
    path = rubric_path(name)
    folder = resources.files(__package__).joinpath("rubrics")
    try:
        return (path or folder.joinpath(f"{name}.yaml")).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(sorted(file.name.removesuffix(".yaml") for file in folder.iterdir()))
        raise InputError(
            f"there is no rubric {name!r} ({error})",
            f"choose one of {known}, or give the path of a YAML file",
        ) from None


def _is_yes(value: object) -> bool:
    if isinstance(value, bool):  # YAML 1.1 reads yes and no as such
        return value
    raise ValueError(f"good: {value!r} is neither yes nor no")
