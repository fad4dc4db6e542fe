"""What the sample browser shows, as JSON: one entry per prompt with every model's answers.

Names are short because a report of thousands of answers carries them: ``m`` is an index of ``models``, ``g``
of ``graphs``, ``v`` holds violations as ``[code, severity, message, line, column]``.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from airflownet.evaluation.gates import AnswerKey, last_gate
from airflownet.evaluation.judged_answers import JudgedAnswer
from airflownet.evaluation.number_format import MODEL_NAMES
from airflownet.evaluation.sample_browser.graph_drawing import DrawnGraph, draw_graphs
from airflownet.evaluation.sample_browser.operators_used import operators_used
from airflownet.records import DagGraph, Sample

MOST_CODE_CHARS: Final = 60_000
MOST_VIOLATIONS: Final = 60


def browser_data(
    samples: Sequence[Sample],
    answers: Sequence[JudgedAnswer],
    rules: Mapping[str, str],
    *,
    marks: Mapping[AnswerKey, Mapping[str, str]] | None = None,
    does_what_was_asked: Mapping[AnswerKey, bool] | None = None,
) -> dict[str, Any]:
    """Returns the entries in the order of the samples; the same input gives the same JSON.

    Args:
        samples: the prompts.
        answers: of all models, judged.
        rules: violation code -> name of the rule.
        marks: what else is to be told of an answer, name -> text: another judge's grades.
        does_what_was_asked: by answer; what is left out was not measured.
    """
    models = list(dict.fromkeys(answer.row.model for answer in answers))
    graphs = _graphs(answers)
    of_sample: dict[str, list[JudgedAnswer]] = {}
    for answer in answers:
        of_sample.setdefault(answer.row.sample_id, []).append(answer)
    index = {model: number for number, model in enumerate(models)}
    places = {graph: number for number, graph in enumerate(graphs)}
    entries = []
    for sample in samples:
        mine = of_sample.get(sample.id, [])
        if not mine:
            continue
        shown = []
        for answer in mine:
            key = AnswerKey.of(answer.row)
            entry = _answer(answer, places, (does_what_was_asked or {}).get(key))
            entry["m"] = index[answer.row.model]
            if told := (marks or {}).get(key):
                entry["marks"] = dict(told)
            shown.append(entry)
        entries.append(_prompt(sample, mine[0], shown))
    return {
        "models": [{"id": model, "name": MODEL_NAMES.get(model, model)} for model in models],
        "rules": dict(sorted(rules.items())),
        "graphs": [_graph(graph) for graph in graphs.values()],
        "samples": entries,
    }


def packed(data: Mapping[str, Any]) -> str:
    """Returns the data as base64 of gzipped JSON, which holds no character that HTML acts upon."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate in a model's answer is not UTF-8; it is shown as a question mark.
    return base64.b64encode(gzip.compress(text.encode("utf-8", "replace"), mtime=0)).decode()


def _graphs(answers: Sequence[JudgedAnswer]) -> dict[DagGraph, DrawnGraph]:
    return draw_graphs(graph for answer in answers if answer.verdict for graph in answer.verdict.dags)


def _prompt(sample: Sample, first: JudgedAnswer, answers: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": sample.id,
        "q": first.row.instruction,
        "airflow": first.row.airflow,
        "family": sample.family_id,
        "view": sample.view,
        "source": f"{sample.repo} {sample.ref}, {sample.path} ({sample.licence})",
        "a": answers,
    }


def _answer(
    answer: JudgedAnswer, places: Mapping[DagGraph, int], does_what_was_asked: bool | None
) -> dict[str, Any]:
    row, verdict = answer.row, answer.verdict
    violations = verdict.violations if verdict else ()
    entry: dict[str, Any] = {
        "k": row.sample_index,
        "o": row.outcome,
        "gate": last_gate(row, violations, does_what_was_asked),
        "c": row.code[:MOST_CODE_CHARS],
    }
    if len(row.code) > MOST_CODE_CHARS:
        entry["cut"] = len(row.code) - MOST_CODE_CHARS
    if row.reason and row.outcome != "loads":
        entry["r"] = row.reason
    if violations:
        entry["v"] = [
            [v.code, v.severity.value, v.message, v.line, v.column] for v in violations[:MOST_VIOLATIONS]
        ]
        entry["nv"] = len(violations)
    dags = verdict.dags if verdict else ()
    if drawn := [places[graph] for graph in dags if graph in places]:
        entry["g"] = drawn
    if undrawn := [
        f"{graph.dag_id}: {len(graph.tasks)} tasks, {len(graph.edges)} edges"
        for graph in dags
        if graph not in places
    ]:
        entry["undrawn"] = undrawn
    if operators := operators_used(row.code):
        entry["ops"] = list(operators)
    if row.truncated or row.stop_type == "limit":
        entry["limit"] = 1
    if row.completion_tokens:
        entry["t"] = row.completion_tokens
    return entry


def _graph(drawn: DrawnGraph) -> dict[str, Any]:
    return {
        "id": drawn.dag_id,
        "w": drawn.width,
        "h": drawn.height,
        "n": [list(node) for node in drawn.nodes],
        "e": list(drawn.edges),
    }
