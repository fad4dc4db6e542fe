"""Removes the markers of code that Airflow's documentation includes: ``# [START x]`` ... ``# [END x]``."""

from __future__ import annotations

import re

from airflownet.mining.codemods.comment_lines import Comments, remove_comment_lines

_MARKER = re.compile(r"#\s*\[(START|END)\s+([^\]\s]+)\s*\]\s*")


def remove_doc_markers(text: str) -> str:
    """Returns the text without marker lines; without one proper pair they are someone's own comments."""
    if "[START " not in text:
        return text
    return remove_comment_lines(text, _markers)


def _markers(comments: Comments) -> set[int]:
    found = [(line, match[1], match[2]) for line, text in comments if (match := _MARKER.fullmatch(text))]
    starts = {name for _, kind, name in found if kind == "START"}
    ends = {name for _, kind, name in found if kind == "END"}
    return {line for line, _, _ in found} if starts & ends else set()
