"""Who writes: files of a model, found in every folder that holds one, and a server started for them."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from airflownet.errors import InputError
from airflownet.generation.compose import Composer, Written
from airflownet.generation.model_source import model_files, open_model
from airflownet.generation.settings import GenerationSettings


@pytest.mark.parametrize(
    ("files", "given", "base", "has_adapter"),
    [
        pytest.param(
            ["training/base.gguf", "training/adapter.gguf"], ".", "training/base.gguf", True, id="run"
        ),
        pytest.param(["base_model/base.gguf"], ".", "base_model/base.gguf", False, id="run-without-training"),
        pytest.param(
            ["base_model/base.gguf", "training/adapter.gguf"], ".", "base_model/base.gguf", True, id="apart"
        ),
        pytest.param(["base.gguf", "adapter.gguf"], ".", "base.gguf", True, id="training"),
        pytest.param(["some.gguf"], "some.gguf", "some.gguf", False, id="file"),
    ],
)
def test_files_of_a_model(tmp_path: Path, files: list[str], given: str, base: str, has_adapter: bool) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found, adapter = model_files(str(tmp_path / given))
    assert found == tmp_path / base
    assert (adapter is not None) == has_adapter


def test_a_folder_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="make demo"):
        model_files(str(tmp_path))


@pytest.mark.llama
def test_even_random_weights_plan_a_file_that_loads(models: Path, tmp_path: Path) -> None:
    for name in ("base.gguf", "adapter.gguf"):
        shutil.copy(models / name, tmp_path / name)
    settings = GenerationSettings(
        n_drafts=1, n_slots=1, context_tokens_per_slot=2048, max_plan_tokens=400, start_timeout_s=120
    )

    async def run() -> Written:
        async with open_model(settings, model=str(tmp_path)) as model:
            return await Composer(model, settings).write("Use the BashOperator every hour, DAG id `hourly`")

    written = asyncio.run(run())
    assert written.checked.is_good
    assert 'dag_id="hourly"' in written.code
    assert 'schedule="@hourly"' in written.code
    assert "BashOperator(" in written.code
