r"""The code in a model's answer, and how it was found.

``extract_code("Here it is:\n```python\nx = 1\n```")`` gives ``Extraction("x = 1\n", "python_fence", 1)``.
Fences are those of CommonMark 0.31, section 4.5: three or more backticks or tildes, indented by at most
three spaces; the closing fence has the same character, is at least as long and has no info string.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPENING = re.compile(r"^( {0,3})(`{3,}|~{3,})[ \t]*([^\s`]*)[^`]*$")
_PYTHON = frozenset({"python", "py", "python3", "py3", "{.python}"})


@dataclass(frozen=True, slots=True)
class Extraction:
    """The code of one answer."""

    code: str
    method: str
    """``python_fence``, ``other_fence``, ``unclosed_fence``, ``whole_text`` or ``empty``."""
    n_fences: int
    """Fenced blocks in the answer, an unclosed one included."""


@dataclass(frozen=True, slots=True)
class _Block:
    language: str
    code: str
    is_closed: bool


def _blocks(text: str) -> list[_Block]:
    blocks: list[_Block] = []
    fence, language, indent, lines = "", "", 0, list[str]()
    for line in text.splitlines(keepends=True):
        bare = line.rstrip()
        if not fence:
            if (opening := _OPENING.match(bare)) is not None:
                indent, fence, language = len(opening[1]), opening[2], opening[3].lower()
                lines = []
            continue
        stripped = bare.strip()
        is_fence = len(bare) - len(bare.lstrip(" ")) <= 3 and set(stripped) == {fence[0]}
        if is_fence and len(stripped) >= len(fence):
            blocks.append(_Block(language, "".join(lines), is_closed=True))
            fence = ""
        else:
            lines.append(line[min(indent, len(line) - len(line.lstrip(" "))) :])
    if fence:
        blocks.append(_Block(language, "".join(lines), is_closed=False))
    return blocks


def extract_code(text: str) -> Extraction:
    """Returns the code to judge: the longest Python block, else the longest block, else the whole text.

    A block that is never closed (an answer cut at the token limit) counts like a closed one, but the
    method tells. Blocks without text are passed over. The first of equally long blocks is taken.
    """
    blocks = _blocks(text)
    filled = [block for block in blocks if block.code.strip()]
    if filled:
        python = [block for block in filled if block.language in _PYTHON]
        best = max(python or filled, key=lambda block: len(block.code))
        method = "python_fence" if python else "other_fence"
        return Extraction(best.code, method if best.is_closed else "unclosed_fence", len(blocks))
    if blocks or not text.strip():
        return Extraction("", "empty", len(blocks))
    return Extraction(text, "whole_text", 0)
