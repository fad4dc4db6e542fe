"""Progress reports: what they say, and who hears them."""

from __future__ import annotations

import io
import logging
import re
import sys
import threading

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


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_bars_of_two_threads_share_one_drawing_on_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", _Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    both_open = threading.Barrier(2)

    def install() -> None:
        with progress("Installing", total=2, unit="packages") as bar:
            both_open.wait(30)
            bar.advance(2)
            both_open.wait(30)

    beside = threading.Thread(target=install)
    beside.start()
    with progress("Building", total=3, unit="steps") as bar:
        both_open.wait(30)
        both_open.wait(30)
        beside.join(30)
        bar.advance(3)
    drawn = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", sys.stderr.getvalue())
    lines_of_one_frame = r"(Installing[^\r\n]+\nBuilding|Building[^\r\n]+\nInstalling)"
    assert re.search(lines_of_one_frame, drawn)
    last_frame = drawn[drawn.rindex("Building") :]
    assert "3/3 steps" in last_frame
    assert "Installing" not in last_frame


def test_a_drawing_ends_with_its_last_bar_and_the_next_begins_another(monkeypatch):
    for description in ("Reading", "Writing"):
        terminal = _Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        with pytest.raises(ValueError, match="broken"), progress(description, total=1):
            raise ValueError("broken")
        assert description in terminal.getvalue()
