"""The inference stage: the test split's prompts, answered by the base and by the tuned model.

Input: ``dataset/samples.parquet``, ``base_model/base.gguf``, ``training/adapter.gguf``. Output:
``generations.parquet`` (one ``Generation`` per model, sample and index, in that order), ``servers.json``
(what the rows' ``server`` stands for), ``ledger.sqlite`` and the log of a managed server.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from airflownet.artifacts import StageResult, StageWork, local_copy, run_stage, sha256_text
from airflownet.cache import cache_dir
from airflownet.errors import ArtifactError, ServerError
from airflownet.inference.adapter_check import check_adapter
from airflownet.inference.batch import PhaseFacts, generate
from airflownet.inference.chat_prompt import ChatTemplate
from airflownet.inference.endpoint import Endpoint
from airflownet.inference.ledger import Ledger, open_ledger
from airflownet.inference.server import start_server, stop_server
from airflownet.inference.server_spec import ServerHandle
from airflownet.inference.serving import (
    Models,
    Server,
    ServerLike,
    open_endpoints,
    server_from_json,
    server_spec,
    serving,
)
from airflownet.inference.settings import InferenceSettings
from airflownet.inference.work import WorkItem, work_item
from airflownet.records import Generation, Sample
from airflownet.tables import read_table, write_table

log = logging.getLogger(__name__)

BASE_GGUF = "base.gguf"
ADAPTER_GGUF = "adapter.gguf"
GENERATIONS = "generations.parquet"
SERVERS = "servers.json"
LEDGER = "ledger.sqlite"
SERVER_FOLDER = "server"
SCALES = {"base": 0.0, "tuned": 1.0}
NOT_REPRODUCIBLE = (
    "rows carry measured times and cache hits; completions at temperature 0 are equal, unless the "
    "server's arithmetic depends on which prompts share a batch (GPU builds may)"
)


def run(
    settings: InferenceSettings,
    dataset: str,
    base_model: str,
    training: str,
    output: str,
    *,
    server: ServerLike | Sequence[ServerLike] | None = None,
    api_key: str = "",
    fresh: bool = False,
) -> StageResult:
    """Generates every missing answer and writes the table.

    Args:
        settings: capacity and samplers.
        dataset: location of the dataset stage's output.
        base_model: location of the base model's folder with ``base.gguf``.
        training: location of the training stage's output with ``adapter.gguf``.
        output: location of the folder to write.
        server: what ``start`` returned, or the URL of a server that runs elsewhere, or several, which then
            share the work; without one that fits, one is started for this stage alone.
        api_key: of the server.
        fresh: run even when finished, without the answers of an earlier run.

    Raises:
        ArtifactError: an input lacks its file, or the test split is empty.
        ServerError: the server failed for good, or refused every prompt.
    """

    def body(work: StageWork) -> None:
        one = server is None or isinstance(server, (str, Mapping, ServerHandle))
        listed = [server] if one else list(cast("Sequence[ServerLike]", server))
        given = [found for item in listed if (found := server_from_json(cast("ServerLike", item)))]
        stage = _Stage(settings, work, given, api_key)
        earlier = None if fresh or "://" in output else Path(output).expanduser() / LEDGER
        stage.run(earlier)

    inputs = {"dataset": dataset, "base_model": base_model, "training": training}
    return run_stage("inference", settings, inputs, output, body, code=["inference"], fresh=fresh)


def start(
    settings: InferenceSettings,
    base_model: str,
    training: str,
    output: str,
    *,
    dataset: str = "",
    api_key: str = "",
    fresh: bool = False,
) -> dict[str, Any]:
    """Starts the stage's server for a setup task, or finds the one an earlier try started.

    The server outlives this process; its record and log lie beside the output in ``.<name>.server``.

    Args:
        settings: as for ``run``.
        base_model: as for ``run``.
        training: as for ``run``.
        output: as for ``run``.
        dataset: when given and the stage is finished, no server is started.
        api_key: demanded by the server from then on.
        fresh: as for ``run``.

    Returns:
        The handle as plain JSON for ``run`` and ``stop``; empty when none is needed.

    Raises:
        ServerError: it did not start.
        SetupError: llama.cpp is not set up.
    """
    if dataset and not fresh and is_finished(settings, dataset, base_model, training, output):
        return {}
    models = [
        _require(local_copy(place) / name)
        for place, name in ((base_model, BASE_GGUF), (training, ADAPTER_GGUF))
    ]
    target = Path(output.removeprefix("file://")).expanduser().resolve()
    remote = "://" in output.removeprefix("file://")
    folder = (
        cache_dir("servers", sha256_text(output)[:16])
        if remote
        else target.with_name(f".{target.name}.server")
    )
    spec = server_spec(settings, *map(str, models))
    return start_server(spec, folder, api_key=api_key).to_json()


def stop(server: Mapping[str, Any] | None) -> bool:
    """Ends what ``start`` started, and what took its place after a crash; safe to repeat.

    Returns:
        True when something was ended; False for a remote server, for none, or when it was gone.
    """
    found = server_from_json(server)
    return stop_server(found) if isinstance(found, ServerHandle) else False


def is_finished(
    settings: InferenceSettings, dataset: str, base_model: str, training: str, output: str
) -> bool:
    """Returns whether ``run`` would find nothing to do, so that setup need not start a server."""

    class _NotFinishedError(Exception):
        pass

    def body(_work: StageWork) -> None:
        raise _NotFinishedError

    inputs = {"dataset": dataset, "base_model": base_model, "training": training}
    try:
        run_stage("inference", settings, inputs, output, body, code=["inference"])
    except _NotFinishedError:
        return False
    return True


@dataclasses.dataclass
class _Stage:
    settings: InferenceSettings
    work: StageWork
    servers: Sequence[Server]
    api_key: str

    def __post_init__(self) -> None:
        inputs = self.work.inputs
        self.models = Models.of(
            _require(inputs["base_model"] / BASE_GGUF), _require(inputs["training"] / ADAPTER_GGUF)
        )
        self.sampling = self.settings.sampling()

    def run(self, earlier_ledger: Path | None) -> None:
        directory, samples = self.work.directory, _test_samples(self.work.inputs["dataset"])
        own_folder = directory / SERVER_FOLDER
        with (
            open_ledger(directory / LEDGER) as ledger,
            serving(self.settings, self.models, self.servers, own_folder, api_key=self.api_key) as servers,
        ):
            rows = asyncio.run(self._answer(servers, samples, ledger, earlier_ledger))
            known = ledger.servers()
        write_table(directory / GENERATIONS, Generation, rows)
        used = {row.server: known[row.server] for row in rows}
        (directory / SERVERS).write_text(json.dumps(used, indent=1, sort_keys=True))
        self.work.facts["not_reproducible_because"] = NOT_REPRODUCIBLE

    async def _answer(
        self, servers: Sequence[Server], samples: Sequence[Sample], ledger: Ledger, earlier: Path | None
    ) -> list[Generation]:
        async with open_endpoints(servers, self.settings, self.models, api_key=self.api_key) as endpoints:
            template = ChatTemplate(endpoints[0].client)
            prompts = {sample.id: await template.ids(_question(sample)) for sample in samples}
            items = self._items(prompts)
            if earlier is not None and earlier.is_file():
                taken = ledger.take_over(earlier, (item.key for item in items.values()))
                log.info("%d of %d answers were made by an earlier run", taken, len(items))
            await self._check_adapter(endpoints, min(prompts.values(), key=len))
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

    async def _check_adapter(self, endpoints: Sequence[Endpoint], prompt_ids: tuple[int, ...]) -> None:
        prefix = prompt_ids[: self.settings.context_tokens_per_slot // 2]
        changes = [await check_adapter(endpoint.client, prefix) for endpoint in endpoints]
        self.work.facts["adapter_changes_answers"] = all(changes)
        if not all(changes):
            log.warning("the adapter does not change the answers: was it trained?")

    def _items(self, prompts: dict[str, tuple[int, ...]]) -> dict[tuple[str, str, int], WorkItem]:
        return {
            (model, sample_id, index): work_item(
                ids,
                self.sampling,
                model_sha256=self.models.base_sha256,
                adapter_sha256=self.models.adapter_sha256,
                adapter_scale=scale,
                sample_index=index,
            )
            for model, scale in SCALES.items()
            for sample_id, ids in prompts.items()
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
        return Generation(sample_id=sample_id, model=model, sample_index=index, **fields)

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


def _require(path: Path) -> Path:
    if not path.is_file():
        raise ArtifactError(f"{path} does not exist", "run the stage that exports it as GGUF first")
    return path


def _test_samples(dataset: Path) -> list[Sample]:
    rows = read_table(_require(dataset / "samples.parquet"), Sample)
    samples = sorted((row for row in rows if row.split == "test"), key=lambda row: row.id)
    if not samples:
        raise ArtifactError(f"{dataset} has no test sample", "mine more files or enlarge the test split")
    return samples


def _question(sample: Sample) -> list[dict[str, str]]:
    """Returns the sample's messages without the answer."""
    messages = [{"role": m.role, "content": m.content} for m in sample.messages]
    while messages and messages[-1]["role"] == "assistant":
        messages.pop()
    return messages
