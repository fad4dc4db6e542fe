"""One server as the engine sees it: a client, a number of slots, and a way back after a crash."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Any

from airflownet.errors import ServerError
from airflownet.llama.client import LlamaClient
from airflownet.llama.errors import ServerStartError, ServerUnavailableError
from airflownet.llama.fingerprint import Fingerprint, fingerprint
from airflownet.llama.retry import Backoff
from airflownet.llama.sampling import Sampling
from airflownet.llama.server import restart_server
from airflownet.llama.server_spec import ServerHandle

log = logging.getLogger(__name__)

_STARTS_PER_RESTART = 3


@dataclass
class Endpoint:
    """A server that answers work items.

    Attributes:
        client: replaced after a restart.
        n_slots: requests that it decodes together.
        description: what it contributes to an answer, by ``describe_server``.
        handle: of a managed server; None for a remote one.
        api_key: passed on to a restarted server.
        request_timeout_s: how long one answer may take.
        recovery_timeout_s: how long a remote server may stay away.
        restarts_allowed: a managed server that dies more often is given up.
        n_restarts: how often it came back.
        failure: why it was given up; None while it is used.
        most_at_once: fewer than its slots when they were found to share one context.
    """

    client: LlamaClient
    n_slots: int
    description: dict[str, Any]
    handle: ServerHandle | None = None
    api_key: str = ""
    request_timeout_s: float = 3600.0
    recovery_timeout_s: float = 600.0
    restarts_allowed: int = 20
    n_restarts: int = 0
    failure: ServerError | None = None
    most_at_once: int | None = None
    _recovering: asyncio.Lock = field(default_factory=asyncio.Lock)
    _replaced: list[LlamaClient] = field(default_factory=list)

    @property
    def n_usable_slots(self) -> int:
        """Slots that are sent requests."""
        return self.n_slots if self.most_at_once is None else min(self.n_slots, self.most_at_once)

    def use_fewer_slots(self, n_at_once: int) -> bool:
        """Halves the slots in use, once for all the requests that failed together.

        Args:
            n_at_once: slots that were in use when the failed request was sent.

        Returns:
            False when only one was: it is not the others that took the context.
        """
        if self.n_usable_slots >= n_at_once > 1:
            self.most_at_once = n_at_once // 2
            log.warning(
                "%s ran out of context with %d requests at once: its slots share one; going on with %d "
                "(--no-kv-unified and --ctx-size of slots x context give each its own)",
                self.client.base_url,
                n_at_once,
                self.n_usable_slots,
            )
        return n_at_once > 1

    def fingerprint(self, sampling: Sampling) -> Fingerprint:
        """Returns what stands in every row it answers with these parameters."""
        return fingerprint(self.description, sampling)

    async def recover(self, failed: LlamaClient) -> None:
        """Returns when the server answers again; restarts a managed one that died.

        Args:
            failed: the client whose request failed; when it was replaced already, nothing is done.

        Raises:
            ServerUnavailableError: a remote server stayed away, or a managed one died too often.
            ServerStartError: a managed one could not be started again.
        """
        async with self._recovering:
            if self.failure is not None:
                raise self.failure
            if failed is not self.client:
                return
            if await failed.is_ready():
                return
            try:
                await (self._wait() if self.handle is None else self._restart(self.handle))
            except ServerError as failure:
                self.failure = failure
                raise

    @property
    def is_given_up(self) -> bool:
        """True when it is not asked any more."""
        return self.failure is not None

    async def _start_again(self, handle: ServerHandle) -> ServerHandle:
        for attempt in range(1, _STARTS_PER_RESTART + 1):
            try:
                return await asyncio.to_thread(restart_server, handle, api_key=self.api_key)
            except ServerStartError:
                # What killed it, a lack of memory say, may strike again while it loads, and pass.
                if attempt == _STARTS_PER_RESTART:
                    raise
                await asyncio.sleep(attempt)
        raise AssertionError("unreachable")

    async def _wait(self) -> None:
        log.warning("%s does not answer; waiting up to %.0f s", self.client.base_url, self.recovery_timeout_s)
        deadline = time.monotonic() + self.recovery_timeout_s
        while time.monotonic() < deadline:
            if await self.client.is_ready():
                self.n_restarts += 1
                return
            await asyncio.sleep(0.5)
        raise ServerUnavailableError(
            f"{self.client.base_url} did not answer for {self.recovery_timeout_s:.0f} s",
            "start the server again and repeat the command: what was generated is kept",
        )

    async def _restart(self, handle: ServerHandle) -> None:
        self.n_restarts += 1
        if self.n_restarts > self.restarts_allowed:
            raise ServerUnavailableError(
                f"llama-server died {self.n_restarts} times; its log is {handle.log_path}",
                "lower n_slots or context_tokens_per_slot if memory is short; what was generated is kept",
            )
        log.warning("llama-server at %s died; starting it again (%d)", handle.base_url, self.n_restarts)
        new = await self._start_again(handle)
        if (new.model_sha256, new.adapter_sha256) != (handle.model_sha256, handle.adapter_sha256):
            raise ServerError(
                f"{handle.spec.model} or its adapter was changed while answers were generated",
                "run the stage again: it takes the new files",
            )
        self.handle = new
        # Requests that still hang on the old client end by themselves; it is closed with the others.
        self._replaced.append(self.client)
        self.client = managed_client(new, api_key=self.api_key, request_timeout_s=self.request_timeout_s)

    async def aclose(self) -> None:
        """Closes the client and those it replaced."""
        for client in (*self._replaced, self.client):
            await client.aclose()


def managed_client(handle: ServerHandle, *, api_key: str, request_timeout_s: float) -> LlamaClient:
    """Returns a client that gives up soon: a managed server that does not answer is started again."""
    return LlamaClient(
        handle.base_url, api_key=api_key, request_timeout_s=request_timeout_s, backoff=Backoff(attempts=2)
    )
