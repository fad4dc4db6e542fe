"""Ids of task groups and of what lies in them."""

from __future__ import annotations

import re
from typing import Any

from airflownet.judge.airflow.objects import GroupValue
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN

_KEY = re.compile(r"^[\w-]+$")


def check_group_key(key: Any) -> None:
    """Raises what Airflow's ``validate_group_key`` raises."""
    if key is None:
        return
    if not isinstance(key, str):
        raise Raised(
            "TypeError", f"The key has to be a string and is {type(key)}:{key}", "invalid-id", str(key)
        )
    if len(key) > 200:
        message = f"The key has to be less than 200 characters, not {len(key)}"
        raise Raised("ValueError", message, "invalid-id", key[:60])
    if not _KEY.match(key):
        raise Raised(
            "ValueError",
            f"The key {key!r} has to be made of alphanumeric characters, dashes, and underscores exclusively",
            "invalid-id",
            key,
        )


def child_id(parent: GroupValue | None, label: Any) -> Any:
    """Returns the id with the prefixes of the groups around it."""
    if parent is None or not parent.prefix or parent.group_id in ("", None):
        return label
    if not isinstance(label, str) or not isinstance(parent.group_id, str):
        return UNKNOWN
    return f"{parent.group_id}.{label}"
