"""``airflownet promote``: exit codes, the alias, evidence of another model, a champion that is asked."""

# ruff: noqa: F811
from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from airflownet.artifacts import StageSettings, StageWork, run_stage
from airflownet.cli.main import typer_app
from airflownet.evaluation.answer_facts import AnswerFacts
from airflownet.evaluation.comparison.compare import compare
from airflownet.evaluation.comparison.records import read_comparison, write_comparison
from airflownet.evaluation.statistics.proportion import IntervalSettings
from llama_fixtures import llama_cpp, models  # noqa: F401
from opinions_asked import N_PROMPTS, NAME, earlier_champion, write_inputs
from small_recipe import write_small_recipe


class _Content(StageSettings):
    text: str


def stage(root: Path, name: str, text: str, **inputs: Path) -> Path:
    """A finished stage whose output holds the text."""

    def body(work: StageWork) -> None:
        (work.directory / "content").write_text(text)
        if name == "evaluation":
            write_comparison(work.directory / "comparison.json", _compared(better="yes" in text))

    places = {key: str(place) for key, place in inputs.items()}
    run_stage(name, _Content(text=text), places, str(root / name), body, code=(name,), fresh=True)
    return root / name


def _compared(*, better: bool):
    rows = [
        AnswerFacts(
            f"p{n}",
            f"f{n}",
            model,
            0,
            "3.3",
            "loads" if good else "fails",
            True,
            True,
            True,
            asked_for=float(good),
        )
        for n in range(60)
        for model, good in (("base", n < 20), ("tuned", n < (50 if better else 5)))
    ]
    return compare(rows, settings=IntervalSettings(0.95, 300, 1), threshold=0.5, title="t")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    run = tmp_path / "artifacts" / "laptop"
    training = stage(run, "training", "model one")
    inference = stage(run, "inference", "answers", training=training)
    stage(run, "evaluation", "better: yes", inference=inference)
    return run


def promote(root: Path, *arguments: str):
    return CliRunner().invoke(typer_app, ["promote", str(root), *arguments])


def test_a_better_model_becomes_champion_and_the_next_must_beat_it(root: Path) -> None:
    assert promote(root, "--check").exit_code == 0
    assert not (root.parent / "models").exists()
    done = promote(root, "--by", "ada")
    assert done.exit_code == 0, done.output
    assert (root.parent / "models" / "champion" / "content").read_text() == "model one"
    record = json.loads((root.parent / "models" / "champion.json").read_text())
    assert (record["promoted_by"], record["beaten"], record["name"]) == ("ada", "base", "laptop")
    same = promote(root, "--ask-champion")
    assert (same.exit_code, "is the champion already" in same.output) == (0, True)
    again = promote(root)
    assert again.exit_code != 0
    assert "does not hold its answers" in str(again.exception)


def test_a_regression_exits_with_one_and_moves_nothing(root: Path) -> None:
    stage(root, "evaluation", "worse", inference=root / "inference")
    done = promote(root)
    assert done.exit_code == 1
    assert "It is a regression." in done.output
    assert not (root.parent / "models" / "champion").exists()


def test_evidence_of_another_model_is_refused(root: Path) -> None:
    stage(root, "training", "model two")
    done = promote(root)
    assert "written by another model" in str(done.exception)
    stage(root, "inference", "other answers", training=root / "training")
    assert "made from other answers" in str(promote(root).exception)


@pytest.mark.llama
def test_the_champion_answers_the_prompts_of_the_run_first(models: Path, tmp_path: Path) -> None:
    """Every step as typed: a llama-server of its own answers for the run, another for its champion."""
    recipe = write_small_recipe(tmp_path)
    content = yaml.safe_load(recipe.read_text())
    content["promotion"] = {"rule": "not_worse", "margin_points": 50, "min_prompts": 2}
    content["inference"] |= {"arms": []}
    recipe.write_text(yaml.safe_dump(content))
    run = tmp_path / "artifacts" / NAME
    write_inputs(run, models)
    stages = ("dataset", "base_model", "training")
    places = [part for name in stages for part in (f"--{name.replace('_', '-')}", str(run / name))]
    for command in (["infer", *places, "--output", str(run / "inference")], ["evaluate", str(run)]):
        done = CliRunner().invoke(typer_app, [*command, "--recipe", str(recipe)])
        assert done.exit_code == 0, done.output
    earlier = earlier_champion(run.parent)

    strict = tmp_path / "strict.yaml"
    strict.write_text(yaml.safe_dump(content | {"promotion": {"min_prompts": 2}}))
    refused = promote(run, "--recipe", str(strict), "--ask-champion")
    assert (refused.exit_code, "tuned does not take the place of champion" in refused.output) == (1, True)
    found = {one.model: one for one in read_comparison(run / "comparison" / "comparison.json").models}
    assert {"base", "tuned", "champion"} <= found.keys()
    assert (found["champion"].n_answers, found["champion"].n_missing) == (N_PROMPTS, 0)
    alias = run.parent / "models" / "champion"
    assert alias.readlink().name == earlier

    done = promote(run, "--recipe", str(recipe), "--ask-champion")  # what was answered is not asked again
    assert done.exit_code == 0, done.output
    record = json.loads((run.parent / "models" / "champion.json").read_text())
    assert (record["beaten"], record["previous"]) == ("champion", earlier)
    assert alias.readlink().name == record["folder"] != earlier
