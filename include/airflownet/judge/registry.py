"""The rules: each finds one kind of fault; ``verdict`` alone decides what a fault means.

A rule is a function in a file of its own under ``rules/``; importing the package registers them all.

    @rule("AFN301", "no-dag", Severity.LOAD, "The file builds no DAG", RuleDoc(...))
    def no_dag(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
        yield no_dag.violation("DagBag finds no DAG in this file", line=0)
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from airflownet.errors import InputError
from airflownet.judge.loader.model import LoadedFile
from airflownet.records import Severity, Violation


@dataclass(frozen=True, slots=True)
class RuleDoc:
    """What ``airflownet judge --explain`` prints of a rule."""

    what: str
    why: str
    bad: str
    good: str


@dataclass(frozen=True, slots=True)
class JudgeContext:
    """What a rule may look at beside the file."""

    airflow: str
    """The Airflow line, for example ``3.3``."""
    catalogue: Any = None
    """The catalogue of that line, None when the judge runs without one."""

    def may_hold_dag(self, file: LoadedFile) -> bool:
        """Airflow's own test: a file without these two words is not even imported (DagBag's safe mode)."""
        text = file.code.lower()
        return "dag" in text and "airflow" in text


Check = Callable[[LoadedFile, JudgeContext], Iterator[Violation]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One registered rule; calling it runs its check."""

    code: str
    name: str
    severity: Severity
    summary: str
    doc: RuleDoc
    check: Check

    def __call__(self, file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
        """Yields what the rule finds in the file."""
        return self.check(file, context)

    def violation(self, message: str, line: int = 0, column: int = 0) -> Violation:
        """Returns a violation of this rule."""
        return Violation(self.code, self.name, self.severity, message, line, column)

    def of_failures(self, file: LoadedFile, *kinds: str) -> Iterator[Violation]:
        """Yields a violation for each failure of those kinds that the loader met."""
        for failure in file.failures:
            if failure.kind in kinds:
                yield self.violation(f"{failure.exception}: {failure.message}", failure.line, failure.column)


_RULES: dict[str, Rule] = {}


def rule(code: str, name: str, severity: Severity, summary: str, doc: RuleDoc) -> Callable[[Check], Rule]:
    """Registers a check under a code.

    Raises:
        ValueError: the code is taken.
    """

    def register(check: Check) -> Rule:
        if code in _RULES and _RULES[code].check.__qualname__ != check.__qualname__:
            raise ValueError(f"two rules have the code {code}: {_RULES[code].name} and {name}")
        _RULES[code] = Rule(code, name, severity, summary, doc, check)
        return _RULES[code]

    return register


@cache
def all_rules() -> tuple[Rule, ...]:
    """Returns every rule under ``rules/``, sorted by code."""
    package = importlib.import_module("airflownet.judge.rules")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return tuple(_RULES[code] for code in sorted(_RULES))


def rule_of(code: str) -> Rule:
    """Returns the rule of a code or name.

    Raises:
        InputError: there is none.
    """
    for candidate in all_rules():
        if code.upper() == candidate.code or code == candidate.name:
            return candidate
    known = ", ".join(candidate.code for candidate in all_rules())
    raise InputError(f"there is no rule {code!r}", f"give one of {known}")


def explain(code: str) -> str:
    """Returns the documentation of a rule as text: what, why, a bad and a good example."""
    found = rule_of(code)
    doc = found.doc
    return (
        f"{found.code} {found.name} ({found.severity})\n{found.summary}.\n\n"
        f"What\n  {doc.what}\n\nWhy\n  {doc.why}\n\n"
        f"Bad\n{_indented(doc.bad)}\n\nGood\n{_indented(doc.good)}\n"
    )


def _indented(code: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in code.strip("\n").split("\n"))
