"""The task that one service does, by the kind of work and the thing; else a query or a function."""

from __future__ import annotations

import re
from typing import Final

from airflownet.asked_for.request import Deed
from airflownet.asked_for.terms import terms_of
from airflownet.generation.outline.step_operators import operators_of
from airflownet.generation.spoken.memory import (
    Draft,
    Memory,
    database,
    last_store,
    note_unread,
    place_of,
)
from airflownet.generation.spoken.roles import Roles
from airflownet.generation.spoken.services import Service, is_known
from airflownet.generation.spoken.verbs import Act

SQL_WORD: Final = re.compile(
    r"\bsql\b|\bquer(?:y|ies)\b|\bstored proc\w*|\bprocedure\b|\bmaterialized view\b|\bvacuum\b"
    r"|\bstatement\b",
    re.IGNORECASE,
)
TRANSFORMING: Final = ("transform", "train", "print", "branch", "deploy")
_EACH: Final = re.compile(
    r"\b(?:each|every one|all) (?:of (?:them|these|those|the \w+)|file|one|object|key|item|element|entry"
    r"|result|row"
    r"|record|country|table|\w+)\b",
    re.IGNORECASE,
)
_CLUSTERED: Final = frozenset(("emr", "dataproc", "redshift", "eks", "gke", "ecs"))
_CERTAIN: Final = 0.6
"""Likeness from which on the words are the operator's, also where they name no product."""
_AS_RUN: Final = frozenset(
    (
        "refresh",
        "transform",
        "train",
        "query",
        "call",
        "deploy",
        "create",
        "put",
        "move",
        "publish",
        "get",
        "update",
    )
)
_WORD: Final = re.compile(r"[A-Za-z]+")
_PREPOSITION: Final = re.compile(
    r"\b(?:from|into|in|to|on|with|at|using|via|that|which|inside)\b", re.IGNORECASE
)


def nouns_of(text: str, act: Act) -> list[str]:
    """Returns the words behind the verb, singular, that can be the thing it is done to."""
    behind = _PREPOSITION.split(text[act.end :] if act.kind and act.is_first else text)[0]
    words = [word.lower() for word in _WORD.findall(behind)]
    return list(dict.fromkeys([form for word in words[:12] for form in (word, word.removesuffix("s"))]))


def service_task(memory: Memory, service: Service, text: str, act: Act, roles: Roles) -> list[Draft] | None:
    """Returns what a service does; None where it does nothing of that kind."""
    if service.key in ("python",):
        return function_task(memory, text, roles)
    kind = act.kind or "run"
    nouns = nouns_of(text, act)
    operators: list[str] = []
    is_fresh_cluster = bool(service.key in _CLUSTERED and re.search(r"\bcluster\b", text, re.IGNORECASE))
    if act.verb in ("spin_up", "start_up", "bring_up", "set_up") or (
        kind == "run"
        and act.verb in ("start", "launch")
        and is_fresh_cluster
        and not re.search(r"\b(?:job|task|step|on|in)\b", text, re.IGNORECASE)
    ):
        kind = "create"
    if kind == "stop" and act.verb == "stop" and service.key in ("emr",):
        kind = "delete"
    kinds = [kind, *(["run"] if kind in _AS_RUN else []), *(["query"] if kind == "query" else [])]
    for one in kinds:
        for noun in [*nouns, ""]:
            operators = (
                [op for op in service.operators(one, noun) if is_known(op, memory.line)]
                if noun
                else operators
            )
            if noun and not any(f"{one} {noun}" == act_ for act_ in service.acts):
                operators = []
            if operators:
                break
        operators = operators or [op for op in service.operators(one) if is_known(op, memory.line)]
        if operators:
            break
    if service.kind == "sql" and not (
        (operators and kind in service.acts) or any(f"{kind} {n}" in service.acts for n in nouns)
    ):
        return sql_task(memory, text, act, roles, service)
    if not operators:
        return None
    if (
        operators[0] == "SparkSubmitOperator"
        and any(s.key == "emr" for s in memory.seen)
        and not any(m.service.key != "spark" for m in roles.named)
    ):
        operators = ["EmrAddStepsOperator"]
    elif (
        operators[0] == "SparkSubmitOperator"
        and any(s.key == "dataproc" for s in memory.seen)
        and is_known("DataprocSubmitJobOperator", memory.line)
    ):
        operators = ["DataprocSubmitJobOperator"]
    operator = operators[0].rpartition(".")[2]
    if (
        operator == "DatabricksRunNowOperator"
        and not (roles.said.get("job") or roles.said.get("job_number") or roles.said.get("id"))
        and (roles.said.get("path") or roles.said.get("notebook"))
        and is_known("DatabricksNotebookOperator", memory.line)
    ):
        operators = ["DatabricksNotebookOperator"]
    if operator == "DbtCloudRunJobOperator" and not any(
        roles.said.get(r) for r in ("job_number", "id", "job")
    ):
        memory.told.append("which dbt Cloud job is meant is not said; give job_id")
    if service.kind in ("store", "files"):
        place = place_of(memory, roles, service)
        return [Draft(tuple(operators[:1]), roles, source=place, is_list=kind == "list")]
    is_result = kind == "get" or service.kind == "http"
    return [Draft(tuple(operators[:1]), roles, is_result=is_result)]


def sql_task(
    memory: Memory, text: str, act: Act, roles: Roles, service: Service | None, *, keeps: bool = False
) -> list[Draft] | None:
    """Returns the query of a database; ``keeps`` where its rows are what later clauses speak of."""
    if service is None:
        service = database()
        memory.told.append(f"which database is meant is not said: {memory.marks.plain(text)}")
    operators = (
        [op for op in service.operators(act.kind or "query") if is_known(op, memory.line)]
        if service.key in ("bigquery", "databricks")
        else []
    )
    operator = operators[0] if operators else "SQLExecuteQueryOperator"
    if service.key == "bigquery":
        operator = "BigQueryInsertJobOperator"
    task = Draft((operator,), roles, source=place_of(memory, roles, service))
    if operator == "SQLExecuteQueryOperator" and not roles.said.get("connection"):
        task.arguments["conn_id"] = service.connection
    if not keeps:
        memory.here = None if act.kind in ("query", "run") else memory.here
    sql = roles.said.get("sql", "").lower()
    task.is_result = (
        keeps
        or act.kind == "get"
        or (act.kind == "query" and (sql.startswith(("select", "with")) if sql else act.verb == "query"))
    )
    return [task]


def function_task(memory: Memory, text: str, roles: Roles, kind: str = "") -> list[Draft]:
    """Returns a function; one that only checks leaves the data where it lies."""
    task = Draft(("@task",), roles, is_result=kind != "check")
    if memory.listed and _EACH.search(text):
        task.mapped, memory.listed = memory.listed, ""
    elif memory.result:
        task.call = memory.result
    memory.pending = None
    if kind != "check":
        memory.fetched_to = None
    return [task]


def about_earlier(memory: Memory, text: str, act: Act, roles: Roles) -> list[Draft] | None:
    """Returns the task of "delete the file", "terminate the cluster": of what an earlier clause was about."""
    nouns = nouns_of(text, act)
    is_file = bool(
        re.search(r"\b(?:files?|objects?|folder|bucket|it|keys?|blobs?)\b", text, re.IGNORECASE)
    ) and not re.search(r"\bcluster\b", text, re.IGNORECASE)
    if act.kind in ("delete", "list") and is_file and not roles.said.get("path"):
        is_blob = re.search(r"\bblobs?\b", text, re.IGNORECASE) and any(
            s.key == "azure_blob" for s in memory.seen
        )
        held = (last_store(memory, "azure_blob") if is_blob else None) or last_store(memory)
        if held is not None and held.service is not None:
            operators = [op for op in held.service.operators(act.kind) if is_known(op, memory.line)]
            if operators:
                if held.bucket:
                    roles.said.setdefault("bucket", held.bucket)
                    roles.said.setdefault("container", held.bucket)
                if held.file:
                    roles.said.setdefault("file", held.file)
                return [Draft(tuple(operators[:1]), roles, source=held)]
    for service in reversed(memory.seen):
        for noun in [*nouns, ""]:
            operators = [
                op
                for op in (
                    service.acts.get(f"{act.kind} {noun}", ()) if noun else service.acts.get(act.kind, ())
                )
                if is_known(op, memory.line)
            ]
            if (
                operators
                and (
                    noun
                    or (
                        act.kind in ("delete", "stop")
                        and re.search(r"\b(?:it|cluster|instance|them|pod|warehouse|server|machine)\b", text)
                    )
                )
                and service.kind == "other"
            ):
                return [Draft(tuple(operators[:1]), roles)]
    return None


def fallback(memory: Memory, text: str, act: Act, roles: Roles) -> list[Draft] | None:
    """What the words of the catalogue say; a function where they say nothing."""
    plain = memory.marks.plain(text)
    terms = terms_of(plain)
    found = operators_of(Deed(plain, terms), plain, memory.wanted, memory.index, (), frozenset())
    if found[0].startswith("@") or act.kind in TRANSFORMING or not _is_meant(memory, found[0], plain):
        if not act.kind and not terms.work and not roles.named:
            note_unread(memory, text)
            return None
        return function_task(memory, text, roles)
    return [Draft(tuple(found), roles)]


def _is_meant(memory: Memory, operator: str, words: str) -> bool:
    """True where the words name the operator's product, or are its own nearly whole."""
    own = terms_of(operator.rpartition(".")[2].removesuffix("Operator").removesuffix("Sensor"))
    if own.products & terms_of(words).products:
        return True
    ranked = memory.index.best_of(words, memory.wanted.text)
    return any(one.name == operator and one.score >= _CERTAIN for one in ranked)
