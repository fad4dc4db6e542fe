"""How a user puts the requests of the kinds beside create: several phrasings, chosen by a hash."""

from __future__ import annotations

from airflownet.records import stable_id

MIGRATE = (
    "Migrate this DAG from Apache Airflow {old} to {new}. Keep what it does.",
    "This DAG was written for Airflow {old}. Bring it to Airflow {new}.",
    "We are moving from Airflow {old} to {new}. What does this file look like afterwards?",
    "Upgrade the file below for Apache Airflow {new}; today it runs on {old}.",
)
REPAIR = (
    "This DAG does not load. Airflow says:",
    "Fix this DAG so that it loads. The import error is:",
    "My DAG is broken. The error in the web interface:",
    "The scheduler reports an import error for this file:",
)
EXPLAIN = (
    "Explain what this DAG does.",
    "What does this Airflow file do, step by step?",
    "I have inherited this DAG. What happens in it, and in which order?",
    "Summarise this DAG for a colleague: schedule, tasks, order.",
)


def phrasing(choices: tuple[str, ...], *key: str) -> str:
    """Returns one of the phrasings; the same key gives the same one on every machine."""
    return choices[int(stable_id("phrasing", *key), 16) % len(choices)]


def block(text: str, language: str = "") -> str:
    """Returns a fenced block whose fence no run of backticks in the text can end."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def target(airflow: str) -> str:
    """Returns the last line of every request for a DAG."""
    return f"Target: Apache Airflow {airflow}."
