"""The answer as it grows: token ids, where each ends in the text, and where statements end.

What is taken back is taken back by token ids. A token may hold the end of one statement and the indent of
the next; a cut then falls before it, so that the model is never put after a boundary that it would not
have made itself.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from airflownet.generation.logical_lines import LogicalLines


@dataclass
class GrowingText:
    """One answer in the making."""

    ids: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    """For each id, the length of the text after it."""
    text: str = ""
    scan: LogicalLines = field(default_factory=LogicalLines)
    line_ends: list[int] = field(default_factory=list)
    """Places in the text just behind each logical line that was accepted."""
    _pending: list[int] = field(default_factory=list)
    """Ids of a character that is not whole yet."""

    def add(self, ids: list[int], piece: str) -> list[int]:
        """Appends tokens and their text; returns the places behind logical lines that end in it.

        A line that was accepted before and came again after a cut is not returned.
        """
        self._pending += ids
        if not piece:
            return []
        start = len(self.text)
        self.text += piece
        self.ids += self._pending
        self.ends += [len(self.text)] * len(self._pending)
        self._pending = []
        found = []
        for place, char in enumerate(piece, start + 1):
            if self.scan.feed(char) and not self._is_accepted(place):
                found.append(place)
        return found

    def accept(self, place: int) -> None:
        """Notes that the statement which ends at a place was accepted."""
        self.line_ends.append(place)

    def last_line_end(self) -> int:
        """Returns the place behind the last accepted statement; 0 when there is none."""
        return self.line_ends[-1] if self.line_ends else 0

    def cut_to(self, place: int) -> int:
        """Takes back all tokens that reach beyond a place; returns how many.

        White space behind the place's line end goes as well: the next statement's indent is a choice.
        """
        keep = bisect_right(self.ends, place)
        n_cut = len(self.ids) - keep
        del self.ids[keep:], self.ends[keep:]
        self._pending = []
        self.text = self.text[: self.ends[-1] if self.ends else 0]
        shown = len(self.text.rstrip())
        while self.line_ends and len(self.text[: self.line_ends[-1]].rstrip()) > shown:
            self.line_ends.pop()
        while self.line_ends and self.line_ends[-1] > max(place, shown + 1):
            self.line_ends.pop()
        self.scan = LogicalLines()
        for char in self.text:
            self.scan.feed(char)
        return n_cut

    def step_back(self, n_statements: int) -> int:
        """Takes back accepted statements; returns how many tokens went."""
        for _ in range(min(n_statements, len(self.line_ends))):
            self.line_ends.pop()
        return self.cut_to(self.last_line_end())

    def n_tokens_since_accepted(self) -> int:
        """Returns how many tokens the statement that is being written has."""
        return len(self.ids) + len(self._pending) - bisect_right(self.ends, self.last_line_end())

    def statement_at(self, place: int) -> str:
        """Returns the text between the last accepted statement and a place."""
        return self.text[self.last_line_end() : place]

    def _is_accepted(self, place: int) -> bool:
        """True where only white space lies between the place and an accepted statement's end."""
        return bool(self.line_ends) and len(self.text[:place].rstrip()) <= len(
            self.text[: self.line_ends[-1]].rstrip()
        )
