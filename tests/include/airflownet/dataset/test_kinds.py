"""Rows beside create, on real DAG files and the real judge."""

from __future__ import annotations

from collections import Counter

import pytest

from airflownet.code_extraction import extract_code
from airflownet.dataset.kinds.explain import explanation
from airflownet.dataset.kinds.requests import block
from airflownet.dataset.mixture_settings import MixtureSettings
from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.stage import run
from airflownet.errors import ArtifactError
from airflownet.judge.loader import load_source
from airflownet.judge.verdict import judge_code
from airflownet.records import JudgedSample, Sample, SyntheticRow
from airflownet.tables import read_table, write_table

from .conftest import dag_file, instructions_for

BASE = {"train_fraction": 0.6, "validation_fraction": 0.2, "test_fraction": 0.2}
_WORDS = ("orders", "stock", "prices", "visits", "claims", "tests", "shifts", "seats", "trips", "bills")


def new_code(number: int) -> str:
    """A DAG that loads on 3.3 and uses nothing deprecated; each number is a design of its own."""
    words = [f"{_WORDS[(number * 3 + step * 7) % 10]}_{number * 17 + step}" for step in range(7)]
    lines = [
        "from datetime import datetime",
        "from airflow.providers.standard.operators.bash import BashOperator",
        "from airflow.sdk import DAG",
        "",
        f'with DAG("{words[0]}", schedule="{number % 60} {number % 24} * * *",',
        "         start_date=datetime(2024, 1, 1), catchup=False):",
    ]
    for step, word in enumerate(words):
        command = f"run {word} --with {words[step - 1]} --limit {number * 100 + step}"
        lines.append(f'    {word} = BashOperator(task_id="{word}", bash_command="{command}", retries={step})')
    lines.append("    " + " >> ".join(words))
    return "\n".join(lines) + "\n"


def old_code(number: int) -> str:
    """The same DAG as it was for Airflow 2."""
    code = new_code(number).replace("airflow.sdk", "airflow").replace("schedule=", "schedule_interval=")
    return code.replace("airflow.providers.standard.operators.bash", "airflow.operators.bash_operator")


def built(inputs, tmp_path, files, mixture, **more):
    verdicts = [judge_code(file.content, airflow="3.3", id=file.id) for file in files]
    texts = [text for file in files for text in instructions_for(file)]
    settings = DatasetSettings(**BASE, mixture=MixtureSettings(**mixture))
    result = run(settings, **inputs(files, verdicts, texts), output=str(tmp_path / "out"), **more)
    return result, list(read_table(tmp_path / "out/samples.parquet", Sample))


FILES = [dag_file(f"dags/{n:02}.py", new_code(n), ref="2.0") for n in range(24)]


def test_migrate_pairs_are_confirmed_by_the_judge(inputs, tmp_path):
    old = [dag_file(f"dags/{n:02}.py", old_code(n), ref="1.0") for n in range(12)]
    broken = [
        dag_file(f"dags/{n:02}.py", new_code(n) + "nothing_defines_this\n", ref="1.0") for n in range(12, 24)
    ]
    _, rows = built(inputs, tmp_path, [*FILES, *old, *broken], {"migrate": 10})
    pairs = [row for row in rows if row.kind == "migrate"]
    assert pairs
    assert {row.split for row in pairs} == {"train"}
    for row in pairs:
        before = extract_code(row.messages[1].content).code
        line = row.view.removeprefix("from-")
        assert row.source_id in {file.id for file in old}  # a file that loads nowhere is not an older DAG
        assert judge_code(before, airflow="3.3").outcome == "fails"
        assert judge_code(before, airflow=line).outcome == "loads"
        assert judge_code(row.messages[2].content, airflow="3.3").outcome == "loads"
        assert line in row.messages[1].content.split("```")[0]
        assert row.messages[1].content.endswith("Target: Apache Airflow 3.3.")


def test_repair_rows_hold_the_error_of_their_broken_file(inputs, tmp_path):
    _, rows = built(inputs, tmp_path, FILES, {"repair": 1})
    repairs = [row for row in rows if row.kind == "repair"]
    by_file = {file.id: file.content for file in FILES}
    assert repairs
    assert max(Counter(row.dag_file_id for row in repairs).values()) <= 2
    assert len({row.source_id for row in repairs}) > 3
    for row in repairs:
        request = row.messages[1].content
        broken = extract_code(request).code
        verdict = judge_code(broken, airflow="3.3")
        assert verdict.outcome == "fails"
        assert verdict.reason in request
        assert row.messages[2].content == by_file[row.dag_file_id]
        assert row.messages[2].content != broken


def test_failing_answers_become_repair_rows_on_the_side_of_their_request(inputs, tmp_path):
    built(inputs, tmp_path, FILES, {})
    first = list(read_table(tmp_path / "out/samples.parquet", Sample))
    code = "from airflow.sdk import Nothing\n"
    outcomes = [(s, "fails") for s in first] + [(s, "loads") for s in first[:3]]
    rest = ("", (), 0, 0, 0, "eos", False, 9)
    answers = [
        JudgedSample(s.id, s.family_id, "tuned", 0, "3.3", s.messages[1].content, code, outcome, *rest)
        for s, outcome in outcomes
    ]
    (tmp_path / "evaluation").mkdir()
    write_table(tmp_path / "evaluation/results.parquet", JudgedSample, answers)
    _, rows = built(inputs, tmp_path, FILES, {"repair": 10}, answers=str(tmp_path / "evaluation"))
    repairs = [row for row in rows if row.source_id.startswith("answer:")]
    train = {s.dag_file_id for s in first if s.split == "train"}
    assert {row.dag_file_id for row in repairs} == train
    assert {row.split for row in repairs} == {"train"}
    assert all("cannot import name 'Nothing'" in row.messages[1].content for row in repairs)


def test_explanations_tell_the_graph():
    told = explanation(load_source(new_code(1), "3.3").dags)
    assert "runs on the schedule `1 1 * * *`" in told.split("\n")[0]
    assert "7 tasks (7 × `BashOperator`)" in told
    assert told.count(" before ") == 6
    uncertain = "from airflow.sdk import DAG\nwith DAG(name()):\n  pass\n"
    assert explanation(load_source(uncertain, "3.3").dags) == ""


def test_explain_rows_answer_with_prose_under_their_own_system_message(inputs, tmp_path):
    _, rows = built(inputs, tmp_path, FILES, {"explain": 0.5})
    explained = [row for row in rows if row.kind == "explain"]
    n_create = sum(row.kind == "create" and row.split == "train" for row in rows)
    assert len(explained) == n_create // 2
    assert {row.messages[0].content for row in explained} == {MixtureSettings().explain_system_prompt}
    assert all("BashOperator" in row.messages[2].content for row in explained)


def synthetic(kind: str, number: int, code: str) -> SyntheticRow:
    request = f"Please make the {_WORDS[number % 10]} thing number {number}."
    return SyntheticRow(f"{kind}-{number}", kind, request, code, code, "3.3", "loads", "cell", "steered",
                        "model.gguf", "0" * 64, "1" * 64, 1, 1, 1, "good", "easy")  # fmt: skip


def test_generated_rows_are_judged_again_and_never_copy_what_is_held_out(inputs, tmp_path):
    _, first = built(inputs, tmp_path, FILES, {})
    test_code = next(s.messages[2].content for s in first if s.split == "test")
    rows = [synthetic("magpie", n, new_code(100 + n)) for n in range(6)]
    rows += [synthetic("magpie", 20, "from airflow.sdk import Nothing\n"),
             synthetic("magpie", 21, "# The same, with a comment.\n" + test_code),
             synthetic("replay", 22, "def add(a, b):\n    return a + b\n")]  # fmt: skip
    (tmp_path / "magpie").mkdir()
    write_table(tmp_path / "magpie/rows.parquet", SyntheticRow, rows)
    _, made = built(inputs, tmp_path, FILES, {"magpie": 5, "replay": 5}, synthetic=str(tmp_path / "magpie"))
    generated = {s.dag_file_id: s for s in made if s.kind in ("magpie", "replay")}
    assert "magpie-20" not in generated
    assert "magpie-21" not in generated
    assert {s.split for s in generated.values()} <= {"train"}
    assert any(s.kind == "magpie" for s in generated.values())
    assert all(s.licence == "NOASSERTION" for s in generated.values())
    if (replayed := generated.get("replay-22")) is not None:
        assert replayed.messages[0].content == MixtureSettings().replay_system_prompt
        assert replayed.airflow == ""


def test_a_kind_without_its_table_is_an_error(inputs, tmp_path):
    with pytest.raises(ArtifactError, match=r"rows\.parquet"):
        built(inputs, tmp_path, FILES, {"magpie": 1}, synthetic=str(tmp_path))


@pytest.mark.parametrize("text", ["x", "a ``` b", "````\nx\n````", "```python"])
def test_a_block_ends_where_it_should(text):
    assert extract_code(f"Words.\n\n{block(text, 'python')}\n\nMore.").code.rstrip("\n") == text
