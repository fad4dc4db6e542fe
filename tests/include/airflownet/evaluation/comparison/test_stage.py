"""A comparison from JSONL to report, through the command line as a user calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from airflownet.errors import InputError
from airflownet.evaluation.answer_facts import AnswerFacts
from airflownet.evaluation.comparison.records import read_comparison
from airflownet.evaluation.comparison.stage import run
from airflownet.evaluation.settings import EvaluationSettings
from airflownet.records import JudgedSample
from airflownet.tables import read_table

TOP = "from airflow.sdk import DAG\n"
COPY = (
    "from airflow.providers.amazon.aws.transfers.gcs_to_s3 import GCSToS3Operator\n"
    + TOP
    + 'with DAG("copy", schedule="@daily"):\n'
    '    GCSToS3Operator(task_id="copy", gcs_bucket="a", dest_s3_key="s3://b/")\n'
)
OLD = "from airflow.operators.bash_operator import BashOperator\n" + TOP + 'with DAG("x"):\n    pass\n'
INVENTED = "from airflow.providers.amazon.aws.operators.s3 import S3FlyOperator\n" + TOP
HARNESS = "from tests_common.test_utils.system_tests import get_test_run\n" + TOP
BROKEN = "with DAG(\n"
ASKED = "Copy the files from GCS to S3 every day. {}</script><b>"
N = 12


def rows(*codes: str, per_prompt: int = 1) -> str:
    """Prompt by prompt, ``codes`` in turn; fenced as a model writes them."""
    told = []
    for number in range(N):
        for sample in range(per_prompt):
            code = codes[(number + sample) % len(codes)]
            told.append({"prompt_id": f"p{number}", "completion": f"Here:\n```python\n{code}```\n"})
    return "".join(json.dumps(row) + "\n" for row in told)


def evaluate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "airflownet.cli.main", "evaluate", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=folder)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """(folder of a finished comparison of three models, what was printed)."""
    folder = tmp_path_factory.mktemp("comparison")
    prompts = [
        {"id": f"p{n}", "prompt": ASKED.format(n), "family": f"f{n}", "code": COPY, "airflow": "3.3"}
        for n in range(N)
    ]
    (folder / "prompts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in prompts))
    (folder / "good.jsonl").write_text(rows(COPY, COPY, COPY, BROKEN, per_prompt=2))
    (folder / "old.jsonl").write_text(rows(OLD, INVENTED, HARNESS))
    half = rows(BROKEN).splitlines(keepends=True)[: N // 2]
    (folder / "half.jsonl").write_text("".join(half) + '{"prompt_id": "elsewhere", "completion": "x"}\n')
    answers = [x for name in ("good", "old", "half") for x in ("--answers", f"{name}={name}.jsonl")]
    done = evaluate(folder, *answers, "--prompts", "prompts.jsonl", "--output", "out")
    assert done.returncode == 0, done.stderr
    return folder / "out", done.stdout


def test_every_answer_has_its_rows_and_outcomes(finished: tuple[Path, str]) -> None:
    folder, _ = finished
    facts = list(read_table(folder / "answers.parquet", AnswerFacts))
    assert len(facts) == len(list(read_table(folder / "results.parquet", JudgedSample)))
    counts = {m: sum(f.model == m for f in facts) for m in ("good", "old", "half", "ground_truth", "trivial")}
    assert counts == {"good": 2 * N, "old": N, "half": N, "ground_truth": N, "trivial": 3 * N}
    assert all(f.outcome == "loads" for f in facts if f.model in ("ground_truth", "trivial"))
    assert all(f.asked_for >= 0.9 for f in facts if f.model == "ground_truth")
    assert all(f.asked_for == 0 for f in facts if f.model == "trivial"), "the control arm earns nothing"
    assert sum(f.outcome == "missing" for f in facts if f.model == "half") == N // 2
    assert {f.invented for f in facts if f.model == "old"} == {("outdated",), ("name",), ("harness",)}
    assert all(f.earlier_validity for f in facts if f.model == "old"), "four checks see nothing wrong"


def test_the_numbers_of_the_comparison(finished: tuple[Path, str]) -> None:
    found = read_comparison(finished[0] / "comparison.json")
    assert [one.model for one in found.models] == ["good", "old", "half", "ground_truth", "trivial"]
    rate = found.rate("loads_and_asked_for", "good")
    assert rate is not None
    assert rate.share is not None
    assert (rate.share.count, rate.share.n) == (18, 24)
    difference = found.difference("loads_and_asked_for", "old", "good")
    assert difference is not None
    assert difference.is_distinguishable
    assert difference.high < 0
    assert (difference.n_prompts, difference.n_families) == (N, N)
    assert found.strengths[0].model == "good"
    assert {(one.model, one.k) for one in found.passes} == {("good", 1), ("good", 2)}
    two = next(one for one in found.passes if one.k == 2 and one.measure == "loads")
    assert (two.any_of_k, two.all_of_k) == (1.0, 0.5)
    assert [step.count for step in found.gates if step.model == "half"] == [6, 6, 0, 0, 0, 0]
    assert any("belong to none of the prompts" in note for note in found.notes)


def test_the_report_tells_it_and_foreign_text_stays_inert(finished: tuple[Path, str]) -> None:
    folder, printed = finished
    page, text = (folder / "report.html").read_text(), (folder / "report.md").read_text()
    assert "good is ahead of all others, beyond chance" in printed
    for told in (page, text):
        assert "Trivial DAGs" in told
        assert "Leaderboard" in told
    assert page.count("<script") == 2  # the sample browser: its data and itself
    assert (folder / "plots" / "asked_for_curve.png").is_file()


def test_bad_input_exits_with_two_and_no_traceback(finished: tuple[Path, str]) -> None:
    done = evaluate(finished[0].parent, "--answers", "a=nowhere.jsonl")
    assert done.returncode == 2
    assert "there is no file nowhere.jsonl" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        pytest.param("trivial", {"prompts": "prompts"}, "name is taken", id="reserved"),
        pytest.param("a", {}, "hold no prompts", id="no-prompts"),
        pytest.param("a", {"prompts": "other"}, "any of the 1 prompts", id="other-prompts"),
        pytest.param("a", {"prompts": "prompts", "lines": ("1.10",)}, "no catalogue", id="unknown-line"),
    ],
)
def test_bad_input_is_told(
    finished: tuple[Path, str], tmp_path: Path, name: str, options: dict[str, Any], message: str
) -> None:
    folder = finished[0].parent
    (folder / "other.jsonl").write_text('{"id": "z", "prompt": "Copy it."}\n')
    if "prompts" in options:
        options = options | {"prompts": str(folder / f"{options['prompts']}.jsonl")}
    answers = [(name, str(folder / "good.jsonl"))]
    with pytest.raises(InputError, match=message):
        run(EvaluationSettings(), answers, str(tmp_path / "bad"), **options)
