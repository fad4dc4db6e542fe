from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from airflownet.errors import InputError, RecipeError
from airflownet.message_batches.api import BatchApi
from airflownet.message_batches.cost import prices
from airflownet.message_batches.engine import answer
from airflownet.message_batches.ledger import open_batch_ledger
from airflownet.message_batches.models import answers_at_once, require_offered
from airflownet.message_batches.request import BatchRequest, request_for
from airflownet.message_batches.settings import ClaudeSettings
from servers.anthropic_server import AnthropicServer

SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {"x": {"type": "string"}},
        "required": ["x"],
        "additionalProperties": False,
    }
)


@dataclasses.dataclass(frozen=True, slots=True)
class _Changed(BatchRequest):
    """A request as older code would have built it."""

    more: str = "{}"

    def params(self) -> dict[str, Any]:
        return BatchRequest.params(self) | json.loads(self.more)


def _ask(server: AnthropicServer, settings: ClaudeSettings, path: Path, request: BatchRequest) -> str:
    with open_batch_ledger(path / "l.sqlite") as ledger:
        found = answer([request], settings, ledger, BatchApi(settings, "test-key", wait_s=0.0))
        return found[request.key].text


@pytest.mark.parametrize("model", ["claude-sonnet-5-5", "claude-haiku-5-5", "claude-haiku-4-5"])
@pytest.mark.parametrize("more", [{}, {"effort": "low"}], ids=["plain", "effort"])
def test_what_is_built_is_taken(tmp_path: Path, model: str, more: dict[str, Any]) -> None:
    with AnthropicServer(reply=lambda _: "yes") as server:
        settings = ClaudeSettings(base_url=server.url, model=model, poll_interval_s=0, **more)
        assert _ask(server, settings, tmp_path, request_for(settings, "s", "u", SCHEMA)) == "yes"
        sent = next(iter(server.params.values()))
    assert sent.get("thinking") == ({"type": "between_tools"} if model == "claude-sonnet-5-5" else None)
    assert sent["output_config"]["format"] == {"type": "json_schema", "schema": json.loads(SCHEMA)}


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"temperature": 1.0}, "temperature"),
        ({"top_p": 1.0}, "top_p"),
        ({"top_k": 40}, "top_k"),
        (
            {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "{"}]},
            "prefill",
        ),
        ({"tools": [], "tool_choice": {"type": "any"}}, "tool_choice"),
        ({"tools": [], "tool_choice": {"type": "tool", "name": "grade"}}, "tool_choice"),
        ({"thinking": {"type": "disabled"}}, "thinking"),
        ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, "thinking"),
        ({"thinking": {"type": "adaptive", "budget_tokens": 2000}}, "budget_tokens"),
        (
            {
                "output_config": {
                    "format": {"type": "json_schema", "schema": {"type": "integer", "minimum": 1}}
                }
            },
            "minimum",
        ),
        (
            {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
            "additionalProperties",
        ),
        (
            {
                "output_config": {
                    "format": {"type": "json_schema", "schema": json.loads(SCHEMA) | {"required": []}}
                }
            },
            "required or nullable",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_api_refuses_is_told_and_leaves_nothing_open(
    tmp_path: Path, more: dict[str, Any], named: str
) -> None:
    with AnthropicServer() as server:
        settings = ClaudeSettings(base_url=server.url, poll_interval_s=0)
        request = _Changed(settings.model, "s", "u", 100, more=json.dumps(more))
        with pytest.raises(InputError, match=rf"refuses the request \(400\).*{named}"):
            _ask(server, settings, tmp_path, request)
        assert server.n_submitted == 0
    with open_batch_ledger(tmp_path / "l.sqlite") as ledger:
        assert ledger.committed_usd() == 0.0


@pytest.mark.parametrize(
    ("model", "day", "is_offered"),
    [
        ("claude-sonnet-4-5-20250929", datetime.date(2026, 11, 29), True),
        ("claude-sonnet-4-5-20250929", datetime.date(2026, 11, 30), False),
        ("claude-sonnet-4-5", datetime.date(2026, 12, 1), False),
        ("claude-sonnet-5-5", datetime.date(2026, 12, 1), True),
        ("claude-sonnet-5", datetime.date(2026, 12, 1), True),
        ("claude-opus-4-5-20251101", datetime.date(2027, 1, 22), False),
    ],
)
def test_retirement(model: str, day: datetime.date, *, is_offered: bool) -> None:
    if is_offered:
        require_offered(model, day)
    else:
        with pytest.raises(RecipeError, match=model):
            require_offered(model, day)


def test_prices_go_by_the_whole_id() -> None:
    assert prices(ClaudeSettings(model="claude-sonnet-5-5")) == (1.0, 5.0)
    assert prices(ClaudeSettings(model="claude-haiku-4-5-20251001")) == (0.5, 2.5)
    assert prices(ClaudeSettings(model="claude-haiku-5-5")) == (0.05, 0.25)
    with pytest.raises(RecipeError, match="prompts of 150,000 tokens"):
        prices(ClaudeSettings(model="claude-haiku-5-5", max_prompt_tokens=150_000))
    with pytest.raises(RecipeError, match="claude-sonnet-5-5-fast"):
        prices(ClaudeSettings(model="claude-sonnet-5-5-fast"))
    assert answers_at_once("claude-haiku-4-5") == ""
