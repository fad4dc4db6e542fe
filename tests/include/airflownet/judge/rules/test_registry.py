"""Rules are registered, documented and unique; ``--explain`` prints them."""

from __future__ import annotations

import re

import pytest

from airflownet.errors import InputError
from airflownet.judge.rules.registry import all_rules, explain, rule_of


def test_codes_and_names_are_unique_and_well_formed() -> None:
    rules = all_rules()
    assert len({rule.code for rule in rules}) == len({rule.name for rule in rules}) == len(rules)
    for rule in rules:
        assert re.fullmatch(r"AFN\d{3}", rule.code)
        assert re.fullmatch(r"[a-z-]+", rule.name)


@pytest.mark.parametrize("code", [rule.code for rule in all_rules()])
def test_every_rule_explains_what_why_bad_good(code: str) -> None:
    text = explain(code)
    rule = rule_of(code)
    for part in (rule.doc.what, rule.doc.why, rule.doc.bad, rule.doc.good):
        assert part.strip()
    assert text.startswith(f"{code} {rule.name} ({rule.severity})")


def test_unknown_code_names_the_known_ones() -> None:
    with pytest.raises(InputError, match="AFN999"):
        rule_of("AFN999")
