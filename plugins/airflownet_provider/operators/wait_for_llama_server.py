"""Waits, without holding a worker, until the llama-server of a connection has loaded its model."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from airflownet_provider.hooks.llama_server_hook import LlamaServerHook

if TYPE_CHECKING:
    from airflow.sdk import Context

_GRACE_S = 60.0


class WaitForLlamaServerOperator(BaseOperator):
    """Defers to the triggerer while a remote server loads; returns at once when it is ready or managed.

    Returns ``{"conn_id", "base_url"}``; the address is empty for a managed server, which a later task
    starts. Map it over connections to wait for several: ``.expand(llama_server_conn_id=[...])``.

    Args:
        llama_server_conn_id: the connection; its password is the API key.
        timeout_s: how long the server may take, in seconds.
        poll_interval_s: time between two questions to the server, in seconds.
    """

    template_fields: Sequence[str] = ("llama_server_conn_id",)

    def __init__(
        self,
        *,
        llama_server_conn_id: str = LlamaServerHook.default_conn_name,
        timeout_s: float = 3600.0,
        poll_interval_s: float = 2.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.llama_server_conn_id = llama_server_conn_id
        self.timeout_s = timeout_s
        self.poll_interval_s = poll_interval_s

    def execute(self, context: Context) -> dict[str, str]:  # noqa: ARG002
        """Asks the server once; defers when it is not ready."""
        hook = LlamaServerHook(self.llama_server_conn_id)
        if not hook.is_remote:
            return {"conn_id": self.llama_server_conn_id, "base_url": ""}
        if hook.is_ready():
            return self._ready(hook.base_url)
        from airflownet_provider.triggers.llama_server_ready import LlamaServerReadyTrigger

        self.log.info("%s is not ready; deferring for up to %.0f s", hook.base_url, self.timeout_s)
        self.defer(
            trigger=LlamaServerReadyTrigger(
                hook.base_url,
                self.llama_server_conn_id if hook.api_key else "",
                timeout_s=self.timeout_s,
                poll_interval_s=self.poll_interval_s,
            ),
            method_name="execute_complete",
            # The trigger itself says when it is too late; this is for a triggerer that is away.
            timeout=datetime.timedelta(seconds=self.timeout_s + _GRACE_S),
        )
        raise AssertionError("unreachable")

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, str]:  # noqa: ARG002
        """Returns the address that the trigger found ready.

        Raises:
            ServerError: it was not ready in time.
        """
        from airflownet.errors import ServerError

        if event["status"] != "ready":
            raise ServerError(
                f"{event['base_url']} was not ready after {event['waited_s']:.0f} s",
                f"see that server's log, or correct the connection {self.llama_server_conn_id}",
            )
        self.log.info("%s was ready after %.1f s", event["base_url"], event["waited_s"])
        return self._ready(event["base_url"])

    def _ready(self, base_url: str) -> dict[str, str]:
        return {"conn_id": self.llama_server_conn_id, "base_url": base_url}
