"""One request to Claude, and the key that keeps it from being paid for twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from airflownet.hashing import canonical_json, sha256_text
from airflownet.message_batches.models import answers_at_once
from airflownet.message_batches.settings import ClaudeSettings


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """One prompt; equal fields give an equal key, and an equal key is answered once."""

    model: str
    system: str
    user: str
    max_completion_tokens: int
    json_schema: str = ""
    """JSON text of a schema that the reply must obey; empty for free text."""
    thinking: str = ""
    """Type of thinking: ``adaptive``, ``between_tools``; empty leaves it to the model."""
    effort: str = ""
    """``low`` to ``max``; empty leaves it to the model."""
    sample_index: int = 0
    """Tells several replies to one prompt apart."""

    @property
    def key(self) -> str:
        """64 hex digits: also the batch's ``custom_id``, which allows 1 to 64 of ``[A-Za-z0-9_-]``."""
        return sha256_text(canonical_json({**self.params(), "sample_index": self.sample_index}))

    def params(self) -> dict[str, Any]:
        """Returns the body of the request, as POST /v1/messages would take it.

        Nothing here chooses how to sample, begins the reply or forces a tool: API version 2026-10-21 refuses
        all of these with status 400, whatever their value.
        """
        params: dict[str, Any] = {
            "model": self.model,
            "max_tokens": self.max_completion_tokens,
            "system": self.system,
            "messages": [{"role": "user", "content": self.user}],
        }
        if self.thinking:
            params["thinking"] = {"type": self.thinking}
        config: dict[str, Any] = {"effort": self.effort} if self.effort else {}
        if self.json_schema:
            config["format"] = {"type": "json_schema", "schema": json.loads(self.json_schema)}
        if config:
            params["output_config"] = config
        return params

    def prompt_text(self) -> str:
        """Returns everything that counts as prompt."""
        return f"{self.system}\n{self.user}\n{self.json_schema}"


def request_for(
    settings: ClaudeSettings, system: str, user: str, json_schema: str = "", *, sample_index: int = 0
) -> BatchRequest:
    """Returns the request that the settings' model is asked."""
    return BatchRequest(
        settings.model,
        system,
        user,
        settings.max_completion_tokens,
        json_schema,
        answers_at_once(settings.model) if settings.thinking == "least" else settings.thinking,
        settings.effort,
        sample_index,
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one request."""

    key: str
    text: str
    """Empty after an error."""
    stop_reason: str
    """``end_turn``, ``max_tokens``, ``refusal`` ...; empty after an error."""
    model: str
    """Model id as the reply names it."""
    prompt_tokens: int
    completion_tokens: int
    usd: float
    error: str
    """``errored: invalid_request_error: ...`` or ``expired``; empty for a reply."""
    batch_id: str
