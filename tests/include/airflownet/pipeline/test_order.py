"""``airflownet run`` in a process of its own: every stage real, the training a few steps long."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from airflownet.pipeline.order import steps_of
from airflownet.recipe import load_recipe
from small_recipe import STAGES, write_small_recipe


@pytest.mark.parametrize(
    ("recipe", "left_out"),
    [
        pytest.param("laptop", set(), id="every-stage"),
        pytest.param("qwen2.5-1.5b-t4", {"base_model", "magpie"}, id="a-base-of-the-hub-and-no-magpie"),
    ],
)
def test_the_steps_are_those_that_the_recipe_asks_for(recipe, left_out):
    assert list(steps_of(load_recipe(recipe))) == [stage for stage in STAGES if stage not in left_out]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny recipe on two archives, a few training steps and four short answers."""
    folder = tmp_path_factory.mktemp("run")
    write_small_recipe(folder)
    return folder


def run(cwd: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "120"}
    command = [sys.executable, "-m", "airflownet.cli.main", "run", "small.yaml", *options]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=600)


@pytest.mark.training
@pytest.mark.llama
@pytest.mark.network
@pytest.mark.timeout(1300)
def test_a_run_ends_at_its_report_and_a_second_one_repeats_nothing(place):
    options = ("--artifact-root", "kept", "--max-test-samples", "3")
    first = run(place, *options)
    assert first.returncode == 0, first.stderr
    folder = place / "kept" / "small.max-test-samples-3"
    manifests = {path: path.read_bytes() for path in folder.glob("*/manifest.json")}
    assert len(manifests) == 9
    assert f"Report: {folder / 'evaluation' / 'report.html'}" in first.stdout
    assert "[9/9] evaluation" in first.stderr
    assert not list(folder.rglob(".*.server")), "no llama-server is left"

    second = run(place, *options)
    assert second.returncode == 0, second.stderr
    assert second.stderr.count("finished before") == 9
    assert {path: path.read_bytes() for path in manifests} == manifests


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param(("--airflow", "3.30"), "choose one of 2.7", id="no-such-line"),
        pytest.param(("--max-test-samples", "1"), "greater than or equal to 2", id="too-few-prompts"),
    ],
)
def test_a_wrong_option_is_told_before_any_work(place, options, told):
    answer = run(place, *options)
    assert answer.returncode == 2
    assert told in answer.stderr
    assert "[1/9]" not in answer.stderr
    assert "Traceback" not in answer.stderr
