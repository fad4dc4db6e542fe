import pytest

from airflownet.evaluation.number_format import ONE_FAMILY, interval
from airflownet.evaluation.result_statistics import result_statistics
from airflownet.evaluation.statistics.proportion import IntervalSettings
from airflownet.evaluation.verdict_sentence import headline, verdict_sentence
from airflownet.records import JudgedSample


def row(number, model, loads, n_families=99):
    return JudgedSample(
        sample_id=f"s{number}",
        family_id=f"f{number % n_families}",
        model=model,
        sample_index=0,
        airflow="3.3",
        instruction="",
        code="x = 1\n",
        outcome="loads" if loads else "fails",
        reason="",
        codes=(),
        n_dags=1,
        n_tasks=1,
        n_edges=0,
        stop_type="eos",
        truncated=False,
        completion_tokens=3,
    )


def statistics(n_base, n_tuned, n=40, n_families=99):
    rows = [
        row(number, model, number < count, n_families)
        for model, count in (("base", n_base), ("tuned", n_tuned), ("ground_truth", n))
        for number in range(n)
    ]
    return result_statistics(rows, settings=IntervalSettings(0.95, 500, 1))


@pytest.mark.parametrize(
    ("n_base", "n_tuned", "start", "says"),
    [
        pytest.param(0, 0, "Not yet:", "does not show that fine-tuning helped", id="none-loads"),
        pytest.param(3, 5, "Undecided:", "does not show that fine-tuning helped", id="small-gain"),
        pytest.param(5, 5, "Undecided:", "does not show that fine-tuning helped", id="equal"),
        pytest.param(2, 30, "Fine-tuning helped:", "model is better", id="gain"),
        pytest.param(30, 2, "Fine-tuning made it worse:", "model is worse", id="loss"),
    ],
)
def test_claims_no_more_than_the_numbers(n_base, n_tuned, start, says):
    found = statistics(n_base, n_tuned)
    assert headline(found).startswith(start)
    sentence = verdict_sentence(found, 0.95)
    assert says in sentence
    assert f"{n_tuned} of 40 answers of the fine-tuned model" in sentence
    assert "95% interval" in sentence


def test_one_family_shows_nothing_and_has_no_interval():
    found = statistics(2, 30, n_families=1)
    assert headline(found).startswith("Undecided:")
    assert "(all prompts are of one family, no interval; exact McNemar" in verdict_sentence(found, 0.95)
    assert interval(found.model("tuned").rate("loads")) == ONE_FAMILY
