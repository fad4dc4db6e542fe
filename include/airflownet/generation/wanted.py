"""What a file must have of a request before it is handed over, and how much of it it has.

What a request states so plainly that a file either has it or has not is demanded: operators by name, tasks by
id, the DAG's id, the schedule, and that the file does something at all. The score of ``asked_for`` also reads
wishes in free words; it chooses between drafts and is told, but no file is refused for it alone, unless it is
zero and no task of the file does anything: such a file only talks of what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from airflownet.asked_for import AskedFor, Request, asked_for_loaded, read_request
from airflownet.asked_for.built import built_by
from airflownet.asked_for.operator_names import operator_name
from airflownet.asked_for.stated_schedule import schedule_delivered
from airflownet.generation.card_index import Named, card_index
from airflownet.judge.loader import LoadedFile

_WORDS_OF_KIND: Final = {"manual": "None", "once": "@once", "continuous": "@continuous"}
_PRESET_OF: Final = {3600.0: "@hourly", 86400.0: "@daily", 604800.0: "@weekly"}
_HELLO: Final = re.compile(r"\bhello\b", re.IGNORECASE)
_SHELL_OF_A_DAG: Final = re.compile(
    r"\b(?:example|empty|demo|dummy|sample|skeleton|template)\b", re.IGNORECASE
)
"""Whoever asks for one of these is served with tasks that do nothing."""
_MOST_IDS: Final = 6
_PACKAGE: Final = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class Wanted:
    """One request, read for one Airflow line."""

    text: str
    airflow: str = "3.3"

    @cached_property
    def request(self) -> Request:
        """What the request states."""
        return read_request(self.text)

    @cached_property
    def operators(self) -> tuple[Named, ...]:
        """Operators, sensors and notifiers that the request names and the line has, in its order."""
        return tuple(card_index(self.airflow).named(self.text))

    @cached_property
    def task_ids(self) -> tuple[str, ...]:
        """Ids of the tasks that the request lists."""
        return tuple(dict.fromkeys(deed.name for deed in self.request.deeds if deed.name))

    @cached_property
    def packages(self) -> frozenset[str]:
        """Words of the request: a package that it names may be imported."""
        return frozenset(_PACKAGE.findall(self.text.lower()))

    @property
    def dag_id(self) -> str:
        """The DAG's id, empty when the request leaves it open."""
        return self.request.dag_id

    @cached_property
    def schedule(self) -> str:
        """Python source of a schedule that delivers what is stated; empty when nothing clear is stated."""
        stated = self.request.schedule
        if stated is None:
            return ""
        if stated.kind in _WORDS_OF_KIND:
            word = _WORDS_OF_KIND[stated.kind]
            return word if word == "None" else f'"{word}"'
        if stated.kind == "cron":
            return f'"{stated.cron}"'
        if stated.kind == "period":
            shortest, longest = stated.seconds
            if shortest == longest:
                preset = _PRESET_OF.get(shortest) or _cron_of(shortest)
                return f'"{preset}"' if preset else ""
            return '"@monthly"' if longest <= 32 * 86400 else ""
        return ""

    @property
    def n_tasks(self) -> int:
        """How many tasks a file must have at least."""
        named = [one for one in self.operators if not one.name.endswith("Notifier")]
        return max(1, len(self.task_ids), min(2, len(named)))

    def delivered(self, loaded: LoadedFile) -> AskedFor:
        """Returns how far a file is what was asked for."""
        return asked_for_loaded(self.request, loaded)

    def header_fits(self, arguments: Mapping[str, object]) -> str:
        """Returns what the arguments of a DAG lack of the stated schedule; empty when nothing."""
        stated = self.request.schedule
        if stated is None or stated.kind == "words" or schedule_delivered(stated, self.text, arguments) >= 1:
            return ""
        return f"the schedule: {stated.words}"

    def missing(self, loaded: LoadedFile) -> tuple[str, ...]:
        """Returns what must be there and is not, in words; empty when the file may be handed over."""
        tasks = [task for dag in loaded.dags for task in dag.tasks]
        found: list[str] = []
        if not tasks:
            return ("any task at all",)
        used = {operator_name(task.operator) for task in tasks}
        imported = {path.rpartition(".")[2] for path in loaded.imports}
        for operator in self.operators:
            is_called = operator.name in used or operator_name(operator.name) in used
            if not is_called and not (operator.name.endswith("Notifier") and operator.name in imported):
                found.append(operator.name)
        ids = {str(task.task_id).rpartition(".")[2] for task in tasks}
        absent = [one for one in self.task_ids if one not in ids]
        if absent:
            more = " ..." if len(absent) > _MOST_IDS else ""
            found.append(f"the task{'s' if len(absent) > 1 else ''} {', '.join(absent[:_MOST_IDS])}{more}")
        elif len(tasks) < self.n_tasks and not any(task.is_mapped for task in tasks):
            found.append(f"{self.n_tasks} tasks (it has {len(tasks)})")
        if self.dag_id and self.dag_id not in {str(dag.dag_id) for dag in loaded.dags}:
            found.append(f"the DAG id {self.dag_id}")
        lacks = [self.header_fits(dag.arguments) for dag in loaded.dags]
        if lacks and all(lacks):
            found.append(lacks[0])
        if not found:
            result = self.delivered(loaded)
            is_hollow = all(task.is_hollow for task in built_by(loaded).tasks)
            is_hollow = is_hollow and not _HELLO.search(self.text)
            if result.is_scored and result.score <= 0 and is_hollow:
                found.append("anything of the work: " + "; ".join(result.missing[:3]))
            elif not (result.is_scored or self.operators or _SHELL_OF_A_DAG.search(self.text)) and is_hollow:
                found.append("something that is done: no task of the file does anything")
        return tuple(found)


def _cron_of(seconds: float) -> str:
    minutes = seconds / 60
    if minutes in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30):
        return f"*/{int(minutes)} * * * *"
    hours = minutes / 60
    return f"0 */{int(hours)} * * *" if hours in (2, 3, 4, 6, 8, 12) else ""
