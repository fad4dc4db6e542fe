"""The prompts, as files with a version in their name; a changed prompt is a new file."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

from airflownet.hashing import canonical_json, sha256_text

STEER: Final = "steer.v1.md"
STEER_REPLAY: Final = "steer_replay.v1.md"
ANSWER: Final = "answer.v1.md"
ANSWER_REPLAY: Final = "answer_replay.v1.md"
RATE: Final = "rate.v1.md"
ALL: Final = (STEER, STEER_REPLAY, ANSWER, ANSWER_REPLAY, RATE)


@cache
def prompt(name: str) -> str:
    """Returns the text of one prompt file, without the last line end."""
    return resources.files(__package__).joinpath("prompts", name).read_text("utf-8").rstrip("\n")


def filled(name: str, **values: str) -> str:
    """Returns the prompt with ``{name}`` replaced; braces in the values are left alone."""
    text = prompt(name)
    parts = text.split("{")
    result = [parts[0]]
    for part in parts[1:]:
        field, closing, rest = part.partition("}")
        known = bool(closing) and field in values
        result.append(values[field] + rest if known else "{" + part)
    return "".join(result)


def prompts_sha256() -> str:
    """Returns a hash over all prompts."""
    return sha256_text(canonical_json({name: prompt(name) for name in ALL}))
