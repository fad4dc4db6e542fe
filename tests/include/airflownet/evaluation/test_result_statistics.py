import dataclasses

import pytest

from airflownet.evaluation.result_statistics import result_statistics
from airflownet.evaluation.statistics.proportion import IntervalSettings
from airflownet.records import JudgedSample

SETTINGS = IntervalSettings(0.95, 500, 1)
ROW = JudgedSample(
    sample_id="s",
    family_id="f",
    model="base",
    sample_index=0,
    airflow="3.3",
    instruction="",
    code="",
    outcome="fails",
    reason="",
    codes=(),
    n_dags=0,
    n_tasks=0,
    n_edges=0,
    stop_type="eos",
    truncated=False,
    completion_tokens=0,
)


def rows(outcomes, codes=(), lines=1):
    """One prompt: outcomes of base, tuned, ground truth."""
    number = next(COUNTER)
    return [
        dataclasses.replace(
            ROW,
            sample_id=f"s{number}",
            family_id=f"f{number}",
            model=model,
            outcome=outcome,
            codes=codes if model == "base" else (),
            code="x\n" * lines,
        )
        for model, outcome in zip(("base", "tuned", "ground_truth"), outcomes, strict=True)
    ]


COUNTER = iter(range(10**6))


def test_unknown_and_missing_count_as_failures_and_are_shown():
    data = [
        row
        for outcomes in (("unknown", "loads", "loads"), ("missing", "unknown", "loads"))
        for row in rows(outcomes)
    ]
    base = result_statistics(data, settings=SETTINGS).model("base")
    assert [(o.name, o.proportion.count, o.proportion.n) for o in base.outcomes] == [
        ("loads", 0, 2),
        ("fails", 0, 2),
        ("unknown", 1, 2),
        ("missing", 1, 2),
    ]


def test_codes_are_compared_and_adjusted():
    data = [row for _ in range(8) for row in rows(("fails", "loads", "loads"), codes=("AFN001", "AFN301"))]
    codes = result_statistics(data, settings=SETTINGS).codes
    assert [code.code for code in codes] == ["AFN001", "AFN301"]
    assert codes[0].comparison.mcnemar_p == pytest.approx(2 / 2**8)
    assert codes[0].p_holm == pytest.approx(2 * 2 / 2**8)


def test_strata_cover_every_prompt_once():
    data = [row for lines in range(1, 11) for row in rows(("fails", "loads", "loads"), lines=lines)]
    strata = result_statistics(data, settings=SETTINGS, n_strata=3).strata
    assert [(s.min_lines, s.max_lines, s.n_samples) for s in strata] == [(1, 3, 3), (4, 6, 3), (7, 10, 4)]


def test_equal_lengths_fall_into_one_stratum():
    data = [row for _ in range(6) for row in rows(("fails", "loads", "loads"), lines=5)]
    assert [s.n_samples for s in result_statistics(data, settings=SETTINGS, n_strata=3).strata] == [6]


def test_a_model_without_rows_is_an_error():
    with pytest.raises(ValueError, match="tuned"):
        result_statistics([ROW], settings=SETTINGS)
