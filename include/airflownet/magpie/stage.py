"""The Magpie stage: a served model to ``rows.parquet``, requests it made up with its judged answers.

Output: ``rows.parquet`` (``SyntheticRow``), ``dropped.parquet`` (``DroppedRequest``: everything the filters
did not let through, with step and reason), ``summary.json`` for the report, ``generator.json`` (what the
rows' ``parameters_sha256`` stands for) and ``ledger.sqlite``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.errors import ArtifactError
from airflownet.hashing import canonical_json, sha256_text
from airflownet.judge.code_folders import JUDGING
from airflownet.llama.asking import Asker
from airflownet.llama.ledger import Ledger, open_ledger
from airflownet.llama.serving import (
    Models,
    Server,
    ServerLike,
    open_endpoints,
    servers_from_json,
    serving,
)
from airflownet.locations import is_local, local_path
from airflownet.magpie import prompt_files
from airflownet.magpie.drawing import Accepted, Drawing
from airflownet.magpie.filters.duplicates import KnownTexts
from airflownet.magpie.settings import MagpieSettings
from airflownet.magpie.summary import summary
from airflownet.records import DroppedRequest, Instruction, Sample, SyntheticRow, stable_id
from airflownet.tables import read_table, write_table

ROWS = "rows.parquet"
DROPPED = "dropped.parquet"
SUMMARY = "summary.json"
GENERATOR = "generator.json"
LEDGER = "ledger.sqlite"
NOT_REPRODUCIBLE = (
    "requests are sampled: the same seed gives the same text only where the same prompts share a batch. "
    "The ledger keeps what was drawn, so a continued or repeated run gives the same rows"
)


def run(
    settings: MagpieSettings,
    base_model: str,
    output: str,
    *,
    training: str = "",
    dataset: str = "",
    instructions: str = "",
    earlier: Sequence[str] = (),
    server: ServerLike | Sequence[ServerLike] | None = None,
    api_key: str = "",
    fresh: bool = False,
) -> StageResult:
    """Draws requests, filters, answers and judges them.

    Args:
        settings: how many, how steered, how filtered.
        base_model: location of the folder with ``base.gguf``.
        output: location of the folder to write.
        training: location with ``adapter.gguf``; needed when ``settings.model`` is ``tuned``.
        dataset: location of a dataset; requests that repeat its validation or test questions are dropped.
        instructions: location of the instructions; requests that repeat one are dropped.
        earlier: locations of earlier batches; requests that repeat one of their rows are dropped.
        server: running servers to use, as for the inference stage; else one is started for the stage.
        api_key: of the server.
        fresh: draw everything again, also what an earlier run drew.

    Returns:
        Counts in requests: ``listed`` drawn, ``kept`` rows; ``rows_magpie``, ``rows_replay``.

    Raises:
        ArtifactError: an input lacks its file.
        ServerError: the server failed for good.
    """

    def body(work: StageWork) -> None:
        given = servers_from_json(server)
        before = None if fresh or not is_local(output) else local_path(output) / LEDGER
        _make(work, settings, given, api_key, before)

    inputs = {"base_model": base_model}
    inputs |= {"training": training} if settings.model == "tuned" else {}
    inputs |= {"dataset": dataset} if dataset else {}
    inputs |= {"instructions": instructions} if instructions else {}
    inputs |= {f"earlier_{index:03d}": place for index, place in enumerate(earlier)}
    return run_stage(
        "magpie",
        settings,
        inputs,
        output,
        body,
        code=["magpie", "llama", *JUDGING],
        libraries=["pyarrow", "scikit-learn", "lingua-language-detector"],
        fresh=fresh,
    )


def _make(
    work: StageWork, settings: MagpieSettings, given: Sequence[Server], api_key: str, before: Path | None
) -> None:
    base = work.inputs["base_model"]
    gguf = _require(base if base.is_file() else base / "base.gguf")
    adapter = _require(work.inputs["training"] / "adapter.gguf") if settings.model == "tuned" else None
    models = Models.of(gguf, adapter)
    with (
        open_ledger(work.directory / LEDGER) as ledger,
        serving(settings, models, given, work.directory / "server", api_key=api_key) as servers,
    ):
        drawing = asyncio.run(_draw(work, settings, models, servers, api_key, ledger, before))
        generator = _generator(settings, models, gguf, ledger)
    _write(work, drawing, generator)


async def _draw(
    work: StageWork,
    settings: MagpieSettings,
    models: Models,
    servers: Sequence[Server],
    api_key: str,
    ledger: Ledger,
    before: Path | None,
) -> Drawing:
    async with open_endpoints(servers, settings, models, api_key=api_key) as endpoints:
        asker = Asker(endpoints, models, ledger, before, with_adapter=settings.model == "tuned")
        drawing = Drawing(settings, asker, _known(work))
        await drawing.run()
    return drawing


def _known(work: StageWork) -> KnownTexts:
    """Returns what must not be repeated, the held-out questions first."""
    known = KnownTexts()
    if "dataset" in work.inputs:
        samples = read_table(_require(work.inputs["dataset"] / "samples.parquet"), Sample)
        held_out = [sample for sample in samples if sample.split != "train"]
        known.add([m.content for one in held_out for m in one.messages if m.role == "user"], "held-out-split")
    if "instructions" in work.inputs:
        table = _require(work.inputs["instructions"] / "instructions.parquet")
        known.add([row.text for row in read_table(table, Instruction)], "instructions")
    for name in sorted(work.inputs):
        if name.startswith("earlier_"):
            rows = read_table(_require(work.inputs[name] / ROWS), SyntheticRow)
            known.add([row.instruction for row in rows], "earlier-batch")
    return known


def _generator(settings: MagpieSettings, models: Models, gguf: Path, ledger: Ledger) -> dict[str, Any]:
    what = {
        "model": gguf.name,
        "model_sha256": models.base_sha256,
        "adapter_sha256": models.adapter_sha256,
        "prompts": {name: prompt_files.prompt(name) for name in prompt_files.ALL},
        "request_sampling": settings.request_sampling().identity(),
        "answer_sampling": settings.answer_sampling().identity(),
        "servers": ledger.servers(),
    }
    # The server's build and slots may differ between runs that draw the same: they are told, not hashed.
    stable = {name: value for name, value in what.items() if name != "servers"}
    return {"parameters_sha256": sha256_text(canonical_json(stable)), **what}


def _write(work: StageWork, drawing: Drawing, generator: dict[str, Any]) -> None:
    rows = sorted((_row(one, drawing.settings, generator) for one in drawing.accepted), key=lambda r: r.id)
    write_table(work.directory / ROWS, SyntheticRow, rows)
    dropped = drawing.funnel.dropped
    write_table(work.directory / DROPPED, DroppedRequest, dropped)
    facts = summary(drawing)
    (work.directory / SUMMARY).write_text(json.dumps(facts, indent=1))
    (work.directory / GENERATOR).write_text(json.dumps(generator, indent=1, sort_keys=True))
    work.funnel.listed = len(drawing.drawn)
    work.funnel.keep(len(rows))
    for row in dropped:
        work.funnel.drop(f"{row.step}:{row.reason}")
    work.counts["rows_magpie"] = sum(row.kind == "magpie" for row in rows)
    work.counts["rows_replay"] = sum(row.kind == "replay" for row in rows)
    work.facts["not_reproducible_because"] = NOT_REPRODUCIBLE


def _row(one: Accepted, settings: MagpieSettings, generator: dict[str, Any]) -> SyntheticRow:
    candidate, answer = one.candidate, one.answer
    return SyntheticRow(
        id=stable_id(candidate.kind, candidate.text, answer.code),
        kind=candidate.kind,
        instruction=candidate.text,
        code=answer.code,
        answer=answer.text,
        airflow=one.airflow,
        outcome=answer.outcome,
        cell=candidate.cell.name,
        arm=candidate.arm,
        model=str(generator["model"]),
        model_sha256=str(generator["model_sha256"]),
        parameters_sha256=str(generator["parameters_sha256"]),
        seed=settings.request_sampling().seed_of(candidate.draw),
        n_answers=one.n_answers,
        n_good_answers=one.n_good,
        quality=candidate.quality,
        difficulty=candidate.difficulty,
    )


def _require(path: Path) -> Path:
    if not path.is_file():
        raise ArtifactError(f"{path} does not exist", "run the stage that writes it first")
    return path
