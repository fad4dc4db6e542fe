"""Prompts to answers in one call: through the ledger, on all endpoints, past a server's restart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from airflownet.errors import ServerError
from airflownet.llama.batch import generate
from airflownet.llama.chat_prompt import ChatTemplate
from airflownet.llama.client import LlamaClient
from airflownet.llama.endpoint import Endpoint
from airflownet.llama.errors import ServerUnavailableError
from airflownet.llama.ledger import Answer, Ledger
from airflownet.llama.sampling import Sampling
from airflownet.llama.serving import Models
from airflownet.llama.work import work_item

Result = TypeVar("Result")
_ATTEMPTS = 6


@dataclass
class Asker:
    """Asks one model, of the base or with the adapter at full scale.

    Attributes:
        endpoints: of ``open_endpoints``, with the model's files.
        models: the same files.
        ledger: keeps every answer.
        earlier: ledger of an earlier output whose answers are taken over.
        with_adapter: whether the adapter answers, where there is one.
        totals: what all answers took, whether they were generated now or before.
    """

    endpoints: Sequence[Endpoint]
    models: Models
    ledger: Ledger
    earlier: Path | None = None
    with_adapter: bool = False
    totals: Counter[str] = field(default_factory=Counter)

    async def ask(
        self, prompts: Sequence[tuple[tuple[int, ...], int]], sampling: Sampling, description: str
    ) -> list[Answer]:
        """Returns the answer to each (prompt ids, sample index), in order.

        Raises:
            ServerError: no server is left; what was answered stays in the ledger.
        """
        scale = None if self.models.adapter is None else 1.0 if self.with_adapter else 0.0
        items = [
            work_item(
                ids,
                sampling,
                model_sha256=self.models.base_sha256,
                adapter_sha256=self.models.adapter_sha256,
                adapter_scale=scale,
                sample_index=index,
            )
            for ids, index in prompts
        ]
        if not items:
            return []
        if self.earlier is not None and self.earlier.is_file():
            self.ledger.take_over(self.earlier, {item.key for item in items})
        await generate(self.endpoints, items, sampling, self.ledger, description=description)
        answers = [self.ledger.get(item.key) for item in items]
        missing = sum(answer is None for answer in answers)
        if missing:
            raise ServerError(
                f"{missing} of {len(answers)} answers are missing from the ledger",
                "run the stage again: it continues where it stopped",
            )
        found = [answer for answer in answers if answer is not None]
        self._count({answer.key: answer for answer in found})
        return found

    def _count(self, answers: Mapping[str, Answer]) -> None:
        for answer in answers.values():
            self.totals["answers"] += 1
            for name in ("prompt_tokens", "cached_tokens", "completion_tokens"):
                self.totals[name] += getattr(answer, name)
            self.totals["server_ms"] += round(answer.prompt_ms + answer.completion_ms)

    async def chat(
        self,
        conversations: Sequence[tuple[Sequence[Mapping[str, str]], int]],
        sampling: Sampling,
        description: str,
    ) -> list[Answer]:
        """Returns the answer to each (messages, sample index); texts can never become control tokens."""

        async def read(client: LlamaClient) -> list[tuple[tuple[int, ...], int]]:
            template = ChatTemplate(client)
            return [(await template.ids(messages), index) for messages, index in conversations]

        return await self.ask(await self.with_client(read), sampling, description)

    async def with_client(self, call: Callable[[LlamaClient], Awaitable[Result]]) -> Result:
        """Returns ``call(client)`` of the first endpoint, tried again after its server came back."""
        endpoint = self.endpoints[0]
        for attempt in range(1, _ATTEMPTS + 1):
            client = endpoint.client
            try:
                return await call(client)
            except ServerUnavailableError:
                if attempt == _ATTEMPTS:
                    raise
                await endpoint.recover(client)
        raise AssertionError("unreachable")
