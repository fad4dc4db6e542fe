"""Tasks that carry data from one place to another, also over two clauses: fetched, then stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from airflownet.generation.spoken.bridge import TEMPORARY, can_bridge
from airflownet.generation.spoken.memory import (
    Draft,
    Memory,
    SpokenStep,
    database,
    last_sql,
    with_object,
)
from airflownet.generation.spoken.roles import Place, Roles
from airflownet.generation.spoken.service_tasks import function_task, service_task, sql_task
from airflownet.generation.spoken.services import Service, is_known, mentions, services, transfer
from airflownet.generation.spoken.verbs import Act, base_form, word_lists, word_set
from airflownet.plans.model import Reference

_DATA: Final = frozenset(
    (
        "mongo",
        "dynamodb",
        "salesforce",
        "hive",
        "sheets",
        "sqs",
        "pubsub",
        "kafka",
        "python",
        "bash",
        "rds",
        "databricks",
    )
)
"""Services of which data is taken or into which it is put, though they are no store."""
_UNKNOWN_TARGET: Final = re.compile(
    r"\b(?:to|into|onto) (?:our |the |a |an |my )?(?P<word>[A-Za-z][\w-]{2,})\b(?! «)"
)
_INTO_IT: Final = re.compile(
    r"\b(?:into|to|in) (?:it|them|(?:that|this|the|the same|said) table)\b(?! «)(?=[\s,.;]|$)", re.IGNORECASE
)
_IT_ALL: Final = re.compile(
    r"\b(?:it|them|this|that|these|those|the (?:files?|data|dump|export|objects?|csv|content|result))\b",
    re.IGNORECASE,
)
_IT: Final = re.compile(r"^\s*(?:it|them)\b", re.IGNORECASE)


def moving_tasks(
    memory: Memory, text: str, act: Act, roles: Roles, named: Sequence[Service]
) -> list[Draft] | None:
    """From one place to another; None where the clause moves nothing."""
    kind = act.kind
    source, target, held = roles.source, roles.target, roles.object_place
    arrow = (
        not kind and source is None and target is not None and held is not None and held.service is not None
    )
    if (
        kind not in ("move", "put", "get", "notify", "transform", "run", "query", "refresh", "list", "create")
        and not arrow
    ) and not (source and target and source.service and target.service and kind in ("", "delete")):
        return None
    doers = [s for s in named if s.kind == "other" and s.key not in _DATA]
    if doers and not (
        source
        and target
        and source.service
        and target.service
        and source.service not in doers
        and target.service not in doers
    ):
        return None
    if kind in ("run", "query", "refresh", "list", "create", "transform") and not (
        source is not None
        and source.service is not None
        and target is not None
        and target.service is not None
        and carrier(memory, source.service, target.service)
    ):
        return None
    if (
        held is not None
        and (source is None or source.service is None)
        and held.service is None
        and held.table
        and kind in ("move", "put", "get")
        and target is not None
    ):
        held = replace(held, service=last_sql(memory) or database())
    if arrow:
        source = held
    if (
        held is not None
        and held.service is not None
        and source is None
        and target is not None
        and kind in ("move", "put", "get", "notify")
    ):
        source = held
    elif held is not None and source is not None:
        source = with_object(source, held)
    elif (
        held is not None
        and source is None
        and (held.file or held.table or held.bucket)
        and kind in ("move", "put", "get")
    ):
        pass
    if (
        target is None
        and held is not None
        and held.service is not None
        and kind in ("put", "move")
        and source is None
    ):
        if (
            held.service.kind in ("sql",)
            and (memory.here is not None or memory.result is not None)
            and act.verb in ("load", "fill", "insert", "write", "append", "upsert", "push", "save", "store")
        ):
            target, held = held, None
        else:
            source = held
    if (
        target is None
        and held is None
        and source is not None
        and source.service is not None
        and kind in ("move", "put")
    ) and (
        _IT.search(text[act.end :])
        and memory.table is not None
        and act.verb in ("load", "fill", "reload", "populate")
    ):
        target = replace(memory.table, file="")
    if _INTO_IT.search(text) and memory.table is not None and (target is None or target.service is None):
        target = replace(memory.table, file="")
    if (
        kind == "get"
        and source is None
        and not named
        and memory.here is not None
        and memory.here.service is not None
    ):
        is_said = held is not None and bool(held.table)
        if (
            memory.here.service.kind in ("files", "store", "http")
            and not is_said
            and (_IT_ALL.search(text) or not roles.said)
        ):
            return fetched(memory, text, act, roles, replace(memory.here), None)
    if kind == "get" and source is None and not named and (path := roles.said.get("path")) and memory.seen:
        http = next((s for s in memory.seen[-2:] if s.kind == "http"), None)
        if http is not None:
            roles.said.setdefault("endpoint", path)
            return fetched(memory, text, act, roles, Place(http, endpoint=path), None)
    if (
        kind in ("get", "move")
        and source is None
        and target is None
        and held is not None
        and held.service is not None
        and held.service.kind in ("http", "files")
    ):
        source = held
    if (
        target is not None
        and target.service is not None
        and target.service.key == "snowflake"
        and roles.said.get("stage")
    ):
        stage = Place(services()["s3"], file=roles.said.get("file", ""))
        memory.here, memory.pending, memory.result = target, None, ""
        return [Draft(("CopyFromExternalStageToSnowflakeOperator",), roles, source=stage, target=target)]
    if target is not None and target.service is None:
        near = next((p.service for p in (source, held) if p is not None and p.service is not None), None)
        target = guess_service(memory, target, text, near)
    if source is not None and source.service is None:
        source = guess_source(memory, source)
    if target is None and kind in ("move", "put") and (match := _UNKNOWN_TARGET.search(text)):
        word = match["word"].lower()
        if (
            word not in word_set("no_names")
            and not base_form(word)
            and word not in word_lists()["labels"]
            and not mentions(word)
        ):
            memory.unread.append(f'no rule knows where "{match["word"]}" is: {memory.marks.plain(text)}')
    if target is None or target.service is None:
        if (
            kind in ("move", "put")
            and target is not None
            and target.bucket == ""
            and target.file
            and source is not None
            and source.service is not None
            and source.service.kind in ("files",)
        ):
            return fetched(memory, text, act, roles, source, Place(services()["local"], file=target.file))
        if source is not None and source.service is not None and kind in ("get", "move"):
            return fetched(memory, text, act, roles, source, None)
        return None
    is_from_earlier = source is None or source.service is None
    if is_from_earlier:
        return stored(memory, text, act, roles, target, held)
    assert source is not None
    assert source.service is not None
    source = source.filled_from(memory.here)
    return carried(memory, text, act, roles, source, target)


def carrier(memory: Memory, source: Service, target: Service) -> str:
    """Returns the operator that carries from one service into another; empty for none."""
    return transfer(source.key, target.key, memory.line)


def carried(
    memory: Memory, text: str, act: Act, roles: Roles, source: Place, target: Place
) -> list[Draft] | None:
    """Returns the task that carries from a place to another: an operator, or a function with hooks."""
    assert source.service is not None
    assert target.service is not None
    memory.pending, memory.fetched_to = None, None
    operator = carrier(memory, source.service, target.service)
    if operator == "S3CopyObjectOperator" and not source.file:
        operator = "S3CopyPrefixOperator"
    if operator == "GCSToGCSOperator" and act.verb in ("sync", "synchronize", "synchronise", "mirror"):
        operator = "GCSSynchronizeBucketsOperator"
    if (
        not target.file
        and target.service.kind in ("store", "files")
        and source.file
        and "." in source.file
        and "*" not in source.file
    ):
        target.file = source.file.rpartition("/")[2]
    memory.here, memory.result = target, ""
    if operator:
        return [Draft((operator,), roles, source=source, target=target)]
    if source.service.kind == "http" and target.service.kind in ("sql", "files"):
        fetched = Draft(("HttpOperator",), roles)
        roles.said.setdefault("endpoint", source.endpoint)
        return [fetched, Draft(("@task",), Roles(), target=target, code="bridge", call="last")]
    if target.service.kind == "other" and not can_bridge(source, target) and target.service.operators("put"):
        return service_task(memory, target.service, text, act, roles)
    both_sql = (
        source.service.kind == "sql"
        and target.service.kind == "sql"
        and "bigquery" not in (target.service.key, source.service.key)
    )
    if both_sql and is_known("GenericTransfer", memory.line):
        return [Draft(("GenericTransfer",), roles, source=source, target=target)]
    if can_bridge(source, target):
        memory.told.append(
            f"no operator carries from {source.service.key} to {target.service.key}; a function does it with "
            f"their hooks"
        )
        return [Draft(("@task",), roles, source=source, target=target, code="bridge")]
    memory.unread.append(
        f"no operator carries from {source.service.key} to {target.service.key}: "
        f'"{memory.marks.plain(text)}" is a function to be written'
    )
    return [Draft(("@task",), roles, code=f"raise NotImplementedError({memory.marks.plain(text)!r})")]


def stored(
    memory: Memory, text: str, act: Act, roles: Roles, target: Place, held: Place | None
) -> list[Draft] | None:
    """Puts what earlier clauses fetched or made into a place."""
    assert target.service is not None
    if target.service.kind == "notify":
        return None
    if memory.pending is not None and memory.here is not None and memory.here.service is not None:
        pending = memory.here
        service = memory.here.service
        is_sql_pair = service.kind == "sql" and target.service.kind == "sql"
        is_last = bool(memory.steps) and memory.steps[-1].task_id == memory.pending_step
        if (carrier(memory, service, target.service) or is_sql_pair) and is_last:
            gone = memory.steps.pop()
            memory.n_taken_back += 1
            roles.format = roles.format or memory.pending.format
            for role, value in memory.pending.said.items():
                roles.said.setdefault(role, value)
            if held is not None:
                pending = with_object(pending, held)
            forget(memory, gone, len(memory.steps))
            return carried(memory, text, act, roles, replace(pending), target)
    memory.pending = None
    if result := memory.result:
        memory.here = target
        if target.service.key == "s3" and is_known("S3CreateObjectOperator", memory.line):
            task = Draft(("S3CreateObjectOperator",), roles, target=target)
            task.arguments["data"] = Reference(result)
            task.arguments["replace"] = True
            memory.result = ""
            return [task]
        if can_bridge(None, target):
            memory.result = ""
            return [Draft(("@task",), roles, target=target, code="bridge", call=result)]
    source = memory.fetched_to or memory.here
    memory.fetched_to = None
    if (
        held is not None
        and held.file
        and source is None
        and held.file.startswith(("/", "~"))
        and target.service.kind in ("store", "files")
    ):
        source = Place(services()["local"], file=held.file)
    if source is None and target.service.kind == "store" and act.verb in ("upload", "put", "push"):
        source = Place(services()["local"], file=roles.said.get("path", "") or (held.file if held else ""))
    if source is not None and source.service is not None:
        source = with_object(source, held) if held is not None else source
        if source.service is target.service and target.service.kind == "sql":
            return sql_task(memory, text, act, roles, target.service)
        return carried(memory, text, act, roles, replace(source, is_said=False), target)
    if target.service.kind == "sql":
        if roles.said.get("file") or act.verb == "load":
            memory.told.append(f"from where it is loaded is not said: {memory.marks.plain(text)}")
        return sql_task(memory, text, act, roles, target.service)
    if (
        target.service.kind == "store"
        and is_known("S3CreateObjectOperator", memory.line)
        and target.service.key == "s3"
    ):
        return [Draft(("S3CreateObjectOperator",), roles, target=target)]
    if target.service.operators(act.kind):
        return service_task(memory, target.service, text, act, roles)
    return function_task(memory, text, roles)


def forget(memory: Memory, gone: SpokenStep, number: int) -> None:
    """Takes a task back out of the order."""
    for step in memory.steps:
        step.after.discard(number)
    if number in memory.frontier:
        memory.frontier = (memory.frontier - {number}) | gone.after
    memory.result = "" if memory.result == gone.task_id else memory.result


def fetched(
    memory: Memory, text: str, act: Act, roles: Roles, source: Place, target: Place | None
) -> list[Draft] | None:
    """Takes data out of a place, to wherever the next clause puts it."""
    assert source.service is not None
    service = source.service
    key, kind = service.key, service.kind
    source = source.filled_from(memory.here)
    if kind == "files" and key in ("sftp", "ftp"):
        local = target or Place(
            services()["local"], file=f"{TEMPORARY}/{source.file.rpartition('/')[2]}" if source.file else ""
        )
        operators = [op for op in service.operators("get") if is_known(op, memory.line)]
        task = Draft(tuple(operators[:1]), roles, source=source, target=local)
        remember_fetched(memory, roles, source, local)
        return [task]
    if kind == "sql":
        remember_fetched(memory, roles, source, None)
        if not roles.said.get("sql") and source.table:
            roles.said["sql"] = f"SELECT * FROM {source.table}"  # noqa: S608  (text of a file; nothing is run here)
        return sql_task(memory, text, Act("query", act.verb, 0, 0), roles, source.service, keeps=True)
    if kind == "store":
        operators = ["GCSToLocalFilesystemOperator"] if key == "gcs" else []
        if operators and is_known(operators[0], memory.line):
            task = Draft(tuple(operators), roles, source=source)
            task.arguments["bucket"] = source.bucket or "<bucket>"
            task.arguments["object_name"] = source.file or "<file>"
            remember_fetched(memory, roles, source, None)
            return [task]
        if key == "s3" and is_known("S3ReadObjectOperator", memory.line) and act.verb in ("read",):
            task = Draft(("S3ReadObjectOperator",), roles, source=source)
            remember_fetched(memory, roles, source, None)
            return [task]
        tasks = function_task(memory, text, roles)
        remember_fetched(memory, roles, source, None)
        return tasks
    if kind == "http":
        roles.said.setdefault("endpoint", source.endpoint)
        remember_fetched(memory, roles, source, None)
        return [Draft(("HttpOperator",), roles, is_result=True)]
    operators = [op for op in service.operators("get") if is_known(op, memory.line)]
    if operators:
        memory.here, memory.pending = None, None
        return [Draft(tuple(operators[:1]), roles, source=source, is_result=True)]
    tasks = function_task(memory, text, roles)
    remember_fetched(memory, roles, source, None)
    return tasks


def remember_fetched(memory: Memory, roles: Roles, source: Place, local: Place | None) -> None:
    """Notes where data was fetched from, and the file it is in."""
    memory.pending, memory.pending_step = roles, ""
    memory.here = source
    memory.fetched_to = local


def guess_service(memory: Memory, target: Place, text: str, near: Service | None) -> Place:
    """A bucket or table whose service no word names: the one that was last spoken of."""
    if target.bucket or re.search(r"\bbucket\b", text, re.IGNORECASE):
        if near is not None and near.kind == "store":
            return replace(target, service=near)
        store = next((s for s in reversed(memory.seen) if s.kind == "store"), None)
        return replace(target, service=store)
    if target.table or re.search(r"\b(?:tables?|database|warehouse)\b", text, re.IGNORECASE):
        sql = last_sql(memory) or database()
        return replace(target, service=sql)
    return target


def guess_source(memory: Memory, source: Place) -> Place:
    """Returns the place that data comes from, whose service no word names."""
    if memory.here is not None and (source.file or source.bucket or source.table):
        is_file = (
            bool(source.file or source.bucket)
            and memory.here.service is not None
            and memory.here.service.kind in ("store", "files", "local")
        )
        if is_file:
            return replace(source, service=memory.here.service, bucket=source.bucket or memory.here.bucket)
    if source.file.startswith(("/", "~")):
        return replace(source, service=services()["local"])
    if source.table:
        return replace(source, service=last_sql(memory))
    return source
