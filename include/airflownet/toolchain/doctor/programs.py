"""Python, compilers, git and make."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator

from airflownet.toolchain.cxx_compiler import compiler_remedy, find_compiler
from airflownet.toolchain.doctor.finding import Finding, State
from airflownet.toolchain.llama_cpp import find_llama_cpp_or_none

FAMILY = "Programs"


def find_programs() -> Iterator[Finding]:
    """Yields the interpreter, a working C and C++ compiler, git and make."""
    recent = (3, 11) <= sys.version_info < (3, 15)
    yield Finding(
        FAMILY,
        "Python",
        State.PRESENT if recent else State.MISSING,
        f"{platform.python_version()} ({sys.executable})",
        "" if recent else "install Python 3.11 to 3.14, then `make clean setup`",
    )
    # Compilers only build llama.cpp: once that is there, they may go.
    built = find_llama_cpp_or_none() is not None
    for name, language in (("C compiler", "c"), ("C++ compiler", "c++")):
        path = find_compiler(language)
        if path:
            yield Finding(FAMILY, name, State.PRESENT, _first_line([path, "--version"]))
        else:
            state = State.OPTIONAL if built else State.MISSING
            yield Finding(FAMILY, name, state, "no working one on PATH", compiler_remedy())
    for name in ("git", "make"):
        if path := shutil.which(name):
            yield Finding(FAMILY, name, State.PRESENT, _first_line([path, "--version"]))
        else:
            yield Finding(
                FAMILY, name, State.MISSING, "not on PATH", f"install {name} with the system's packages"
            )


def _first_line(command: list[str]) -> str:
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{command[0]}: {error}"
    return (answer.stdout.strip().splitlines() or [command[0]])[0]
