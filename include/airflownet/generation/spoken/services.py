"""The services that words name, where they stand, and the operators of ``services.yaml`` that a line has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from airflownet.plans.catalogue_names import names_of

STORES: Final = ("store", "files", "local")


@dataclass(frozen=True, slots=True)
class Service:
    """One service that people use."""

    key: str
    kind: str
    """``store``, ``files``, ``local``, ``sql``, ``http``, ``notify``, ``foreign`` or ``other``."""
    connection: str
    """Name of the connection that stands for it where none is said."""
    acts: Mapping[str, tuple[str, ...]]
    package: str
    """Where it is foreign: what would have to be installed."""

    def operators(self, kind: str, noun: str = "") -> tuple[str, ...]:
        """Returns the operators for a kind of work, those for the very thing first."""
        return (*self.acts.get(f"{kind} {noun}", ()), *self.acts.get(kind, ()))


@dataclass(frozen=True, slots=True)
class Mention:
    """A service where it stands in a text."""

    service: Service
    start: int
    end: int


@cache
def _tables() -> dict[str, Any]:
    import yaml

    text = resources.files(__package__).joinpath("services.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@cache
def services() -> Mapping[str, Service]:
    """Returns the services by their keys."""
    found = {}
    for key, row in _tables()["services"].items():
        acts = {
            str(act): tuple(operators) if isinstance(operators, list) else (str(operators),)
            for act, operators in row.get("acts", {}).items()
        }
        found[key] = Service(
            key, row["kind"], str(row.get("connection", "")), acts, str(row.get("package", ""))
        )
    return found


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        r"(?<![\w«/-])(?:"
        + "|".join(re.escape(words) for words in sorted(_by_words(), key=len, reverse=True))
        + r")(?:'s|s)?"
        r"(?![\w»]|-(?!to-)\w)",
        re.IGNORECASE,
    )


@cache
def _by_words() -> Mapping[str, str]:
    return {
        words: key for key, row in _tables()["services"].items() for words in str(row["words"]).split("|")
    }


def mentions(text: str) -> list[Mention]:
    """Returns the services that a text names, in its order; the longest words count."""
    found = []
    for match in _pattern().finditer(text):
        lowered = match[0].lower()
        key = (
            _by_words().get(lowered)
            or _by_words().get(lowered.removesuffix("'s"))
            or _by_words().get(lowered[:-1])
        )
        if key is not None:
            found.append(Mention(services()[key], match.start(), match.end()))
    specific = {m.service.key for m in found if m.service.kind == "sql" and m.service.key != "database"}
    done = [m for m in found if m.service.key != "database" or not specific]
    if any(m.service.key in ("azure_blob", "kubernetes", "eks", "gke", "container_instance") for m in done):
        done = [m for m in done if m.service.key != "docker" or "docker" in text[m.start : m.end].lower()]
    return done


def transfer(source: str, target: str, airflow: str) -> str:
    """Returns the operator that carries from one service into another; empty where the line has none."""
    operator = str(_tables()["transfers"].get(f"{source} {target}", ""))
    return operator if operator and is_known(operator, airflow) else ""


def argument_rules(operator: str) -> Mapping[str, Any]:
    """Returns which arguments an operator is given of what is said; empty for one not in the table."""
    rules: Mapping[str, Any] = _tables()["arguments"].get(operator.rpartition(".")[2], {})
    return rules


def all_operators() -> tuple[str, ...]:
    """Returns every operator that the tables name, sorted."""
    acts = {operator for service in services().values() for row in service.acts.values() for operator in row}
    named = {*acts, *_tables()["transfers"].values(), *_tables()["arguments"]}
    return tuple(sorted(named))


@cache
def is_known(operator: str, airflow: str) -> bool:
    """Tells whether the line has the operator."""
    return names_of(airflow).operator_place(operator) is not None
