"""Time zones by name: ``zoneinfo`` and ``pytz``."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import zoneinfo
from functools import cache
from typing import TYPE_CHECKING, Any

from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance
from airflownet.judge.libraries.library_signatures import checked
from airflownet.judge.libraries.registry import models

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@models("zoneinfo.ZoneInfo")
def _zone(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``zoneinfo.ZoneInfo(name)``."""
    name = args[0] if args else kwargs.get("key", UNKNOWN)
    if isinstance(name, str) and zones() and name not in zones():
        raise Raised("ZoneInfoNotFoundError", f"No time zone found with key {name}", "bad-value", name)
    if isinstance(name, str) and name in zones():
        return zoneinfo.ZoneInfo(name)
    return ApiInstance("zoneinfo.ZoneInfo", tuple(args), kwargs)


@cache
def zones() -> frozenset[str]:
    """Returns the names of all time zones, none where this computer has no such data."""
    return frozenset(zoneinfo.available_timezones())


@checked("pytz.timezone")
def _pytz(zone: Any) -> None:
    if isinstance(zone, str) and zones() and zone not in zones() and zone.upper() != "UTC":
        raise Raised("UnknownTimeZoneError", repr(zone), "bad-value", zone)
