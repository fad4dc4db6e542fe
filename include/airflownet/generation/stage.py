"""One request as a stage: the file, what is to be known of it, whole or not at all; done once.

Leaves ``dag_file.py``, ``summary.md`` and ``written.json``. A request that was written before for the same
line, model and settings is not written again.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.errors import GateNotMet, InputError
from airflownet.generation.compose import Composer, Written
from airflownet.generation.graph_text import graph_text
from airflownet.generation.model_source import model_files, open_model
from airflownet.generation.settings import GenerationSettings
from airflownet.generation.summary import summary_lines
from airflownet.hashing import sha256_text
from airflownet.judge.catalogue import load_catalogue
from airflownet.judge.loader import load_source
from airflownet.locations import local_copy
from airflownet.markdown_fence import fenced

DAG_FILE: Final = "dag_file.py"
SUMMARY: Final = "summary.md"
WRITTEN: Final = "written.json"
_CODE: Final = ("generation", "judge", "plans", "asked_for")
_NOT_REPRODUCIBLE: Final = "drafts are drawn side by side, and the first that is good ends the others"


class RequestSettings(GenerationSettings):
    """A request with the settings that it is written with."""

    request: str = Field(min_length=1, max_length=20_000, description="What the DAG shall do")
    airflow: str = Field(default="3.3", description="Airflow line to write for")
    model_name: str = Field(
        default="", description="Address of a server that runs; empty for a model's files"
    )


def run(
    settings: RequestSettings, output: str, *, model: str = "", api_key: str = "", fresh: bool = False
) -> StageResult:
    """Writes the file of a request, or finds it written.

    Args:
        settings: the request, and the address of a server where one is used.
        output: path or URL of the folder to write.
        model: folder of a model, a run or a GGUF file; not used with a server.
        api_key: of the server.
        fresh: write again.

    Raises:
        InputError: no catalogue for the line, or no model.
        ServerError: the server stays away.
    """
    load_catalogue(settings.airflow)
    inputs = {}
    if not settings.model_name:
        base, adapter = model_files(model)
        inputs = {"base": str(base), **({"adapter": str(adapter)} if adapter else {})}

    def body(work: StageWork) -> None:
        written = asyncio.run(_write(settings, model, api_key, work.scratch / DAG_FILE))
        work.funnel.listed = written.n_drafts
        work.funnel.keep()
        for _ in range(written.n_drafts - 1):
            work.funnel.drop("another draft is better")
        work.counts.update(
            loads=int(written.checked.loads),
            good=int(written.checked.is_good),
            tokens_drawn=written.n_tokens_drawn,
        )
        work.facts["not_reproducible_because"] = _NOT_REPRODUCIBLE
        leave(written, settings.airflow, work.directory)

    return run_stage("generation", settings, inputs, output, body, code=_CODE, fresh=fresh)


def folder_of(settings: RequestSettings, model: str) -> str:
    """Returns the folder of a request below its run's: equal for an equal request, line, mode and model."""
    words = [settings.request, settings.airflow, settings.mode, settings.model_name, model]
    return f"generated/{sha256_text(chr(10).join(words))[:16]}"


def leave(written: Written, airflow: str, folder: Path) -> None:
    """Writes the three files of a request into a folder."""
    checked = written.checked
    graph = graph_text(load_source(written.code, airflow))
    lines = summary_lines(written, airflow)
    told: dict[str, Any] = {
        "request": written.request,
        "airflow": checked.verdict.airflow,
        "is_good": checked.is_good,
        "loads": checked.loads,
        "asked_for": checked.asked.score,
        "dag_ids": [dag.dag_id for dag in checked.verdict.dags],
        "graph": graph,
        "summary": lines,
        "way": written.way,
        "n_drafts": written.n_drafts,
        "n_tokens_drawn": written.n_tokens_drawn,
        "seconds": round(written.seconds, 1),
    }
    (folder / DAG_FILE).write_text(written.code, encoding="utf-8")
    (folder / WRITTEN).write_text(json.dumps(told, indent=1), encoding="utf-8")
    listed = "\n".join(f"- {line}" for line in lines)
    (folder / SUMMARY).write_text(f"{listed}\n\n{fenced(graph)}\n", encoding="utf-8")


def read(location: str) -> tuple[str, dict[str, Any]]:
    """Returns code and facts of a request that was written."""
    folder = local_copy(location)
    return (folder / DAG_FILE).read_text(encoding="utf-8"), json.loads((folder / WRITTEN).read_text("utf-8"))


def hand_over(location: str, folder: str) -> str:
    """Writes the file of a request into a folder of DAGs, named after its DAG; returns the path.

    Raises:
        GateNotMet: the file does not load or lacks what was asked for; nothing is written.
        InputError: another file of that name is there, or the folder is none.
    """
    code, facts = read(location)
    if not facts["is_good"]:
        raise GateNotMet(
            "the file is not what was asked for: " + "; ".join(facts["summary"][:3]),
            f"say the request otherwise, or take {location}/{DAG_FILE} and finish it by hand",
        )
    target = Path(folder).expanduser() / f"{_file_name(facts['dag_ids'])}.py"
    if target.exists() and target.read_text(encoding="utf-8") != code:
        raise InputError(f"{target} is there already", "remove it, or state another DAG id in the request")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.partial")
        partial.write_text(code, encoding="utf-8")
        partial.replace(target)
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error.strerror}", "give another folder") from None
    return str(target)


def _file_name(dag_ids: list[str]) -> str:
    name = dag_ids[0] if dag_ids else "generated"
    return "".join(char if char.isalnum() or char in "_-" else "_" for char in name)[:100] or "generated"


async def _write(settings: RequestSettings, model: str, api_key: str, working_file: Path) -> Written:
    async with open_model(settings, model=model, server=settings.model_name, api_key=api_key) as writing:
        composer = Composer(writing, settings, settings.airflow, working_file=working_file)
        return await composer.write(settings.request)
