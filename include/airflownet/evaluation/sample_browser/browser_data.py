"""What the sample browser shows, as JSON: one entry per prompt with every model's answers.

Names are short because a report of thousands of answers carries them: ``m`` is an index of ``models``, ``g``
of ``graphs``, ``v`` holds violations as ``[code, severity, message, line, column]``.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from airflownet.errors import ArtifactError
from airflownet.evaluation.gates import last_gate
from airflownet.evaluation.judged_answers import JudgedAnswer, message_of
from airflownet.evaluation.number_format import MODEL_NAMES
from airflownet.evaluation.sample_browser.graph_drawing import DrawnGraph, draw_graphs
from airflownet.evaluation.sample_browser.operators_used import operators_used
from airflownet.records import DagGraph, Sample, Verdict

SAMPLES: Final = "samples.json.gz"
"""What the browser shows, in the folder of a report."""
MOST_CODE_CHARS: Final = 60_000
MOST_VIOLATIONS: Final = 60


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """Which answer of the page."""

    sample_id: str
    model: str
    sample_index: int


@dataclass(frozen=True, slots=True)
class PromptShown:
    """One request, as the browser shows it."""

    id: str
    text: str
    airflow: str
    family: str
    source: str
    """Where the real file is from; empty when there is none."""


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One answer to it; the real file is the answer of the model ``ground_truth``."""

    prompt_id: str
    model: str
    sample_index: int
    code: str
    outcome: str
    reason: str
    gate: str
    """The last gate it passes, see ``gates.last_gate``."""
    verdict: Verdict | None
    at_limit: bool = False
    completion_tokens: int = 0
    marks: Mapping[str, str] = field(default_factory=dict)
    """What else is to be told of it, name -> text: scores, another judge's grades."""


def prompt_shown(sample: Sample) -> PromptShown:
    """Returns a dataset's row as the browser shows it."""
    return PromptShown(
        id=sample.id,
        text=message_of(sample, "user"),
        airflow=sample.airflow,
        family=sample.family_id,
        source=f"{sample.repo} {sample.ref}, {sample.path} ({sample.licence})",
    )


def answer_shown(answer: JudgedAnswer, threshold: float, marks: Mapping[str, str]) -> AnswerShown:
    """Returns a judged answer as the browser shows it; ``threshold`` is that of the asked-for score."""
    row, verdict = answer.row, answer.verdict
    return AnswerShown(
        prompt_id=row.sample_id,
        model=row.model,
        sample_index=row.sample_index,
        code=row.code,
        outcome=row.outcome,
        reason=row.reason,
        gate=last_gate(answer.facts, threshold),
        verdict=verdict,
        at_limit=row.truncated or row.stop_type == "limit",
        completion_tokens=row.completion_tokens,
        marks=marks,
    )


def browser_data(
    prompts: Iterable[PromptShown],
    answers: Iterable[AnswerShown],
    rules: Mapping[str, str],
    *,
    names: Mapping[str, str] = MODEL_NAMES,
) -> dict[str, Any]:
    """Returns the entries in the order of the prompts; the same input gives the same JSON.

    Args:
        prompts: those without an answer are left out.
        answers: of all models, in any order; the models stand in the order of their first answers.
        rules: violation code -> name of the rule.
        names: model -> what it is called on the page; itself where it is not named.
    """
    of_prompt: dict[str, list[AnswerShown]] = {}
    for answer in answers:
        of_prompt.setdefault(answer.prompt_id, []).append(answer)
    every = [answer for mine in of_prompt.values() for answer in mine]
    models = list(dict.fromkeys(answer.model for answer in every))
    graphs = draw_graphs(graph for answer in every if answer.verdict for graph in answer.verdict.dags)
    places = {graph: number for number, graph in enumerate(graphs)}
    return {
        "models": [{"id": model, "name": names.get(model, model)} for model in models],
        "rules": dict(sorted(rules.items())),
        "graphs": [_graph(graph) for graph in graphs.values()],
        "samples": [
            {
                "id": prompt.id,
                "q": prompt.text,
                "airflow": prompt.airflow,
                "family": prompt.family,
                "source": prompt.source,
                "a": [_answer(answer, models.index(answer.model), places) for answer in mine],
            }
            for prompt in prompts
            if (mine := of_prompt.get(prompt.id))
        ],
    }


def write_samples(path: Path, data: Mapping[str, Any]) -> None:
    """Writes the data as gzipped JSON; the same data give the same bytes."""
    path.write_bytes(_gzipped(data))


def read_samples(path: Path) -> dict[str, Any]:
    """Returns what ``write_samples`` wrote.

    Raises:
        ArtifactError: the file is missing or is not what we write.
    """
    try:
        data = json.loads(gzip.decompress(path.read_bytes()))
        if not isinstance(data, dict):
            raise ValueError("no mapping")
        return data
    except (OSError, EOFError, ValueError) as error:
        raise ArtifactError(f"{path} cannot be read: {error}", "run `airflownet evaluate` again") from None


def with_marks(data: dict[str, Any], marks: Mapping[AnswerKey, Mapping[str, str]]) -> dict[str, Any]:
    """Returns the data with further words about answers, name -> text; those it has already stay."""
    models = [model["id"] for model in data["models"]]

    def marked(sample: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
        told = marks.get(AnswerKey(sample["id"], models[answer["m"]], answer["k"]))
        return {**answer, "marks": {**answer.get("marks", {}), **told}} if told else dict(answer)

    samples = [{**s, "a": [marked(s, answer) for answer in s["a"]]} for s in data["samples"]]
    return {**data, "samples": samples}


def packed(data: Mapping[str, Any]) -> str:
    """Returns the data as base64 of gzipped JSON, which holds no character that HTML acts upon."""
    return base64.b64encode(_gzipped(data)).decode()


def _gzipped(data: Mapping[str, Any]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate in a model's answer is not UTF-8; it is shown as a question mark.
    return gzip.compress(text.encode("utf-8", "replace"), compresslevel=6, mtime=0)


def _answer(answer: AnswerShown, model: int, places: Mapping[DagGraph, int]) -> dict[str, Any]:
    violations = answer.verdict.violations if answer.verdict else ()
    dags = answer.verdict.dags if answer.verdict else ()
    entry: dict[str, Any] = {
        "m": model,
        "k": answer.sample_index,
        "o": answer.outcome,
        "gate": answer.gate,
        "c": answer.code[:MOST_CODE_CHARS],
    }
    if violations:
        entry["v"] = [
            [v.code, v.severity.value, v.message, v.line, v.column] for v in violations[:MOST_VIOLATIONS]
        ]
        entry["nv"] = len(violations)
    optional: dict[str, Any] = {
        "cut": max(0, len(answer.code) - MOST_CODE_CHARS),
        "r": answer.reason if answer.outcome != "loads" else "",
        "g": [places[graph] for graph in dags if graph in places],
        "undrawn": [
            f"{graph.dag_id}: {len(graph.tasks)} tasks, {len(graph.edges)} edges"
            for graph in dags
            if graph not in places
        ],
        "ops": list(operators_used(answer.code)),
        "limit": int(answer.at_limit),
        "t": answer.completion_tokens,
        "marks": dict(answer.marks),
    }
    return entry | {name: value for name, value in optional.items() if value}


def _graph(drawn: DrawnGraph) -> dict[str, Any]:
    return {
        "id": drawn.dag_id,
        "w": drawn.width,
        "h": drawn.height,
        "n": [list(node) for node in drawn.nodes],
        "e": list(drawn.edges),
    }
