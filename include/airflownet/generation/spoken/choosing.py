"""Which tasks a clause asks for, by what is done with which service."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from airflownet.generation.spoken.marks import MARK
from airflownet.generation.spoken.memory import Draft, Memory, last_sql
from airflownet.generation.spoken.moving import moving_tasks
from airflownet.generation.spoken.roles import Roles
from airflownet.generation.spoken.service_tasks import (
    SQL_WORD,
    TRANSFORMING,
    about_earlier,
    fallback,
    function_task,
    service_task,
    sql_task,
)
from airflownet.generation.spoken.services import Service
from airflownet.generation.spoken.telling import foreign_task, telling_tasks
from airflownet.generation.spoken.verbs import Act
from airflownet.generation.spoken.waiting import check_tasks, wait_tasks
from airflownet.plans.model import Expression
from airflownet.wording.number_words import NUMBERS, number_of

_DAG: Final = re.compile(r"\b(?:dag|workflow|pipeline)s?\b", re.IGNORECASE)
_OWN_PIPELINES: Final = frozenset(
    ("adf", "synapse", "sagemaker", "vertex", "glue", "dataflow", "airbyte", "databricks")
)
_RUNS_IMAGES: Final = frozenset(
    ("kubernetes", "docker", "eks", "gke", "container_instance", "ecs", "cloud_run")
)
_RUNS_SPARK: Final = frozenset(
    (
        "emr",
        "emr_serverless",
        "dataproc",
        "dataproc_serverless",
        "databricks",
        "synapse",
        "glue",
        "livy",
        "spark_kubernetes",
    )
)
"""Where a Spark job runs; it is theirs then."""
_EMPTY: Final = re.compile(
    r"\b(?:dummy|empty|placeholder|no-?op)\b"
    r"|^(?:an? |the )?(?:start|begin|end|finish|join)(?: task| step| node| point| marker)?$"
    r"|^(?:both |all |then |the )?(?:branches |paths )?(?:join|come together)(?: again"
    r"| (?:the |both )?(?:branches|paths|them|everything))?$",
    re.IGNORECASE,
)
_JOIN: Final = re.compile(r"\b(?:join|come together)\b", re.IGNORECASE)
_WAIT_TIME: Final = re.compile(
    r"\bwait(?:s|ing)?(?: for)? (?:about |another )?(?P<n>\d{1,6}|an?|half an|"
    + "|".join(NUMBERS)
    + r") (?P<unit>second|minute|min|hour|day)s?\b",
    re.IGNORECASE,
)


def tasks_of(memory: Memory, text: str, act: Act, roles: Roles) -> list[Draft] | None:
    """Returns the tasks of a clause; None where it asks for none of its own.

    Args:
        memory: what was said before; what this clause says is added.
        text: of the clause, with marks.
        act: what is done.
        roles: its values.
    """
    return special(memory, text, act, roles) or by_kind(memory, text, act, roles)


def special(_: Memory, text: str, act: Act, roles: Roles) -> list[Draft] | None:
    """Returns placeholders, pauses and other DAGs; None for anything else."""
    plain_words = re.sub(MARK, " ", text).strip()
    if _EMPTY.search(plain_words) and not roles.named:
        return [Draft(("EmptyOperator",), roles, code="join" if _JOIN.search(plain_words) else "")]
    if match := _WAIT_TIME.search(text):
        unit = {"min": "minute"}.get(match["unit"].lower(), match["unit"].lower())
        said = match["n"].lower()
        amount = 30 if said == "half an" else 1 if said in ("a", "an") else number_of(said)
        unit = "minute" if said == "half an" else unit
        task = Draft(("TimeDeltaSensor",), roles)
        task.arguments["delta"] = Expression(f"timedelta({unit}s={amount})")
        return [task]
    if (
        _DAG.search(text)
        and act.kind in ("wait", "run", "")
        and not any(m.service.key in _OWN_PIPELINES for m in roles.named)
    ):
        dag = (
            roles.said.get("dag")
            or (roles.said.get("name") if re.search(r"\bdags?\b", text, re.IGNORECASE) else "")
            or roles.said.get("pipeline", "")
        )
        if dag:
            roles.said["dag"] = dag
        is_dag = bool(re.search(r"\bdags?\b", text, re.IGNORECASE)) or bool(dag and not roles.named)
        if is_dag and act.kind == "wait":
            return [Draft(("ExternalTaskSensor",), roles)]
        if (
            is_dag
            and act.kind == "run"
            and (dag or re.search(r"\b(?:another|other|downstream|second) dag\b", text, re.IGNORECASE))
        ):
            return [Draft(("TriggerDagRunOperator",), roles)]
    return None


def by_kind(memory: Memory, text: str, act: Act, roles: Roles) -> list[Draft] | None:
    """Returns the tasks of a clause by its kind of work; None where it asks for none of its own."""
    kind = act.kind
    named = [m.service for m in roles.named]
    keys = {service.key for service in named}
    notifier = telling_tasks(memory, text, act, roles, named)
    if notifier is not None:
        return notifier
    foreign = next((service for service in named if service.kind == "foreign"), None)
    if foreign is not None:
        return foreign_task(memory, foreign, text, roles)
    if kind == "wait" or (kind in ("check", "") and re.search(r"\bsensor\b", text, re.IGNORECASE)):
        return wait_tasks(memory, text, roles, named)
    if kind == "check":
        return check_tasks(memory, text, act, roles, named)
    if tasks := moving_tasks(memory, text, act, roles, named):
        return tasks
    script = roles.said.get("script") or roles.said.get("file") or ""
    if kind in ("run", "") and script.endswith(".py") and keys and keys <= {"python", "bash"}:
        return [Draft(("BashOperator",), roles)]
    if "python" in keys and not (keys - {"python", "http", "bash", "local", "database"}):
        return function_task(memory, text, roles)
    if (
        kind in ("deploy", "stop", "delete")
        and not any(m.service.kind in ("store", "sql", "files", "local") for m in roles.named)
        and (earlier := about_earlier(memory, text, act, roles))
    ):
        return earlier
    for service in in_order(
        named,
        kind,
        text,
        has_command=bool(roles.said.get("command")),
        has_image=bool(roles.said.get("image")),
    ):
        task = service_task(memory, service, text, act, roles)
        if task is not None:
            return task
    if "python" in keys or (kind in TRANSFORMING and not SQL_WORD.search(text)):
        return function_task(memory, text, roles)
    script = roles.said.get("file") or roles.said.get("path") or roles.said.get("script") or ""
    if (script.endswith((".sh", ".py", ".bash")) or roles.said.get("command")) and kind in (
        "run",
        "",
        "create",
    ):
        return [Draft(("BashOperator",), roles)]
    if kind == "delete" and (roles.said.get("path") or "").startswith(("/", "~")) and not named:
        return [Draft(("BashOperator",), roles)]
    if (
        SQL_WORD.search(text)
        or roles.said.get("sql")
        or act.verb in ("vacuum", "truncate", "upsert", "optimize", "reindex")
        or (
            roles.said.get("procedure")
            or (
                kind == "delete" and re.search(r"\b(?:rows|records|partitions?|table)\b", text, re.IGNORECASE)
            )
        )
    ):
        return sql_task(memory, text, act, roles, last_sql(memory))
    if kind in ("delete", "list", "stop", "run", "create", "refresh", "pause", "resume", "get") and (
        task := about_earlier(memory, text, act, roles)
    ):
        return task
    return fallback(memory, text, act, roles)


def in_order(
    named: Sequence[Service], kind: str, text: str, *, has_command: bool, has_image: bool
) -> list[Service]:
    """The services that may do it, the doer first: what stands behind "with" or "on" is its place."""
    doers = [s for s in named if s.kind not in ("store", "files", "local", "http")]
    if has_image and any(s.key in _RUNS_IMAGES for s in doers):
        doers = [s for s in doers if s.key in _RUNS_IMAGES]
    if any(s.key in _RUNS_SPARK for s in doers):
        doers = [s for s in doers if s.key != "spark"]
    if any(s.key == "bash" for s in doers) and has_command:
        doers = [s for s in doers if s.key in ("bash", "ssh")]
    others = [s for s in named if s not in doers]
    if kind in ("delete", "list", "create", "get") and others:
        return (
            [*others, *doers]
            if not doers or (doers[0].key in ("bash", "python") and "bash" not in text.lower())
            else [*doers, *others]
        )
    return [*doers, *others]
