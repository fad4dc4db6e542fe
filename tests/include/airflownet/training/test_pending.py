"""Whether there is something to train is told without training; no worker is started here."""

from __future__ import annotations

import json

import pytest

from airflownet.artifacts import StageResult, StageSettings, run_stage, would_run
from airflownet.errors import ArtifactError
from airflownet.recipe import load_recipe
from airflownet.training.pending import is_pending


class Settings(StageSettings):
    """A stage's settings."""

    number: int = 1


def count_to(settings: Settings, output: str) -> StageResult:
    def body(work):
        (work.directory / "number.txt").write_text(str(settings.number))
        work.funnel.listed = work.funnel.kept = settings.number

    return run_stage("counting", settings, {}, output, body, code=("training",))


def test_asking_leaves_nothing_and_a_finished_stage_has_nothing_to_do(tmp_path):
    output = tmp_path / "counting"
    assert would_run(lambda: count_to(Settings(), str(output)))
    assert not output.exists()
    count_to(Settings(), str(output))
    assert not would_run(lambda: count_to(Settings(), str(output)))
    assert would_run(lambda: count_to(Settings(number=2), str(output)))
    assert not count_to(Settings(number=2), str(output)).skipped, "asking is over"


@pytest.mark.parametrize("name", ["tiny", "laptop", "qwen2.5-1.5b-t4"])
def test_what_was_never_trained_is_pending(tmp_path, name):
    dataset = tmp_path / "dataset"
    dataset.mkdir()
    (dataset / "manifest.json").write_text(json.dumps({"content_sha256": "0" * 64}))
    recipe = load_recipe(name)
    places = [str(tmp_path / place) for place in ("base_model", "training")]
    assert is_pending(recipe.training, recipe.seedling, str(dataset), *places)
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith(".")) == ["dataset"]


def test_a_missing_dataset_is_told(tmp_path):
    recipe = load_recipe("tiny")
    places = [str(tmp_path / place) for place in ("dataset", "base_model", "training")]
    with pytest.raises(ArtifactError):
        is_pending(recipe.training, recipe.seedling, *places)
