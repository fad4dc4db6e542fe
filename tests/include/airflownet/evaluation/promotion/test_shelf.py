from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from airflownet.errors import ArtifactError, InputError
from airflownet.evaluation.promotion.shelf import promote, read_champion, shelf_of


def trained(folder: Path, content: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / "adapter.gguf.part"
    part.write_text(content)
    part.replace(folder / "adapter.gguf")
    record = folder / "manifest.json.part"
    record.write_text(json.dumps({"content_sha256": content * 8}))
    record.replace(folder / "manifest.json")
    return folder


def put(shelf: Path, model: Path, name: str = "laptop"):
    return promote(shelf, str(model), name=name, beaten="base", checks=("loads: +3",))


def test_a_champion_stays_as_it_was_judged_when_its_run_is_trained_again(tmp_path: Path) -> None:
    shelf = shelf_of(str(tmp_path))
    assert read_champion(shelf) is None
    model = trained(tmp_path / "laptop" / "training", "aaaaaaaa")
    first = put(shelf, model)
    assert (shelf / "champion" / "adapter.gguf").read_text() == "aaaaaaaa"
    trained(model, "bbbbbbbb")
    assert (shelf / "champion" / "adapter.gguf").read_text() == "aaaaaaaa"
    second = put(shelf, model)
    assert (shelf / "champion" / "adapter.gguf").read_text() == "bbbbbbbb"
    assert (second.previous, second.beaten, second.checks) == (first.folder, "base", ("loads: +3",))
    assert read_champion(shelf) == second
    assert not list(shelf.glob("*.part")) + list(shelf.glob(".*.part"))


def test_the_same_model_again_changes_nothing_but_a_lost_alias(tmp_path: Path) -> None:
    shelf, model = shelf_of(str(tmp_path)), trained(tmp_path / "m", "aaaaaaaa")
    first = put(shelf, model)
    (shelf / "champion").unlink()
    assert put(shelf, model) == first
    assert (shelf / "champion" / "manifest.json").is_file()


def test_the_alias_is_never_missing_or_half_while_it_moves(tmp_path: Path) -> None:
    shelf = shelf_of(str(tmp_path))
    models = [trained(tmp_path / name, name * 8) for name in "ab"]
    put(shelf, models[0])
    seen: set[str] = set()
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            seen.add((shelf / "champion" / "adapter.gguf").read_text())

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(40):
        put(shelf, models[number % 2])
    is_over.set()
    reader.join()
    assert seen <= {"a" * 8, "b" * 8}


def test_what_is_no_finished_model_or_no_local_shelf_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="no finished training stage"):
        put(shelf_of(str(tmp_path)), tmp_path)
    with pytest.raises(InputError, match="not on this machine"):
        shelf_of("s3://bucket/artifacts")
    (tmp_path / "models").mkdir(exist_ok=True)
    (tmp_path / "models" / "champion.json").write_text("{")
    with pytest.raises(ArtifactError, match="not readable"):
        read_champion(tmp_path / "models")


@pytest.mark.parametrize("name", ["Qwen/Qwen3", "../../above", ".hidden"])
def test_a_model_of_any_name_lies_on_the_shelf(tmp_path: Path, name: str) -> None:
    shelf = shelf_of(str(tmp_path / "root"))
    champion = put(shelf, trained(tmp_path / "m", "aaaaaaaa"), name)
    assert (shelf / champion.folder).parent == shelf
    assert (shelf / champion.folder).resolve().parent == shelf.resolve()
    assert not champion.folder.startswith(".")
    assert (shelf / "champion" / "adapter.gguf").read_text() == "aaaaaaaa"
    assert champion.name == name
