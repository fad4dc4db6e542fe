from __future__ import annotations

import ast

import pytest

from airflownet.hashing import sha256_text
from airflownet.mining.licence_comment import NAME, strip_licence_comment

from .conftest import ASF

# What destroyed a sixth of an earlier data set: words of a licence further down in the code.
TRAP = (
    "from airflow.providers.apache.beam.operators.beam import BeamRunPythonPipelineOperator\n"
    'IMAGE = "apache/airflow:3.3.2"  # licensed under the Apache License\n'
    'URL = "https://www.apache.org/licenses/LICENSE-2.0"\n'
    'COPYRIGHT = """\n# Copyright 2020\n"""\n'
)
STRIPPED = {
    "asf": (ASF + "\n" + TRAP, TRAP),
    "asf-then-docstring": (ASF + '"""Doc."""\n' + TRAP, '"""Doc."""\n' + TRAP),
    "authors-own-comment-after-a-blank-line": (
        ASF + "\n# How to run it.\n" + TRAP,
        "# How to run it.\n" + TRAP,
    ),
    "authors-own-comment-right-below": (ASF + "# How to run it.\n" + TRAP, "# How to run it.\n" + TRAP),
    "trailing-bare-hash": (ASF + "#\n#\n" + TRAP, TRAP),
    "spdx": ("# SPDX-License-Identifier: MIT\nx = 1\n", "x = 1\n"),
    "copyright": ("# Copyright 2020 A. Person\n# All rights reserved.\n\nx = 1\n", "x = 1\n"),
    "shebang-and-coding-stay": (
        "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n" + ASF + "x = 1\n",
        "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nx = 1\n",
    ),
    "blank-lines-first": ("\n\n" + ASF + "x = 1\n", "\n\nx = 1\n"),
    "windows-newlines": (ASF.replace("\n", "\r\n") + "x = 1\r\n", "x = 1\r\n"),
    "only-a-licence": (ASF, ""),
    "no-newline-at-the-end": ("# Licensed to you\nx = 1", "x = 1"),
}
UNTOUCHED = {
    "no-comment": TRAP,
    "other-comment": "# This DAG is an example.\n" + TRAP,
    "licence-in-second-block": "# An example.\n\n# Copyright 2020\n" + TRAP,
    "licence-in-docstring": '"""Licensed under the Apache License, Version 2.0."""\n' + TRAP,
    "licence-after-code": "x = 1\n" + ASF,
    "comment-beside-code": "x = 1  # Licensed to the Apache Software Foundation\n",
    "empty": "",
}


@pytest.mark.parametrize(("text", "expected"), STRIPPED.values(), ids=STRIPPED)
def test_strips_the_leading_licence_comment_only(text, expected):
    stripped, transform = strip_licence_comment(text)
    assert stripped == expected
    assert ast.dump(ast.parse(stripped)) == ast.dump(ast.parse(text))
    assert (transform.name, transform.in_sha256, transform.out_sha256) == (
        NAME,
        sha256_text(text),
        sha256_text(expected),
    )


@pytest.mark.parametrize("text", UNTOUCHED.values(), ids=UNTOUCHED)
def test_leaves_everything_else(text):
    assert strip_licence_comment(text) == (text, None)
