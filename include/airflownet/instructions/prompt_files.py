"""The prompts of the model writers, as files with a version in their name; a changed prompt is a new file."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

WRITE_SYSTEM: Final = "write_system.v1.md"
WRITE: Final = "write.v1.md"
VIEWS: Final = "views.v1.yaml"
REGENERATE: Final = "regenerate.v1.md"


@cache
def prompt(name: str) -> str:
    """Returns the text of one prompt file, without the last line end."""
    return resources.files(__package__).joinpath("prompts", name).read_text("utf-8").rstrip("\n")


@cache
def view_descriptions() -> dict[str, str]:
    """Returns view -> what the model is asked for."""
    import yaml

    found: dict[str, str] = yaml.safe_load(prompt(VIEWS))
    return found
