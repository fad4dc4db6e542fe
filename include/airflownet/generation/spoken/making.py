"""A drafted task with its id, arguments and body."""

from __future__ import annotations

import json
import re
from typing import Final

from airflownet.generation.outline.stated_values import arguments_of, stated_values
from airflownet.generation.spoken.bridge import bridge_code
from airflownet.generation.spoken.derived import Given, spoken_arguments
from airflownet.generation.spoken.marks import MARK
from airflownet.generation.spoken.memory import Draft, Memory, SpokenStep
from airflownet.generation.spoken.roles import Place
from airflownet.generation.spoken.services import argument_rules, services
from airflownet.generation.spoken.step_ids import free_id, step_id
from airflownet.generation.spoken.verbs import Act
from airflownet.plans.argument_order import operator_class
from airflownet.plans.model import Reference

_SAYING: Final = re.compile(
    r"\b(?:that|saying|says|with (?:the )?(?:text|message|subject)|(?:text|message"
    r"|subject):) (?P<text>(?!to\b)(?:[\w'«» -]+))$",
    re.IGNORECASE,
)
_ABOUT: Final = frozenset(["sftp", "ftp", "s3", "gcs"])
_KEPT_KINDS: Final = ("ident", "dotted", "quoted")


def add_step(memory: Memory, draft: Draft, text: str, act: Act, name: str, rule: str) -> SpokenStep:
    """Adds the task to what was said so far, and returns it."""
    operator = draft.operators[0]
    task_id = free_id(
        re.sub(r"\W+", "_", name).strip("_") or _id_of(memory, draft, text),
        [step.task_id for step in memory.steps],
    )
    step = SpokenStep(text, draft.operators, task_id)
    given = Given(
        roles=draft.roles,
        text=memory.marks.plain(text),
        act=act.kind,
        verb=act.verb,
        source=draft.source,
        target=draft.target,
        task_id=task_id,
        earlier=[(s.operators[0], s.task_id, s.arguments) for s in memory.steps],
        shared=memory.shared,
        message=_message(memory, text, draft, rule),
        conn=_connection(memory, draft),
        table=memory.table.table if memory.table is not None else "",
        database=memory.table.service.connection if memory.table is not None and memory.table.service else "",
        local_file=memory.fetched_to.file if memory.fetched_to is not None else "",
    )
    found = operator_class(operator, memory.names)
    if found is not None:
        step.arguments = spoken_arguments(operator, found.init, given)
        if not argument_rules(operator) and not operator.startswith("@"):
            values = stated_values(re.sub(r"[\"']", "`", memory.marks.plain(text)))
            step.arguments |= arguments_of(values, found.init, step.arguments)
        step.arguments |= {n: v for n, v in draft.arguments.items() if n in found.init.by_keyword}
        for role in ("region", "project"):
            value = draft.roles.said.get(role) or memory.shared.get(role)
            names = {"region": ("region", "region_name", "location"), "project": ("project_id",)}[role]
            if value and not any(n in step.arguments for n in names):
                argument = next((n for n in names if n in found.init.by_keyword), "")
                if argument and (role == "region" or operator.endswith(("Operator", "Sensor"))):
                    step.arguments[argument] = value
    _set_body(memory, draft, step, rule)
    if draft.mapped:
        step.mapped = {"item": Reference(draft.mapped)}
    step.place = draft.target or draft.source
    if (
        step.place is not None
        and step.place.service
        and step.place.service.kind == "sql"
        and step.place.table
    ):
        memory.table = step.place
    if memory.pending is not None and not memory.pending_step:
        memory.pending_step = task_id
    memory.seen += [
        place.service for place in (draft.source, draft.target) if place is not None and place.service
    ]
    memory.places += [place for place in (draft.source, draft.target) if place is not None]
    memory.steps.append(step)
    if draft.is_result or (operator == "HttpOperator" and act.kind in ("run", "get", "query")):
        memory.result = task_id
    if (
        operator == "BashOperator"
        and act.kind == "transform"
        and draft.roles.target
        and draft.roles.target.file
    ):
        memory.fetched_to = Place(services()["local"], file=draft.roles.target.file)
        memory.result = ""
    if draft.is_list:
        memory.listed = task_id
    return step


def _connection(memory: Memory, draft: Draft) -> str:
    """Returns the connection that was said earlier for the service of a task."""
    for key, conn in memory.connections.items():
        operators = {op.rpartition(".")[2] for row in services()[key].acts.values() for op in row}
        named = {mention.service.key for mention in draft.roles.named}
        if key in named or (not named and draft.operators[0].rpartition(".")[2] in operators):
            return conn
    return ""


def _set_body(memory: Memory, draft: Draft, step: SpokenStep, rule: str) -> None:
    if draft.code == "text":
        step.arguments["data"] = json.dumps({"text": _message(memory, step.words, draft, rule)})
        return
    if draft.code == "join":
        step.rule = "none_failed_min_one_success"
        return
    step.code = draft.code
    taken = memory.steps[-1].task_id if draft.call == "last" and memory.steps else draft.call
    if draft.code == "bridge" and draft.target is not None:
        step.code = bridge_code(None if taken else draft.source, draft.target, draft.roles.format)
    if taken:
        step.call = {"data": Reference(taken)}
    if open_places := sorted(set(re.findall(r"<\w+>", step.code))):
        memory.told.append(f"{step.task_id}: to be filled in in its function: {', '.join(open_places)}")


def _message(memory: Memory, text: str, draft: Draft, rule: str) -> str:
    said = draft.roles.said.get("message")
    quoted = [memory.marks.marks[int(n)] for n in MARK.findall(text)]
    said = said or next((mark.value for mark in quoted if mark.kind == "quoted" and " " in mark.value), None)
    if said:
        return said
    if match := _SAYING.search(text):
        words = memory.marks.plain(match["text"]).strip()
        if len(words.split()) > 1:
            return words
    if rule == "one_failed":
        return "{{ dag.dag_id }}: a task failed"
    if rule == "all_done":
        return "{{ dag.dag_id }} has ended"
    return "{{ dag.dag_id }} is done"


def _id_of(memory: Memory, draft: Draft, text: str) -> str:
    source, target = draft.source, draft.target
    if (
        (
            source is not None
            and target is not None
            and source.service
            and target.service
            and source.service is not target.service
        )
        and (
            draft.code == "bridge"
            or "To" in draft.operators[0]
            or draft.operators[0] not in ("SFTPOperator", "FTPFileTransmitOperator")
        )
        and draft.operators[0] not in ("SFTPOperator", "FTPFileTransmitOperator")
    ):
        thing = (
            source.table.rpartition(".")[2]
            if source.service.kind == "sql"
            else target.table.rpartition(".")[2]
        )
        lead = f"{thing}_" if thing and len(thing) < 20 else ""
        return step_id(f"{lead}{source.service.key}_to_{target.service.key}").replace(
            f"{source.service.key}_{target.service.key}",
            f"{source.service.key}_to_{target.service.key}",
        )

    def kept(match: re.Match[str]) -> str:
        mark = memory.marks.marks[int(match[1])]
        return (
            mark.value if mark.kind in _KEPT_KINDS and len(mark.value) < 30 and " " not in mark.value else " "
        )

    words = MARK.sub(kept, text)
    return step_id(words)
