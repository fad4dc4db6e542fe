import os
import shutil
import subprocess

import pytest

from airflownet.errors import DiskSpaceError
from airflownet.toolchain.airflow_environment import ensure_airflow_environment, uv_settings
from airflownet.toolchain.airflow_settings import CLONE


@pytest.fixture
def no_uv_settings(monkeypatch):
    for name in [name for name in os.environ if name.startswith("UV_") or name == "SSL_CERT_FILE"]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("pip", "uv"),
    [
        pytest.param({}, {}, id="nothing configured"),
        pytest.param({"index-url": "http://a/simple"}, {"UV_DEFAULT_INDEX": "http://a/simple"}, id="index"),
        pytest.param(
            {"extra-index-url": "http://b/simple file:///c/simple"},
            {"UV_INDEX": "http://b/simple", "UV_INDEX_STRATEGY": "unsafe-best-match"},
            id="extra indexes, the local one left out",
        ),
        pytest.param({"find-links": "/a /b"}, {"UV_FIND_LINKS": "/a,/b"}, id="folders of wheels"),
        pytest.param({"cert": "/ca.pem"}, {"SSL_CERT_FILE": "/ca.pem"}, id="certificate"),
    ],
)
def test_uv_gets_what_pip_is_configured_with(no_uv_settings, pip, uv):
    assert uv_settings(pip) == uv


def test_users_own_uv_setting_wins(no_uv_settings, monkeypatch):
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://mine/simple")
    assert uv_settings({"index-url": "http://a/simple"}) == {}


def test_full_disk_is_told_before_anything_is_made(tmp_path, full_disk):
    with pytest.raises(DiskSpaceError, match=r"needs 1\.5 GB"):
        ensure_airflow_environment(tmp_path, dev=False)
    assert list(tmp_path.glob(".venv/*")) == []


@pytest.fixture
def bare_clone(tmp_path):
    """What make and the doctor read before anything is installed."""
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        shutil.copy2(CLONE / name, tmp_path / name)
    shutil.copytree(CLONE / "config", tmp_path / "config")
    shutil.copytree(CLONE / "include", tmp_path / "include", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def make(clone, *words, path=None):
    environment = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "PYTHONPATH")
    }
    if path:
        environment["PATH"] = path
    command = [shutil.which("make") or "make", "-C", str(clone), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_doctor_before_setup_says_so(bare_clone):
    answer = make(bare_clone, "doctor")
    assert answer.returncode != 0
    assert "Remedy: make setup" in answer.stdout
    assert not (bare_clone / ".venv").exists()


def test_old_python_is_named_with_a_remedy(bare_clone, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "sed", "awk", "cat", "rm", "env"):
        (tools / name).symlink_to(shutil.which(name))
    old = tools / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.1" && exit 0\nexit 1\n')
    old.chmod(0o755)
    answer = make(bare_clone, "setup", path=str(tools))
    assert answer.returncode != 0
    assert "Python 3.9.1" in answer.stderr
    assert "Remedy: install Python 3.11 or newer" in answer.stderr


def test_missing_venv_module_is_named_with_a_remedy(bare_clone, tmp_path):
    # What Debian's python3 without python3-venv answers.
    broken = tmp_path / "python3"
    real = shutil.which("python3")
    broken.write_text(
        f'#!/bin/sh\nexport PYTHONPATH="{tmp_path}/no_ensurepip:$PYTHONPATH"\nexec {real} "$@"\n'
    )
    broken.chmod(0o755)
    (tmp_path / "no_ensurepip").mkdir()
    (tmp_path / "no_ensurepip" / "venv.py").write_text('raise SystemExit("ensurepip is not available")\n')
    answer = make(bare_clone, ".venv/ready", f"PYTHON={broken}")
    assert answer.returncode != 0
    assert "cannot make an environment" in answer.stderr
    assert "python3-venv" in answer.stderr
    assert not (bare_clone / ".venv" / "ready").exists()
