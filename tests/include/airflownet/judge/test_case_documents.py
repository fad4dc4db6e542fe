"""``docs/judge-cases``: each case says what the judge says, and for 3.3 what real Airflow says."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "benchmarks" / "judge"))

from case_documents import Case, cases_of  # noqa: E402

from airflownet.judge.sandbox.import_judge import ImportJudge  # noqa: E402
from airflownet.judge.verdict import judge_code  # noqa: E402

CASES = [
    case
    for path in sorted((ROOT / "docs" / "judge-cases").glob("*.md"))
    if path.name != "README.md"
    for case in cases_of(path)
]
_INSTALLED = re.compile(r"airflow\.(?!providers\.(?!standard))")


@pytest.fixture(scope="module")
def airflow() -> Iterator[ImportJudge]:
    with ImportJudge(Path(sys.executable)) as judge:
        yield judge


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_judge(case: Case) -> None:
    assert case.expected
    for line in case.expected:
        assert not case.problems(line, judge_code(case.code, airflow=line))


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in CASES
        if case.expected.get("3.3")
        and case.expected["3.3"].outcome != "unknown"
        and _INSTALLED.search(case.code)
    ],
    ids=lambda case: case.id,
)
def test_real_airflow(case: Case, airflow: ImportJudge) -> None:
    verdict = airflow.judge_code(case.code)
    assert verdict.outcome.value == case.expected["3.3"].outcome, verdict.reason
    assert not case.graph_problems("3.3", verdict)
