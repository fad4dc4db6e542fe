"""The project's own settings of the judge: ``[tool.airflownet]`` of its ``pyproject.toml``."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from airflownet.errors import InputError

ASSUMABLE: Final = ("variables", "connections", "environment")


class Configuration(BaseModel):
    """What a project may set for all runs of ``airflownet judge`` in it; the command line wins."""

    model_config = ConfigDict(extra="forbid", frozen=True)

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
    rows = {name.replace("-", "_"): value for name, value in table.items()}
    try:
        found = Configuration.model_validate(rows)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]).replace("_", "-")
        known = ", ".join(field.replace("_", "-") for field in Configuration.model_fields)
        raise InputError(
            f"{shown}: [tool.airflownet] {name}: {first['msg']}", f"settings are {known}"
        ) from None
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
