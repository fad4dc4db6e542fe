"""What is to be known of a written file, one line each, the same in a terminal, a chat and a page."""

from __future__ import annotations

from airflownet.generation.assumptions import assumptions
from airflownet.generation.compose import Written
from airflownet.generation.wanted import Wanted
from airflownet.judge.loader import load_source


def verdict_line(written: Written) -> str:
    """Returns whether the file loads and has what was asked for."""
    checked = written.checked
    line = checked.verdict.airflow
    if checked.is_good and (written.unread or (checked.asked.missing and not written.is_read_whole)):
        return f"It loads on Airflow {line}. Not all that was asked for was found in it: see below."
    if checked.is_good:
        return f"It loads on Airflow {line}."
    if checked.loads:
        return f"It loads on Airflow {line}, but lacks what was asked for."
    return f"No file was found that loads on Airflow {line}."


def summary_lists(written: Written, request: str, airflow: str) -> dict[str, tuple[str, ...]]:
    """Returns titled lists: faults, what is missing, what the line does not have, what was assumed."""
    checked = written.checked
    found_missing = checked.asked.missing if checked.loads and not written.is_read_whole else ()
    missing = (*checked.missing, *written.unread, *found_missing)
    assumed: tuple[str, ...] = ()
    if checked.loads:
        assumed = assumptions(load_source(checked.code, airflow), Wanted(request, airflow))
    lists = {
        "Why": () if checked.loads else tuple(checked.told()[:5]),
        "Asked for and not found": missing,
        "Not in this Airflow": written.absent,
        "Assumed": assumed,
        "Notes": written.notes,
    }
    return {title: tuple(dict.fromkeys(lines)) for title, lines in lists.items() if lines}


def summary_lines(written: Written, airflow: str) -> list[str]:
    """Returns the verdict and the lists as plain lines."""
    lines = [verdict_line(written)]
    for title, listed in summary_lists(written, written.request, airflow).items():
        lines += [f"{title}: {one}" for one in listed]
    return lines
