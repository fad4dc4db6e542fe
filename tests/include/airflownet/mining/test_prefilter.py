"""What has no word of Airflow is passed over unparsed; nothing that the syntax tree would keep ever is."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from airflownet.mining.dag_detection import why_not_a_dag_file
from airflownet.mining.decoding import decode_python
from airflownet.mining.prefilter import may_build_a_dag

from .test_dag_detection import DAG_FILES

ENCODINGS = ["utf-8", "utf-8-sig", "latin-1", "utf-7", "unicode_escape"]
DAG = "from airflow.sdk import DAG\nDAG('a')\n"


def is_kept(data: bytes) -> bool:
    text = decode_python(data)
    return text is not None and why_not_a_dag_file(text) is None


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("code", DAG_FILES.values(), ids=DAG_FILES)
def test_dag_files_pass_in_every_encoding(code, encoding):
    declared = "" if encoding == "utf-8-sig" else f"#!/usr/bin/python\n# -*- coding: {encoding} -*-\n"
    data = declared.encode() + code.replace("\n", "\r\n").encode(encoding)
    if encoding in ("utf-7", "unicode_escape"):  # each letter of the words by its escape
        spell = {"utf-7": "+{}-", "unicode_escape": "\\u{:04x}"}[encoding]
        shifted = {"a": "AGE", "d": "AGQ", "A": "AEE", "D": "AEQ"}
        data = declared.encode() + code.encode()
        for word in ("airflow", "DAG", "dag"):
            first = shifted[word[0]] if encoding == "utf-7" else ord(word[0])
            data = data.replace(word.encode(), (spell.format(first) + word[1:]).encode())
        assert b"airflow" not in data

    assert is_kept(data)
    assert may_build_a_dag(data)


@pytest.mark.parametrize("word", ["airflow", "DAG"])
def test_every_character_that_stands_for_a_letter_passes(word):
    stand_ins = [
        chr(code)
        for code in range(128, sys.maxunicode + 1)
        if unicodedata.normalize("NFKC", chr(code)) in (*word, "fl")
        and unicodedata.normalize("NFKC", chr(code))
    ]
    kept = 0
    for stand_in in stand_ins:
        data = DAG.replace(word, word.replace(unicodedata.normalize("NFKC", stand_in), stand_in)).encode()
        kept += is_kept(data)
        assert may_build_a_dag(data) or not is_kept(data), stand_in
    assert kept > 10 * len(word)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"import os\n", id="other"),
        pytest.param(b"import airflow\n", id="no-dag"),
        pytest.param(b"DAG('a')\n", id="no-airflow"),
        pytest.param("# Größe\nimport os\n".encode(), id="not-ascii"),
        pytest.param(b"# coding: latin-1\nx = '\xe9'\n", id="declared"),
        pytest.param(b"# coding: no-such\nimport os\n", id="unknown-encoding"),
        pytest.param(b"x = '\xe9'\n", id="undecodable"),
        pytest.param("from airflow import DAG\nDAG()".encode("utf-16"), id="utf-16-is-not-python"),
        pytest.param(b"import os\n\n# coding: utf-7\n+AGE-irflow, +AEE-\n", id="declared-too-late"),
    ],
)
def test_what_is_passed_over_is_no_dag_file(data):
    assert not may_build_a_dag(data)
    assert not is_kept(data)
