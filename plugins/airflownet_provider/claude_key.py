"""The API key for Claude: from the connection ``anthropic_default``, else from the environment."""

from __future__ import annotations

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

CONNECTION = "anthropic_default"


def claude_key(conn_id: str = CONNECTION) -> str:
    """Returns the connection's password; empty without one, then ANTHROPIC_API_KEY is used."""
    try:
        return BaseHook.get_connection(conn_id).password or ""
    except AirflowNotFoundException:
        return ""
