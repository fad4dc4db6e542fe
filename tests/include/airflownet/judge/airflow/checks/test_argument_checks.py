"""Rows of ``argument_checks.yaml``: what they refuse, on which lines, in which words."""

# ruff: noqa: E501 - one case a line
from __future__ import annotations

from typing import Any

import pytest

from airflownet.judge.airflow.checks.argument_checks import check_arguments, check_arguments_as_given
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN

REFUSED = [
    ("task", {"queue": 1}, "2.10", "TypeError", "'queue' has an invalid type <class 'int'> with value 1, expected is str"),
    ("task", {"email": 1}, "3.3", "TypeError", "'email' has an invalid type <class 'int'> with value 1, expected is str or bytes or list or tuple"),
    ("dag of 2", {"catchup": "no"}, "2.11", "TypeError", "'catchup' has an invalid type <class 'str'> with value 'no', expected type is <class 'bool'>"),
    ("dag of 3", {"dag_display_name": None}, "3.0", "TypeError", "'dag_display_name' must be <class 'str'> (got None that is a <class 'NoneType'>)."),
    ("task group", {"doc_md": 1}, "3.1", "AttributeError", "'int' object has no attribute 'endswith' (doc_md)"),
    ("DockerOperator", {"auto_remove": 1}, "3.3", "ValueError", "Invalid `auto_remove` value 1, expected one of 'never', 'success', or 'force'."),
    ("SqlToS3Operator", {"file_format": "xml"}, "3.3", "AirflowException", "The argument file_format doesn't support xml value."),
]  # fmt: skip
TAKEN = [
    ("task", {"queue": 1}, "2.9"),
    ("task", {"queue": None}, "3.3"),
    ("task", {"queue": UNKNOWN}, "3.3"),
    ("dag of 2", {"tags": ()}, "2.10"),
    ("dag of 2", {"catchup": "no"}, "3.0"),
    ("DockerOperator", {"auto_remove": True}, "2.9"),
    ("SqlToS3Operator", {"file_format": "csv"}, "3.3"),
]


@pytest.mark.parametrize(("group", "arguments", "line", "exception", "message"), REFUSED)
def test_what_is_refused(
    group: str, arguments: dict[str, Any], line: str, exception: str, message: str
) -> None:
    with pytest.raises(Raised) as raised:
        check_arguments(group, arguments, line)
    assert (raised.value.exception, raised.value.message) == (exception, message)


@pytest.mark.parametrize(("group", "arguments", "line"), TAKEN)
def test_what_is_taken(group: str, arguments: dict[str, Any], line: str) -> None:
    check_arguments(group, arguments, line)


def test_a_group_takes_rows_of_another_and_says_its_own_words() -> None:
    with pytest.raises(Raised) as raised:
        check_arguments_as_given("task decorator", {"multiple_outputs": 1, "pool": 2, "queue": 1}, "3.2")
    assert raised.value.message == "Expected 'pool' to be <class 'str'>, got int: 2"
