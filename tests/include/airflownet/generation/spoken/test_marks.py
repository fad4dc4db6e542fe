"""Values are taken out of a request and come back as they were said."""

from __future__ import annotations

import pytest

from airflownet.generation.spoken.marks import marked
from airflownet.generation.spoken.spoken_outline import read_outline
from airflownet.generation.wanted import Wanted


@pytest.mark.parametrize(
    ("request_", "command"),
    [
        pytest.param('run the command echo "hello" every day', 'echo "hello"', id="quotes-within"),
        pytest.param('every day run the command rm "/tmp/x"', 'rm "/tmp/x"', id="quoted-path"),
        pytest.param(
            'run the command python etl.py --date "{{ ds }}" daily',
            'python etl.py --date "{{ ds }}"',
            id="template",
        ),
    ],
)
def test_a_command_keeps_its_quotes(request_: str, command: str) -> None:
    outline = read_outline(Wanted(request_))
    assert outline is not None
    assert [step.arguments for step in outline.steps] == [{"bash_command": command}]


@pytest.mark.parametrize("text", ["run a.py with \u27e63\u27e7 daily", "load «7» into s3", "a «b» \u27e6x"])
def test_marks_of_our_own_in_a_request_are_text(text: str) -> None:
    read_outline(Wanted(text))
    assert not {"\u27e6", "\u27e7"} & set(marked(text).text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"run a.py daily with {'9' * 5000} retries", id="retries"),
        pytest.param(f"run a.py daily, priority {'9' * 5000}", id="priority"),
        pytest.param("run a.py daily, timeout of 99999999999999999999 days", id="timeout"),
        pytest.param("wait 999999999999 days then run a.py", id="wait"),
    ],
)
def test_numbers_without_measure_are_not_taken(text: str) -> None:
    outline = read_outline(Wanted(text))
    taken = [outline.settings, *(step.arguments for step in outline.steps)] if outline is not None else []
    assert "99999999" not in str(taken)
