"""``lines.json``: the wheels each line is read from, the one input of a build. Committed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
LINES_FILE = DATA / "lines.json"


@dataclass(frozen=True, slots=True)
class Wheel:
    """One wheel as the package index lists it."""

    distribution: str
    version: str
    filename: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Line:
    """One Airflow line: the newest patch and the official providers of its time."""

    line: str
    version: str
    python: tuple[int, int]
    """The Python that version switches are settled for."""
    resolved_until: str
    """Date (ISO 8601) after which nothing was taken."""
    wheels: tuple[Wheel, ...]
    """Official wheels, sorted by distribution."""
    third_party: tuple[tuple[str, str], ...]
    """(distribution, version) of everything else that is installed with them, sorted."""
    left_out: tuple[str, ...] = ()
    """Official providers that could not be installed with the others at that time."""


def read_lines() -> dict[str, Line]:
    """Returns the committed lines by name, in order; empty when there is no file yet."""
    if not LINES_FILE.exists():
        return {}
    rows = json.loads(LINES_FILE.read_text())
    return {row["line"]: _line(row) for row in rows}


def _line(row: dict[str, object]) -> Line:
    def rows_of(key: str) -> list[list[str]]:
        value = row[key]
        assert isinstance(value, list)
        return value

    major, minor = (int(part) for part in str(row["python"]).split("."))
    return Line(
        line=str(row["line"]),
        version=str(row["version"]),
        python=(major, minor),
        resolved_until=str(row["resolved_until"]),
        wheels=tuple(Wheel(*fields) for fields in rows_of("wheels")),
        third_party=tuple((name, version) for name, version in rows_of("third_party")),
        left_out=tuple(str(name) for name in rows_of("left_out")),
    )


def write_lines(lines: dict[str, Line]) -> None:
    """Writes the file, newest line last, one wheel a row."""
    DATA.mkdir(exist_ok=True)
    rows = []
    for name in sorted(lines, key=lambda text: tuple(int(part) for part in text.split("."))):
        row = asdict(lines[name])
        row["python"] = ".".join(map(str, lines[name].python))
        row["wheels"] = [list(wheel.values()) for wheel in row["wheels"]]
        rows.append(row)
    text = json.dumps(rows, indent=1)
    LINES_FILE.write_text(_one_row_a_line(text) + "\n")


def _one_row_a_line(text: str) -> str:
    """Joins the innermost lists of indented JSON, so that a diff shows one wheel a line."""
    out: list[str] = []
    inner: list[str] | None = None
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped == "[" and line.startswith("   "):
            inner = [line]
        elif inner is not None:
            inner.append(stripped)
            if stripped.rstrip(",") == "]":
                out.append("".join(inner[:2]) + " ".join(inner[2:-1]) + inner[-1])
                inner = None
        else:
            out.append(line)
    return "\n".join(out)
