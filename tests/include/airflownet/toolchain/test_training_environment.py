import os
import subprocess

import pytest

from airflownet.errors import DiskSpaceError, SetupError
from airflownet.toolchain import training_environment
from airflownet.toolchain.pip_environment import create
from airflownet.toolchain.training_environment import (
    PYTHON_VARIABLE,
    ensure_training_environment,
    environment_dir,
    find_training_python,
    installed_versions,
    is_ready,
)


@pytest.fixture(scope="module")
def spare_python(tmp_path_factory):
    """An environment that tests of failures share."""
    return create(tmp_path_factory.mktemp("spare") / "environment")


TORCH = "class version:\n    cuda = None\n"


@pytest.fixture
def small_lock(package_index, tmp_path, monkeypatch):
    """A lock of two packages, offered by the index."""
    path = tmp_path / "requirements-train.txt"
    path.write_text("torch==2.13.0\ntinytrainer==1.0\n")
    package_index.add_wheel("torch", "2.13.0", body=TORCH)
    package_index.add_wheel("tinytrainer", "1.0", ("torch",))
    monkeypatch.setattr(training_environment, "REQUIREMENTS", path)
    monkeypatch.setattr(training_environment, "IMPORTS", ("torch", "tinytrainer"))
    monkeypatch.setattr(training_environment.check_imports, "__defaults__", (("torch", "tinytrainer"),))
    for name in (PYTHON_VARIABLE, "AIRFLOWNET_ALLOW_CUDA_TORCH"):
        monkeypatch.delenv(name, raising=False)
    return path


def test_made_once_then_found_and_made_again_when_interrupted(small_lock, package_index):
    with pytest.raises(SetupError, match="not set up yet"):
        find_training_python()
    python = ensure_training_environment()
    assert subprocess.run([python, "-c", "import tinytrainer"], check=False).returncode == 0
    assert installed_versions() == {"torch": "2.13.0", "tinytrainer": "1.0"}
    asked = len(package_index.requests)
    assert ensure_training_environment() == find_training_python() == python
    assert len(package_index.requests) == asked

    # Killed before its stamp: what is there is not trusted.
    (environment_dir() / "READY.json").unlink()
    (environment_dir() / "rubbish").touch()
    assert not is_ready()
    assert ensure_training_environment() == python
    assert not (environment_dir() / "rubbish").exists()


def test_another_lock_is_another_environment(small_lock):
    before = environment_dir()
    small_lock.write_text("torch==2.13.0\n")
    assert environment_dir() != before


def test_cuda_build_that_slipped_through_is_not_called_ready(
    small_lock, package_index, spare_python, monkeypatch
):
    monkeypatch.setattr(training_environment, "create", lambda _folder: spare_python)
    package_index.add_wheel("torch", "2.13.0", body="class version:\n    cuda = '13.0'\n")
    with pytest.raises(SetupError, match=r"CUDA 13\.0"):
        ensure_training_environment()
    assert not is_ready()


def test_missing_package_names_the_log(small_lock, package_index, spare_python, monkeypatch):
    monkeypatch.setattr(training_environment, "create", lambda _folder: spare_python)
    small_lock.write_text("torch==2.13.0\nforgotten-trainer==1.0\n")
    with pytest.raises(SetupError, match="forgotten-trainer") as caught:
        ensure_training_environment()
    assert ".log" in caught.value.message
    assert not is_ready()


def test_full_disk_is_told_first(small_lock, package_index, full_disk):
    with pytest.raises(DiskSpaceError, match=r"needs 4\.0 GB"):
        ensure_training_environment()
    assert package_index.requests == []


def test_chosen_python_wins_and_must_have_the_packages(small_lock, tmp_path, monkeypatch):
    chosen = tmp_path / "python"
    chosen.write_text("#!/bin/sh\necho \"ModuleNotFoundError: No module named 'torch'\" >&2\nexit 1\n")
    chosen.chmod(0o755)
    monkeypatch.setenv(PYTHON_VARIABLE, str(chosen))
    assert find_training_python() == chosen
    with pytest.raises(SetupError, match="No module named 'torch'"):
        ensure_training_environment()


def test_chosen_python_that_is_no_program(separate_cache, monkeypatch):
    monkeypatch.setenv(PYTHON_VARIABLE, "/nowhere/python")
    with pytest.raises(SetupError, match="/nowhere/python is no program"):
        find_training_python()


@pytest.mark.skipif(os.name != "posix", reason="permissions of files")
def test_environment_whose_base_python_is_gone_is_not_ready(small_lock):
    folder = environment_dir()
    (folder / "bin").mkdir(parents=True)
    (folder / "READY.json").write_text("{}")
    (folder / "bin" / "python").symlink_to("/nowhere/python3.11")
    assert not is_ready()
