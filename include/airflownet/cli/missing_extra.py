"""A part of AirflowNet that is not installed is one message with the remedy, never a traceback."""

from __future__ import annotations

from airflownet.errors import SetupError

AIRFLOW = "airflow"
OWN = "airflownet"


def missing_extra(error: ModuleNotFoundError) -> SetupError | None:
    """Returns what to tell the user; None when the missing module is AirflowNet's own, which is a bug.

    Args:
        error: of an import, or of a look-up of a distribution's version.
    """
    module = (error.name or "").partition(".")[0]
    if not module or module == OWN:
        return None
    extra = AIRFLOW if module == AIRFLOW else "pipeline"
    return SetupError(
        f"{error.name} is not installed; it belongs to the extra {extra!r} of AirflowNet",
        f"in AirflowNet's folder: pip install '.[{extra}]' (a plain install is the judge's alone)",
    )
