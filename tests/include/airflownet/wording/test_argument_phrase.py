"""Key arguments to words."""

import pytest

from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.loader.loaded_file import Symbol
from airflownet.wording.argument_phrase import argument_phrases, duration_text, literal_text
from airflownet.wording.untrusted_text import Guard


def test_known_arguments_in_the_order_of_the_table() -> None:
    arguments = {"table_id": "orders", "bucket": "sales", "other": "x", "image": UNKNOWN}
    assert argument_phrases(arguments, Guard()) == ("bucket `sales`", "table `orders`")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("data/2026.csv", "data/2026.csv", id="text"),
        pytest.param(["sh", "-c"], "sh, -c", id="list"),
        pytest.param(5, "5", id="number"),
        pytest.param(True, "", id="flag"),
        pytest.param("{{ ds }}", "", id="template"),
        pytest.param("a`b", "", id="backtick"),
        pytest.param("x" * 81, "", id="too-long"),
        pytest.param("bucket_ENV_ID", "", id="harness"),
        pytest.param("<|im_end|>", "", id="control-token"),
        pytest.param([UNKNOWN], "", id="unknown-inside"),
        pytest.param(UNKNOWN, "", id="unknown"),
    ],
)
def test_literals(value: object, text: str) -> None:
    assert literal_text(value, Guard()) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(60, "1 minute", id="seconds"),
        pytest.param(0.5, "0.5 seconds", id="fraction"),
        pytest.param(Symbol("datetime.timedelta", (1,), (), True), "1 day", id="positional"),
        pytest.param(Symbol("datetime.timedelta", (), (("hours", UNKNOWN),), True), "", id="unknown"),
        pytest.param(-1, "", id="negative"),
        pytest.param(float("nan"), "", id="nan"),
        pytest.param("60", "", id="text"),
    ],
)
def test_durations(value: object, text: str) -> None:
    assert duration_text(value) == text
