"""The ways a recipe names the base, and the old ways."""

import pytest
from pydantic import ValidationError

from airflownet.training.settings import TrainingSettings

COMMIT = "2e1fd397ee46e1388853d2af2c993145b0f1098a"
WHEEL = {
    "kind": "wheel",
    "project": "Some.Model",
    "version": "0.1.2",
    "sha256": "0" * 64,
    "file": "some_model/model.gguf",
    "model": "owner/name",
    "licence": "Apache-2.0",
}


@pytest.mark.parametrize(
    ("base", "kind", "label"),
    [
        pytest.param({"kind": "seedling"}, "seedling", "../base_model/model", id="seedling"),
        pytest.param("seedling", "seedling", "../base_model/model", id="the word, as before"),
        pytest.param({"kind": "folder", "path": "models/x"}, "folder", "models/x", id="folder"),
        pytest.param("./models/x", "folder", "./models/x", id="a path, as before"),
        pytest.param({"kind": "hub", "id": "a/b", "revision": COMMIT}, "hub", "a/b", id="hub"),
        pytest.param(WHEEL, "wheel", "owner/name", id="wheel"),
    ],
)
def test_base_is_read(base, kind, label):
    settings = TrainingSettings(base=base)
    assert (settings.base.kind, settings.base.label) == (kind, label)
    assert settings.uses_seedling == (kind == "seedling")
    assert TrainingSettings(**settings.model_dump(mode="json")) == settings


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"base": "Qwen/Qwen2.5-Coder-1.5B"}, "kind: hub, id: Qwen/Qwen2.5", id="hub id alone"),
        pytest.param({"base": "Qwen/x", "base_revision": COMMIT}, f"revision: {COMMIT}", id="old revision"),
        pytest.param({"base": {"kind": "hub", "id": "a/b", "revision": "main"}}, "revision", id="a branch"),
        pytest.param({"base": {**WHEEL, "sha256": "abc"}}, "sha256", id="short hash"),
        pytest.param({"base": {**WHEEL, "file": "model.bin"}}, "file", id="no GGUF"),
        pytest.param({"base": {"kind": "url"}}, "'seedling', 'folder', 'hub', 'wheel'", id="unknown kind"),
    ],
)
def test_base_is_refused_with_the_new_form(changes, named):
    with pytest.raises(ValidationError, match=named):
        TrainingSettings(**changes)


def test_wheel_of_data_has_one_name():
    assert TrainingSettings(base=WHEEL).base.filename == "some_model-0.1.2-py3-none-any.whl"
