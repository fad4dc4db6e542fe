"""Bytes that cannot be a DAG file, told without decoding or parsing them.

``dag_detection`` keeps a file only where its syntax tree has the identifiers ``airflow`` (of an import) and
``DAG`` or ``dag``. The tree's identifiers are those of the text after NFKC normalisation (the language
reference, "Identifiers and keywords"), and have no escapes. So the words stand

- in the bytes as they are, when the text is ASCII in an encoding that has ASCII as it is;
- else in the normalised text: ``ａｉｒflow`` and ``airﬂow`` import airflow too, and a declared encoding such
  as UTF-7 or UTF-16 spells ASCII its own way.

Whatever lacks them in both cannot be kept; what has them in a comment or a string only is for the tree.
"""

from __future__ import annotations

import unicodedata

from airflownet.mining.decoding import decode_python

_BEFORE_DECLARATIONS = (b"#", b"\n", b"\r", b" ", b"\t", b"\f")


def may_build_a_dag(data: bytes) -> bool:
    """Tells whether a file names airflow and a DAG; never False for one that ``dag_detection`` would keep."""
    if b"airflow" in data and (b"DAG" in data or b"dag" in data):
        return True
    if data.isascii() and not _declares_encoding(data):
        return False
    text = decode_python(data)
    if text is None:
        return False  # not text, so no tree either
    text = unicodedata.normalize("NFKC", text)
    return "airflow" in text and ("DAG" in text or "dag" in text)


def _declares_encoding(data: bytes) -> bool:
    """Tells whether one of the first two lines may declare an encoding (PEP 263)."""
    if data[:1] not in _BEFORE_DECLARATIONS:
        return False  # the second line counts only below a comment or a blank line
    end = data.find(b"\n", data.find(b"\n") + 1)
    return data.find(b"coding", 0, end if end >= 0 else len(data)) >= 0
