"""Waits for a llama-server that is still loading, without holding a worker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent


class LlamaServerReadyTrigger(BaseTrigger):
    """Fires once: ``{"status": "ready" | "timeout", "base_url", "waited_s"}``.

    The API key is read from the connection by the triggerer; a trigger's arguments are stored in the
    database in plain text.

    Args:
        base_url: address of the server.
        llama_server_conn_id: connection whose password is the API key; empty without one.
        timeout_s: how long to wait.
        poll_interval_s: time between two questions.
    """

    def __init__(
        self,
        base_url: str,
        llama_server_conn_id: str = "",
        timeout_s: float = 600.0,
        poll_interval_s: float = 2.0,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.base_url = base_url
        self.llama_server_conn_id = llama_server_conn_id
        self.timeout_s = timeout_s
        self.poll_interval_s = poll_interval_s

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Returns class path and arguments."""
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {
                "base_url": self.base_url,
                "llama_server_conn_id": self.llama_server_conn_id,
                "timeout_s": self.timeout_s,
                "poll_interval_s": self.poll_interval_s,
            },
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Asks GET /health until it answers 200 or the time is over."""
        from airflownet.llama.client import LlamaClient

        started = time.monotonic()
        async with LlamaClient(
            self.base_url, api_key=await self._api_key(), connect_timeout_s=10.0
        ) as client:
            while (waited_s := time.monotonic() - started) < self.timeout_s:
                if await client.is_ready():
                    yield self._event("ready", waited_s)
                    return
                await asyncio.sleep(self.poll_interval_s)
        yield self._event("timeout", self.timeout_s)

    def _event(self, status: str, waited_s: float) -> TriggerEvent:
        payload = {"status": status, "base_url": self.base_url, "waited_s": round(waited_s, 1)}
        return TriggerEvent(payload)  # type: ignore[no-untyped-call]

    async def _api_key(self) -> str:
        if not self.llama_server_conn_id:
            return ""
        from airflow.sdk import BaseHook

        connection = await BaseHook.aget_connection(self.llama_server_conn_id)
        return connection.password or ""
