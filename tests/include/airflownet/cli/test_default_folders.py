"""From a folder of DAGs to a dataset: the commands one after the other, with no folder named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[4]

DAG = '''"""Copies {name} to the warehouse."""

import datetime

from airflow.sdk import dag, task


@dag(schedule="@daily", start_date=datetime.datetime(2026, 1, 1), catchup=False, tags=["{name}"])
def copy_{name}():
    @task
    def {verb}_{name}() -> int:
        """{verb} the rows of {name}."""
        return len("{name}" * {number})

    @task
    def report_{name}(rows: int) -> None:
        print("{name}: {verb}", rows)

    report_{name}({verb}_{name}())


copy_{name}()
'''


def airflownet(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "120"}
    environment.pop("AIRFLOWNET_ARTIFACTS", None)
    command = [sys.executable, "-m", "airflownet.cli.main", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ten DAGs that are no near-copies, and a recipe that puts up with so few."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "dags").mkdir()
    nouns = ("orders", "stars", "rivers", "loans", "seeds", "maps", "songs", "bricks", "tides", "games")
    for number, name in enumerate(nouns):
        text = DAG.format(name=name, verb=("read", "load", "sort")[number % 3], number=number + 1)
        extra = "".join(
            f"LIMIT_{name.upper()}_{n} = {n * number + 7}  # {name[:n]}\n" for n in range(number * 4)
        )
        (folder / "dags" / f"copy_{name}.py").write_text(text.replace("@dag(", extra + "\n\n@dag(", 1))
    recipe = yaml.safe_load((ROOT / "recipes" / "laptop.yaml").read_text())
    recipe["name"] = "few"
    recipe["dataset"].pop("quality")
    recipe["dataset"].update(train_fraction=0.4, validation_fraction=0.3, test_fraction=0.3)
    (folder / "few.yaml").write_text(yaml.safe_dump(recipe))
    return folder


def test_the_commands_find_each_others_output(place):
    for command in (["mine", "--folder", "dags", "--licence", "MIT"], ["label"], ["instruct"], ["dataset"]):
        answer = airflownet(*command, "--recipe", "few.yaml", cwd=place)
        assert answer.returncode == 0, (command, answer.stderr)
    run = place / "artifacts" / "few"
    assert {path.parent.name for path in run.glob("*/manifest.json")} == {
        "mining",
        "judging",
        "instructions",
        "dataset",
    }


def test_label_again_is_finished_before_and_another_line_is_not(place):
    again = airflownet("label", "--recipe", "few.yaml", cwd=place)
    assert again.returncode == 0, again.stderr
    assert "10 of 10 DAG files load on Airflow 3.3" in again.stdout
    assert "finished before" in again.stdout
    older = airflownet("label", "--recipe", "few.yaml", "--airflow", "2.9", "--output", "older", cwd=place)
    assert "0 of 10 DAG files load on Airflow 2.9" in older.stdout


@pytest.mark.parametrize(
    ("command", "stage"),
    [
        pytest.param("label", "mining", id="label"),
        pytest.param("instruct", "mining", id="instruct"),
        pytest.param("dataset", "mining", id="dataset"),
        pytest.param("finetune", "dataset", id="finetune"),
        pytest.param("infer", "base_model", id="infer"),
        pytest.param("evaluate", "dataset", id="evaluate"),
        pytest.param("publish a/b", "dataset", id="publish"),
    ],
)
def test_the_stage_before_is_looked_for_in_the_folder_of_the_recipe(command, stage, tmp_path):
    answer = airflownet(*command.split(), cwd=tmp_path)
    assert answer.returncode == 2
    assert f"artifacts/laptop/{stage}" in answer.stderr.replace("\n", "")
    assert "Traceback" not in answer.stderr


def test_the_version(tmp_path):
    answer = airflownet("--version", cwd=tmp_path)
    assert (answer.returncode, answer.stdout.split()[0]) == (0, "airflownet")
