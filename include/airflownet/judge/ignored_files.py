"""What ``.airflowignore`` leaves out, in either of the two languages that Airflow reads it in.

Up to Airflow 2 a line is a regular expression, searched in the path below the DAG folder; from Airflow 3 on
it is a glob as ``.gitignore`` has them; ``[core] dag_ignore_file_syntax`` says otherwise. A line counts for
its own folder and those below; a folder that is left out is not looked into.

Source: ``airflow/utils/file.py`` (2.7 to 2.11), ``module_loading/file_discovery.py`` (3.x), gitignore(5).
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from airflownet.judge.libraries.re import search_cost

IGNORE_FILE: Final = ".airflowignore"
GLOB: Final = "glob"
REGEXP: Final = "regexp"
_MOST_BYTES: Final = 200_000
_MOST_RULES: Final = 1_000
_MOST_CHARACTERS: Final = 1_000
"""Of one line; a longer one is passed over, as reading it could take very long."""
_MOST_STEPS: Final = 1e8
"""Of one search: more is not asked of Python's ``re``. Airflow asks RE2, which needs no limit."""
_CHEAP_STEPS: Final = 1e5
"""A search of so few at the most costs the run's time nothing: a repository has very many files."""
_FLAGS = re.compile(r"\(\?i\)")


def ignore_syntax(airflow: str, setting: str = "") -> str:
    """Returns the language of ``.airflowignore``: what the project sets, else the line's default."""
    if setting.strip().lower() in (GLOB, REGEXP):
        return setting.strip().lower()
    return REGEXP if airflow.partition(".")[0] in ("1", "2") else GLOB


class Rule(Protocol):
    """One line of an ``.airflowignore``."""

    @property
    def leaves_out(self) -> bool:
        """False for a glob that starts with ``!`` and takes a file back in."""
        ...

    def fits(self, path: Path, *, is_folder: bool) -> bool:
        """Whether the line speaks of that path, which is absolute."""
        ...


@dataclass(slots=True)
class TimeLeft:
    """What all costly searches of a run may take, so that no project's patterns keep it from its end."""

    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class _Regexp:
    pattern: re.Pattern[str]
    top: Path
    time_left: TimeLeft
    leaves_out: bool = True
    costs: dict[int, float] = field(default_factory=dict, compare=False)
    """Length of a path, rounded up to a power of two -> bound of the steps."""

    def fits(self, path: Path, *, is_folder: bool) -> bool:  # noqa: ARG002 - as the protocol has it
        text = path.relative_to(self.top).as_posix()
        length = 1 << len(text).bit_length()
        if length not in self.costs:
            self.costs[length] = search_cost(
                self.pattern.pattern, length, self.pattern.flags, is_anchored=False
            )
        cost = self.costs[length]
        if cost <= _CHEAP_STEPS:
            return self.pattern.search(text) is not None
        if cost > _MOST_STEPS or self.time_left.seconds <= 0:
            return False
        start = time.thread_time()
        found = self.pattern.search(text)
        self.time_left.seconds -= time.thread_time() - start
        return found is not None


@dataclass(frozen=True, slots=True)
class _Glob:
    parts: tuple[str, ...]
    """Without parts it speaks of everything."""
    folder: Path | None
    """What the parts are relative to; None where one part may stand at any depth."""
    is_for_folders: bool
    leaves_out: bool

    def fits(self, path: Path, *, is_folder: bool) -> bool:
        parts = (path.name,) if self.folder is None else path.relative_to(self.folder).parts
        at = self._behind_stars({0})
        for depth, part in enumerate(parts, 1):
            if len(self.parts) in at:
                return True
            after = {place for place in at if self.parts[place] == "**"}
            after |= {place + 1 for place in at - after if fits_glob(part, self.parts[place])}
            at = self._behind_stars(after)
            if len(self.parts) in at and (depth < len(parts) or is_folder or not self.is_for_folders):
                return True  # a folder that fits takes along all that is below it
            at.discard(len(self.parts))
        return not self.parts

    def _behind_stars(self, at: set[int]) -> set[int]:
        """Returns the places with those behind a ``**``, which may stand for no folder at all."""
        found = set(at)
        for place, part in enumerate(self.parts):
            if place in found and part == "**":
                found.add(place + 1)
        return found


def fits_glob(name: str, glob: str) -> bool:
    """Whether one name fits one part of a glob; steps are at most the product of the two lengths."""
    tokens = _tokens(glob)
    at = kept_at = 0
    star = -1
    for_name = 0
    while for_name < len(name):
        if at < len(tokens) and tokens[at] == "*":
            star, kept_at, at = at, for_name, at + 1
        elif at < len(tokens) and _fits_one(name[for_name], tokens[at]):
            at, for_name = at + 1, for_name + 1
        elif star >= 0:
            kept_at += 1
            at, for_name = star + 1, kept_at
        else:
            return False
    return set(tokens[at:]) <= {"*"}


def _fits_one(character: str, wanted: str) -> bool:
    if len(wanted) > 1 and wanted.startswith("["):
        return _set_of(wanted).fullmatch(character) is not None
    return wanted in ("?", character, "\\" + character)


_TOKEN: Final = re.compile(r"\\.|\[[!^]?\]?[^\]]*\]|.", re.DOTALL)


@cache
def _tokens(glob: str) -> tuple[str, ...]:
    """Returns ``*``, ``?``, sets in brackets, and characters; an escaped one keeps its backslash."""
    return tuple(_TOKEN.findall(glob))


@cache
def _set_of(token: str) -> re.Pattern[str]:
    inside, negates = token[1:-1], token[1] in "!^"
    inside = inside[1:] if negates else inside
    escaped = re.sub(r"([\[\]&~|^\\])", r"\\\1", inside)
    try:
        return re.compile(f"[{'^' if negates else ''}{escaped}]", re.DOTALL)
    except re.error:
        return re.compile(r"(?!)")


def rules_of(text: str, folder: Path, top: Path, syntax: str, time_left: TimeLeft) -> tuple[Rule, ...]:
    """Returns the rules of an ``.airflowignore``; a line that is no rule is passed over, as by Airflow.

    Args:
        text: of the file.
        folder: where it lies, absolute.
        top: the DAG folder, absolute, to which regular expressions are relative.
        syntax: ``glob`` or ``regexp``.
        time_left: what searches may still take, together with those of other files.
    """
    lines = (_without_comment(line) for line in text.split("\n", _MOST_RULES)[:_MOST_RULES])
    kept = [line for line in lines if line.strip() and len(line) <= _MOST_CHARACTERS]
    made = [_regexp(line, top, time_left) if syntax == REGEXP else _glob(line, folder) for line in kept]
    return tuple(rule for rule in made if rule is not None)


def _without_comment(line: str) -> str:
    before, hash_, _ = line.partition("#")
    return before.rstrip() if hash_ else line


def _regexp(line: str, top: Path, time_left: TimeLeft) -> Rule | None:
    flags = re.IGNORECASE if _FLAGS.match(line) else 0
    pattern = _FLAGS.sub("", line, count=1) if flags else line
    # A search begins and ends anywhere in any case; left in place these would make it a slow one.
    if pattern.startswith(".*") and pattern[2:3] not in ("?", "+", "*", "{"):
        pattern = pattern[2:]
    if pattern.endswith(".*") and not pattern.endswith("\\.*") and "[" not in pattern:
        pattern = pattern[:-2]
    try:
        return _Regexp(re.compile(pattern, flags), top, time_left)
    except (re.error, OverflowError, RecursionError):
        return None


def _glob(line: str, folder: Path) -> Rule | None:
    pattern = line.strip()
    negates = pattern.startswith("!")
    pattern = pattern[1:] if negates else pattern
    is_for_folders = pattern.endswith(("/", "/**"))
    is_relative = "/" in pattern.rstrip("/")
    parts = [part for part in pattern.split("/") if part]
    while len(parts) > 1 and parts[-1] == "**":
        parts.pop()
    if not parts:
        return None
    if parts == ["**"]:
        return _Glob((), folder, is_for_folders=False, leaves_out=not negates)
    return _Glob(tuple(parts), folder if is_relative else None, is_for_folders, leaves_out=not negates)


class IgnoredFiles:
    """Says of paths whether Airflow passes them over; reads each ``.airflowignore`` once.

    Args:
        syntax: ``glob`` or ``regexp``.
        root: the project's folder, above which no list counts; without it a repository's.
    """

    def __init__(self, syntax: str, root: Path | None = None) -> None:
        self.syntax = syntax
        self._root = root
        self._time_left = TimeLeft()
        self._tops: dict[Path, Path] = {}
        self._folders: dict[Path, tuple[bool, tuple[Rule, ...]]] = {}

    def leaves_out(self, path: Path) -> bool:
        """Whether the file, or a folder that it lies in, is left out.

        Args:
            path: absolute.
        """
        is_out, rules = self._folder(path.parent, self._top(path.parent))
        return is_out or decides(rules, path, is_folder=False)

    def _top(self, folder: Path) -> Path:
        """Returns the DAG folder: the outermost one named so or with such a file, in the project."""
        if folder not in self._tops:
            found = folder
            for here in (folder, *folder.parents):
                if here.name == "dags" or (here / IGNORE_FILE).is_file():
                    found = here
                if here == self._root or (here / ".git").exists():
                    break
            self._tops[folder] = found
        return self._tops[folder]

    def _folder(self, folder: Path, top: Path) -> tuple[bool, tuple[Rule, ...]]:
        if folder not in self._folders:
            is_out = False
            rules: tuple[Rule, ...] = ()
            if folder != top and top in folder.parents:
                is_out, rules = self._folder(folder.parent, top)
                is_out = is_out or decides(rules, folder, is_folder=True)
            if not is_out:
                rules = (
                    *rules,
                    *rules_of(_text(folder / IGNORE_FILE, top), folder, top, self.syntax, self._time_left),
                )
            self._folders[folder] = is_out, rules
        return self._folders[folder]


def decides(rules: Sequence[Rule], path: Path, *, is_folder: bool) -> bool:
    """Whether the rules leave a path out; of several that speak of it the last one counts."""
    is_out = False
    for rule in rules:
        if rule.leaves_out != is_out and rule.fits(path, is_folder=is_folder):
            is_out = rule.leaves_out
    return is_out


def _text(path: Path, top: Path) -> str:
    """Returns the file's text; a link that leads out of the DAG folder, a pipe or nothing at all is empty."""
    try:
        real = path.resolve()
        if not real.is_relative_to(top.resolve()) or not real.is_file():
            return ""
        number = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with open(number, "rb") as file:  # noqa: PTH123 - a descriptor
            data = file.read(_MOST_BYTES) or b""
    except (OSError, ValueError, RuntimeError):
        return ""
    return data.decode("utf-8", "replace").replace("\r\n", "\n")
