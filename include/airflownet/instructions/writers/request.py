"""The one prompt that every model writer gets, and the reading of its reply.

The whole file is shown. Its text stands between two lines that hold its own hash, so that nothing in it can
end the quotation; for a llama-server it is tokenised without control tokens as well.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from airflownet.hashing import sha256_text
from airflownet.instructions import prompt_files
from airflownet.instructions.settings import InstructionSettings
from airflownet.instructions.variation import Variation
from airflownet.records import DagFile
from airflownet.secret_shapes import secret_kind
from airflownet.wording.untrusted_text import Guard, has_control_token

_NAMES_THE_VERSION = "Every text names the version: Airflow {}."
_NO_VERSION = "No text names an Airflow version."
_FEWEST_CHARS = 15


@dataclass(frozen=True, slots=True)
class WriterPrompt:
    """What one file's writer is asked."""

    file: DagFile
    system: str
    user: str
    json_schema: str


@dataclass(frozen=True, slots=True)
class WriterReply:
    """What a reply held."""

    texts: dict[str, str]
    """View -> text."""
    problems: tuple[str, ...]
    """Why views are missing: ``unreadable``, ``truncated``, ``<view>:secret`` ..."""


def writer_prompt(file: DagFile, settings: InstructionSettings) -> WriterPrompt:
    """Returns the prompt for one file."""
    described = prompt_files.view_descriptions()
    views = "\n".join(f"- {view}: {described[view]}" for view in settings.model_views)
    mark = f"FILE {sha256_text(file.content)[:20]}"
    version = _version(file, settings)
    user = prompt_files.prompt(prompt_files.WRITE)
    # The code comes last: what it holds is never searched for a placeholder.
    for name, value in (("mark", mark), ("views", views), ("version", version), ("code", file.content)):
        user = user.replace("{" + name + "}", value)
    return WriterPrompt(
        file, prompt_files.prompt(prompt_files.WRITE_SYSTEM), user, _schema(settings.model_views)
    )


def read_reply(text: str, settings: InstructionSettings, *, is_whole: bool) -> WriterReply:
    """Returns the texts of a reply that can be used, and why others cannot."""
    if not is_whole:
        return WriterReply({}, ("truncated",))
    try:
        found = json.loads(text)
    except ValueError:
        return WriterReply({}, ("unreadable",))
    if not isinstance(found, dict):
        return WriterReply({}, ("unreadable",))
    texts: dict[str, str] = {}
    problems = []
    for view in settings.model_views:
        value, why = _usable(found.get(view), getattr(settings.max_chars, view))
        if why:
            problems.append(f"{view}:{why}")
        else:
            texts[view] = value
    return WriterReply(texts, tuple(problems))


def _usable(value: object, max_chars: int) -> tuple[str, str]:
    if not isinstance(value, str):
        return "", "missing"
    text = Guard().finished(value).strip()
    if len(text) < _FEWEST_CHARS:
        return "", "empty"
    if len(text) > 2 * max_chars:
        return "", "too-long"
    if "```" in text:
        return "", "holds-code"
    if has_control_token(value):
        return "", "control-token"
    return ("", "secret") if secret_kind(text) else (text, "")


def _version(file: DagFile, settings: InstructionSettings) -> str:
    percent = int(Variation(file.id, "model").choose("version", [str(number) for number in range(100)]))
    named = percent < 100 * settings.airflow_share
    return _NAMES_THE_VERSION.format(settings.airflow) if named else _NO_VERSION


def _schema(views: Sequence[str]) -> str:
    return json.dumps(
        {
            "type": "object",
            "properties": {view: {"type": "string"} for view in views},
            "required": list(views),
            "additionalProperties": False,
        }
    )
