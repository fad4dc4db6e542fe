"""The requirements of an environment to ask."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from airflownet.errors import DiskSpaceError, SetupError
from airflownet.judge.sandbox import oracle
from airflownet.judge.sandbox.oracle import build_oracle, find_oracle, oracle_folder, requirements_of


def test_pins_core_and_the_chosen_providers() -> None:
    pins, until = requirements_of("2.9", frozenset({"http"}))
    assert "apache-airflow==2.9.3" in pins
    assert [pin.partition("==")[0] for pin in pins if "providers" in pin] == ["apache-airflow-providers-http"]
    assert until.startswith("2024-")


def test_all_providers_without_a_choice() -> None:
    assert len(requirements_of("3.3")[0]) > 90


def test_unknown_line_names_the_known_ones() -> None:
    with pytest.raises(SetupError, match=r"3\.3"):
        requirements_of("1.10")


def test_unknown_provider_names_the_known_ones() -> None:
    with pytest.raises(SetupError, match=r"no official provider htp") as raised:
        requirements_of("3.3", frozenset({"htp"}))
    assert "http" in raised.value.remedy


def test_folder_of_many_providers_is_short_and_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOWNET_CACHE_DIR", str(tmp_path))
    assert oracle_folder("2.9").name == "2.9"
    assert oracle_folder("2.9", frozenset({"slack", "http"})).name == "2.9-http-slack"
    many = frozenset(f"provider-{number}" for number in range(90))
    assert len(oracle_folder("2.9", many).name) < 80
    assert oracle_folder("2.9", many) != oracle_folder("2.9", many - {"provider-1"})


def test_an_environment_counts_only_when_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOWNET_CACHE_DIR", str(tmp_path))
    built: list[Path] = []

    def install(folder: Path, pins: list[str], until: str, title: str) -> None:
        assert not folder.exists()
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").touch()
        built.append(folder)
        if len(built) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(oracle, "install", install)
    monkeypatch.setattr(oracle, "require_free_disk", lambda *_: None)
    only = frozenset({"http"})
    with pytest.raises(KeyboardInterrupt):
        build_oracle("2.9", only)
    assert find_oracle("2.9", only) is None
    assert build_oracle("2.9", only) == find_oracle("2.9", only)
    build_oracle("2.9", only)
    assert len(built) == 2


def test_too_little_disk_is_told_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOWNET_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("airflownet.cache.shutil.disk_usage", lambda _: SimpleNamespace(free=1_000_000_000))
    with pytest.raises(DiskSpaceError, match=r"needs [45]\.\d GB free"):
        build_oracle("3.3")
