"""What a request states so plainly that a file either has it or has not.

Operators by name, the DAG's id, its schedule, how often tasks are listed by id, and their order. Wishes in
free words are not read here: what no rule can hold a file to is no ground to refuse one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from airflownet.generation.card_index import Named, card_index
from airflownet.judge.loader import DagModel, LoadedFile, Symbol, Unknown

_DAG_ID: Final = re.compile(
    r"(?:dag[ _-]?id|dag|pipeline)\s*(?::|=|is|called|named)\s*[`\"']([\w.\-]{1,200})[`\"']", re.IGNORECASE
)
_LISTED_TASK: Final = re.compile(r"^\s*[-*\d.]+\s+`([\w.\-]{1,200})`\s*:", re.MULTILINE)
_ORDER: Final = re.compile(r"^\s*[-*]?\s*Order:\s*(.+)$", re.MULTILINE | re.IGNORECASE)
_ID: Final = re.compile(r"`([\w.\-]{1,200})`")
_STEPS: Final = re.compile(r",?\s*then\s+|\s*(?:->|=>|>>|>)\s*", re.IGNORECASE)
_CRON: Final = re.compile(r"[`\"'(]((?:[\d*/,\-]+\s+){4}[\w*/,\-#?]+)[`\"')]")
_EVERY_N: Final = re.compile(
    r"\bevery (\d+|two|three|four|five|six|ten|fifteen|thirty) (minute|hour|day)s?\b", re.I
)
_NUMBERS: Final = dict(two=2, three=3, four=4, five=5, six=6, ten=10, fifteen=15, thirty=30)
_PRESETS: Final[tuple[tuple[str, str], ...]] = (
    (r"@(once|hourly|daily|weekly|monthly|yearly|continuous)\b", ""),
    (
        r"\bonly when (it is )?triggered|triggered (only )?by hand|\bno schedule|started manually|on demand|"
        r"manual(ly)? trigger",
        "None",
    ),
    (r"\b(just|only) once\b", "@once"),
    (r"\b(every hour|hourly|once an hour)\b", "@hourly"),
    (
        r"\b(every (day|night)( at midnight)?|each (day|night)|daily|nightly|once a day)\b(?! at (?!midnight))",
        "@daily",
    ),
    (r"\b(every week|weekly|once a week)\b", "@weekly"),
    (r"\b(every month|monthly|once a month)\b", "@monthly"),
)
_CRON_OF: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
_SECONDS_OF: Final = {"@hourly": 3600.0, "@daily": 86400.0, "@weekly": 604800.0}
_UNIT_SECONDS: Final = {"minute": 60.0, "hour": 3600.0, "day": 86400.0}
_MOST_CHARS: Final = 20_000


@dataclass(frozen=True, slots=True)
class StatedFacts:
    """What a request states."""

    operators: tuple[Named, ...] = ()
    """Operators, sensors and notifiers that it names, in its order."""
    decorators: tuple[str, ...] = ()
    """``task.branch``."""
    dag_id: str = ""
    schedule: str = ""
    """A preset, ``None`` or a cron expression; empty when nothing is stated that is clear enough."""
    tasks: tuple[str, ...] = ()
    """Ids of the tasks that it lists."""
    edges: tuple[tuple[str, str], ...] = ()
    """(upstream, downstream) ids of the stated order."""

    @property
    def n_tasks(self) -> int:
        """How many tasks a file must have at least to be no trivial answer."""
        return max(1, len(self.tasks), min(2, len(self.operators)))

    def missing(self, loaded: LoadedFile) -> tuple[str, ...]:
        """Returns what a file does not have of it, in words; empty when it has everything."""
        tasks = [task for dag in loaded.dags for task in dag.tasks]
        ids = {str(task.task_id) for task in tasks} | {str(task.task_id).rpartition(".")[2] for task in tasks}
        found: list[str] = []
        if len(tasks) < self.n_tasks and not any(task.is_mapped for task in tasks):
            found.append(f"{self.n_tasks} task{'s' if self.n_tasks > 1 else ''} (it has {len(tasks)})")
        used = {task.operator for task in tasks}
        named = set(loaded.imports)
        for operator in self.operators:
            is_used = operator.name in used or operator.name.endswith("Notifier")
            if not is_used or not any(path.endswith("." + operator.name) for path in named):
                found.append(f"operator {operator.name}")
        for decorator in self.decorators:
            if decorator.startswith("task") and not any(u.startswith(f"@{decorator}") for u in used):
                found.append(f"decorator @{decorator}")
        if self.dag_id and self.dag_id not in {str(dag.dag_id) for dag in loaded.dags}:
            found.append(f"DAG id {self.dag_id}")
        if self.schedule and not any(self.has_schedule(dag.arguments) for dag in loaded.dags):
            found.append(f"schedule {self.schedule}")
        absent = [task for task in self.tasks if task not in ids]
        if absent:
            found.append(f"tasks {', '.join(absent[:6])}{' ...' if len(absent) > 6 else ''}")
        elif self.edges and (lost := self._lost_edges(loaded.dags)):
            found.append("order " + ", ".join(f"{up} before {down}" for up, down in lost[:4]))
        return tuple(found)

    def n_facts(self) -> int:
        """Returns how many things ``missing`` looks at."""
        others = (self.dag_id, self.schedule, self.tasks, self.edges)
        return (
            1
            + len(self.operators)
            + sum(d.startswith("task") for d in self.decorators)
            + sum(map(bool, others))
        )

    def has_schedule(self, arguments: Mapping[str, object]) -> bool:
        """Returns True when the arguments of a DAG have the stated schedule, in whatever form."""
        given = arguments.get("schedule", arguments.get("schedule_interval", "absent"))
        if isinstance(given, Unknown):
            return True
        if self.schedule == "None":
            return given is None or given == "absent"
        if isinstance(given, str):
            return _CRON_OF.get(given, given) == _CRON_OF.get(self.schedule, self.schedule)
        if isinstance(given, Symbol) and given.path.endswith("timedelta"):
            return _seconds(given) == _SECONDS_OF.get(self.schedule, _cron_seconds(self.schedule))
        return isinstance(given, Symbol) and self.schedule.replace("@", "") in str(given.args)

    def _lost_edges(self, dags: tuple[DagModel, ...]) -> list[tuple[str, str]]:
        after: dict[str, set[str]] = {}
        for dag in dags:
            for up, down in dag.edges:
                after.setdefault(up, set()).add(down)

        def reaches(start: str, end: str) -> bool:
            todo, seen = [start], {start}
            while todo:
                for following in after.get(todo.pop(), ()):
                    if following == end:
                        return True
                    if following not in seen:
                        seen.add(following)
                        todo.append(following)
            return False

        return [edge for edge in self.edges if not reaches(*edge)]


def facts_of(request: str, airflow: str = "3.3") -> StatedFacts:
    """Returns what a request states; what is not clear is left out.

    Raises:
        InputError: there is no catalogue for that line.
    """
    text = request[:_MOST_CHARS]
    index = card_index(airflow)
    dag_id = _DAG_ID.search(text)
    tasks = tuple(dict.fromkeys(_LISTED_TASK.findall(text)))
    return StatedFacts(
        operators=tuple(index.named(text)),
        decorators=tuple(index.decorators(text)),
        dag_id=dag_id[1] if dag_id else "",
        schedule=_schedule(text),
        tasks=tasks,
        edges=_edges(text, tasks),
    )


def _schedule(text: str) -> str:
    found = {match.lower() for match in _CRON.findall(text)}
    for match in _EVERY_N.finditer(text):
        n = _NUMBERS.get(match[1].lower()) or int(match[1])
        unit = match[2].lower()
        found.add({"minute": f"*/{n} * * * *", "hour": f"0 */{n} * * *", "day": f"0 0 */{n} * *"}[unit])
    for pattern, preset in _PRESETS:
        if (match_ := re.search(pattern, text, re.IGNORECASE)) is not None:
            found.add(preset or match_[0].lower())
    return found.pop() if len(found) == 1 else ""


def _edges(text: str, tasks: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Returns the edges of "`a`, then `b` and `c` in parallel, then `d`" where only listed tasks occur."""
    line = _ORDER.search(text)
    if line is None or ";" in line[1]:
        return ()
    layers = [_ID.findall(step) for step in _STEPS.split(line[1])]
    if not all(layers) or not all(task in tasks for layer in layers for task in layer):
        return ()
    pairs = zip(layers, layers[1:], strict=False)
    return tuple((up, down) for before, after in pairs for up in before for down in after)


def _seconds(delta: Symbol) -> float:
    units = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1, "weeks": 604800}
    total = sum(
        float(a) * w for a, w in zip(delta.args, (86400, 1), strict=False) if isinstance(a, (int, float))
    )
    for name, value in delta.kwargs:
        if isinstance(value, (int, float)):
            total += value * units.get(name, 0)
    return total


def _cron_seconds(cron: str) -> float:
    fields = cron.split()
    if len(fields) != 5:
        return -1.0
    for place, unit in ((0, 60.0), (1, 3600.0), (2, 86400.0)):
        if fields[place].startswith("*/"):
            return float(fields[place][2:]) * unit
    return -1.0
