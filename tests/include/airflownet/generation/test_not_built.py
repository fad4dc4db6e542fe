"""What a request says and a file shows no sign of is told; a sign in the code is enough for silence."""

from __future__ import annotations

import pytest

from airflownet.generation.not_built import left_values, not_built

PLAIN = "with DAG('x'):\n    BashOperator(task_id='a', bash_command='cp a.csv /b')\n"


@pytest.mark.parametrize(
    ("request_text", "told"),
    [
        pytest.param("if it is Sunday run a, otherwise run b", "condition", id="branch"),
        pytest.param("run a; if a step fails page ops@x.com", "when something fails", id="a-failure"),
        pytest.param(
            "create the bucket if it does not exist, even if it is late", "", id="manners-of-speaking"
        ),
        pytest.param(
            "load each table with one task per table (one task for each table)", "mapped", id="mapped"
        ),
        pytest.param("for each day of the month load the file", "", id="a-rhythm-is-no-mapping"),
        pytest.param("run a at 22:00 Europe/Berlin time", "time zone Europe/Berlin", id="zone"),
        pytest.param("run a at 7 am New York time", "time zone New York", id="zone-of-a-city"),
        pytest.param("each time a file lands run a, the Second time too", "", id="times-are-no-zones"),
        pytest.param("run a daily at 25:99", "no time of day", id="no-time"),
        pytest.param("run a daily at 23:59", "", id="the-last-minute"),
        pytest.param("run a, retry it twice, 10 minutes apart", "retry_delay", id="pause"),
        pytest.param("run a with 2 retries, wait 5 minutes, run b", "", id="a-wait-is-no-pause"),
        pytest.param("run a, retry it after 5 minutes", "retry_delay", id="pause-after"),
    ],
)
def test_what_is_not_built_is_told(request_text: str, told: str) -> None:
    found = not_built(request_text, PLAIN)
    assert (len(found) == 1 and told in found[0]) if told else found == ()


def test_nothing_is_told_where_the_code_has_it() -> None:
    request = (
        "if it is Sunday copy each file, one task per file, at 7:00 Europe/Rome, retries after 5 minutes"
    )
    code = "@task.branch\nB.partial(retry_delay=5).expand(x=y)\ndatetime(2026, 1, 1, tz='Europe/Rome')\n"
    assert not_built(request.replace("per", "for each"), code) == ()


@pytest.mark.parametrize(
    ("code", "left"), [(PLAIN, ("/c",)), ("with DAG(:", ()), ("", ("a.csv", "/b", "/c"))]
)
def test_values_that_no_text_holds(code: str, left: tuple[str, ...]) -> None:
    assert left_values(["a.csv", "/b", "/c", "/c"], code) == left
