"""Prints where a report lies and opens it where there is a desktop; standard library alone."""

from __future__ import annotations

import os
import platform
import sys
import webbrowser
from pathlib import Path


def main(path: str) -> int:
    """Returns 0 when the report is there, 2 when no run has written it yet."""
    report = Path(path)
    if not report.is_file():
        sys.stderr.write(f"Error: there is no report at {report} yet\n  Remedy: make demo\n")
        return 2
    sys.stdout.write(f"\nReport: {report}\nOpen:   {report.as_uri()}\n")
    if sys.stdout.isatty() and has_desktop():
        webbrowser.open(report.as_uri())
    return 0


def has_desktop() -> bool:
    """Tells whether a browser window can appear, so that no text browser takes over a terminal."""
    return platform.system() == "Darwin" or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
