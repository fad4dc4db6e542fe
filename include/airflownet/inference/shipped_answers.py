"""A third model beside base and tuned: the adapter that comes with the clone, on the same prompts and base.

Its answers are made as the tuned model's are, with a llama-server of their own, and lie in a folder of their
own in the output: ``shipped/generations.parquet``, and ``shipped/origin.json`` with what is known of it.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from airflownet.artifacts import StageWork
from airflownet.generation.shipped_model import ADAPTER, FOLDER, TRAINED_ON
from airflownet.hashing import sha256_file
from airflownet.inference.answering import GENERATIONS, LEDGER, Answering
from airflownet.inference.settings import InferenceSettings
from airflownet.llama.serving import RemoteServer, Server
from airflownet.locations import MANIFEST
from airflownet.records import Generation, Sample
from airflownet.tables import read_table, write_table

MODEL = "shipped"
INPUT = "shipped"
"""Name among the stage's inputs."""
ORIGIN = "origin.json"


@dataclass(frozen=True, slots=True)
class ShippedOrigin:
    """What the report tells of the adapter."""

    name: str
    """Of its folder, which is the recipe's that made it."""
    adapter_sha256: str
    n_trained_on: int
    """Files it was trained on; 0 where its folder does not tell."""
    n_test_files_trained_on: int
    """Files of this test split among them: not 0 means that its figures are no test."""


def shipped_inputs(settings: InferenceSettings, folder: Path = FOLDER) -> dict[str, str]:
    """Returns the adapter's files as inputs of the stage; none where the settings or the clone have none."""
    if not settings.shipped or not (folder / ADAPTER).is_file():
        return {}
    files = {INPUT: ADAPTER, "shipped_base": "base.yaml", "shipped_trained_on": TRAINED_ON}
    return {name: str(folder / file) for name, file in files.items() if (folder / file).is_file()}


def answer_with_shipped(
    settings: InferenceSettings,
    work: StageWork,
    given: Sequence[Server],
    *,
    api_key: str,
    earlier: Path | None,
) -> None:
    """Lets the shipped adapter answer the split, into ``shipped/`` of the stage's folder.

    Where it cannot, the stage goes on without it and the manifest's ``shipped_left_out`` says why.

    Args:
        settings: of the stage.
        work: of the stage; its inputs name the adapter as ``shipped``.
        given: servers that the stage was given; one elsewhere cannot hold this adapter.
        api_key: for the server that is started.
        earlier: ledger of an earlier output's shipped answers.

    Raises:
        ServerError: the server failed for good.
    """
    adapter = work.inputs[INPUT]
    reason = _left_out(settings, given, work.inputs["base_model"], adapter)
    if reason:
        shutil.rmtree(work.directory / MODEL, ignore_errors=True)  # of a try that could and was killed
        work.facts["shipped_left_out"] = reason
        return
    own = StageWork(
        work.stage,
        work.directory / MODEL,
        work.scratch,
        {**work.inputs, "training": adapter.parent},
    )
    own.directory.mkdir(exist_ok=True)
    changes = {"models": ("tuned",), "arms": (), "shipped": False, "port": None}
    answering = Answering(settings.model_copy(update=changes), own, (), api_key)
    answering.run(earlier)
    table = own.directory / GENERATIONS
    rows = [dataclasses.replace(row, model=MODEL) for row in read_table(table, Generation)]
    write_table(table, Generation, rows)
    origin = _origin(adapter, answering.samples)
    (own.directory / ORIGIN).write_text(json.dumps(dataclasses.asdict(origin), indent=1))
    work.facts["shipped"] = dataclasses.asdict(origin)
    work.counts["shipped_generated"] = own.counts["generated"]


def earlier_ledger(folder: Path | None) -> Path | None:
    """Returns where an earlier output keeps the shipped model's answers."""
    return folder / MODEL / LEDGER if folder else None


def _left_out(settings: InferenceSettings, given: Sequence[Server], base_model: Path, adapter: Path) -> str:
    if settings.server != "managed" or any(isinstance(server, RemoteServer) for server in given):
        return "the answers come from a server elsewhere, which does not hold this adapter"
    manifest = base_model / MANIFEST
    made_of = json.loads(manifest.read_text("utf-8")).get("settings", {}) if manifest.is_file() else {}
    wanted = yaml.safe_load((adapter.parent / "base.yaml").read_text("utf-8"))
    if made_of.get("sha256") != wanted["sha256"]:
        return f"the run's base is not {wanted['model']} of {wanted['project']} {wanted['version']}"
    return ""


def _origin(adapter: Path, samples: Iterable[Sample]) -> ShippedOrigin:
    listed = adapter.parent / TRAINED_ON
    trained_on = frozenset(listed.read_text("utf-8").split()) if listed.is_file() else frozenset()
    asked = {sample.dag_file_id for sample in samples}
    return ShippedOrigin(adapter.parent.name, sha256_file(adapter), len(trained_on), len(trained_on & asked))
