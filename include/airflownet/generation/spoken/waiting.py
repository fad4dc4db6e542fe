"""Tasks that wait for something or check it: sensors, checks, the run that an earlier task started."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from airflownet.generation.spoken.memory import Draft, Memory, SpokenStep, last_sql, place_of
from airflownet.generation.spoken.roles import Roles
from airflownet.generation.spoken.service_tasks import (
    SQL_WORD,
    fallback,
    function_task,
    nouns_of,
    service_task,
)
from airflownet.generation.spoken.services import Service, is_known, services
from airflownet.generation.spoken.verbs import Act
from airflownet.plans.argument_order import operator_class

_DONE: Final = re.compile(
    r"\b(?:done|finish\w*|complet\w+|succeed\w*|success\w*|end(?:s|ed)?|ready|over|through|terminates?"
    r"|terminated|ok)\b",
    re.IGNORECASE,
)
_CONTENT: Final = re.compile(
    r"\b(?:rows?|records?|count|nulls?|empty|duplicates?|data for|data in|values?|columns?|freshness"
    r"|fresh)\b",
    re.IGNORECASE,
)
_WAITING: Final = Act("wait", "wait", 0, 0)


def wait_tasks(memory: Memory, text: str, roles: Roles, named: Sequence[Service]) -> list[Draft] | None:
    """Returns the sensor of a clause that waits; None where an earlier task does the waiting itself."""
    is_done = bool(_DONE.search(text))
    runners = [s for s in named if s.kind == "other" and s.key not in ("python", "bash")]
    places = [s for s in named if s.kind in ("store", "files", "local")]
    path = roles.said.get("path") or roles.said.get("file") or ""
    if not places and roles.said.get("uri"):
        place = next(
            (
                p
                for p in (roles.source, roles.object_place, roles.target)
                if p is not None and p.service is not None
            ),
            None,
        )
        if place is not None and place.service is not None:
            places = [place.service]
    here = memory.here
    if (
        not places
        and not runners
        and path
        and here is not None
        and here.service
        and here.service.kind in ("files", "store")
    ):
        places = [here.service]
    if places:
        service = places[0]
        operators = [op for op in service.operators("wait") if is_known(op, memory.line)]
        if service.key == "gcs" and (re.search(r"\bprefix\b", text) or "*" in path):
            operators = ["GCSObjectsWithPrefixExistenceSensor", *operators]
        place = place_of(memory, roles, service)
        memory.here = place
        if place.bucket and not roles.said.get("bucket"):
            roles.said["bucket"] = place.bucket
        if place.file and not roles.said.get("file"):
            roles.said["file"] = place.file
        if operators:
            return [Draft(tuple(operators[:1]), roles, source=place)]
    if runners:
        operators = [op for op in _sensors(runners[0], text) if is_known(op, memory.line)]
        if operators:
            return [Draft(tuple(operators[:1]), roles)]
    if any(s.kind == "http" for s in named) or roles.said.get("endpoint") or roles.said.get("url"):
        return [Draft(("HttpSensor",), roles)]
    if any(s.key == "bigquery" for s in named) and not _CONTENT.search(text):
        return [Draft(("BigQueryTableExistenceSensor",), roles)]
    if (
        any(s.kind == "sql" for s in named)
        or roles.said.get("sql")
        or (_CONTENT.search(text) and last_sql(memory) is not None and roles.said.get("table"))
    ):
        sql = next((s for s in named if s.kind == "sql"), None) or last_sql(memory)
        return [Draft(("SqlSensor",), roles, source=place_of(memory, roles, sql) if sql else None)]
    if path.startswith(("/", "~")) or (path and not memory.steps):
        return [Draft(("FileSensor",), roles)]
    if is_done or re.search(
        r"\b(?:for|until|till) (?:it|the \w+|this|that|them|all|both)\b", text, re.IGNORECASE
    ):
        return wait_for_earlier(memory, text, roles)
    if roles.said.get("dag"):
        return [Draft(("ExternalTaskSensor",), roles)]
    return fallback(memory, text, _WAITING, roles)


def wait_for_earlier(memory: Memory, text: str, roles: Roles) -> list[Draft] | None:
    """A wait for the run that an earlier step started: its sensor, or its own waiting."""
    if len(memory.frontier) > 1 and re.search(r"\b(?:both|all|them|they|each)\b", text, re.IGNORECASE):
        for number in sorted(memory.frontier):
            _waits_itself(memory, memory.steps[number])
        memory.told.append("the tasks before it themselves wait until their work is done")
        return None
    for step in reversed(memory.steps):
        operator = step.operators[0].rpartition(".")[2]
        service = next(
            (
                s
                for s in services().values()
                if any(operator in (o.rpartition(".")[2] for o in row) for row in s.acts.values())
            ),
            None,
        )
        if service is None or service.kind in ("notify", "store", "files", "sql"):
            continue
        sensors = [op for op in _sensors(service, text) if is_known(op, memory.line)]
        if operator == "DbtCloudRunJobOperator":
            step.arguments["wait_for_termination"] = False
        if operator == "AirbyteTriggerSyncOperator":
            step.arguments["asynchronous"] = True
        if operator == "GlueJobOperator" and sensors:
            step.arguments["wait_for_completion"] = False
        if operator in ("AzureDataFactoryRunPipelineOperator",):
            step.arguments["wait_for_termination"] = False
        if sensors:
            return [Draft(tuple(sensors[:1]), roles)]
        _waits_itself(memory, step)
        memory.told.append(f"{step.task_id} itself waits until its work is done")
        return None
    if memory.steps:
        memory.told.append(f"{memory.steps[-1].task_id} itself waits until its work is done")
        return None
    return fallback(memory, text, _WAITING, roles)


def check_tasks(
    memory: Memory, text: str, act: Act, roles: Roles, named: Sequence[Service]
) -> list[Draft] | None:
    """Returns the tasks of a clause that checks something."""
    dbt = next((s for s in named if s.key.startswith("dbt")), None)
    if dbt is not None:
        return service_task(memory, dbt, text, act, roles)
    if any(s.key == "python" for s in named):
        return function_task(memory, text, roles, "check")
    sql = next((s for s in named if s.kind == "sql" or s.key == "databricks"), None)
    store = next((s for s in named if s.kind in ("store", "files", "local")), None)
    if (
        sql is not None
        or SQL_WORD.search(text)
        or roles.said.get("sql")
        or (roles.said.get("table") and not store)
    ):
        service = sql or last_sql(memory)
        operators = [
            op for op in (service.operators("check") if service else ()) if is_known(op, memory.line)
        ]
        place = place_of(memory, roles, service) if service is not None else None
        if service is None:
            memory.told.append(f"which database is checked is not said ({memory.marks.plain(text)})")
        return [Draft((operators[0] if operators else "SQLCheckOperator",), roles, source=place)]
    if any(s.kind == "http" for s in named) or roles.said.get("endpoint"):
        return [Draft(("HttpSensor",), roles)]
    if store is not None and re.search(
        r"\b(?:exist\w*|there|arriv\w*|available|present|has|if|whether)\b", text, re.IGNORECASE
    ):
        return wait_tasks(memory, text, roles, named)
    doers = [s for s in named if s.kind == "other" and s.operators("check")]
    if doers:
        return service_task(memory, doers[0], text, act, roles)
    return function_task(memory, text, roles, "check")


def _sensors(service: Service, text: str) -> list[str]:
    """Returns the sensors of a service, those for the very thing first."""
    found: list[str] = []
    for noun in nouns_of(text, Act("", "", 0, 0)):
        found += service.acts.get(f"wait {noun}", ())
    return [*found, *service.operators("wait")]


def _waits_itself(memory: Memory, step: SpokenStep) -> None:
    found = operator_class(step.operators[0], memory.names)
    for name in ("wait_for_completion", "wait_for_termination", "wait_until_finished"):
        if found is not None and name in found.init.by_keyword:
            step.arguments[name] = True
