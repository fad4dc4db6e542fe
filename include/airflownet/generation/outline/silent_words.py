"""Words that are no part of a name."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def silent_words(kind: str) -> frozenset[str]:
    """Returns the words of a list of ``words.yaml``: ``no_id`` or ``no_name``."""
    import yaml

    return frozenset(
        yaml.safe_load(resources.files(__package__).joinpath("words.yaml").read_text("utf-8"))[kind].split()
    )
