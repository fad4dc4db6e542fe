"""Tasks that tell people something, and services that Airflow has no operators for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from airflownet.generation.spoken.memory import Draft, Memory
from airflownet.generation.spoken.roles import Roles
from airflownet.generation.spoken.service_tasks import service_task
from airflownet.generation.spoken.services import Service, is_known, services
from airflownet.generation.spoken.verbs import Act


def telling_tasks(
    memory: Memory, text: str, act: Act, roles: Roles, named: Sequence[Service]
) -> list[Draft] | None:
    """Returns the tasks of a clause that tells people something; None where it does not."""
    own = [service for service in named if service.kind == "notify"]
    kind = act.kind
    addressed = roles.said.get("email") or roles.said.get("channel")
    is_talk = (
        kind == "notify"
        or (not kind and bool(own))
        or (kind in ("put", "move", "run", "create", "publish", "check") and bool(own))
    )
    if kind == "wait" and own:
        return None
    if (
        kind == "create"
        and own
        and own[0].key == "sns"
        and re.search(r"\bcreat\w+ (?:the |an? )?(?:sns )?topic", text, re.IGNORECASE)
    ):
        return None
    sender = next((s for s in named if s.key in ("sqs", "pubsub", "kafka", "redis")), None)
    if kind in ("notify", "publish") and sender is not None and not own:
        return service_task(memory, sender, text, Act("notify", act.verb, act.start, act.end), roles)
    if not is_talk and not (addressed and kind == "notify"):
        return None
    if (
        kind == "notify"
        and not own
        and any(s.kind in ("store", "files", "sql", "local") for s in named)
        and not addressed
        and act.verb in ("send", "post")
    ):
        return None  # "send the file to the sftp server"
    if kind == "notify" and not own and not addressed and any(s.kind == "http" for s in named):
        return None
    is_sent = act.verb in ("announce", "post", "send") and kind == "notify"
    if is_sent and not own and not addressed and named:
        return None
    services_ = own or [
        services()["slack" if roles.said.get("channel") and not roles.said.get("email") else "email"]
    ]
    if not own and not addressed:
        memory.told.append(f"how to tell is not said ({memory.marks.plain(text)}); an e-mail was taken")
    keys = list(dict.fromkeys(service.key for service in services_))
    if kind == "create" and keys[0] in ("email", "slack", "sns"):
        return None
    is_file = (
        bool(re.search(r"\b(?:attach\w*|upload\w*|the file|file)\b", text, re.IGNORECASE))
        and "slack" in keys
        and bool(roles.said.get("file"))
    )
    done = []
    for key in keys:
        service = services()[key]
        operators = tuple(
            op
            for op in (service.operators("send", "file") if is_file else ())
            + service.operators(kind or "notify")
            + service.operators("notify")
            if is_known(op, memory.line)
        )
        if not operators:
            memory.unread.append(
                f"Airflow {memory.line} has no operator for {key}: {memory.marks.plain(text)}"
            )
            continue
        task = Draft(operators[:1], roles)
        if key in ("teams", "pagerduty"):
            task.arguments |= {"http_conn_id": f"{key}_webhook", "method": "POST"}
            task.code = "text"
            memory.told.append(
                f"Airflow has no operator for {key}; it is told over HTTP, with the connection {key}_webhook"
            )
        done.append(task)
    return done or None


def foreign_task(memory: Memory, service: Service, text: str, roles: Roles) -> list[Draft]:
    """Returns a function to be written, for a service that Airflow has no provider of."""
    memory.unread.append(
        f"{service.key.replace('_', ' ')} is not among Airflow's own providers (package {service.package}): "
        f'"{memory.marks.plain(text)}" is a function to be written'
    )
    return [Draft(("@task",), roles, code=f"raise NotImplementedError({memory.marks.plain(text)!r})")]
