"""Dockerfiles: the image (``FROM``), what ``pip`` or ``uv`` installs in it, and its environment.

Source: Dockerfile reference; tags of the images ``apache/airflow`` and ``astro-runtime``.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Final

from airflownet.judge.project.declared import Declared, Pin
from airflownet.judge.project.folder import ProjectFolder
from airflownet.judge.project.requirements_files import (
    note_constraints,
    note_requirement,
    read_requirements,
)

RANK: Final = 10
_MOST_LINES: Final = 5_000
_LONGEST_LINE: Final = 20_000
_OFFICIAL = re.compile(r"(?:^|/)airflow:(slim-)?(\d+\.\d+(?:\.\d+)?)(?:[a-z0-9.]*)?(?:-python(\d\.\d+))?")
_ASTRO = re.compile(  # quay.io/astronomer/astro-runtime:12.1.0, astrocrpublic.azurecr.io/runtime:3.1-2
    r"(?:astro-?runtime|astrocrpublic\.azurecr\.io/runtime|astro-remote-execution-agent)"
    r"[/:](?:runtime:)?(\d+)\.(\d+)(?:[.-](\d+))?[^\s]*?(?:python-(\d\.\d+))?"
)
_PYTHON_IMAGE = re.compile(r"(?:^|/)python:(\d\.\d+)")
_ASTRO_LINES: Final = {
    4: "2.2", 5: "2.3", 6: "2.4", 7: "2.5", 8: "2.6", 9: "2.7", 10: "2.8", 11: "2.9", 12: "2.10", 13: "2.11",
}  # fmt: skip
"""Astro Runtime's major number -> Airflow line; from Airflow 3 on the runtime's number is Airflow's."""
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))")
_INSTALL = re.compile(r"\b(?:pip\d?(?:\.\d+)?|uv\s+pip)\s+install\b(.*)", re.DOTALL)
_WITH_VALUE: Final = frozenset(
    {"-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--trusted-host", "-t", "--target",
     "--prefix", "--root", "--timeout", "--retries", "--python", "--cache-dir", "--no-binary",
     "--only-binary"}
)  # fmt: skip


def read_dockerfile(folder: ProjectFolder, path: str, shown: str, into: Declared, *, seen: set[str]) -> bool:
    """Notes what an image declares; returns whether it is one of Airflow.

    Requirement files that it installs are looked for beside it and in the folders above, below the project.
    """
    data = folder.read(path)
    if data is None:
        return False
    known: dict[str, str] = {}
    is_airflow = False
    copied: dict[str, str] = {}  # name in the image -> file of the project
    more_important = dict(into.requirements)
    into.is_image = True
    for number, line in _instructions(data.decode("utf-8", "replace")):
        place = f"{shown}, line {number}"
        word, _, rest = line.partition(" ")
        word, rest = word.upper(), rest.strip()
        if word == "ARG":
            name, _, value = rest.partition("=")
            known.setdefault(name.strip(), _filled(value.strip().strip("\"'"), known))
        elif word == "FROM":
            is_airflow |= note_image(_filled(rest, known), place, into)
        elif word == "ENV":
            _note_environment(rest, known, into, posixpath.dirname(path))
        elif word in ("COPY", "ADD"):
            sources = [part for part in _filled(rest, known).split() if not part.startswith("--")]
            if len(sources) == 2:
                copied[posixpath.basename(sources[1])] = sources[0]
        elif word == "RUN" and "install" in rest:
            _note_installs(folder, path, _filled(rest, known), place, into, seen, copied)
    into.is_image = False
    into.requirements.update(more_important)
    return is_airflow or any(pin.place.startswith(shown) for pin in into.airflow)


def _instructions(text: str) -> Iterator[tuple[int, str]]:
    kept, first = "", 0
    for number, raw in enumerate(text.splitlines()[:_MOST_LINES], 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        first = first or number
        kept += line
        if kept.endswith("\\") and len(kept) < _LONGEST_LINE:
            kept = kept[:-1] + " "
            continue
        yield first, kept[:_LONGEST_LINE]
        kept, first = "", 0


def _filled(text: str, known: dict[str, str]) -> str:
    """Returns the text with ``${NAME}`` and ``${NAME:-default}`` filled in where known."""

    def value(match: re.Match[str]) -> str:
        return known.get(match[1] or match[3], match[2] or "")[:500]

    return _VARIABLE.sub(value, text)[:_LONGEST_LINE] if "$" in text else text


def is_of_airflow(text: str) -> bool:
    """Whether a Dockerfile's text speaks of Airflow or of an image that carries it."""
    return "airflow" in text or _ASTRO.search(text) is not None


def note_image(image: str, place: str, into: Declared) -> bool:
    """Notes the Airflow and Python of an image's name; returns whether it is an image of Airflow."""
    if (match := _OFFICIAL.search(image)) is not None:
        into.airflow.append(Pin(match[2], place, RANK))
        into.is_whole_image |= not match[1]
        if match[3]:
            into.python.append(Pin(match[3], place, RANK))
        into.environment.setdefault("AIRFLOW_HOME", "/opt/airflow")
        return True
    if (match := _ASTRO.search(image)) is not None:
        major, minor = int(match[1]), int(match[2])
        line = f"{major}.{minor}" if major == 3 else _ASTRO_LINES.get(major, "")
        if line:
            into.airflow.append(Pin(line, place, RANK))
        if match[4]:
            into.python.append(Pin(match[4], place, RANK))
        into.is_whole_image = True
        into.environment.setdefault("AIRFLOW_HOME", "/usr/local/airflow")
        return True
    if (match := _PYTHON_IMAGE.search(image)) is not None:
        into.python.append(Pin(match[1], place, RANK + 15))
    return "airflow" in image.lower() or "composer" in image.lower()


def _note_environment(rest: str, known: dict[str, str], into: Declared, here: str) -> None:
    for name, value in _pairs(rest):
        filled = _filled(value, known | into.environment)
        known[name] = filled
        if name == "PYTHONPATH":
            into.python_path += [(part, here) for part in filled.split(":") if part]
        else:
            into.environment.setdefault(name, filled)


def _pairs(rest: str) -> Iterator[tuple[str, str]]:
    try:
        words = shlex.split(rest)
    except ValueError:
        return
    if words and "=" not in words[0]:  # the old form: ENV NAME value
        yield words[0], " ".join(words[1:])
        return
    for word in words:
        name, mark, value = word.partition("=")
        if mark:
            yield name, value


def _note_installs(
    folder: ProjectFolder,
    path: str,
    command: str,
    place: str,
    into: Declared,
    seen: set[str],
    copied: Mapping[str, str],
) -> None:
    def read(name: str) -> None:
        _read_beside(folder, path, copied.get(posixpath.basename(name), name), into, seen)

    for part in re.split(r"&&|\|\||;|\n", command):
        if (match := _INSTALL.search(part)) is None:
            continue
        try:
            words = iter(shlex.split(match[1]))
        except ValueError:
            continue
        for word in words:
            option, mark, value = word.partition("=")
            if word in ("-r", "--requirement") or (option == "--requirement" and mark):
                read(value if mark else next(words, ""))
            elif word.startswith("-r") and not word.startswith("--") and len(word) > 2:
                read(word[2:])
            elif word in ("-c", "--constraint") or (option == "--constraint" and mark):
                note_constraints(value if mark else next(words, ""), place, into, RANK)
            elif word in _WITH_VALUE:
                next(words, None)
            elif not word.startswith("-") and word not in (".", "pip", "setuptools", "wheel"):
                note_requirement(word, place, into, RANK)


def _read_beside(folder: ProjectFolder, path: str, name: str, into: Declared, seen: set[str]) -> None:
    """An image copies the file from somewhere: the same path, or its name alone, from here upwards."""
    here = posixpath.dirname(path)
    names = [name.lstrip("/"), posixpath.basename(name)]
    while here.startswith(folder.root):
        for candidate in names:
            target = posixpath.normpath(posixpath.join(here, candidate))
            if folder.kind(target) == "file":
                below = posixpath.relpath(target, folder.root)
                read_requirements(folder, target, below, into, seen=seen, rank=RANK + 2)
                return
        if here == folder.root:
            return
        here = posixpath.dirname(here)
