"""Which licence one file has: its own header, the nearest licence file, what archive and host state.

The most restrictive of them wins; each is kept as evidence. Identifiers are those of the SPDX list
(https://spdx.org/licenses/). A licence that is stated but not recognised is ``NOASSERTION`` and counts as the
most restrictive of all; so does a folder of other people's code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from functools import lru_cache
from typing import Final

from airflownet.mining.licence_comment import LICENCE_WORDS
from airflownet.mining.licence_files import vendored_folder
from airflownet.mining.licence_recognition import recognised_text
from airflownet.mining.settings import PERMISSIVE
from airflownet.records import Licence

NOASSERTION: Final = "NOASSERTION"

_SPDX_TAG = re.compile(r"SPDX-License-Identifier:\s*([A-Za-z0-9.+\-() ]+)")
# Each licence by words that name it, or that no other licence of the list has.
_PHRASES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("AGPL-3.0-only", re.compile(r"(?:GNU )?Affero General Public License|\bAGPL", re.IGNORECASE)),
    ("LGPL-3.0-only", re.compile(r"GNU (?:Lesser|Library) General Public License|\bLGPL", re.IGNORECASE)),
    ("GPL-3.0-only", re.compile(r"GNU General Public License|\bGPL", re.IGNORECASE)),
    ("MPL-2.0", re.compile(r"Mozilla Public License", re.IGNORECASE)),
    ("Apache-2.0", re.compile(r"Apache License,?\s+(?:Version )?2\.0|\bApache-2\.0\b", re.IGNORECASE)),
    ("MIT", re.compile(r"Permission is hereby granted, free of charge|\bMIT licen[sc]e", re.IGNORECASE)),
    ("ISC", re.compile(r"Permission to use, copy, modify, and/or distribute this software", re.IGNORECASE)),
    ("BSD-3-Clause", re.compile(r"Neither the name of .* nor the names of", re.IGNORECASE)),
    ("BSD-2-Clause", re.compile(r"Redistribution and use in source and binary forms", re.IGNORECASE)),
    (
        "Unlicense",
        re.compile(r"free and unencumbered software released into the public domain", re.IGNORECASE),
    ),
)
_CONDITIONS = re.compile(
    r"commons clause|proprietary|non-?commercial|all rights reserved\.? no part|confidential|"
    r"must not be|may not be (?:copied|distributed|used)|source.available|business source",
    re.IGNORECASE,
)
# Trove classifiers of releases from before License-Expression.
_CLASSIFIERS: Final = {
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "Python Software Foundation License": "PSF-2.0",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "GNU Affero General Public License v3": "AGPL-3.0-only",
}
_LONGEST_MENTION = 1_200
"""Characters of a text that only names its licence; a longer one must be recognised as a whole."""


_SETTINGS: Final = "settings"


@dataclass(frozen=True, slots=True)
class LicenceClaim:
    """One statement about a licence, with where it was read."""

    spdx: str
    evidence: str


def settings_claims(spdx: str) -> list[LicenceClaim]:
    """Returns what a source's settings say of files that state nothing; no claim without a value."""
    return [LicenceClaim(spdx, _SETTINGS)] if spdx else []


def licence_of(text: str, claims: Sequence[LicenceClaim], path: str = "") -> Licence:
    """Returns the licence of a file from its leading comment, its folder and the claims around it.

    What the settings say is a person's word for files that say nothing: it counts where there is no other
    claim, and so never renames a licence that is stated, known or not.
    """
    stated = [*header_claims(text), *(claim for claim in claims if claim.evidence != _SETTINGS)]
    if folder := vendored_folder(path):
        stated.append(LicenceClaim(NOASSERTION, f"vendored:{folder}"))
    everything = stated or [claim for claim in claims if claim.evidence == _SETTINGS]
    if not everything:
        return Licence(NOASSERTION, ())
    strictest = max(everything, key=lambda claim: _rank(claim.spdx))
    return Licence(strictest.spdx, tuple(f"{claim.evidence}={claim.spdx}" for claim in everything))


def header_claims(text: str) -> list[LicenceClaim]:
    """Returns what the comment at the top of a file states."""
    comment: list[str] = []
    for line in text.split("\n", 120)[:120]:
        if line.strip() and not line.lstrip().startswith("#"):
            break
        comment.append(line.strip().lstrip("#").strip())
    return list(_comment_claims("\n".join(comment)))


@lru_cache(maxsize=4096)
def _comment_claims(comment: str) -> tuple[LicenceClaim, ...]:
    if tags := _SPDX_TAG.findall(comment):
        return tuple(LicenceClaim(tag.strip(), "header:spdx") for tag in tags)
    header = " ".join(comment.split())
    if not LICENCE_WORDS.search(header):
        return ()
    named = recognised(header)
    if named is None and not re.search(r"licen[sc]e[ds]?\b", header, re.IGNORECASE):
        return ()  # A copyright line alone leaves the licence to the archive.
    return (LicenceClaim(named or NOASSERTION, "header:text"),)


def archive_claims(pkg_info: str | None, licence_text: str | None) -> list[LicenceClaim]:
    """Returns what an archive's PKG-INFO (core metadata 2.4) and LICENSE state."""
    claims = []
    if pkg_info is not None and (stated := metadata_licence(pkg_info)):
        claims.append(LicenceClaim(stated, "archive:PKG-INFO"))
    if licence_text is not None:
        claims.append(text_claim(licence_text, "archive:LICENSE"))
    return claims


def text_claim(licence_text: str, evidence: str) -> LicenceClaim:
    """Returns what a licence file is: ``NOASSERTION`` when it is not recognised as a whole."""
    return LicenceClaim(recognised_licence_file(licence_text) or NOASSERTION, evidence)


def recognised_licence_file(text: str) -> str | None:
    """Returns the SPDX identifier of a licence file's text; a short one may name the licence only."""
    spdx = recognised_text(text)
    if spdx is None and len(text) <= _LONGEST_MENTION and not _CONDITIONS.search(text):
        return recognised(text)
    return spdx


def metadata_licence(pkg_info: str) -> str:
    """Returns the licence that core metadata states: expression, else licence field, else classifiers."""
    metadata = HeaderParser().parsestr(pkg_info)
    if stated := metadata["License-Expression"]:
        return str(stated).strip()
    named = {
        _CLASSIFIERS.get(str(value).rpartition(" :: ")[2], NOASSERTION)
        for value in metadata.get_all("Classifier") or ()
        if str(value).startswith("License :: OSI Approved ::")
    }
    if named:
        return max(named, key=_rank)
    stated = str(metadata["License"] or "").strip()
    return (stated if _rank(stated) < _UNKNOWN else recognised(stated) or "") if stated else ""


def recognised(text: str) -> str | None:
    """Returns the SPDX identifier of the licence a text holds or names, None when it is none we know."""
    joined = " ".join(text.split())[:8_000]
    return next((spdx for spdx, phrase in _PHRASES if phrase.search(joined)), None)


_UNKNOWN: Final = 4


@lru_cache(maxsize=4096)
def _rank(spdx: str) -> int:
    """Orders licences from permissive (0) through weak and strong copyleft to unknown (4)."""
    names = [name for name in re.split(r"[\s()]+|\bAND\b|\bOR\b|\bWITH\b", spdx) if name]
    return max((_rank_of_one(name) for name in names), default=_UNKNOWN)


def _rank_of_one(name: str) -> int:
    if name in PERMISSIVE:
        return 0
    for rank, family in ((1, ("MPL", "LGPL", "EPL")), (2, ("GPL",)), (3, ("AGPL",))):
        if name.startswith(family):
            return rank
    return _UNKNOWN
