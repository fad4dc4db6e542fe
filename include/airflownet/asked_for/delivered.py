"""What a request states against what an answer builds: one score between 0 and 1, its parts, what is missing.

The work decides: each deed is looked for among the tasks that really do something, and the rest (schedule,
order, DAG id, arguments) can only take away from it. So a DAG that does nothing of what was asked scores 0,
whatever its schedule, its ids and its messages say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from airflownet.asked_for.built import Built, BuiltTask, built_by
from airflownet.asked_for.parts import NOT_THERE, share
from airflownet.asked_for.request import Deed, Request, Setting, read_request
from airflownet.asked_for.stated_schedule import schedule_delivered
from airflownet.judge.loader import load_source
from airflownet.judge.loader.loaded_file import LoadedFile

WORK_WEIGHT: Final = 0.6
"""Share of the score that the work earns alone; the rest is earned with schedule, order, id and arguments."""
REST_WEIGHTS: Final = {"schedule": 0.35, "order": 0.35, "dag_id": 0.1, "arguments": 0.2}
_PRODUCT, _WORK, _THING = 3.0, 2.0, 2.0
_HOLLOW: Final = 0.4
"""What a task is worth that only prints where "a Python function" or "a bash command" was asked for."""
_PLACEHOLDER_WEIGHT: Final = 0.25
_LEAST: Final = 0.5
"""A likeness of deed and task below this is chance."""
_ENOUGH: Final = 0.85
"""From this likeness on a deed is done."""
_DONE: Final = 0.5
_MOST_MISSING: Final = 12


@dataclass(frozen=True, slots=True)
class AskedFor:
    """How far one answer is what one request asked for; parts are 0 to 1, -1 where the request has none."""

    score: float
    """-1 when the request states no work that could be read: nothing is known then."""
    work: float
    schedule: float
    order: float
    dag_id: float
    arguments: float
    missing: tuple[str, ...]
    """What was asked for and is not there, in words; at most twelve."""
    n_deeds: int

    @property
    def is_scored(self) -> bool:
        """False when nothing could be compared."""
        return self.score != NOT_THERE


def asked_for(request: str | Request, code: str, airflow: str = "") -> AskedFor:
    """Returns how far a file is what a request asked for.

    Args:
        request: its text, or what ``read_request`` found in it.
        code: the answer's Python code; only read, never run.
        airflow: line to load for, for example ``3.3``; empty for the newest catalogue.
    """
    loaded = load_source(code, airflow) if airflow else load_source(code)
    return asked_for_loaded(request, loaded)


def asked_for_loaded(request: str | Request, loaded: LoadedFile) -> AskedFor:
    """Returns the same for a file that is loaded already."""
    asked = read_request(request) if isinstance(request, str) else request
    return delivered(asked, built_by(loaded))


def delivered(asked: Request, built: Built) -> AskedFor:
    """Returns how far what was built is what was asked for."""
    missing: list[str] = []
    matches = [_matches(deed, built) for deed in asked.deeds]
    weights = [_weight(deed) for deed in asked.deeds]
    values = [max((value for value, _ in found), default=0.0) for found in matches]
    for deed, value in zip(asked.deeds, values, strict=True):
        if value < _DONE:
            missing.append(_told(deed))
    total = sum(weights)
    work = sum(w * v for w, v in zip(weights, values, strict=True)) / total if total else NOT_THERE
    parts = {
        "schedule": _schedule(asked, built, missing),
        "order": _order(asked, built, matches, missing),
        "dag_id": _dag_id(asked, built, missing),
        "arguments": _arguments(asked, built, missing),
    }
    told = tuple(" ".join(text.split())[:160] for text in missing[:_MOST_MISSING])
    return AskedFor(
        score=_score(work, parts),
        work=_rounded(work),
        schedule=_rounded(parts["schedule"]),
        order=_rounded(parts["order"]),
        dag_id=_rounded(parts["dag_id"]),
        arguments=_rounded(parts["arguments"]),
        missing=told,
        n_deeds=len(asked.deeds),
    )


def _score(work: float, parts: dict[str, float]) -> float:
    if work == NOT_THERE:
        return NOT_THERE
    there = {name: value for name, value in parts.items() if value != NOT_THERE}
    if not there:
        return _rounded(work)
    rest = sum(REST_WEIGHTS[n] * v for n, v in there.items()) / sum(REST_WEIGHTS[n] for n in there)
    return _rounded(work * (WORK_WEIGHT + (1 - WORK_WEIGHT) * rest))


def _rounded(value: float) -> float:
    return round(float(value), 6)


def _weight(deed: Deed) -> float:
    """A deed that names a product or an operator says more than "process the results"."""
    if deed.operator == "EmptyOperator":
        return _PLACEHOLDER_WEIGHT
    return 1.0 + float(bool(deed.terms.products)) + float(bool(deed.operator or deed.name))


def _told(deed: Deed) -> str:
    name = f"{deed.name}: " if deed.name else ""
    is_named = not deed.operator or deed.operator in deed.words
    return f"{name}{deed.words}" + ("" if is_named else f" ({deed.operator})")


def _matches(deed: Deed, built: Built) -> list[tuple[float, BuiltTask]]:
    """Returns the tasks that do some of a deed, with how far each does it."""
    found = []
    for task in built.tasks:
        value = _value(deed, task)
        if value > 0:
            found.append((value, task))
    return found


def _value(deed: Deed, task: BuiltTask) -> float:
    """A hollow task is most of a deed only where talking, or a placeholder, is what was asked."""
    value = _value_of_work(deed, task)
    is_talk = "print" in deed.terms.work or deed.operator == "EmptyOperator"
    return value * _HOLLOW if task.is_hollow and not is_talk else value


def _value_of_work(deed: Deed, task: BuiltTask) -> float:
    likeness = _likeness(deed, task)
    if deed.operator and deed.operator == task.operator:
        return 1.0
    ramped = min(1.0, max(0.0, (likeness - _LEAST) / (_ENOUGH - _LEAST)))
    return 0.7 * ramped if deed.operator else ramped


def _likeness(deed: Deed, task: BuiltTask) -> float:
    wanted, own = deed.terms, task.terms
    weight = value = 0.0
    if wanted.products:
        weight += _PRODUCT
        value += _PRODUCT * len(wanted.products & own.products) / len(wanted.products)
    if wanted.work:
        weight += _WORK
        # Everything is run: "run a query" asks for the query.
        value += _WORK * bool((wanted.work - {"run"} or wanted.work) & own.work)
    if wanted.things:
        weight += _THING
        value += _THING * min(1.0, 2 * len(wanted.things & own.things) / len(wanted.things))
    return value / weight if weight else 0.0


def _schedule(asked: Request, built: Built, missing: list[str]) -> float:
    if asked.schedule is None:
        return NOT_THERE
    found = [schedule_delivered(asked.schedule, asked.text, dag.arguments) for dag in built.dags]
    best = max(found, default=0.0)
    if best < 1:
        missing.append(f"the schedule: {asked.schedule.words}")
    return best


def _order(
    asked: Request, built: Built, matches: list[list[tuple[float, BuiltTask]]], missing: list[str]
) -> float:
    met = 0
    for first, second in asked.order:
        is_met = any(
            down.task_id in built.later.get((up.dag, up.task_id), ()) and up.dag == down.dag
            for up in _good(matches[first])
            for down in _good(matches[second])
        )
        met += is_met
        if not is_met:
            names = [asked.deeds[index].name or asked.deeds[index].words for index in (first, second)]
            missing.append(f"the order: {names[0]}, then {names[1]}")
    return share(met, len(asked.order))


def _good(found: Iterable[tuple[float, BuiltTask]]) -> list[BuiltTask]:
    return [task for value, task in found if value >= _DONE]


def _dag_id(asked: Request, built: Built, missing: list[str]) -> float:
    if not asked.dag_id:
        return NOT_THERE
    is_there = any(dag.dag_id == asked.dag_id for dag in built.dags)
    if not is_there:
        missing.append(f"the DAG id {asked.dag_id}")
    return float(is_there)


def _arguments(asked: Request, built: Built, missing: list[str]) -> float:
    met = 0
    for setting in asked.settings:
        if any(_is_set(setting, dag.arguments) for dag in built.dags):
            met += 1
        else:
            missing.append(setting.words)
    ids = {task.task_id.rsplit(".", 1)[-1].lower() for task in built.tasks}
    for value in asked.values:
        lowered = value.lower()
        if lowered in ids or any(lowered in literal for literal in built.literals):
            met += 1
        else:
            missing.append(f"the value {value}")
    return share(met, len(asked.settings) + len(asked.values))


def _is_set(setting: Setting, arguments: Mapping[str, object]) -> bool:
    defaults = arguments.get("default_args")
    if setting.name == "tags":
        tags = arguments.get("tags")
        return isinstance(tags, (list, tuple, set, frozenset)) and setting.value in tags
    if setting.name == "catchup":
        return bool(arguments.get("catchup", False)) == setting.value
    own = arguments.get(setting.name)
    if own is None and isinstance(defaults, Mapping):
        own = defaults.get(setting.name)
    return own == setting.value
