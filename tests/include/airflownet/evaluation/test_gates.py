"""How far an answer comes, and that the counts of gates only fall."""

import pytest

from airflownet.evaluation.gates import AnswerKey, count_gates, last_gate
from airflownet.evaluation.judged_answers import index_generations, judged_answers

GOOD = "from airflow.sdk import DAG\n\nwith DAG('a', schedule=None):\n    pass\n"


@pytest.mark.parametrize(
    ("completion", "gate"),
    [
        pytest.param("", "answer", id="no-code"),
        pytest.param("def (", "code found", id="does-not-parse"),
        pytest.param("from airflow.nowhere import X\n", "parses", id="does-not-import"),
        pytest.param("x = 1\n", "imports", id="no-dag"),
        pytest.param(GOOD, "loads", id="loads"),
    ],
)
def test_the_last_gate_is_that_before_the_first_failure(run_writer, completion, gate):
    samples = [run_writer.sample(0)]
    rows = [run_writer.generation(0, "base", completion)]
    base, tuned, truth = judged_answers(samples, index_generations(rows, {samples[0].id}), "3.3")
    assert last_gate(base.row, base.verdict.violations) == gate
    assert last_gate(tuned.row, ()) == ""
    assert last_gate(truth.row, truth.verdict.violations, does_what_was_asked=True) == "asked for"


def test_what_was_not_measured_has_no_gate_of_its_own(run_writer):
    samples = [run_writer.sample(0), run_writer.sample(1)]
    rows = [run_writer.generation(0, "base", GOOD), run_writer.generation(1, "base", "x = (")]
    answers = list(judged_answers(samples, index_generations(rows, {s.id for s in samples}), "3.3"))
    base = count_gates(answers)[0]
    assert [(gate.gate, gate.count) for gate in base.gates] == [
        ("answer", 2),
        ("code found", 2),
        ("parses", 1),
        ("imports", 1),
        ("loads", 1),
    ]
    asked = count_gates(answers, {AnswerKey(samples[0].id, "base", 0): False})[0]
    assert (asked.gates[-1].gate, asked.gates[-1].count) == ("asked for", 0)
