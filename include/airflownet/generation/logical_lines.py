"""Finds the ends of Python's logical lines in a text that is still growing.

Fed character by character, so that the end of a statement is seen with the token that ends it. It knows
brackets, strings, comments and continued lines, and tells as soon as no continuation could be Python: a
closing bracket that nothing opened, a plain string that runs over its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_CLOSING: Final = {")": "(", "]": "[", "}": "{"}
_LONGEST_STRING: Final = 3_000
"""Characters; a longer text in a DAG file is a model in a loop."""


@dataclass(slots=True)
class LogicalLines:
    """The state of the scan; ``copy`` before a step that may be taken back."""

    brackets: str = ""
    quote: str = ""
    """The quotes that end the present string; empty outside one."""
    is_comment: bool = False
    is_escaped: bool = False
    quotes_seen: str = ""
    """Quotes met in a row that may become a triple one."""
    has_code: bool = False
    """True when the present line holds more than blanks and comments."""
    length_of_string: int = 0
    problem: str = ""
    """Why the text cannot be continued to Python; then nothing more is read."""

    def copy(self) -> LogicalLines:
        """Returns the same state, to come back to."""
        return LogicalLines(
            self.brackets,
            self.quote,
            self.is_comment,
            self.is_escaped,
            self.quotes_seen,
            self.has_code,
            self.length_of_string,
            self.problem,
        )

    def feed(self, char: str) -> bool:
        """Reads one character; returns True when a logical line with code ends before or with it."""
        if self.problem:
            return False
        if self.is_escaped:
            self.is_escaped = False
            return False
        if self.quotes_seen and not self.quote and char != self.quotes_seen[0]:
            # One quote opens a plain string; two are an empty one.
            self.quote = self.quotes_seen if len(self.quotes_seen) == 1 else ""
            self.quotes_seen, self.length_of_string = "", 0
        if self.quote:
            self._in_string(char)
            return False
        return self._in_code(char)

    def _in_string(self, char: str) -> None:
        self.length_of_string += 1
        if self.length_of_string > _LONGEST_STRING:
            self.problem = f"a string of more than {_LONGEST_STRING:,} characters"
        elif char == "\\":
            self.is_escaped, self.quotes_seen = True, ""
        elif char == self.quote[0]:
            self.quotes_seen += char
            if self.quotes_seen == self.quote:
                self.quote, self.quotes_seen = "", ""
        else:
            self.quotes_seen = ""
            if char == "\n" and len(self.quote) == 1:
                self.problem = "a string is not closed on its line"

    def _in_code(self, char: str) -> bool:
        if char == "\n":
            self.is_comment = False
            if self.brackets or not self.has_code:
                return False
            self.has_code = False
            return True
        if self.is_comment or char in " \t\r\f":
            return False
        if char == "#":
            self.is_comment = True
            return False
        self.has_code = True
        if char in "\"'":
            self.quotes_seen += char
            if len(self.quotes_seen) == 3:
                self.quote, self.quotes_seen, self.length_of_string = self.quotes_seen, "", 0
        elif char == "\\":
            self.is_escaped = True
        elif char in "([{":
            self.brackets += char
        elif char in _CLOSING:
            if not self.brackets.endswith(_CLOSING[char]) or not self.brackets:
                self.problem = f"'{char}' closes nothing"
            self.brackets = self.brackets[:-1]
        return False
