"""Answers a split with base and adapter, through the ledger, and writes the tables."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
from collections.abc import Sequence
from pathlib import Path

from airflownet.artifacts import StageWork
from airflownet.errors import ArtifactError, ServerError
from airflownet.inference.arms import ARMS_TABLE, arm_answers
from airflownet.inference.plan_form import (
    WrittenAnswer,
    line_of,
    question,
    sampling_for,
    system_messages,
    written,
)
from airflownet.inference.settings import InferenceSettings
from airflownet.llama.adapter_check import check_adapter
from airflownet.llama.batch import PhaseFacts, generate
from airflownet.llama.chat_prompt import ChatTemplate
from airflownet.llama.client import LlamaClient
from airflownet.llama.endpoint import Endpoint
from airflownet.llama.errors import ServerUnavailableError
from airflownet.llama.ledger import Ledger, open_ledger
from airflownet.llama.quantised import with_type
from airflownet.llama.serving import Models, Server, open_endpoints, serving
from airflownet.llama.work import WorkItem, work_item
from airflownet.records import ArmAnswer, Generation, Sample
from airflownet.tables import read_table, write_table

log = logging.getLogger(__name__)

BASE_GGUF = "base.gguf"
ADAPTER_GGUF = "adapter.gguf"
GENERATIONS = "generations.parquet"
SERVERS = "servers.json"
LEDGER = "ledger.sqlite"
SERVER_FOLDER = "server"
_ATTEMPTS = 6
SCALES = {"base": 0.0, "tuned": 1.0}
NOT_REPRODUCIBLE = (
    "rows carry measured times and cache hits. Completions at temperature 0 are equal on the CPU with a "
    "float32 model and flash_attention off; half precision rounds a little differently with the prompts "
    "that share a batch, which now and then tips a token"
)


@dataclasses.dataclass
class Answering:
    """Answers a split of one stage's inputs and leaves the tables in its folder."""

    settings: InferenceSettings
    work: StageWork
    servers: Sequence[Server]
    api_key: str

    def __post_init__(self) -> None:
        inputs = self.work.inputs
        base, adapter = model_files(self.settings, inputs["base_model"], inputs["training"])
        self.models = Models.of(base, adapter)
        rows = read_table(require_file(inputs["dataset"] / "samples.parquet"), Sample)
        everything = list(rows)
        self.samples = _asked_samples(everything, self.settings.split, inputs["dataset"])
        self.airflow = line_of(self.samples)
        self.sampling = sampling_for(self.settings, self.samples)
        is_plan = self.settings.form == "plan"
        systems = system_messages(everything) if is_plan else dict.fromkeys(SCALES, "")
        asked: frozenset[str] = frozenset(self.settings.models)
        self.systems = {model: systems[model] for model in SCALES if model in asked}

    def run(self, earlier_ledger: Path | None) -> None:
        """Generates what no ledger holds and writes ``generations.parquet`` and ``servers.json``.

        Args:
            earlier_ledger: of an earlier output; its answers to equal work are taken over.
        """
        directory, samples = self.work.directory, self.samples
        own_folder = directory / SERVER_FOLDER
        with (
            open_ledger(directory / LEDGER) as ledger,
            serving(self.settings, self.models, self.servers, own_folder, api_key=self.api_key) as servers,
        ):
            rows = asyncio.run(self._answer(servers, samples, ledger, earlier_ledger))
            known = ledger.servers()
            if self.settings.arms:
                write_table(directory / ARMS_TABLE, ArmAnswer, asyncio.run(self._arms(servers)))
        write_table(directory / GENERATIONS, Generation, rows)
        used = {row.server: known[row.server] for row in rows}
        (directory / SERVERS).write_text(json.dumps(used, indent=1, sort_keys=True))
        self.work.facts["not_reproducible_because"] = NOT_REPRODUCIBLE

    async def _answer(
        self, servers: Sequence[Server], samples: Sequence[Sample], ledger: Ledger, earlier: Path | None
    ) -> list[Generation]:
        async with open_endpoints(servers, self.settings, self.models, api_key=self.api_key) as endpoints:
            prompts = await self._prepare(endpoints, samples)
            items = self._items(prompts)
            if earlier is not None and earlier.is_file():
                taken = ledger.take_over(earlier, (item.key for item in items.values()))
                log.info("%d of %d answers were made by an earlier run", taken, len(items))
            todo = list(items.values())
            done = await generate(endpoints, todo, self.sampling, ledger, description="Generating DAGs")
            self._report(done, endpoints)
        rows = [self._row(ledger, place, item) for place, item in sorted(items.items())]
        if all(row.error for row in rows):
            raise ServerError(
                f"the server refused all {len(rows)} prompts; the first time: {rows[0].error}",
                "raise inference.context_tokens_per_slot if prompts are too long; else see the server's log",
            )
        return rows

    async def _arms(self, servers: Sequence[Server]) -> list[ArmAnswer]:
        async with open_endpoints(servers, self.settings, self.models, api_key=self.api_key) as endpoints:
            return await arm_answers(
                endpoints, self.samples, self.settings, SCALES, self.airflow, self.work.directory
            )

    async def _prepare(
        self, endpoints: Sequence[Endpoint], samples: Sequence[Sample]
    ) -> dict[tuple[str, str], tuple[int, ...]]:
        """Returns the prompts' ids by model and sample, from a server that keeps base and adapter apart."""
        for attempt in range(1, _ATTEMPTS + 1):
            clients = [endpoint.client for endpoint in endpoints]
            try:
                template = ChatTemplate(clients[0])
                prompts = {
                    (model, sample.id): await template.ids(
                        question(sample, system, self.settings.card_tokens)
                    )
                    for model, system in self.systems.items()
                    for sample in samples
                }
                await self._check_adapter(clients, min(prompts.values(), key=len))
                return prompts
            except ServerUnavailableError:
                if attempt == _ATTEMPTS:
                    raise
                for endpoint, client in zip(endpoints, clients, strict=True):
                    await endpoint.recover(client)
        raise AssertionError("unreachable")

    async def _check_adapter(self, clients: Sequence[LlamaClient], prompt_ids: tuple[int, ...]) -> None:
        prefix = prompt_ids[: self.settings.context_tokens_per_slot // 2]
        changes = [await check_adapter(client, prefix) for client in clients]
        self.work.facts["adapter_changes_answers"] = all(changes)
        if not all(changes):
            log.warning("the adapter does not change the answers: was it trained?")

    def _items(self, prompts: dict[tuple[str, str], tuple[int, ...]]) -> dict[tuple[str, str, int], WorkItem]:
        return {
            (model, sample_id, index): work_item(
                ids,
                self.sampling,
                model_sha256=self.models.base_sha256,
                adapter_sha256=self.models.adapter_sha256,
                adapter_scale=SCALES[model],
                sample_index=index,
            )
            for (model, sample_id), ids in prompts.items()
            for index in range(self.settings.n_samples)
        }

    def _row(self, ledger: Ledger, place: tuple[str, str, int], item: WorkItem) -> Generation:
        answer = ledger.get(item.key)
        if answer is None:
            raise ServerError(f"no answer for {place}", "run the stage again: it continues where it stopped")
        self.work.funnel.listed += 1
        if answer.error:
            self.work.funnel.drop(answer.error.partition(":")[0])
        else:
            self.work.funnel.keep()
        model, sample_id, index = place
        fields = {f.name: getattr(answer, f.name) for f in dataclasses.fields(answer)}
        del fields["key"], fields["is_final"]
        found = WrittenAnswer(self.settings.form)
        if not answer.error:
            found = written(self.settings, answer.completion, self.airflow)
        self.work.counts["unreadable_plans"] = self.work.counts.get("unreadable_plans", 0) + bool(
            found.unreadable
        )
        return Generation(
            sample_id=sample_id, model=model, sample_index=index, **fields, **dataclasses.asdict(found)
        )

    def _report(self, done: Sequence[PhaseFacts], endpoints: Sequence[Endpoint]) -> None:
        names = {scale: name for name, scale in SCALES.items()}
        self.work.counts["generated"] = sum(facts.n_generated for facts in done)
        self.work.counts["reused"] = sum(facts.n_items - facts.n_generated for facts in done)
        self.work.facts["n_restarts"] = sum(endpoint.n_restarts for endpoint in endpoints)
        self.work.facts["speed"] = {
            names[facts.adapter_scale]: {
                **dataclasses.asdict(facts),
                "tokens_per_s": round(facts.tokens_per_s, 1),
                "n_busy_slots_per_decode": list(facts.n_busy_slots_per_decode.values()),
            }
            for facts in done
        }


def model_files(settings: InferenceSettings, base_model: Path, training: Path) -> tuple[Path, Path]:
    """Returns the files that llama-server loads: the base in the type that answers, and the adapter.

    Raises:
        ArtifactError: one of them is not there.
        SetupError: the base cannot be quantised.
    """
    base, adapter = require_file(base_model / BASE_GGUF), require_file(training / ADAPTER_GGUF)
    return with_type(base, settings.gguf_type), adapter


def require_file(path: Path) -> Path:
    """Returns the path; raises ArtifactError when no file is there."""
    if not path.is_file():
        raise ArtifactError(f"{path} does not exist", "run the stage that exports it as GGUF first")
    return path


def _asked_samples(rows: Sequence[Sample], split: str, dataset: Path) -> list[Sample]:
    samples = sorted((row for row in rows if row.split == split), key=lambda row: row.id)
    if not samples:
        raise ArtifactError(
            f"{dataset} has no {split} sample", f"mine more files or enlarge the {split} split"
        )
    return samples
