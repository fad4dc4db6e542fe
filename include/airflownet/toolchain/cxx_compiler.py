"""Is there a working C and C++ compiler? Asked by running each on a one-line program's syntax."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess

from airflownet.errors import SetupError

PROBE_TIMEOUT_S = 60


def find_compiler(language: str) -> str | None:
    """Returns the path of a compiler for ``"c"`` or ``"c++"`` that can compile, or None.

    ``CC`` or ``CXX`` is tried first, as cmake does. On a Mac without the command line tools the
    programs are there and only refuse to run, so each candidate really compiles something.
    """
    variable, names = {"c": ("CC", ("cc", "gcc", "clang")), "c++": ("CXX", ("c++", "g++", "clang++"))}[
        language
    ]
    chosen = shlex.split(os.environ.get(variable, ""))[:1]
    for name in (*chosen, *names):
        path = shutil.which(name)
        if path and _compiles(path, language):
            return path
    return None


def require_compilers() -> None:
    """Raises SetupError, with the command that installs them here, when a compiler is missing."""
    missing = [name for name, language in (("C", "c"), ("C++", "c++")) if find_compiler(language) is None]
    if missing:
        raise SetupError(f"no working {' and '.join(missing)} compiler found on PATH", compiler_remedy())


def compiler_remedy() -> str:
    """Returns how compilers are installed on this system."""
    if platform.system() == "Darwin":
        return "xcode-select --install"
    for program, command in (
        ("apt-get", "sudo apt-get install build-essential"),
        ("dnf", "sudo dnf install gcc gcc-c++ make"),
        ("pacman", "sudo pacman -S base-devel"),
        ("zypper", "sudo zypper install gcc gcc-c++ make"),
        ("apk", "sudo apk add build-base"),
    ):
        if shutil.which(program):
            return f"{command}, then run `make setup` again"
    return "install gcc and g++ (or clang), then run `make setup` again"


def _compiles(path: str, language: str) -> bool:
    command = [path, "-x", language, "-fsyntax-only", "-"]
    try:
        answer = subprocess.run(
            command,
            input=b"int main() { return 0; }",
            capture_output=True,
            timeout=PROBE_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0
