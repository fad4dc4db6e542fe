"""``croissant.json``: the dataset for machines, in Croissant 1.1 (MLCommons; JSON-LD on schema.org).

Files with their hashes, columns with their types, and where it came from: ``prov:wasDerivedFrom`` and the
Responsible-AI terms ``rai:dataCollection`` and ``rai:hasSyntheticData``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from airflownet.dataset.dataset_files import data_file
from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.split import SPLITS
from airflownet.hashing import sha256_file
from airflownet.records import Sample

CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "prov": "http://www.w3.org/ns/prov#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
    "wd": "https://www.wikidata.org/wiki/",
}
_COLUMNS = {
    "id": "Stable id of the row.",
    "family_id": "Family of near-identical files; a family is in one split only.",
    "split": "train, validation or test.",
    "kind": "create, migrate, repair, explain, magpie or replay.",
    "dag_file_id": "Id of the file behind the answer.",
    "repo": "Project or repository of that file.",
    "ref": "Release, tag or branch.",
    "path": "Path in the repository.",
    "licence": "SPDX identifier.",
    "airflow": "Airflow line the answer is judged for.",
    "outcome": "The judge's outcome for that line.",
}
_ARRAYS = {
    "operators": "Operators and task decorators of the answer.",
    "providers": "Provider packages of the answer.",
    "valid_on": "Airflow lines on which the answer loads.",
}


def write_croissant(
    folder: Path,
    samples: Sequence[Sample],
    settings: DatasetSettings,
    version: str,
    sources: Mapping[str, Sequence[str]],
    licence: str,
) -> None:
    """Writes ``croissant.json``; the Parquet files must be in the folder.

    Args:
        folder: the dataset.
        samples: its rows.
        settings: for the title and the line.
        version: of the dataset.
        sources: repository -> refs.
        licence: an SPDX identifier, or the words that stand in its place.
    """
    n_generated = sum(s.kind in ("magpie", "replay") for s in samples)
    metadata = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": "airflow-dag-instructions",
        "description": f"{settings.pretty_name}, Airflow {settings.airflow}: {len(samples)} chats whose "
        "answers are whole DAG files that load; families of near-identical files never cross a split.",
        "license": licence,
        "url": "https://huggingface.co/datasets",
        "version": version,
        "isLiveDataset": False,
        "prov:wasDerivedFrom": [f"{repo} {ref}" for repo, refs in sorted(sources.items()) for ref in refs],
        "rai:dataCollection": "Files were read from the archives and repositories named in NOTICE.md.",
        "rai:hasSyntheticData": f"Requests are machine-written; {n_generated} answers are.",
        "distribution": [_file(folder, name) for name in SPLITS],
        "recordSet": [_splits(), *(_records(name) for name in SPLITS)],
    }
    text = json.dumps(metadata, indent=1, ensure_ascii=False) + "\n"
    (folder / "croissant.json").write_text(text, encoding="utf-8")


def _file(folder: Path, split: str) -> dict[str, Any]:
    path = folder / data_file(split)
    return {
        "@type": "cr:FileObject",
        "@id": f"{split}-file",
        "name": f"{split}-file",
        "contentUrl": data_file(split),
        "contentSize": f"{path.stat().st_size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": sha256_file(path),
    }


def _splits() -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": "splits",
        "name": "splits",
        "dataType": "cr:Split",
        "key": {"@id": "splits/name"},
        "field": [{"@type": "cr:Field", "@id": "splits/name", "name": "name", "dataType": "sc:Text"}],
        "data": [{"splits/name": name} for name in SPLITS],
    }


def _records(split: str) -> dict[str, Any]:
    def field(column: str, description: str) -> dict[str, Any]:
        return {
            "@type": "cr:Field",
            "@id": f"{split}/{column}",
            "name": column,
            "description": description,
            "dataType": "sc:Text",
            "source": {"fileObject": {"@id": f"{split}-file"}, "extract": {"column": column}},
        }

    arrays = [{**field(name, text), "isArray": True, "arrayShape": "-1"} for name, text in _ARRAYS.items()]
    return {
        "@type": "cr:RecordSet",
        "@id": split,
        "name": split,
        "description": f"The rows of {split}.",
        "field": [*(field(name, text) for name, text in _COLUMNS.items()), *arrays],
    }
