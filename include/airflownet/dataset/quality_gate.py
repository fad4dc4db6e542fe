"""The data-quality gate: does a finished dataset reach the thresholds of the recipe?"""

from __future__ import annotations

import json
from dataclasses import dataclass

from airflownet.dataset.mixture_settings import QualitySettings
from airflownet.errors import ArtifactError, GateNotMet
from airflownet.locations import local_copy

_REMEDIES = {
    "train_rows": "add sources or raise the size limits",
    "validation_rows": "add sources or raise validation_fraction",
    "test_rows": "add sources or raise test_fraction",
    "test_families": "add sources or raise test_fraction",
    "drop_share": "look at the funnel in manifest.json: which reason took the most?",
    "load_share": "judge for the line the files were written for, or clean more in mining",
    "unknown_licence_share": "restrict mining's licences, or set mixture.generated_licence",
    "family_share": "set balance.max_rows_per_family",
    "equal_request_share": "write instructions in more views, or from more of each file",
}


@dataclass(frozen=True, slots=True)
class QualityCheck:
    """One threshold against what was measured."""

    name: str
    """As in the recipe: ``min_train_rows``."""
    value: float
    limit: float
    is_met: bool

    def line(self) -> str:
        """Returns the check as a line of text."""
        sign = "at least" if self.name.startswith("min_") else "at most"
        return f"{self.name[4:]} is {self.value:g}, {sign} {self.limit:g} is asked for"


def quality_checks(location: str, settings: QualitySettings) -> list[QualityCheck]:
    """Returns every threshold with its value, in the order of the settings.

    Raises:
        ArtifactError: the folder holds no finished dataset.
    """
    path = local_copy(location) / "statistics.json"
    try:
        values = json.loads(path.read_text(encoding="utf-8"))["quality"]
    except (OSError, ValueError, KeyError) as error:
        raise ArtifactError(f"{path} is not readable: {error}", "run the dataset stage again") from None
    checks = []
    for name in QualitySettings.model_fields:
        value, limit = float(values[name[4:]]), float(getattr(settings, name))
        checks.append(
            QualityCheck(name, value, limit, value >= limit if name.startswith("min_") else value <= limit)
        )
    return checks


def require_quality(location: str, settings: QualitySettings) -> list[QualityCheck]:
    """Returns the checks when all are met.

    Raises:
        GateNotMet: one is not; the message names every value, its limit and the remedy.
    """
    checks = quality_checks(location, settings)
    missed = [check for check in checks if not check.is_met]
    if missed:
        raise GateNotMet(
            "the dataset does not reach its quality thresholds: "
            + "; ".join(check.line() for check in missed),
            "; ".join(f"{check.name}: {_REMEDIES[check.name[4:]]}" for check in missed)
            + "; or change `dataset.quality` in the recipe",
        )
    return checks
