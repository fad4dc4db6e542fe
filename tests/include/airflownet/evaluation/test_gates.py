"""How far an answer comes, and that the counts of gates only fall."""

from dataclasses import replace

import pytest

from airflownet.evaluation.gates import count_gates, last_gate
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
    assert last_gate(base.facts, 0.5) == gate
    assert last_gate(tuned.facts, 0.5) == ""
    assert last_gate(replace(truth.facts, asked_for=0.5), 0.5) == "asked for"


def test_counts_only_fall(run_writer):
    samples = [run_writer.sample(0), run_writer.sample(1)]
    rows = [run_writer.generation(0, "base", GOOD), run_writer.generation(1, "base", "x = (")]
    answers = list(judged_answers(samples, index_generations(rows, {s.id for s in samples}), "3.3"))
    base = count_gates((answer.facts for answer in answers), 0.5)[0]
    assert [(gate.gate, gate.count) for gate in base.gates] == [
        ("answer", 2),
        ("code found", 2),
        ("parses", 1),
        ("imports", 1),
        ("loads", 1),
        ("asked for", 0),
    ]
