"""Which models are retired, and how one is told to answer at once: ``models.yaml``."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from airflownet.errors import RecipeError

_DATE = re.compile(r"-(?:\d{8}|latest)$")


def undated(model: str) -> str:
    """Returns a model id without its date: ``claude-haiku-4-5-20251001`` is ``claude-haiku-4-5``."""
    return _DATE.sub("", model)


def require_offered(model: str, today: datetime.date | None = None) -> None:
    """Raises RecipeError, which names the successor, for a model that is known to be retired."""
    row = _table()["retired"].get(undated(model))
    if row is None or (today or datetime.datetime.now(datetime.UTC).date()) < row["since"]:
        return
    raise RecipeError(
        f"the model {model!r} was retired by Anthropic on {row['since']}; nothing was submitted",
        f"set claude.model in the recipe to its successor {row['successor']!r}; replies that were paid for "
        "stay in the ledger, but belong to the old model",
    )


def successor(model: str) -> str:
    """Returns the id of the model that takes a retired one's place; empty when none is known."""
    return str(_table()["retired"].get(undated(model), {}).get("successor", ""))


def answers_at_once(model: str) -> str:
    """Returns the type of thinking that makes a model answer at once; empty when it does so by itself."""
    return str(_table()["answers_at_once"].get(undated(model), ""))


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    import yaml

    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
        resources.files(__package__).joinpath("models.yaml").read_text("utf-8")
    )
    return found
