"""``NOTICE.md`` of the dataset: whose work the answers are, by source, release and licence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from airflownet.records import DagFile, Sample

_HEAD = """# Notice

The answers are the work of their authors, taken from the sources below under the licence named with each.
Leading licence comments were removed from the text; this notice and the `licence` column stand in their
place. Generated rows are marked; the terms of the model that wrote them apply.
"""


def attribution(samples: Sequence[Sample], files: Sequence[DagFile]) -> str:
    """Returns the text: one table row for each source, release and licence, then the files of each."""
    by_id = {file.id: file for file in files}
    groups: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for sample in samples:
        evidence = ", ".join(sample.licence_evidence)
        groups[sample.repo, sample.ref, sample.licence][sample.path] = evidence
    archives = {(file.repo, file.ref): (file.archive, file.archive_sha256) for file in by_id.values()}
    lines = [_HEAD, "| source | version | licence | files | archive | SHA-256 |", "|---|---|---|---|---|---|"]
    for (repo, ref, licence), paths in sorted(groups.items()):
        archive, sha256 = archives.get((repo, ref), ("", ""))
        lines.append(
            f"| {_cell(repo)} | {_cell(ref)} | {_cell(licence)} | {len(paths)} "
            f"| {_cell(archive)} | {sha256} |"
        )
    if any(repo.startswith("apache-airflow") for repo, _, _ in groups):
        lines += ["", "Apache Airflow and its providers: Copyright The Apache Software Foundation "
                  "(https://www.apache.org/)."]  # fmt: skip
    for (repo, ref, licence), paths in sorted(groups.items()):
        lines += ["", f"## {_cell(repo)} {_cell(ref)} ({_cell(licence)})", ""]
        lines += [f"- `{_cell(path)}`: {_cell(evidence)}" for path, evidence in sorted(paths.items())]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("`", "'").split())
