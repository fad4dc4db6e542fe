"""Text from mined files made safe to stand in a prompt.

A docstring or task id may hold a model's control tokens (``<|im_end|>``), invisible or direction-changing
characters, or markup. A phrase with a control token is given up and counted; anything that reaches the
finished text after all is broken apart, repeatedly, until none is left.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_CONTROL_TOKEN: Final = re.compile(
    r"<\s*[|\uff5c][^<>\n]{0,60}[|\uff5c]\s*>"
    r"|<\s*/?\s*(?:s|bos|eos|unk|pad|mask|think|tool_call|tool_response|"
    r"start_of_turn|end_of_turn|fim_\w+|repo_name|file_sep|im_start|im_end|endoftext)\s*>"
    r"|\[\s*/?\s*INST\s*\]|<<\s*/?\s*SYS\s*>>|\[(?:CLS|SEP|MASK|PAD)\]",
    re.IGNORECASE,
)
_TOKEN_EDGE: Final = re.compile(r"<[|\uff5c]|[|\uff5c]>")
_SAFE_NAME: Final = re.compile(r"[^\W][\w.\-]{0,99}")


@dataclass(slots=True)
class Guard:
    """Counts what was given up while one file is described."""

    neutralised: int = 0

    def phrase(self, text: str) -> str:
        """Returns the text on one line without invisible characters; empty if it held a control token."""
        text = visible(text)
        if has_control_token(text):
            self.neutralised += 1
            return ""
        return " ".join(text.split())

    def name(self, name: object) -> str:
        """Returns an identifier as it stands when it is one plain name, else an empty string."""
        if not isinstance(name, str):
            return ""
        if _SAFE_NAME.fullmatch(name):
            return name
        if has_control_token(visible(name)):
            self.neutralised += 1
        return ""

    def finished(self, text: str) -> str:
        """Returns the finished text with every remaining control token broken apart."""
        text = visible(text, keep_lines=True)
        while has_control_token(text):
            self.neutralised += 1
            text = _TOKEN_EDGE.sub(" ", _CONTROL_TOKEN.sub(" ", text))
        return text


def visible(text: str, *, keep_lines: bool = False) -> str:
    """Returns the text without control, format, surrogate and private characters.

    Line ends become spaces unless they are kept.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = []
    for character in text:
        if character in "\n\t\r":
            kept.append("\n" if keep_lines and character == "\n" else " ")
        elif unicodedata.category(character)[0] != "C":
            kept.append(character)
    return "".join(kept)


def has_control_token(text: str) -> bool:
    """True when the text holds what a chat template or tokenizer may read as a control token."""
    return bool(_CONTROL_TOKEN.search(text) or _TOKEN_EDGE.search(text))
