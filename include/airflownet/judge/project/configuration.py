"""The project's own settings of the judge: ``[tool.airflownet]`` of its ``pyproject.toml``.

Checked by hand: pydantic would be a quarter of the processor time in which the judge starts.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

from airflownet.errors import InputError

ASSUMABLE: Final = ("variables", "connections", "environment")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a project may set for all runs of ``airflownet judge`` in it; the command line wins."""

    airflow: str = ""
    """Line or version to judge for."""
    catalogue: str = ""
    """Catalogue of the environment that runs Airflow, a file of the project."""
    python: str = ""
    """Python version that runs Airflow, for example ``3.12``."""
    roots: tuple[str, ...] = ()
    """Folders on Airflow's ``sys.path``, below the project."""
    assume: tuple[str, ...] = ()
    installed: tuple[str, ...] = ()
    """Packages or top-level modules that are installed though no file declares them."""
    fail_on: str = ""
    """``fails`` or ``unknown``."""


def read_configuration(tables: dict[str, Any], shown: str) -> Configuration:
    """Returns the settings of ``[tool.airflownet]``, the defaults where there are none.

    Raises:
        InputError: a setting is unknown or of the wrong type.
    """
    tool = tables.get("tool")
    table = tool.get("airflownet") if isinstance(tool, dict) else None
    if not isinstance(table, dict):
        return Configuration()
    known = {field.name.replace("_", "-"): field for field in fields(Configuration)}
    rows: dict[str, Any] = {}
    for name, value in table.items():
        setting = known.get(name.replace("_", "-"))
        if setting is None:
            problem = "there is no such setting"
        elif isinstance(setting.default, tuple):
            is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
            problem = "" if is_list else f"is {value!r}, a list of strings is wanted"
        else:
            problem = "" if isinstance(value, str) else f"is {value!r}, a string is wanted"
        if setting is None or problem:
            raise InputError(
                f"{shown}: [tool.airflownet] {name}: {problem}", f"settings are {', '.join(known)}"
            )
        rows[setting.name] = tuple(value) if isinstance(value, list) else value
    found = Configuration(**rows)
    check_assumed(found.assume, f"{shown}: [tool.airflownet] assume")
    if found.fail_on not in ("", "fails", "unknown"):
        raise InputError(f"{shown}: [tool.airflownet] fail-on is {found.fail_on!r}", "take fails or unknown")
    return found


def check_assumed(names: tuple[str, ...], shown: str) -> None:
    """Refuses what cannot be assumed.

    Raises:
        InputError: a name is none of the three.
    """
    for name in names:
        if name not in ASSUMABLE:
            raise InputError(f"{shown}: {name!r} cannot be assumed", f"take some of {', '.join(ASSUMABLE)}")
