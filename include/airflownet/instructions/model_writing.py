"""The parts of the stage that need a model: writing beside the describer, and regenerating.

``ModelWriting.write`` gives rows and what was not usable; ``round_trip`` gives one score per instruction.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from airflownet.artifacts import StageWork
from airflownet.errors import RecipeError
from airflownet.instructions.facts import FileFacts
from airflownet.instructions.round_trip.regenerated import regenerated
from airflownet.instructions.round_trip.stated import stated
from airflownet.instructions.settings import InstructionSettings
from airflownet.instructions.writers import claude, llama
from airflownet.instructions.writers.request import WriterReply, writer_prompt
from airflownet.llama.asking import Asker
from airflownet.llama.ledger import open_ledger
from airflownet.llama.serving import Models, Server, ServerLike, open_endpoints, servers_from_json, serving
from airflownet.locations import is_local, local_path
from airflownet.message_batches.ledger import open_batch_ledger
from airflownet.records import DagFile, DroppedInstruction, Instruction, RoundTrip, stable_id

LEDGER = "ledger.sqlite"
_ALL_VIEWS = "all"
Result = TypeVar("Result")


@dataclass
class ModelWriting:
    """The model's part of one run of the stage."""

    settings: InstructionSettings
    output: str
    server: ServerLike = None
    api_key: str = ""
    claude_api_key: str = ""
    cost: dict[str, Any] = field(default_factory=dict)
    """What the model's replies took, for the summary."""

    def write(
        self, files: Sequence[DagFile], work: StageWork
    ) -> tuple[list[Instruction], list[DroppedInstruction]]:
        """Returns the model's instructions, and what of its replies was not usable."""
        if self.settings.model_writer == "none" or not files:
            return [], []
        prompts = [writer_prompt(file, self.settings) for file in files]
        if self.settings.model_writer == "claude":
            name = self.settings.claude.model
            with open_batch_ledger(
                claude.ledger_path(self.output), claude.ledger_copy(self.output)
            ) as ledger:
                replies = claude.write(prompts, self.settings, ledger, self.claude_api_key)
                keys = [claude.batch_request(prompt, self.settings).key for prompt in prompts]
                paid = [reply for key in keys if (reply := ledger.reply(key)) is not None]
            self.cost = {
                "writer": name,
                "requests": len(paid),
                "prompt_tokens": sum(reply.prompt_tokens for reply in paid),
                "completion_tokens": sum(reply.completion_tokens for reply in paid),
                "usd": round(sum(reply.usd for reply in paid), 4),
            }
        else:
            name = Path(self.settings.llama.model).name
            replies = self._served(work, lambda asker: llama.write(prompts, self.settings, asker))
        return self._rows(files, replies, name)

    def round_trip(
        self,
        rows: Sequence[Instruction],
        files: Mapping[str, DagFile],
        facts: Mapping[str, FileFacts],
        work: StageWork,
    ) -> dict[str, RoundTrip]:
        """Returns the score of each instruction by its id; ``facts`` are those of the files, by file id."""
        method = self.settings.round_trip
        if method == "none" or not rows:
            return {}
        if method == "regenerated":
            found = self._served(work, lambda asker: regenerated(rows, files, self.settings, asker))
            return {row.instruction_id: row for row in found}
        scores = {}
        for row in rows:
            parts = stated(row.text, facts[row.dag_file_id])
            scores[row.id] = RoundTrip(
                row.id,
                method,
                parts.operators,
                parts.schedule,
                parts.edges,
                parts.arguments,
                parts.score,
                "",
            )
        return scores

    def _rows(
        self, files: Sequence[DagFile], replies: Sequence[WriterReply], writer: str
    ) -> tuple[list[Instruction], list[DroppedInstruction]]:
        rows, dropped = [], []
        for file, reply in zip(files, replies, strict=True):
            rows += [
                Instruction(stable_id(file.id, writer, view, text), file.id, writer, view, text)
                for view, text in reply.texts.items()
            ]
            for problem in reply.problems:
                view, parted, reason = problem.rpartition(":")
                dropped.append(
                    DroppedInstruction(file.id, writer, view if parted else _ALL_VIEWS, "", reason)
                )
        return rows, dropped

    def _served(self, work: StageWork, call: Callable[[Asker], Awaitable[Result]]) -> Result:
        """Returns ``call(asker)`` with the settings' model on a server."""
        llama_settings = self.settings.llama
        gguf = Path(llama_settings.model).expanduser()
        if not llama_settings.model or not gguf.is_file():
            raise RecipeError(
                f"instructions.llama.model is {llama_settings.model!r}: there is no such GGUF file",
                "name the model that shall write or regenerate, or choose another writer and round_trip",
            )
        models = Models.of(gguf, None)
        given = servers_from_json(self.server)

        async def ask(servers: Sequence[Server]) -> Result:
            async with open_endpoints(servers, llama_settings, models, api_key=self.api_key) as endpoints:
                asker = Asker(endpoints, models, ledger, self._earlier())
                return await call(asker)

        with contextlib.ExitStack() as stack:
            ledger = stack.enter_context(open_ledger(work.directory / LEDGER))
            folder = work.directory / "server"
            servers = stack.enter_context(
                serving(llama_settings, models, given, folder, api_key=self.api_key)
            )
            return asyncio.run(ask(servers))

    def _earlier(self) -> Path | None:
        return local_path(self.output) / LEDGER if is_local(self.output) else None
