"""The grammar as text: what it names comes from the catalogue of its line, each argument once."""

from __future__ import annotations

import re

import pytest

from airflownet.plans.catalogue_names import names_of
from airflownet.plans.grammar import plan_grammar

LITERALS = re.compile(r'"(?:[^"\\]|\\.)*"|\[(?:[^\]\\]|\\.)*\]|\{[\d,]+\}')
ARGUMENT = re.compile(r'a\d+ ::= ",\\"(\w+)\\":" (?:value|yes)')


def rules(airflow: str, *operators: str) -> dict[str, str]:
    lines = plan_grammar(airflow, operators).splitlines()
    return dict(line.split(" ::= ", 1) for line in lines if line)


def test_every_rule_that_is_named_exists() -> None:
    found = rules("3.3", *names_of("3.3").operators)
    for name, body in found.items():
        used = set(re.findall(r"[A-Za-z_]\w*", LITERALS.sub(" ", body)))
        assert used <= found.keys(), (name, used - found.keys())


@pytest.mark.parametrize("airflow", ["2.9", "3.3"])
def test_arguments_come_once_and_from_the_line(airflow: str) -> None:
    operators = ("BashOperator", "EmptyOperator")
    assert {"bash_command", "schedule", "retries"} <= set(ARGUMENT.findall(plan_grammar(airflow, operators)))
    for body in rules(airflow, *operators).values():
        arguments = re.findall(r"\ba\d+\?", body)
        assert len(arguments) == len(set(arguments))
