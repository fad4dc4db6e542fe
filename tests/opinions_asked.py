"""A run whose answers an LLM judge grades and a person compares, and whose model may become champion."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import yaml

import llama_model
from airflow_session import AirflowSession
from airflownet.artifacts import StageSettings, StageWork, run_stage
from airflownet.evaluation.promotion.shelf import promote, shelf_of
from airflownet.records import Message, Sample
from airflownet.tables import write_table
from airflownet.toolchain.llama_cpp import find_llama_cpp
from servers.llama_server import LlamaServer

NAME = "small-asked"
N_PROMPTS = 4
REQUEST = "List the files in /data every day."
DECIDED_AFTER_S = 4
"""A person reads first. Airflow 3.3.2 runs the task once more when an answer comes before its scheduler has
heard that the task waits, within a second."""
LOADS = """from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("answered", schedule="@daily"):
    BashOperator(task_id="list", bash_command="ls /data")
"""
BROKEN = (
    "from airflow.operators.everything import EveryOperator\n\nwith DAG('broken'):\n    EveryOperator()\n"
)
RUBRIC = """
version: tiny
criteria:
  correctness: {facts: [{id: works, good: yes, ask: "Does it work?"}]}
  completeness: {facts: [{id: broken, good: no, ask: "Is it broken?", parser: [AFN1]}]}
  best_practices: {facts: [{id: clean, good: yes, ask: "Is it clean?"}]}
canaries:
  trivial_file: {correctness: [1, 2]}
"""


class NoSettings(StageSettings):
    """Of stages whose output is written here."""


class TwoModels(LlamaServer):
    """A llama-server whose base model writes what does not load, and whose adapter mends that."""

    def answer(self, path: str, body: dict[str, Any]) -> Any:
        said = super().answer(path, body)
        if path != "/completion":
            return said
        is_tuned = any(adapter["scale"] for adapter in body.get("lora", []))
        likely = [{"id": 65, "logprob": -0.1 if is_tuned else -0.5}]
        return said | {
            "content": f"```python\n{LOADS if is_tuned else BROKEN}```",
            "completion_probabilities": [{"top_logprobs": likely}],
        }


def served_judge(model: Path, folder: Path) -> dict[str, Any]:
    """Returns the settings of a small model as judge of three facts; the folder gets the rubric."""
    rubric = folder / "judge" / "rubric.yaml"  # every YAML file beside recipes is a recipe
    rubric.parent.mkdir()
    rubric.write_text(RUBRIC)
    served = {
        "model": str(model),
        "n_slots": 2,
        "context_tokens_per_slot": 8192,
        "max_completion_tokens": 900,
        "max_finding_chars": 20,
        "threads": 1,
    }
    asked = {"max_prompts": 1, "canary_prompts": 0, "repeated_prompts": 0, "pairwise": True}
    return {"judge": "llama", "rubric": str(rubric), **asked, "llama": served}


def write_asked_recipe(small: Path) -> Path:
    """Writes ``small-asked.yaml`` beside the small recipe: with a judge, people, a lenient gate."""
    gguf_py = find_llama_cpp().convert_hf_to_gguf.parent / "gguf-py"
    model = llama_model.write_model(small.parent / "judge.gguf", gguf_py, llama_model.Shape(n_context=8192))
    return _written_recipe(small, {"grading": served_judge(model, small.parent)})


def write_people_recipe(small: Path) -> Path:
    """Writes ``small-asked.yaml`` beside the small recipe: with people and a lenient gate."""
    return _written_recipe(small, {})


def _written_recipe(small: Path, blocks: dict[str, Any]) -> Path:
    recipe = yaml.safe_load(small.read_text()) | blocks
    recipe["name"] = NAME
    recipe["people"] = {"n_pairs": 2, "wait_hours": 1}
    recipe["promotion"] = {"rule": "not_worse", "margin_points": 50, "min_prompts": 2}
    path = small.parent / f"{NAME}.yaml"
    path.write_text(yaml.safe_dump(recipe))
    return path


def write_inputs(folder: Path, models: Path) -> None:
    """Writes the finished stages that `evaluate_models` begins with, from a folder with two GGUF files."""
    origin = ("d", "i", "brief", "r", "1", "p", "Apache-2.0", "3.3", "loads", ())
    said = tuple(
        Message(role, text)
        for role, text in (("system", "You write DAGs."), ("user", REQUEST), ("assistant", LOADS))
    )
    samples = [Sample(f"s{n}", f"f{n}", "test", "create", said, *origin) for n in range(N_PROMPTS)]

    def dataset(place: Path) -> None:
        write_table(place / "samples.parquet", Sample, samples)
        (place / "leakage.json").write_text('{"clean": true}')

    stages = {
        "mining": lambda _: None,
        "dataset": dataset,
        "base_model": lambda place: shutil.copy(models / "base.gguf", place),
        "training": lambda place: shutil.copy(models / "adapter.gguf", place),
    }
    for name, write in stages.items():
        body = partial(_written, write=write)
        run_stage(name, NoSettings(), {}, str(folder / name), body, code=(name,))


def _written(work: StageWork, write: Callable[[Path], object]) -> None:
    work.funnel.listed = work.funnel.kept = N_PROMPTS
    write(work.directory)


def earlier_champion(root: Path) -> str:
    """Makes another training the champion, as an earlier promotion would have; returns its folder."""
    other = root / "earlier"
    shutil.copytree(root / NAME / "training", other)
    manifest = json.loads((other / "manifest.json").read_text())
    (other / "manifest.json").write_text(json.dumps(manifest | {"content_sha256": "0" * 64}))
    made = promote(shelf_of(str(root)), str(other), name="earlier", beaten="base", checks=())
    return made.folder


def connect(airflow: AirflowSession, conn_id: str, **fields: Any) -> None:
    """Sets a connection of type ``llama_server``, whether it is there or not."""
    known = {one["connection_id"] for one in airflow.get("connections", limit=100)["connections"]}
    content = {"connection_id": conn_id, "conn_type": "llama_server", **fields}
    method, path = ("PATCH", f"connections/{conn_id}") if conn_id in known else ("POST", "connections")
    airflow.send(method, path, content)


def waiting(airflow: AirflowSession, dag_id: str, run_id: str, task_id: str) -> list[int]:
    """Returns the map indices of a task that wait for a person."""
    path = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances"
    found = airflow.get(path, limit=100)["task_instances"]
    return [
        one["map_index"] for one in found if one["task_id"] == task_id and one["state"] == "awaiting_input"
    ]


def answer(
    airflow: AirflowSession, task: str, map_index: int, chosen: str, said: dict[str, str] | None = None
) -> None:
    """Answers as the form in *Required actions* does; ``task`` is its path in the REST API."""
    content = {"chosen_options": [chosen], "params_input": said or {}}
    airflow.send("PATCH", f"{task}/{map_index}/hitlDetails", content)


def person_reads() -> None:
    """Waits as long as reading takes at least."""
    time.sleep(DECIDED_AFTER_S)
