"""What the report says of the requests: the instructions written for DAGs, and the ones a model made up.

Read from ``instructions/summary.json`` and ``magpie/summary.json``; a stage that did not run gives no table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from airflownet.evaluation.provenance import read_json
from airflownet.evaluation.summary import ReportTable

_SUMMARY = "summary.json"


def read_requests_section(inputs: Mapping[str, Path]) -> tuple[ReportTable, ...]:
    """Returns the tables of the section, in order."""
    tables: list[ReportTable] = []
    if "instructions" in inputs:
        written = read_json(inputs["instructions"] / _SUMMARY)
        tables += _written(written) if isinstance(written, dict) and "views" in written else ()
    if "magpie" in inputs:
        made_up = read_json(inputs["magpie"] / _SUMMARY)
        tables += _made_up(made_up) if isinstance(made_up, dict) and "funnel" in made_up else ()
    return tuple(table for table in tables if table.rows)


def _written(facts: dict[str, Any]) -> Iterator[ReportTable]:
    method = facts["round_trip_method"]
    yield ReportTable(
        "Instructions written for mined DAGs",
        f"Round trip: how much of the DAG's structure (operators, schedule, edges, arguments) the text "
        f"determines, 0 to 1; method: {method}. {facts['duplicate_texts']:,} texts occur more than once.",
        ("Writer", "View", "Instructions", "Median words", "Longest", "Round trip", "Unscored"),
        tuple(
            (
                view["writer"],
                view["view"].replace("_", " "),
                f"{view['n']:,}",
                f"{view['median_words']:g}",
                f"{view['max_words']:,}",
                "–" if view["round_trip"] is None else f"{view['round_trip']:.3f}",
                f"{view['unscored']:,}",
            )
            for view in facts["views"]
        ),
    )
    yield _counted("First verbs of the instructions", "Verb", facts["first_verbs"])
    yield _counted("Written, but not kept", "Reason", facts["dropped"])
    yield _facts("What the model writer took", facts["cost"])


def _made_up(facts: dict[str, Any]) -> Iterator[ReportTable]:
    yield ReportTable(
        "Requests a model made up (Magpie): what each filter let through",
        f"{facts['drawn']:,} drawn, {facts['accepted']:,} kept with an answer that the judge accepts. "
        f"Similar in meaning: {facts['semantic_method']}.",
        ("Filter", "In", "Out", "Dropped, by reason"),
        tuple(
            (
                step["step"].replace("-", " "),
                f"{step['in']:,}",
                f"{step['out']:,}",
                "; ".join(f"{reason}: {count:,}" for reason, count in step["dropped"].items()) or "none",
            )
            for step in facts["funnel"]
        ),
    )
    yield ReportTable(
        "Steered and unsteered",
        "The control arm has no system prompt of ours: what the model asks for by itself.",
        ("Arm", "Drawn", "Well formed", "On topic", "Kept"),
        tuple(
            (arm, *(f"{row[name]:,}" for name in ("drawn", "well_formed", "on_topic", "accepted")))
            for arm, row in facts["arms"].items()
        ),
    )
    yield ReportTable(
        "Coverage before and after the filters",
        "Requests drawn and kept, by place in the grid.",
        ("Kind", "Dimension", "Drawn", "Kept"),
        tuple(
            (
                kind,
                dimension,
                ", ".join(f"{value} {count['drawn']}" for value, count in values.items()),
                ", ".join(
                    f"{value} {count['accepted']}" for value, count in values.items() if count["accepted"]
                )
                or "none",
            )
            for kind, grid in facts["coverage"].items()
            for dimension, values in grid.items()
        ),
    )
    yield ReportTable(
        "Length and variety of the made-up requests",
        "Words; entropy of the first four words, low when all begin alike.",
        ("", "Requests", "Shortest", "Median", "Longest", "Entropy, bits", "First verbs"),
        tuple(
            (
                name,
                f"{spread['n']:,}",
                f"{spread.get('min', 0):g}",
                f"{spread.get('median', 0):g}",
                f"{spread.get('max', 0):g}",
                f"{facts['opening_entropy_bits'][name]:.2f}",
                ", ".join(f"{verb} {count}" for verb, count in list(facts["first_verbs"][name].items())[:8]),
            )
            for name, spread in facts["length_words"].items()
        ),
    )
    yield _counted("Repeats among the made-up requests", "Of what", facts["duplicates"])
    yield _facts("What drawing, rating and answering took", facts["cost"])


def _counted(title: str, header: str, counts: Mapping[str, int]) -> ReportTable:
    rows = tuple((name or "–", f"{count:,}") for name, count in counts.items())
    return ReportTable(title, "", (header, "Count"), rows)


def _facts(title: str, facts: Mapping[str, Any]) -> ReportTable:
    rows = tuple(
        (name.replace("_", " "), value if isinstance(value, str) else f"{value:,g}")
        for name, value in facts.items()
    )
    return ReportTable(title, "", ("Measure", "Value"), rows)
