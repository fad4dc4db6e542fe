"""What Anthropic's API version 2026-10-21 refuses with status 400, in the requests of a batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

API_VERSION = "2026-10-21"
_FIELDS = {
    "model", "max_tokens", "system", "messages", "thinking", "output_config", "tools", "tool_choice",
    "metadata", "stop_sequences", "service_tier", "cache_control",
}  # fmt: skip
# As in the page on structured outputs: these keywords are not supported.
_KEYWORDS = {
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
    "maxItems", "uniqueItems", "minProperties", "maxProperties", "patternProperties",
}  # fmt: skip
_THINKING = {
    "claude-sonnet-5-5": {"adaptive", "between_tools"},
    "claude-haiku-4-5": {"enabled", "disabled"},
}


def refusal(body: dict[str, Any], headers: dict[str, str]) -> str:
    """Returns why a batch is refused; empty when it is taken."""
    version = {name.lower(): value for name, value in headers.items()}.get("anthropic-version", "")
    if version != API_VERSION:
        return f"anthropic-version: {version!r} is not {API_VERSION}"
    for index, request in enumerate(body["requests"]):
        for why in _problems(request["params"]):
            return f"requests.{index}.params.{why}"
    return ""


def _problems(params: dict[str, Any]) -> Iterator[str]:
    for name in params.keys() - _FIELDS:
        yield f"{name}: Extra inputs are not permitted"
    if params["messages"][-1]["role"] == "assistant":
        yield "messages: This model does not support assistant message prefill"
    if params.get("tool_choice", {}).get("type") in ("any", "tool"):
        yield "tool_choice: forced tool use is not supported by this model"
    thinking = params.get("thinking")
    if thinking is not None:
        allowed = _THINKING.get(params["model"], {"adaptive"})
        if thinking["type"] not in allowed:
            yield f"thinking.type: {thinking['type']!r} is not one of {sorted(allowed)}"
        if "budget_tokens" in thinking:
            yield "thinking.budget_tokens: Extra inputs are not permitted"
    config = params.get("output_config", {})
    for name in config.keys() - {"format", "effort"}:
        yield f"output_config.{name}: Extra inputs are not permitted"
    if "format" in config:
        if config["format"].keys() != {"type", "schema"} or config["format"]["type"] != "json_schema":
            yield "output_config.format: Input should be json_schema with a schema"
        else:
            yield from _schema_problems(config["format"]["schema"], "output_config.format.schema")


def _schema_problems(schema: dict[str, Any], place: str) -> Iterator[str]:
    for name in schema.keys() & _KEYWORDS:
        yield f"{place}: For {schema.get('type')!r} type, property {name!r} is not supported"
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            yield f"{place}: For 'object' type, 'additionalProperties' must be explicitly set to false"
        for name in schema.get("properties", {}).keys() - set(schema.get("required", ())):
            if not _may_be_null(schema["properties"][name]):
                yield f"{place}: property {name!r} must be required or nullable"
        for name, child in schema.get("properties", {}).items():
            yield from _schema_problems(child, f"{place}.properties.{name}")
    if schema.get("type") == "array":
        yield from _schema_problems(schema["items"], f"{place}.items")


def _may_be_null(schema: dict[str, Any]) -> bool:
    return "null" in schema.get("type", ()) or {"type": "null"} in schema.get("anyOf", ())
