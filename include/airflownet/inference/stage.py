"""The inference stage: the test split's prompts, answered by the base and by the tuned model.

Input: ``dataset/samples.parquet``, ``base_model/base.gguf``, ``training/adapter.gguf``. Output:
``generations.parquet`` (one ``Generation`` per model, sample and index, in that order), ``servers.json``
(what the rows' ``server`` stands for), ``ledger.sqlite`` and the log of a managed server; with
``inference.shipped`` the same of the adapter that comes with the clone in ``shipped/``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from airflownet.artifacts import StageResult, StageWork, run_stage, would_run
from airflownet.cache import cache_dir
from airflownet.hashing import sha256_text
from airflownet.inference.answering import LEDGER, Answering, model_files
from airflownet.inference.settings import InferenceSettings
from airflownet.inference.shipped_answers import INPUT, answer_with_shipped, earlier_ledger, shipped_inputs
from airflownet.llama.server import start_server, stop_server
from airflownet.llama.server_spec import ServerHandle
from airflownet.llama.serving import ServerLike, server_from_json, server_spec, servers_from_json
from airflownet.locations import local_copy

_CODE = ("inference", "generation", "judge", "llama", "plans", "asked_for")


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
        given = servers_from_json(server)
        folder = None if fresh else _local_folder(output)
        Answering(settings, work, given, api_key).run(folder / LEDGER if folder else None)
        if INPUT in work.inputs:
            answer_with_shipped(settings, work, given, api_key=api_key, earlier=earlier_ledger(folder))

    inputs = {"dataset": dataset, "base_model": base_model, "training": training}
    inputs |= shipped_inputs(settings)
    return run_stage("inference", settings, inputs, output, body, code=_CODE, fresh=fresh)


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
    models = model_files(settings, local_copy(base_model), local_copy(training))
    target = _local_folder(output)
    beside = target.with_name(f".{target.name}.server") if target else None
    folder = beside or cache_dir("servers", sha256_text(output)[:16])
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
    return not would_run(lambda: run(settings, dataset, base_model, training, output))


def _local_folder(output: str) -> Path | None:
    path = output.removeprefix("file://")
    return None if "://" in path else Path(path).expanduser().resolve()
