"""Each rule's documented examples are whole files: the bad one has the fault, the good one loads."""

from __future__ import annotations

import pytest

from airflownet.judge.rules.registry import Rule, all_rules
from airflownet.judge.verdict import judge_code, load_violations


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: f"{rule.code}-{rule.name}")
def test_bad_is_flagged_and_good_is_not(rule: Rule) -> None:
    bad, good = judge_code(rule.doc.bad), judge_code(rule.doc.good)
    assert rule.code in {violation.code for violation in bad.violations}
    assert rule.code not in {violation.code for violation in good.violations}
    assert not load_violations(good)
    assert str(bad.outcome) == ("fails" if rule.severity == "load" else bad.outcome)
