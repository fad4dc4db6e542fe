"""The attribution that goes with mined files: by source and licence, with the licence and notice texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_HEAD = """# Notice

The DAG files of this folder are the work of their authors, taken from the sources below under the licence
named with each. The leading licence comment was removed from each file's text; this notice, the licence
column and the archive's hash or commit stand in its place. The licence and notice texts of the sources are
in `licences/`, each text once.
"""


def notice(sources: Sequence[dict[str, Any]]) -> str:
    """Returns the text of ``NOTICE.md``; ``sources`` are the rows of ``sources.json``."""
    kept = [row for row in sources if row["files_kept"]]
    without = len(sources) - len(kept)
    lines = [
        _HEAD,
        "| source | version | archive or commit | SHA-256 | files by licence |",
        "|---|---|---|---|---|",
    ]
    for row in kept:
        licences = ", ".join(f"{count} {spdx}" for spdx, count in row["licences"].items())
        where = row["archive"] or row["commit"]
        project = f"[{row['project']}]({row['url']})" if row.get("url") else row["project"]
        lines.append(f"| {project} | {row['version']} | {where} | {row['sha256']} | {licences} |")
    if without:
        lines += ["", f"{without} further source{'' if without == 1 else 's'} gave no file."]
    if any(row["licence_texts"] for row in kept):
        lines += ["", "## Licence and notice texts", ""]
        for row in kept:
            if row["licence_texts"]:
                texts = ", ".join(f"[{path}](licences/{name})" for path, name in row["licence_texts"].items())
                lines.append(f"- {row['project']} {row['version']}: {texts}")
    if any(row["project"].startswith("apache-airflow") for row in kept):
        lines += [
            "",
            "Apache Airflow and its providers: Copyright The Apache Software Foundation "
            "(https://www.apache.org/).",
        ]
    return "\n".join(lines) + "\n"
