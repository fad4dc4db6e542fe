from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pytest

from airflownet.mining.licence import (
    LicenceClaim,
    archive_claims,
    licence_of,
    metadata_licence,
    recognised,
    recognised_licence_file,
    settings_claims,
)

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


OWN = settings_claims("LicenseRef-Proprietary")
FILLED_IN = {
    "nothing-known": ("x = 1\n", OWN, "", "LicenseRef-Proprietary"),
    "a-copyright-line-states-no-licence": ("# Copyright Example\n", OWN, "", "LicenseRef-Proprietary"),
    "header": (ASF, OWN, "", "Apache-2.0"),
    "licence-file": ("x = 1\n", [*APACHE, *OWN], "", "Apache-2.0"),
    "stated-but-unknown": ("# Licensed under the Example Corp terms\n", OWN, "", "NOASSERTION"),
    "somebody-else's-folder": ("x = 1\n", OWN, "vendor/lib/a.py", "NOASSERTION"),
    "weaker-than-the-header": (
        "# SPDX-License-Identifier: GPL-3.0-only\n",
        settings_claims("MIT"),
        "",
        "GPL-3.0-only",
    ),
}


@pytest.mark.parametrize(("text", "claims", "path", "expected"), FILLED_IN.values(), ids=FILLED_IN)
def test_the_settings_fill_in_only_where_nothing_is_stated(text, claims, path, expected):
    assert licence_of(text, claims, path).spdx == expected


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


APACHE_LICENSE = (Path(__file__).parents[4] / "LICENSE").read_text()


def installed(distribution: str, name: str) -> str:
    """Text of a licence file that an installed distribution carries: real ones, as projects keep them."""
    files = importlib.metadata.files(distribution) or []
    return next(file for file in files if file.name == name).locate().read_text()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(APACHE_LICENSE, "Apache-2.0", id="apache"),
        pytest.param(
            APACHE_LICENSE[: APACHE_LICENSE.index("APPENDIX")], "Apache-2.0", id="apache-without-appendix"
        ),
        pytest.param(installed("pydantic", "LICENSE"), "MIT", id="mit"),
        pytest.param(installed("click", "LICENSE.txt"), "BSD-3-Clause", id="bsd"),
        pytest.param(installed("pygithub", "COPYING"), "GPL-3.0-only", id="gpl"),
        pytest.param(
            installed("pydantic", "LICENSE")
            + "\nThe Software may not be sold: the Commons Clause License Condition applies, under which the "
            "grant of rights does not include the right to Sell the Software, nor to host it for others.\n"
            * 4,
            None,
            id="mit-with-conditions",
        ),
        pytest.param("All rights reserved. Proprietary and confidential.", None, id="proprietary"),
        pytest.param("lorem ipsum dolor sit amet " * 60, None, id="no-licence"),
        pytest.param("Licensed under the Apache License, Version 2.0.", "Apache-2.0", id="named-only"),
        pytest.param(
            "Apache License 2.0 for the code; the data may not be used commercially: non-commercial only.",
            None,
            id="named-with-conditions",
        ),
        pytest.param("", None, id="empty"),
    ],
)
@pytest.mark.usefixtures("separate_cache")
def test_licence_files(text, expected):
    assert recognised_licence_file(text) == expected


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        pytest.param("License-Expression: Apache-2.0\n", "Apache-2.0", id="expression"),
        pytest.param("License: Apache License 2.0\n", "Apache-2.0", id="field"),
        pytest.param(
            "Classifier: License :: OSI Approved :: Apache Software License\n", "Apache-2.0", id="classifier"
        ),
        pytest.param(
            "Classifier: License :: OSI Approved :: MIT License\n"
            "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)\n",
            "GPL-3.0-only",
            id="two-classifiers",
        ),
        pytest.param("Classifier: License :: OSI Approved :: Odd License\n", "NOASSERTION", id="unknown"),
        pytest.param("Name: x\n", "", id="none"),
    ],
)
def test_what_package_metadata_states(metadata, expected):
    assert metadata_licence(metadata) == expected


@pytest.mark.parametrize("folder", ["vendor", "third_party", "node_modules", "site-packages"])
def test_a_vendored_folder_is_not_trusted(folder):
    licence = licence_of("x = 1\n", APACHE, f"src/{folder}/lib/dag.py")
    assert licence.spdx == "NOASSERTION"
    assert licence.evidence[-1] == f"vendored:{folder}=NOASSERTION"
