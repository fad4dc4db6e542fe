"""The rules: each finds one kind of fault; ``verdict`` alone decides what a fault means.

A rule is a function in a file of its own under ``rules/``; importing the package registers them all.

    @rule("AFN301", "no-dag", Severity.LOAD, "The file builds no DAG", RuleDoc(...))
    def no_dag(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
        yield no_dag.violation("DagBag finds no DAG in this file", line=0)

One that only reports failures of the loader needs no function: ``cycle = failure_rule(..., "cycle")``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from airflownet.errors import InputError
from airflownet.judge.interpreter.raised import Failure
from airflownet.judge.loader.loaded_file import LoadedFile
from airflownet.records import Severity, Violation


@dataclass(frozen=True, slots=True)
class ViolationInModule(Violation):
    """One in a module of the project that the file imports: ``line`` is the file's own that leads there."""

    module_path: str
    module_line: int
    module_column: int

    def shown_path(self) -> str:
        """The module's path as a reader would give it: below the folder the judge runs in where it is."""
        here = Path.cwd()
        path = Path(self.module_path)
        return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


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
    is_of_failures: bool = False
    """True where it only reports what the loader met: it has nothing to say of a file without failures."""

    def __call__(self, file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:
        """Yields what the rule finds in the file."""
        return self.check(file, context)

    def violation(self, message: str, line: int = 0, column: int = 0) -> Violation:
        """Returns a violation of this rule."""
        return Violation(self.code, self.name, self.severity, message, line, column)

    def violation_of(self, failure: Failure, message: str = "") -> Violation:
        """Returns a violation of this rule for something that the loader met.

        Args:
            failure: what it met; a place in a module of the project is kept.
            message: without it the exception and its message.
        """
        message = message or f"{failure.exception}: {failure.message}"
        plain = self.violation(message, failure.line, failure.column)
        if failure.module is None:
            return plain
        place = failure.module
        row = (plain.code, plain.rule, plain.severity, plain.message, plain.line, plain.column)
        return ViolationInModule(*row, place.path, place.line, place.column)


_RULES: dict[str, Rule] = {}


def rule(code: str, name: str, severity: Severity, summary: str, doc: RuleDoc) -> Callable[[Check], Rule]:
    """Registers a check under a code.

    Raises:
        ValueError: the code is taken.
    """

    def register(check: Check) -> Rule:
        return _registered(Rule(code, name, severity, summary, doc, check))

    return register


def failure_rule(code: str, name: str, severity: Severity, summary: str, doc: RuleDoc, *kinds: str) -> Rule:
    """Registers a rule with one violation for each failure of those kinds that the loader met.

    Raises:
        ValueError: the code is taken.
    """

    def check(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:  # noqa: ARG001
        for failure in file.failures:
            if failure.kind in kinds:
                yield found.violation_of(failure)

    found = _registered(Rule(code, name, severity, summary, doc, check, is_of_failures=True))
    return found


def _registered(new: Rule) -> Rule:
    known = _RULES.get(new.code)
    if known is not None and known.name != new.name:
        raise ValueError(f"two rules have the code {new.code}: {known.name} and {new.name}")
    _RULES[new.code] = new
    return new


@cache
def all_rules() -> tuple[Rule, ...]:
    """Returns every rule under ``rules/``, sorted by code."""
    package = importlib.import_module("airflownet.judge.rules")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return tuple(_RULES[code] for code in sorted(_RULES))


@cache
def rules_beyond_failures() -> tuple[Rule, ...]:
    """Returns the rules that may have something to say of a file without failures, sorted by code."""
    return tuple(rule for rule in all_rules() if not rule.is_of_failures)


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
