"""The model that comes with the clone is found where nothing was trained, and is what its card says."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import yaml

from airflownet.generation.model_source import ADAPTER, model_files
from airflownet.generation.shipped_model import FOLDER, shipped_model


def test_the_adapter_is_the_one_of_its_card() -> None:
    facts = yaml.safe_load((FOLDER / "base.yaml").read_text("utf-8"))
    assert hashlib.sha256((FOLDER / ADAPTER).read_bytes()).hexdigest() == facts["adapter_sha256"]
    assert facts["sha256"] in (FOLDER / "README.md").read_text("utf-8")
    assert (FOLDER / ADAPTER).stat().st_size < 25_000_000


def test_a_clone_without_one(tmp_path: Path) -> None:
    assert shipped_model(tmp_path) is None


@pytest.mark.network
def test_it_is_used_where_nothing_was_trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    base, adapter = model_files("")
    assert adapter == FOLDER / ADAPTER
    assert base.read_bytes()[:4] == b"GGUF"
