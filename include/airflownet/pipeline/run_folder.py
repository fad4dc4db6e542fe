"""Where the stages of a run stand: ``<artifact root>/<recipe>/<stage>``, from Airflow and by hand alike."""

from __future__ import annotations

import os
from dataclasses import dataclass

from airflownet.errors import ArtifactError
from airflownet.locations import join, read_manifest

ROOT_VARIABLE = "AIRFLOWNET_ARTIFACTS"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run: path or URL."""

    location: str

    @classmethod
    def of(cls, recipe_name: str, artifact_root: str = "") -> RunFolder:
        """Returns a recipe's folder below an artifact root.

        Args:
            recipe_name: ``name`` of the recipe.
            artifact_root: path or URL; empty: ``AIRFLOWNET_ARTIFACTS`` (``make env`` sets it), else
                ``artifacts`` in the present folder.
        """
        root = artifact_root or os.environ.get(ROOT_VARIABLE) or "artifacts"
        return cls(join(root, recipe_name))

    def artifact_root(self) -> str:
        """Returns the folder or URL that holds the runs."""
        head, parted, _ = self.location.rstrip("/").rpartition("/")
        return head if parted else "."

    def stage(self, name: str, given: str | None = None) -> str:
        """Returns where a stage's output stands: what was given, else its folder in this run."""
        return given or join(self.location, name)

    def finished(self, name: str) -> str:
        """Returns where a stage's output stands, empty when it has not finished."""
        place = self.stage(name)
        try:
            read_manifest(place)
        except ArtifactError:
            return ""
        return place
