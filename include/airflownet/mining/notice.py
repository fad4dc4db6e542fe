"""The attribution that goes with mined files: by archive and licence, as markdown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from airflownet.records import DagFile

_HEAD = """# Notice

The DAG files of this folder are the work of their authors, taken from the sources below under the licence
named with each. The leading licence comment was removed from each file's text; this notice, the licence
column and the archive's hash stand in its place. The full licence texts are in the archives.
"""


def notice(sources: Sequence[dict[str, Any]], files: Sequence[DagFile]) -> str:
    """Returns the text of ``NOTICE.md``; ``sources`` are the rows of ``sources.json``."""
    by_source: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for file in files:
        by_source[(file.repo, file.ref)][file.licence.spdx] += 1
    lines = [_HEAD, "| source | version | archive | SHA-256 | files by licence |", "|---|---|---|---|---|"]
    for row in sources:
        counts = by_source[(row["project"], row["version"])]
        licences = ", ".join(f"{count} {spdx}" for spdx, count in sorted(counts.items())) or "none kept"
        lines.append(
            f"| {row['project']} | {row['version']} | {row['archive']} | {row['sha256']} | {licences} |"
        )
    if any(row["project"].startswith("apache-airflow") for row in sources):
        lines += [
            "",
            "Apache Airflow and its providers: Copyright The Apache Software Foundation "
            "(https://www.apache.org/).",
        ]
    return "\n".join(lines) + "\n"
