"""Conditions of a request as tasks: one that ends the run, or one that chooses between two ways."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from airflownet.generation.spoken.bridge import has_rows_code
from airflownet.generation.spoken.conditions import Condition, is_nothing
from airflownet.generation.spoken.memory import Memory, SpokenStep, database, last_sql
from airflownet.generation.spoken.roles import Place
from airflownet.generation.spoken.services import mentions
from airflownet.generation.spoken.step_ids import free_id, step_id

_ROWS: Final = re.compile(
    r"\b(?:rows?|records?|count|data|empty|exist\w*|something|anything|results?|new ones?|any)\b",
    re.IGNORECASE,
)
_NONE: Final = re.compile(r"\b(?:zero|no|not any|empty|0|nothing|without)\b", re.IGNORECASE)


@dataclass(slots=True)
class Branches:
    """The condition that is open, and where its two ways begin and end."""

    memory: Memory
    gate: int | None = None
    is_stopped: bool = False
    """True where the condition was one for stopping."""
    is_else: bool = False
    yes: list[int] = field(default_factory=list)
    no: list[int] = field(default_factory=list)
    _ends: set[int] = field(default_factory=set)
    _words: str = ""
    _is_ended: bool = False
    _code: str = ""

    def decide(self, condition: Condition, text: str) -> None:
        """Opens a condition, or its other way."""
        if condition.is_else:
            self._other_way(text)
            return
        self._close_one()
        memory = self.memory
        code = condition.code or self._code_of_rows(condition)
        stops = is_nothing(text)
        if code and stops:
            code = _negated(code)
        last = memory.steps[-1] if memory.steps else None
        words = memory.marks.plain(condition.words)
        if last is not None and _is_check(last) and _ROWS.search(condition.words) and not condition.code:
            place = last.place
            sql = last.arguments.get("sql")
            code = has_rows_code(place, sql) if place is not None and isinstance(sql, str) else ""
            if code and _NONE.search(condition.words) and not stops:
                code = _negated(code)
            last.operators, last.arguments = ("@task.short_circuit",), {}
            self.gate = len(memory.steps) - 1
        else:
            name = step_id(f"check if {words}")
            step = SpokenStep(
                words, ("@task.short_circuit",), free_id(name, [s.task_id for s in memory.steps])
            )
            step.after = set(memory.frontier)
            memory.steps.append(step)
            self.gate = len(memory.steps) - 1
        gate = memory.steps[self.gate]
        gate.code, self._code = code or _undecided(words), code
        if not code:
            memory.told.append(
                f"{gate.task_id}: how it is found out is not said in a way that can be written; write its "
                f"body"
            )
        self._words, self.is_stopped = words, stops
        self.yes, self.no, self.is_else, self._ends = [], [], False, set()
        memory.frontier = {self.gate}

    def stop(self) -> None:
        """Notes that one way ends here."""
        if self.gate is not None and self.yes and not self.is_else:
            self._is_ended = True

    def ends(self) -> set[int]:
        """Returns the last steps of both ways; none where there are no two."""
        return set(self.yes[-1:] + self.no[-1:]) if self.yes and self.no else set()

    def after(self, new: list[int], last: set[int]) -> set[int]:
        """Returns what the next steps come after."""
        if self.gate is None:
            return last
        (self.no if self.is_else else self.yes).extend(new)
        if self.is_else and self._ends:
            ends, self._ends = self._ends | last, set()
            self._join(ends)
            return ends
        return last

    def _other_way(self, text: str) -> None:
        memory = self.memory
        if self.gate is None and memory.steps and _may_decide(memory.steps[-1]):
            self._decide_by_last(stops=is_nothing(text))
            return
        if self.gate is None:
            note = memory.marks.plain(text)
            memory.unread.append(f'not understood: "otherwise {note[:100]}": of which condition is not said')
            return
        if is_nothing(text):
            return
        if self.is_stopped:
            memory.frontier = {self.gate}
            return
        self._ends = set() if self._is_ended else set(memory.frontier)
        memory.frontier, self._is_ended = {self.gate}, False
        self.is_else = True

    def _decide_by_last(self, *, stops: bool) -> None:
        """Makes the check before a condition of it: "check whether it is there; if not, ..."."""
        memory = self.memory
        last = memory.steps[-1]
        sql = last.arguments.get("sql")
        if (
            stops
            and last.place is not None
            and isinstance(sql, str)
            and (code := has_rows_code(last.place, sql))
        ):
            last.operators, last.arguments, last.code = ("@task.short_circuit",), {}, code
            return
        self.gate = len(memory.steps) - 1
        gate = memory.steps[self.gate]
        self._words, self._code, self.is_stopped = memory.marks.plain(gate.words), "", False
        gate.operators, gate.arguments, gate.code = (
            ("@task.short_circuit",),
            {},
            _undecided(f"not: {self._words}"),
        )
        self.yes, self.no, self._ends, self.is_else = [], [], set(), False
        memory.frontier = {self.gate}
        memory.told.append(
            f"{gate.task_id}: how it is found out is not said in a way that can be written; write its body"
        )

    def _join(self, ends: set[int]) -> None:
        """The next step after both ways runs when one of them was taken."""
        self._joined = ends

    _joined: set[int] = field(default_factory=set)

    def close(self) -> None:
        """Writes what the condition decides, now that both ways are known."""
        self._close_one()
        memory = self.memory
        for number, step in enumerate(memory.steps):
            if self._joined and self._joined <= step.after and len(self._joined) > 1 and not step.rule:
                step.rule = "none_failed_min_one_success"
            del number

    def _close_one(self) -> None:
        if self.gate is None or not (self.yes and self.no):
            self.gate = None
            return
        memory = self.memory
        gate = memory.steps[self.gate]
        first = [n for n in self.yes if self.gate in memory.steps[n].after] or self.yes[:1]
        other = [n for n in self.no if self.gate in memory.steps[n].after] or self.no[:1]
        gate.operators = ("@task.branch",)
        yes, no = ([memory.steps[n].task_id for n in way] for way in (first, other))
        shown_yes, shown_no = (repr(way[0]) if len(way) == 1 else repr(way) for way in (yes, no))
        if self._code:
            *head, final = self._code.split("\n")
            test = final.removeprefix("return ")
            gate.code = "\n".join([*head, f"if {test}:", f"    return {shown_yes}", f"return {shown_no}"])
        else:
            gate.code = _undecided(f"{self._words}: then {shown_yes}, else {shown_no}")
        self.gate = None

    def _code_of_rows(self, condition: Condition) -> str:
        memory = self.memory
        if not _ROWS.search(condition.words):
            return ""
        named = [m.service for m in mentions(condition.words) if m.service.kind == "sql"]
        service = next(iter(named), None) or last_sql(memory)
        if not condition.table:
            return ""
        service = service or database()
        place = Place(service, table=condition.table)
        sql = f"SELECT COUNT(*) FROM {condition.table}"  # noqa: S608  (text of a file; nothing is run here)
        code = has_rows_code(place, sql)
        return _negated(code) if code and _NONE.search(condition.words) else code


def _may_decide(step: SpokenStep) -> bool:
    return _is_check(step) or (step.operators[0] == "@task" and bool(_CHECKING.match(step.words)))


_CHECKING: Final = re.compile(
    r"(?:check|verify|test|see|look|validate|determine|find out|ensure)", re.IGNORECASE
)


def _is_check(step: SpokenStep) -> bool:
    return step.operators[0].endswith("CheckOperator")


def _negated(code: str) -> str:
    *head, final = code.split("\n")
    test = final.removeprefix("return ")
    test = test.removeprefix("not ") if test.startswith("not ") else f"not {test}"
    return "\n".join([*head, f"return {test}"])


def _undecided(words: str) -> str:
    return f"raise NotImplementedError({f'decide: {words}'!r})"
