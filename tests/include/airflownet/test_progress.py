"""Progress reports: what they say, and who hears them."""

from __future__ import annotations

import logging

import pytest

from airflownet.progress import Report, listen, progress

LINES = {
    "with total": (Report("Reading", 5, 10, "files", "", 2.0), "Reading: 5/10 files, 2 s left"),
    "finished": (Report("Reading", 10, 10, "files", "", 2.0), "Reading: 10/10 files"),
    "without total": (Report("Reading", 5, None, "", "", 2.0), "Reading: 5"),
    "with a note": (
        Report("Training", 1, 2, "steps", "loss 3.1", 4.0),
        "Training: 1/2 steps, 4 s left (loss 3.1)",
    ),
}


@pytest.mark.parametrize(("report", "line"), LINES.values(), ids=LINES.keys())
def test_line(report, line):
    assert report.line() == line


def test_the_last_state_is_logged_and_heard(caplog):
    heard: list[Report] = []
    with (
        caplog.at_level(logging.INFO, "airflownet.progress"),
        listen(heard.append),
        progress("Reading", total=3, unit="files") as bar,
    ):
        for _ in range(3):
            bar.advance()
    assert heard[-1].done == 3
    assert "Reading: 3/3 files" in caplog.messages[-1]


def test_nobody_hears_after_the_block():
    heard: list[Report] = []
    with listen(heard.append):
        pass
    with progress("Reading"):
        pass
    assert heard == []
