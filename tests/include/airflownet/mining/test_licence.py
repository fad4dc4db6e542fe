from __future__ import annotations

import pytest

from airflownet.mining.licence import LicenceClaim, archive_claims, licence_of, recognised

from .conftest import APACHE_TEXT, ASF, PKG_INFO

APACHE = [LicenceClaim("Apache-2.0", "archive:LICENSE")]
CASES = {
    "header-and-archive-agree": (ASF, APACHE, "Apache-2.0"),
    "archive-alone": ("x = 1\n", APACHE, "Apache-2.0"),
    "header-alone": (ASF, [], "Apache-2.0"),
    "neither": ("x = 1\n", [], "NOASSERTION"),
    "vendored-gpl-in-a-permissive-archive": (
        "# SPDX-License-Identifier: GPL-2.0-or-later\n",
        APACHE,
        "GPL-2.0-or-later",
    ),
    "vendored-gpl-by-text": ("# GNU General Public License, licensed\n", APACHE, "GPL-3.0-only"),
    "unknown-licence-wins": ("# Licensed under the Example Corp terms\n", APACHE, "NOASSERTION"),
    "copyright-line-alone": ("# Copyright 2020 Example Corp\n", APACHE, "Apache-2.0"),
    "licence-words-in-code": ("x = 'GNU General Public License'\n", APACHE, "Apache-2.0"),
    "permissive-header-in-gpl-archive": (
        ASF,
        [LicenceClaim("GPL-3.0-only", "archive:LICENSE")],
        "GPL-3.0-only",
    ),
    "two-permissive": ("# SPDX-License-Identifier: MIT\n", APACHE, "MIT"),
}


@pytest.mark.parametrize(("text", "claims", "expected"), CASES.values(), ids=CASES)
def test_the_most_restrictive_wins(text, claims, expected):
    assert licence_of(text, claims).spdx == expected


def test_every_claim_is_kept_as_evidence():
    licence = licence_of("# SPDX-License-Identifier: GPL-3.0-only\n", APACHE)
    assert licence.evidence == ("header:spdx=GPL-3.0-only", "archive:LICENSE=Apache-2.0")


def test_archive_claims():
    assert archive_claims(PKG_INFO, APACHE_TEXT) == [
        LicenceClaim("Apache-2.0", "archive:PKG-INFO"),
        LicenceClaim("Apache-2.0", "archive:LICENSE"),
    ]
    assert archive_claims("Name: x\n", "All rights are ours.") == [
        LicenceClaim("NOASSERTION", "archive:LICENSE")
    ]
    assert archive_claims(None, None) == []


def test_recognised_reads_across_line_breaks():
    assert recognised("Permission is hereby\n  granted, free of\n charge, to any person") == "MIT"
