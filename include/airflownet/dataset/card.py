"""The dataset card: what the rows are, where they come from, and what they are not good for.

Front matter as the Hugging Face Hub reads it (dataset card specification: license, size_categories, configs).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from airflownet.dataset.families import FamilyMember
from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.split import SPLITS
from airflownet.funnel import Funnel
from airflownet.records import Sample

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))

_CLOSING = """## Columns

`messages` (system, user, assistant) is what a model is trained on. `family_id`, `split`, `view`, `repo`,
`ref`, `path`, `licence`, `airflow`, `outcome` and `operators` say what a row is and where it came from;
`dag_file_id` and `instruction_id` join it to the earlier stages.

## Intended use

Fine-tuning and evaluating models that write Airflow DAGs from a description. Train on `train`, steer by
`validation`, report on `test` only, with statistics clustered by `family_id`.

## Limits

- The instructions were written from the code: they describe it more closely than a person would.
- `loads` means that the file imports and defines a DAG. It does not mean that it was run.
- Example and system-test DAGs teach features one at a time and hold test scaffolding; they are not a sample
  of production DAGs.
- No scan for personal data or secrets was made."""


def dataset_card(
    samples: Sequence[Sample],
    members: Sequence[FamilyMember],
    funnel: Funnel,
    leakage: Mapping[str, Any],
    settings: DatasetSettings,
) -> str:
    """Returns ``README.md`` of the dataset; the same rows give the same text."""
    licences = Counter(sample.licence for sample in samples)
    parts = [
        f"---\n{yaml.safe_dump(_front_matter(samples, licences), sort_keys=False)}---",
        f"# Apache Airflow DAGs with instructions (Airflow {settings.airflow})",
        "Each row is a chat: what a user asks for, and a real DAG file that answers it. Every answer is "
        f"a whole file whose verdict on Airflow {settings.airflow} is `loads`; none was cut, and nothing "
        "but the leading licence comment was taken off.",
        "## Splits",
        _table(("split", "rows", "DAG files", "families"), _split_rows(samples)),
        _families_text(settings, members),
        "## No leakage",
        f"All {leakage['n_pairs']:,} pairs of files across splits were compared after the split, by a "
        f"check that does not use the families: {leakage['n_exact']} equal, {leakage['n_near']} with "
        f"Jaccard similarity of at least {leakage['threshold']:g}; the highest is "
        f"{leakage['max_jaccard']:.3f}. The 20 closest pairs are in `leakage.json`.",
        "## From mined files to rows",
        _table(("", "DAG files"), _funnel_rows(funnel)),
        "## Sources and licences",
        _table(("source", "version", "DAG files", "licence"), _source_rows(samples)),
        "The archives' hashes and the attribution are in `NOTICE.md` of the mining output.",
        _CLOSING,
    ]
    return "\n\n".join(parts) + "\n"


def _front_matter(samples: Sequence[Sample], licences: Counter[str]) -> dict[str, Any]:
    known = [spdx.lower() for spdx in sorted(licences)]
    size = next((name for limit, name in _SIZES if len(samples) < limit), "n>1M")
    return {
        "license": known[0] if len(known) == 1 else known,
        "language": ["en"],
        "task_categories": ["text-generation"],
        "tags": ["code", "airflow", "python"],
        "size_categories": [size],
        "annotations_creators": ["machine-generated"],
        "source_datasets": ["original"],
        "dataset_info": {
            "splits": [
                {"name": name, "num_examples": sum(s.split == name for s in samples)} for name in SPLITS
            ]
        },
        "configs": [
            {
                "config_name": "default",
                "data_files": [
                    {"split": name, "path": f"dataset_dict/{name}/data-*.arrow"} for name in SPLITS
                ],
            }
        ],
    }


def _families_text(settings: DatasetSettings, members: Sequence[FamilyMember]) -> str:
    sizes = Counter(member.family_id for member in members)
    return (
        "A family holds files that are the same path in different releases, have the same content, or reach "
        f"a Jaccard similarity of {settings.family_threshold:g} on {settings.shingle_tokens}-token shingles "
        "of normalised code (no comments, docstrings or layout), and their relatives in turn. A whole "
        f"family falls into one split, by a hash of its id. The {len(members)} mined files form "
        f"{len(sizes)} families; the largest has {max(sizes.values(), default=0)} files, and "
        f"{sum(size == 1 for size in sizes.values())} files have no relative."
    )


def _split_rows(samples: Sequence[Sample]) -> list[tuple[Any, ...]]:
    rows = []
    for name in SPLITS:
        of_split = [sample for sample in samples if sample.split == name]
        files, families = {s.dag_file_id for s in of_split}, {s.family_id for s in of_split}
        rows.append((name, len(of_split), len(files), len(families)))
    return rows


def _funnel_rows(funnel: Funnel) -> list[tuple[Any, ...]]:
    dropped = [(f"dropped: {reason}", count) for reason, count in sorted(funnel.dropped.items()) if count]
    return [("mined", funnel.listed), *dropped, ("kept", funnel.kept)]


def _source_rows(samples: Sequence[Sample]) -> list[tuple[Any, ...]]:
    files = {s.dag_file_id: (s.repo, s.ref, s.licence) for s in samples}
    return [(repo, ref, count, spdx) for (repo, ref, spdx), count in sorted(Counter(files.values()).items())]


def _table(head: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])
