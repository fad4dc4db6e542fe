"""The report for people: the line, the caret below the right place, nothing taken as markup."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from airflownet.judge.report.text import print_summary, print_verdict
from airflownet.records import Outcome, Severity, Verdict, Violation


def printed(code: str, line: int, column: int, message: str = "m") -> list[str]:
    violation = Violation("AFN201", "undefined-name", Severity.LOAD, message, line, column)
    console = Console(file=io.StringIO(), soft_wrap=True, width=80)
    print_verdict(console, "a[b].py", code, Verdict("a", "3.3", Outcome.FAILS, "r", (), (violation,)))
    print_summary(console, [])
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("code", "column", "shown"),
    [
        pytest.param("x = y\n", 5, "y", id="plain"),
        pytest.param("\tx = y\n", 6, "y", id="tab"),
        pytest.param("é = '日本'; y\n", 11, "y", id="wide"),
        pytest.param("[bold]; y # [/nothing]\n", 9, "y", id="markup"),
        pytest.param("'\x1b[2J'; y\n", 9, "y", id="control"),
    ],
)
def test_caret_is_below_the_name(code: str, column: int, shown: str) -> None:
    _, _, frame, caret, *_ = printed(code, 1, column)
    before = frame[: frame.index(shown, frame.index("|"))]
    width = sum(2 if character in "日本" else 1 for character in before)
    assert caret.index("^") == width


@pytest.mark.parametrize(("line", "column"), [(0, 0), (9, 1), (1, 500)], ids=["none", "beyond", "far-right"])
def test_places_outside_the_file_show_no_caret(line: int, column: int) -> None:
    assert not any("^" in text for text in printed("x = y\n", line, column, "see [red]this[/red]"))


def test_markup_in_names_and_messages_is_text() -> None:
    text = "\n".join(printed("x\n", 1, 1, "see [red]this[/red]"))
    assert "a[b].py" in text
    assert "see [red]this[/red]" in text


def test_no_control_character_of_a_file_reaches_the_terminal() -> None:
    text = "".join(printed("x = 1  # \x1b[1A\x1b[2K\u202e\n", 1, 1, "KeyError: \x1b]0;a\x07\x9b31m"))
    assert not set(text) & set("\x1b\x07\x9b\u202e")
    assert "[1A" in text
