"""The doctor before anything is installed: Python's standard library alone, one message, exit 1."""

from __future__ import annotations

import platform
import shutil
import sys


def main() -> int:
    """Prints what the set-up itself needs and says that nothing is set up yet."""
    python = f"{platform.python_version()} ({sys.executable})"
    sys.stdout.write(f"  present  Python        {python}\n")
    for name, candidates in (
        ("C++ compiler", ("c++", "g++", "clang++")),
        ("git", ("git",)),
        ("make", ("make",)),
    ):
        path = next((found for found in map(shutil.which, candidates) if found), None)
        sys.stdout.write(f"  {'present' if path else 'missing':8} {name:13} {path or 'not on PATH'}\n")
    sys.stdout.write("  missing  environments  not set up in this clone\n")
    sys.stdout.write("Remedy: make setup, then make doctor tells the rest.\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
