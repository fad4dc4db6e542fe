"""Removes the comments that explain Airflow's system tests."""

from __future__ import annotations

import re

from airflownet.mining.codemods.comment_lines import Comments, remove_comment_lines
from airflownet.mining.codemods.harness_names import mentions_harness

_LINE = re.compile(
    r"#[#\s]*(?:Everything below this line is not part of (?:the )?example|Just for system tests? purpose|"
    r"(?:\#\s*)?This (?:test|example|dag) (?:needs|does not need) (?:a )?watcher|"
    r"when \"tearDown\" task|rule is part of the dag|(?:rule )?\"?tearDown\"? task with trigger|"
    r"Needed to run the example dag with pytest|TEST (?:SETUP|BODY|TEARDOWN)\b)",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"system[- ]tests?\b|\bENV_ID\b|SYSTEM_TESTS_|\btest[ _]context\b", re.IGNORECASE)


def remove_harness_comments(text: str) -> str:
    """Returns the text without single lines of the harness and without comment blocks about system tests."""
    return remove_comment_lines(text, _chosen) if mentions_harness(text) else text


def _chosen(comments: Comments) -> set[int]:
    chosen = {line for line, text in comments if _LINE.match(text)}
    block: list[int] = []
    is_harness = False
    for line, text in [*comments, (-1, "")]:
        if block and line != block[-1] + 1:
            chosen.update(block if is_harness else ())
            block, is_harness = [], False
        if line not in chosen:
            block.append(line)
            is_harness = is_harness or bool(_BLOCK.search(text))
    return chosen - {-1}
