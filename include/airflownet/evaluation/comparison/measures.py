"""What is measured of an answer: a name, words for tables, and a yes, a no, or nothing to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from airflownet.evaluation.answer_facts import THEMES, AnswerFacts

INVENTED: Final = frozenset({"package", "module", "name", "argument", "attribute"})
LOADS: Final = "loads"
HEADLINE: Final = "loads_and_asked_for"


@dataclass(frozen=True, slots=True)
class Measure:
    """One share."""

    name: str
    title: str
    group: str
    """Table it stands in: ``outcome``, ``violations``, ``invented``, ``style``."""
    holds: Callable[[AnswerFacts], bool | None]
    """None: nothing can be said; the answer is in no share and counted as unscored."""
    is_compared: bool = False
    """True when models are compared by it; these are the measures that Holm adjusts over."""


@dataclass(frozen=True, slots=True)
class Number:
    """One mean."""

    name: str
    title: str
    value: Callable[[AnswerFacts], float | None]


def measures(threshold: float) -> tuple[Measure, ...]:
    """Returns every share of the report, in its order; ``threshold`` of the asked-for score."""

    def asked(facts: AnswerFacts) -> bool | None:
        return facts.asked_for >= threshold if facts.is_scored else None

    def headline(facts: AnswerFacts) -> bool | None:
        return facts.outcome == "loads" and facts.asked_for >= threshold if facts.is_scored else None

    def of_code(holds: Callable[[AnswerFacts], bool]) -> Callable[[AnswerFacts], bool | None]:
        return lambda facts: holds(facts) if facts.has_code else None

    def themed(digit: str) -> Callable[[AnswerFacts], bool | None]:
        return of_code(lambda facts: digit in facts.themes)

    def invents(kind: str) -> Callable[[AnswerFacts], bool | None]:
        return of_code(lambda facts: kind in facts.invented)

    def uses(feature: str) -> Callable[[AnswerFacts], bool | None]:
        return of_code(lambda facts: feature in facts.features)

    return (
        Measure(HEADLINE, "Loads and does what was asked", "outcome", headline, is_compared=True),
        Measure(LOADS, "Loads", "outcome", lambda f: f.outcome == "loads", is_compared=True),
        Measure("asked_for", "Builds what was asked", "outcome", asked, is_compared=True),
        Measure("fails", "Fails", "outcome", lambda f: f.outcome == "fails"),
        Measure("unknown", "Unknown", "outcome", lambda f: f.outcome == "unknown"),
        Measure("missing", "Missing", "outcome", lambda f: f.outcome == "missing"),
        Measure("parses", "Parses", "outcome", lambda f: f.parses, is_compared=True),
        Measure(
            "earlier_validity",
            "Valid by the four checks of earlier research",
            "outcome",
            lambda f: f.earlier_validity,
            is_compared=True,
        ),
        *(
            Measure(f"theme_{digit}", f"Fails: {title}", "violations", themed(digit))
            for digit, title in THEMES.items()
            if digit not in "678"
        ),
        Measure(
            "invents",
            "Invents anything of Airflow's",
            "invented",
            of_code(lambda f: bool(INVENTED & set(f.invented))),
            is_compared=True,
        ),
        Measure("package", "Invented package", "invented", invents("package")),
        Measure("module", "Invented module", "invented", invents("module")),
        Measure("name", "Invented name", "invented", invents("name")),
        Measure("argument", "Invented argument", "invented", invents("argument")),
        Measure("attribute", "Invented attribute", "invented", invents("attribute")),
        Measure("outdated", "Of another Airflow line", "invented", invents("outdated"), is_compared=True),
        Measure("harness", "Airflow's test harness leaks", "invented", invents("harness"), is_compared=True),
        Measure("taskflow", "TaskFlow", "style", uses("taskflow"), is_compared=True),
        Measure("task-sdk", "Task SDK (airflow.sdk)", "style", uses("task-sdk")),
        Measure(
            "modern",
            "Any of assets, mapping, groups, setup/teardown, params, deferral",
            "style",
            of_code(
                lambda f: bool(
                    {
                        "assets",
                        "asset-decorator",
                        "dynamic-task-mapping",
                        "task-groups",
                        "setup-teardown",
                    }.union({"params", "deferrable"}).intersection(f.features)
                )
            ),
        ),
        Measure("truncated", "Cut at the token limit", "style", lambda f: f.is_truncated),
    )


def numbers() -> tuple[Number, ...]:
    """Returns every mean of the report, in its order."""

    def scored(name: str) -> Callable[[AnswerFacts], float | None]:
        return lambda facts: None if getattr(facts, name) < 0 else float(getattr(facts, name))

    return (
        Number("asked_for", "Asked for, delivered (0 to 1)", scored("asked_for")),
        Number("work", "Work", scored("work")),
        Number("schedule", "Schedule", scored("schedule")),
        Number("order", "Order", scored("order")),
        Number("dag_id", "DAG id", scored("dag_id")),
        Number("arguments", "Arguments", scored("arguments")),
        Number("graph_likeness", "Likeness to the real file's graph", scored("graph_likeness")),
        Number("n_lines", "Lines of code", lambda f: float(f.n_lines) if f.has_code else None),
        Number("n_tasks", "Tasks built", lambda f: float(f.n_tasks) if f.outcome == "loads" else None),
    )
