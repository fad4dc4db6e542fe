"""``airflownet promote`` from a run's own evaluation: exit codes, the alias, evidence of another model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from airflownet.artifacts import StageSettings, StageWork, run_stage
from airflownet.cli.main import typer_app
from airflownet.evaluation.answer_facts import AnswerFacts
from airflownet.evaluation.comparison.compare import compare
from airflownet.evaluation.comparison.records import write_comparison
from airflownet.evaluation.statistics.proportion import IntervalSettings


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
