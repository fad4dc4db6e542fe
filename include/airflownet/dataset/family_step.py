"""The families of this edition: shingles of every file, the table, and the hold-outs on top."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from airflownet.dataset.hold_out import held_out_families, with_hold_outs
from airflownet.dataset.material import Material
from airflownet.dataset.row import origin_of_generated
from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.split import SplitShares, split_of
from airflownet.families.family_records import FamilyFile
from airflownet.families.family_table import FamilyTable, family_table
from airflownet.families.shingles import Shingles, code_shingles
from airflownet.hashing import sha256_text
from airflownet.parallel import Workers


def families(
    material: Material, settings: DatasetSettings, workers: Workers
) -> tuple[FamilyTable, dict[str, str]]:
    """Returns the table, with hold-outs in test, and family id -> why it is held out."""
    shares = SplitShares(settings.train_fraction, settings.validation_fraction, settings.split_salt)
    table = family_table(
        _with_shingles(material, settings.shingle_tokens, workers),
        settings.family_threshold,
        functools.partial(split_of, shares=shares),
        previous=material.previous,
        aliases=material.aliases,
        renames=material.renames,
    )
    held_out = held_out_families(
        material.files,
        table.members,
        material.labels,
        settings.hold_out,
        settings.airflow,
        settings.split_salt,
    )
    edition = 1 + max((member.since for member in material.previous), default=0)
    members = with_hold_outs(table.members, held_out, edition)
    return FamilyTable(members, table.aliases, table.links, table.bridges), held_out


def _with_shingles(
    material: Material, length: int, workers: Workers
) -> Iterator[tuple[FamilyFile, Shingles]]:
    """Yields every file and every generated row: a copy of a test file must not come in by that door."""
    entries = [
        FamilyFile(file.id, file.repo, file.ref, file.path, file.blob_sha1, file.content_sha256)
        for file in material.files
    ]
    for row in material.synthetic:
        origin = origin_of_generated(row, "")
        entries.append(FamilyFile(row.id, origin.repo, origin.ref, origin.path, "", sha256_text(row.code)))
    contents = [file.content for file in material.files] + [row.code for row in material.synthetic]
    shingles = workers.map(functools.partial(code_shingles, length=length), contents)
    yield from zip(entries, shingles, strict=True)
