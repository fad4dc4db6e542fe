"""Asked for, delivered: what a request states against what an answer builds, and two files' graphs compared.

``asked_for("Load the orders into Snowflake every day", code, "3.3")`` gives a score between 0 and 1 with its
parts and what is missing in words; a DAG that loads and does nothing of what was asked scores 0.
``graph_likeness(source_code, code)`` compares two files by operators, schedule, edges and key arguments.
"""

from __future__ import annotations

from airflownet.asked_for.delivered import AskedFor, asked_for, asked_for_loaded
from airflownet.asked_for.parts import NOT_THERE, Parts
from airflownet.asked_for.request import Request, read_request
from airflownet.asked_for.structure import graph_likeness

__all__ = [
    "NOT_THERE",
    "AskedFor",
    "Parts",
    "Request",
    "asked_for",
    "asked_for_loaded",
    "graph_likeness",
    "read_request",
]
