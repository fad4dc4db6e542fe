"""``owner_links``, ``deadline`` and ``allowed_run_types`` of a DAG.

Sources: the validators of ``airflow.sdk.DAG`` and ``DAG.iter_invalid_owner_links`` of 2.x.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.value_types import python_type, shown, shown_type
from airflownet.judge.interpreter.values import ApiInstance, DictValue, ListValue, SetValue, truth

_RUN_TYPES: Final = frozenset(
    {"backfill", "scheduled", "manual", "operator_triggered", "asset_triggered", "asset_materialization"}
)


def check_owner_links(arguments: Mapping[str, Any], line: tuple[int, int]) -> None:
    """Raises for ``owner_links`` that are no mapping to links."""
    links = arguments.get("owner_links")
    kind = python_type(links)
    if kind not in (None, dict) and "owner_links" in arguments and (truth(links) or line >= (3, 0)):
        message = f"'{shown_type(links)}' object has no attribute 'items'"
        raise Raised("AttributeError", message, "bad-value", "owner_links")
    for owner, link in links.items() if isinstance(links, DictValue) else ():
        _check_link(owner, link)


def _check_link(owner: Any, link: Any) -> None:
    kind = python_type(link)
    if kind is None or kind is bytes:
        return
    if isinstance(link, str):
        try:
            parts = urlsplit(link)
        except ValueError as error:
            raise Raised("ValueError", str(error), "bad-value", "owner_links") from None
        if parts.path if parts.scheme == "mailto" else parts.scheme and parts.netloc:
            return
    elif truth(link):
        message = f"'{shown_type(link)}' object has no attribute 'decode'"
        raise Raised("AttributeError", message, "bad-value", "owner_links")
    raise Raised(
        "AirflowException",
        f"Wrong link format was used for the owner. Bad formatted links are: {{{owner!r}: {shown(link)}}}",
        "bad-value",
        "owner_links",
    )


def check_deadline(deadline: Any) -> None:
    """Raises for anything but deadline alerts."""
    kind = python_type(deadline)
    if kind in (int, float, bool):
        raise Raised("TypeError", f"'{shown_type(deadline)}' object is not iterable", "bad-value", "deadline")
    items = [] if kind is None or deadline is None else list(deadline)
    for item in items:
        if python_type(item) is not None:
            message = (
                "'deadline' must be <class 'airflow.sdk.definitions.deadline.DeadlineAlert'> "
                f"(got {shown(item)} that is a {python_type(item)})."
            )
            raise Raised("TypeError", message, "bad-value", "deadline")


def check_run_types(arguments: Mapping[str, Any]) -> None:
    """Raises for ``allowed_run_types`` that are none, or that leave the DAG's own schedule out."""
    given = arguments["allowed_run_types"]
    if isinstance(given, (ListValue, SetValue, tuple)):
        if not getattr(given, "exact", True):
            return
        types = list(given)
    elif isinstance(given, str):
        types = list(given)
    else:
        return
    for item in types:
        if isinstance(item, str) and item not in _RUN_TYPES:
            raise Raised("ValueError", f"{item!r} is not a valid DagRunType", "bad-value", item)
    wanted = _own_run_type(arguments.get("schedule"))
    if types and wanted and all(isinstance(item, str) for item in types) and wanted[0] not in types:
        message = f"allowed_run_types must include {wanted[0].upper()} when the Dag {wanted[1]}"
        raise Raised("ValueError", message, "bad-value", "allowed_run_types")


def _own_run_type(schedule: Any) -> tuple[str, str] | None:
    if schedule is None:
        return "manual", "has no schedule defined (schedule=None)"
    if schedule is UNKNOWN:
        return None
    if isinstance(schedule, (str, datetime.timedelta)):
        return "scheduled", "has a schedule defined"
    is_asset = isinstance(schedule, ApiInstance) and schedule.path.endswith((".Asset", ".AssetAlias"))
    if isinstance(schedule, (ListValue, tuple)) or is_asset:
        return "asset_triggered", "is scheduled by assets"
    return None
