"""Which licence one file has: its own header and what its archive says; the most restrictive wins.

Identifiers are those of the SPDX list (https://spdx.org/licenses/). A licence that is stated but not
recognised is ``NOASSERTION`` and counts as the most restrictive of all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from typing import Final

from airflownet.mining.licence_comment import LICENCE_WORDS
from airflownet.mining.settings import PERMISSIVE
from airflownet.records import Licence

NOASSERTION: Final = "NOASSERTION"

_SPDX_TAG = re.compile(r"SPDX-License-Identifier:\s*([A-Za-z0-9.+\-() ]+)")
# Each licence by a phrase of its text that no other licence of the list has.
_PHRASES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("AGPL-3.0-only", re.compile(r"GNU Affero General Public License", re.IGNORECASE)),
    ("LGPL-3.0-only", re.compile(r"GNU (?:Lesser|Library) General Public License", re.IGNORECASE)),
    ("GPL-3.0-only", re.compile(r"GNU General Public License", re.IGNORECASE)),
    ("MPL-2.0", re.compile(r"Mozilla Public License", re.IGNORECASE)),
    ("Apache-2.0", re.compile(r"Apache License,?\s+Version 2\.0", re.IGNORECASE)),
    ("MIT", re.compile(r"Permission is hereby granted, free of charge", re.IGNORECASE)),
    ("ISC", re.compile(r"Permission to use, copy, modify, and/or distribute this software", re.IGNORECASE)),
    ("BSD-3-Clause", re.compile(r"Neither the name of .* nor the names of", re.IGNORECASE)),
    ("BSD-2-Clause", re.compile(r"Redistribution and use in source and binary forms", re.IGNORECASE)),
    (
        "Unlicense",
        re.compile(r"free and unencumbered software released into the public domain", re.IGNORECASE),
    ),
)


@dataclass(frozen=True, slots=True)
class LicenceClaim:
    """One statement about a licence, with where it was read."""

    spdx: str
    evidence: str


def licence_of(text: str, archive_claims: Sequence[LicenceClaim]) -> Licence:
    """Returns the licence of a file from its leading comment and the claims of its archive."""
    claims = [*header_claims(text), *archive_claims]
    if not claims:
        return Licence(NOASSERTION, ())
    strictest = max(claims, key=lambda claim: _rank(claim.spdx))
    return Licence(strictest.spdx, tuple(f"{claim.evidence}={claim.spdx}" for claim in claims))


def header_claims(text: str) -> list[LicenceClaim]:
    """Returns what the comment at the top of a file states."""
    comment: list[str] = []
    for line in text.splitlines()[:120]:
        if line.strip() and not line.lstrip().startswith("#"):
            break
        comment.append(line.strip().lstrip("#").strip())
    header = " ".join(comment)
    if tags := _SPDX_TAG.findall("\n".join(comment)):
        return [LicenceClaim(tag.strip(), "header:spdx") for tag in tags]
    if not LICENCE_WORDS.search(header):
        return []
    named = recognised(header)
    if named is None and not re.search(r"licen[sc]e[ds]?\b", header, re.IGNORECASE):
        return []  # A copyright line alone leaves the licence to the archive.
    return [LicenceClaim(named or NOASSERTION, "header:text")]


def archive_claims(pkg_info: str | None, licence_text: str | None) -> list[LicenceClaim]:
    """Returns what an archive's PKG-INFO (core metadata 2.4) and LICENSE state."""
    claims = []
    if pkg_info is not None and (stated := HeaderParser().parsestr(pkg_info)["License-Expression"]):
        claims.append(LicenceClaim(str(stated).strip(), "archive:PKG-INFO"))
    if licence_text is not None:
        claims.append(LicenceClaim(recognised(licence_text) or NOASSERTION, "archive:LICENSE"))
    return claims


def recognised(text: str) -> str | None:
    """Returns the SPDX identifier of the licence a text holds or names, None when it is none we know."""
    joined = " ".join(text.split())[:8_000]
    return next((spdx for spdx, phrase in _PHRASES if phrase.search(joined)), None)


def _rank(spdx: str) -> int:
    """Orders licences from permissive (0) through weak and strong copyleft to unknown (4)."""
    names = [name for name in re.split(r"[\s()]+|\bAND\b|\bOR\b|\bWITH\b", spdx) if name]
    return max((_rank_of_one(name) for name in names), default=4)


def _rank_of_one(name: str) -> int:
    if name in PERMISSIVE:
        return 0
    for rank, family in ((1, ("MPL", "LGPL", "EPL")), (2, ("GPL",)), (3, ("AGPL",))):
        if name.startswith(family):
            return rank
    return 4
