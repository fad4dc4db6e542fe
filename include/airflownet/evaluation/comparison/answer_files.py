"""Answers of any model from JSONL: ``{"prompt_id": …, "completion": …}`` and the other shapes in use.

Understood, in this order: the text of an answer in ``completion``, ``answer``, ``generated_text``, ``raw``,
``output``, ``response``, ``text`` or ``code``; the reply of a chat or completion API, also as a line of a
batch's result; a chat in ``messages`` or ``conversations``, whose last turn of the assistant is the answer.
Several rows of a prompt are several samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from airflownet.errors import InputError
from airflownet.evaluation.comparison.json_lines import first_text, json_rows
from airflownet.evaluation.comparison.prompts import line_of, prompt_id
from airflownet.records import Generation, stable_id
from airflownet.tables import read_table

_TEXT_FIELDS = ("completion", "answer", "generated_text", "raw", "output", "response", "text", "code")
_PROMPT_FIELDS = ("prompt", "instruction", "request", "question", "input")
_LINE_FIELDS = ("airflow_version", "requested_airflow", "airflow", "version")
_TRUNCATED = frozenset({"length", "limit", "max_tokens", "max_output_tokens"})


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of one model to one prompt."""

    prompt_id: str
    model: str
    sample_index: int
    text: str
    prompt_text: str
    """The prompt as the row holds it, empty when it does not."""
    airflow: str
    is_truncated: bool
    completion_tokens: int
    error: str
    """Why there is no text; empty for an answer."""
    other_ids: tuple[str, ...] = ()
    """Further ids under which a prompt may be known: the row's ``id``, the hash of its text."""
    is_code: bool = False
    """The text is the file itself: no fence is looked for in it."""
    unreadable: str = ""
    """Why no plan could be read in what the model wrote; then there is no text either."""


def split_argument(argument: str) -> tuple[str, str]:
    """Returns (name, path) of ``NAME=FILE``; an empty name when only a file is given.

    Raises:
        InputError: the name or the path is empty.
    """
    name, parted, path = argument.partition("=")
    if not parted:
        return "", argument
    if not name.strip() or not path.strip():
        raise InputError(f"--answers {argument!r} lacks a name or a file", "write NAME=answers.jsonl")
    return name.strip(), path.strip()


def read_answers(name: str, path: Path) -> list[Answer]:
    """Returns the answers of a file, in its order.

    Args:
        name: of the model; empty takes each row's ``model``.
        path: JSONL, plain or gzipped; or the ``generations.parquet`` of an inference stage, of which a name
            takes the fine-tuned model's answers where it holds those of several models.

    Raises:
        InputError: the file cannot be read, or a row names no prompt or no model.
    """
    if path.suffix == ".parquet":
        return _generated(name, path)
    answers: list[Answer] = []
    seen: dict[tuple[str, str], int] = {}
    for number, row in json_rows(path):
        prompt = first_text(row, _PROMPT_FIELDS) or _last_of(_messages(row), "user")
        own = prompt_id(row, prompt)
        if not own:
            raise InputError(
                f"{path} line {number} does not say which prompt it answers",
                "add prompt_id (an id of the prompts) or the prompt itself",
            )
        model = name or first_text(row, ("model", "model_name"))
        if not model:
            raise InputError(
                f"{path} line {number} names no model", f"give the file a name: --answers NAME={path}"
            )
        index = seen.get((model, own), 0)
        seen[model, own] = index + 1
        text, reason = _text_of(row)
        error = first_text(row, ("error",)) if not text else ""
        answers.append(
            Answer(
                prompt_id=own,
                model=model,
                sample_index=index,
                text=text,
                prompt_text=prompt,
                airflow=line_of(first_text(row, _LINE_FIELDS)),
                is_truncated=bool(row.get("truncated")) or reason in _TRUNCATED,
                completion_tokens=_tokens(row),
                other_ids=tuple(
                    one
                    for one in (
                        first_text(row, ("id", "custom_id")),
                        stable_id("prompt", prompt) if prompt else "",
                    )
                    if one and one != own
                ),
                error=error or ("" if text else "the row holds no answer"),
            )
        )
    if not answers:
        raise InputError(f"{path} holds no answers", "give a file with one JSON object a line")
    return answers


def _generated(name: str, path: Path) -> list[Answer]:
    import pyarrow as pa

    try:
        found = generated_answers(path.parent, path.name)
    except (pa.ArrowException, KeyError, OSError) as error:
        raise InputError(
            f"{path} is no generations.parquet: {error}", "give the file that `airflownet infer` wrote"
        ) from None
    models = {answer.model for answer in found}
    if not name:
        return found
    chosen = "tuned" if len(models) > 1 and "tuned" in models else next(iter(sorted(models)), "")
    return [replace(answer, model=name) for answer in found if answer.model == chosen]


def generated_answers(folder: Path, file: str = "generations.parquet") -> list[Answer]:
    """Returns the answers of a finished inference stage.

    Raises:
        ArtifactError: there is no ``generations.parquet``.
    """
    return [
        Answer(
            g.sample_id,
            g.model,
            g.sample_index,
            g.code if g.form == "plan" else g.completion,
            "",
            "",
            g.truncated or g.stop_type == "limit",
            g.completion_tokens,
            g.error,
            is_code=g.form == "plan",
            unreadable=g.unreadable,
        )
        for g in read_table(folder / file, Generation)
    ]


def _messages(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    for field in ("messages", "conversation", "conversations", "chat"):
        value = row.get(field)
        if isinstance(value, list):
            return [one for one in value if isinstance(one, Mapping)]
    return []


def _last_of(messages: Sequence[Mapping[str, Any]], role: str) -> str:
    for message in reversed(messages):
        if message.get("role", message.get("from")) in (role, {"assistant": "gpt", "user": "human"}[role]):
            return _content(message.get("content", message.get("value")))
    return ""


def _content(value: object) -> str:
    """Returns the text of a message: a string, or the text parts of a list."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = [
            one.get("text") for one in value if isinstance(one, Mapping) and one.get("type", "text") == "text"
        ]
        return "".join(part for part in parts if isinstance(part, str))
    return ""


def _text_of(row: Mapping[str, Any]) -> tuple[str, str]:
    """Returns (text, why it ended)."""
    reason = first_text(row, ("finish_reason", "stop_reason", "stop_type"))
    if text := first_text(row, _TEXT_FIELDS, or_number=False):
        return text, reason
    for reply in _replies(row):
        if choices := reply.get("choices"):
            first = choices[0] if isinstance(choices, list) and isinstance(choices[0], Mapping) else {}
            message = first.get("message")
            text = (
                _content(message.get("content"))
                if isinstance(message, Mapping)
                else str(first.get("text") or "")
            )
            return text, str(first.get("finish_reason") or "")
        if isinstance(reply.get("content"), list):
            return _content(reply["content"]), str(reply.get("stop_reason") or "")
    return _last_of(_messages(row), "assistant"), reason


def _replies(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yields the row and the reply it wraps: a batch's ``response.body``, or ``result.message``."""
    yield row
    for outer, inner in (("response", "body"), ("result", "message")):
        value = row.get(outer)
        if isinstance(value, Mapping):
            yield value
            if isinstance(value.get(inner), Mapping):
                yield value[inner]


def _tokens(row: Mapping[str, Any]) -> int:
    for reply in _replies(row):
        usage = reply.get("usage")
        found = usage if isinstance(usage, Mapping) else reply
        for field in ("completion_tokens", "output_tokens"):
            if isinstance(value := found.get(field), int) and not isinstance(value, bool):
                return value
    return 0
