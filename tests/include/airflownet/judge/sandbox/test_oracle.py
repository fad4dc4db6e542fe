"""The requirements of an environment to ask."""

from __future__ import annotations

import pytest

from airflownet.errors import SetupError
from airflownet.judge.sandbox.oracle import requirements_of


def test_pins_core_and_the_chosen_providers() -> None:
    pins, until = requirements_of("2.9", frozenset({"http"}))
    assert "apache-airflow==2.9.3" in pins
    assert [pin.partition("==")[0] for pin in pins if "providers" in pin] == ["apache-airflow-providers-http"]
    assert until.startswith("2024-")


def test_all_providers_without_a_choice() -> None:
    assert len(requirements_of("3.3")[0]) > 90


def test_unknown_line_names_the_known_ones() -> None:
    with pytest.raises(SetupError, match=r"3\.3"):
        requirements_of("1.10")
