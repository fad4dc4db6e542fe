"""Folders of killed processes are removed at the next start; those of living ones are not."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from airflownet.generation.scratch_folder import scratch_folder


def test_only_the_folders_of_dead_processes_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead = tmp_path / f"airflownet-generate-{ended.pid}-abc"
    living = tmp_path / f"airflownet-generate-{os.getppid()}-abc"
    other = tmp_path / "airflownet-generate-abc"
    for folder in (dead, living, other):
        folder.mkdir()
    with scratch_folder() as folder:
        assert folder.is_dir()
        assert not dead.exists()
        assert living.is_dir()
        assert other.is_dir()
    assert not folder.exists()
