"""Compose files and their like: image and environment of the services that run Airflow."""

from __future__ import annotations

import re
from typing import Any, Final

from airflownet.judge.project.bounded_yaml import read_yaml
from airflownet.judge.project.declared import Declared
from airflownet.judge.project.dockerfiles import note_image

_MOST_SERVICES: Final = 50
_DEFAULT = re.compile(r"\$\{(\w+)(?::?-([^}]*))?\}")


def read_compose(text: str, shown: str, here: str, into: Declared) -> None:
    """Notes images of Airflow and the environment that their services get."""
    tables = read_yaml(text)
    services = tables.get("services") if isinstance(tables, dict) else None
    for service in list(services.values())[:_MOST_SERVICES] if isinstance(services, dict) else ():
        if not isinstance(service, dict):
            continue
        image = service.get("image")
        if isinstance(image, str):
            note_image(_filled(image), shown, into)
        environment = _pairs(service.get("environment"))
        if any(name.startswith("AIRFLOW") for name in environment):
            for name, value in environment.items():
                if name == "PYTHONPATH":
                    into.python_path += [(part, here) for part in _filled(value).split(":") if part]
                elif value and not _has_secret(value):
                    into.environment.setdefault(name, _filled(value))


def _pairs(environment: Any) -> dict[str, str]:
    if isinstance(environment, dict):
        return {str(name): "" if value is None else str(value) for name, value in environment.items()}
    if isinstance(environment, list):
        pairs = (item.partition("=") for item in environment if isinstance(item, str))
        return {name: value for name, mark, value in pairs if mark}
    return {}


def _has_secret(value: str) -> bool:
    """Whether a value comes from the machine's own environment, without a default."""
    return any(not match[2] for match in _DEFAULT.finditer(value))


def _filled(value: str) -> str:
    return _DEFAULT.sub(lambda match: match[2] or "", value)
