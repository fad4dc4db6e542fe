"""The ``llama_server`` connection: a llama-server that runs elsewhere, or one that tasks start and stop.

Remote: host and port (or a URL as host) say where, the password is its API key. Managed: ``extra`` may set
``n_slots``, ``context_tokens_per_slot``, ``threads``, ``n_gpu_layers`` and ``port`` of the machine that runs
it; they win over the recipe. Without the connection the server is managed and the recipe decides.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

if TYPE_CHECKING:
    from airflow.sdk import Connection

    from airflownet.inference.settings import InferenceSettings
    from airflownet.llama.client import LlamaClient
    from airflownet.llama.serving import RemoteServer

MACHINE_FIELDS = ("n_slots", "context_tokens_per_slot", "threads", "n_gpu_layers", "flash_attention", "port")


class LlamaServerHook(BaseHook):
    """One llama-server for tasks.

    ``start`` and ``stop`` are for a setup and a teardown task, ``serve`` for one long task; all three do
    nothing to a remote server.

    Args:
        llama_server_conn_id: the connection.
    """

    conn_name_attr = "llama_server_conn_id"
    default_conn_name = "llama_server_default"
    conn_type = "llama_server"
    hook_name = "llama.cpp server"

    def __init__(self, llama_server_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.llama_server_conn_id = llama_server_conn_id

    @cached_property
    def connection(self) -> Connection | None:
        """The connection; None when it is not defined."""
        try:
            return self.get_connection(self.llama_server_conn_id)
        except AirflowNotFoundException:
            return None

    @property
    def is_remote(self) -> bool:
        """True when the server runs elsewhere: the mode says so, or a host is given and no mode."""
        if self.connection is None:
            return False
        mode = self._extra.get("mode") or ("remote" if self.connection.host else "managed")
        return bool(mode == "remote")

    @property
    def api_key(self) -> str:
        """The API key, empty without one."""
        return (self.connection.password or "") if self.connection else ""

    @property
    def base_url(self) -> str:
        """Address of a remote server.

        Raises:
            InputError: the server is managed, or no host is set.
        """
        from airflownet.errors import InputError

        host = self.connection.host if self.connection else None
        if not self.is_remote or not host:
            raise InputError(
                f"connection {self.llama_server_conn_id} names no host",
                "set host and port of the running server, or use start() for a managed one",
            )
        scheme = self.connection.schema if self.connection and self.connection.schema else "http"
        url = host.rstrip("/") if "://" in host else f"{scheme}://{host}"
        port = self.connection.port if self.connection else None
        return f"{url}:{port}" if port else url

    def is_ready(self) -> bool:
        """Returns whether a remote server has loaded its model; False when it does not answer."""
        from airflownet.llama.readiness import is_ready

        return is_ready(self.base_url, self.api_key)

    def remote_server(self) -> RemoteServer:
        """Returns address and key of a remote server, for the stages."""
        from airflownet.llama.serving import RemoteServer

        return RemoteServer(self.base_url, self.api_key)

    def settings(self, recipe: InferenceSettings) -> InferenceSettings:
        """Returns the recipe's settings with what the connection says about the machine.

        Raises:
            InputError: a value of the connection is out of range.
        """
        from airflownet.errors import InputError

        changes = {
            name: self._extra[name] for name in MACHINE_FIELDS if self._extra.get(name) not in (None, "")
        }
        data = {**recipe.model_dump(), **changes, "server": "url" if self.is_remote else "managed"}
        try:
            return type(recipe)(**data)
        except ValueError as error:
            raise InputError(
                f"connection {self.llama_server_conn_id}: {error}", "correct the connection's extra fields"
            ) from None

    def start(
        self,
        recipe: InferenceSettings,
        base_model: str,
        training: str,
        output: str,
        *,
        dataset: str = "",
        fresh: bool = False,
    ) -> dict[str, Any]:
        """Returns a ready server as plain JSON: for XCom, ``stop`` and the inference stage.

        A retry finds the server of the first try. Nothing is started when ``dataset`` is given and the
        stage is finished.

        Raises:
            ServerError: a managed server did not start, or a remote one does not answer.
        """
        from airflownet.inference.stage import start
        from airflownet.llama.readiness import read_props

        if self.is_remote:
            read_props(self.base_url, self.api_key)
            return {"base_url": self.base_url}
        settings = self.settings(recipe)
        return start(
            settings, base_model, training, output, dataset=dataset, api_key=self.api_key, fresh=fresh
        )

    def stop(self, server: dict[str, Any] | None) -> bool:
        """Ends a managed server for certain; returns whether something ran. Safe to repeat."""
        from airflownet.inference.stage import stop

        return stop(server)

    @contextlib.contextmanager
    def serve(
        self, recipe: InferenceSettings, base_gguf: str, adapter_gguf: str = "", *, folder: str
    ) -> Iterator[dict[str, Any]]:
        """Yields a ready server that ends with the block, and with the task however it ends.

        Args:
            recipe: the recipe's settings; the connection's win.
            base_gguf: path of the model, or ``hf:OWNER/REPO[:QUANT]``.
            adapter_gguf: path of a LoRA adapter, loaded at scale 0.
            folder: receives the server's log and record.
        """
        from pathlib import Path

        from airflownet.llama.server import managed_server
        from airflownet.llama.serving import server_spec

        if self.is_remote:
            yield {"base_url": self.base_url}
            return
        spec = server_spec(self.settings(recipe), base_gguf, adapter_gguf)
        with managed_server(spec, Path(folder), api_key=self.api_key) as handle:
            yield handle.to_json()

    def client(self, server: dict[str, Any] | None = None) -> LlamaClient:
        """Returns an async client of the server that ``start`` or ``serve`` gave, or of the remote one."""
        from airflownet.llama.client import LlamaClient

        return LlamaClient(server["base_url"] if server else self.base_url, api_key=self.api_key)

    def get_conn(self) -> LlamaClient:
        """Returns ``client()``."""
        return self.client()

    def test_connection(self) -> tuple[bool, str]:
        """Returns whether a remote server answers, or whether llama-server is there to be started."""
        from airflownet.errors import AirflowNetError

        try:
            return True, self._describe()
        except AirflowNetError as error:
            return False, str(error)

    def _describe(self) -> str:
        from airflownet.llama.readiness import context_tokens, read_props

        if not self.is_remote:
            from airflownet.inference.settings import InferenceSettings
            from airflownet.toolchain.llama_cpp import find_llama_cpp

            self.settings(InferenceSettings())
            found = find_llama_cpp()
            return f"managed: llama-server {found.version} is ready to be started ({found.server})"
        props = read_props(self.base_url, self.api_key)
        return (
            f"llama-server {props.get('build_info', '')} serves {props.get('model_path', '?')}: "
            f"{props['total_slots']} slots of {context_tokens(props)} tokens"
        )

    @cached_property
    def _extra(self) -> dict[str, Any]:
        return dict(self.connection.extra_dejson) if self.connection else {}
