"""Files of the project that a DAG file reads: really read, bounded, and only below the project.

``open``, ``pathlib.Path``, ``glob`` and ``os`` look here first; what is read becomes a stream of known text,
of which ``json.load``, ``yaml.safe_load`` and the like make known values. A path that an image has elsewhere
(``/opt/airflow/dags/config.yml``), or that is relative to where Airflow runs, is looked for in the project,
and the verdict says so.
"""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import fnmatch
import io
import json
import posixpath
import tomllib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.conversion import from_result
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ListValue, NativeMethod, StandardObject, is_concrete
from airflownet.judge.libraries.registry import register_all
from airflownet.judge.project.folder import folders_below, is_below
from airflownet.judge.project.project import Project

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_HOMES: Final = (
    "/opt/airflow", "/usr/local/airflow", "/home/airflow/gcs", "/home/airflow", "/root/airflow", "/airflow",
    "/app",
)  # fmt: skip
_MOST_FOUND: Final = 2_000
_MOST_FOLDERS: Final = 200
_PATHS: Final = (str, PurePosixPath)


def locate(interpreter: Interpreter, path: Any) -> str | None:
    """Returns where a path of the file lies in the project; None where it leads elsewhere or is not known.

    A path directly below the project is returned whether there is something or not.
    """
    project = interpreter.project
    if project is None or not isinstance(path, _PATHS) or not project.is_read:
        return None
    text = posixpath.normpath(str(path))
    if text.startswith("/"):
        if is_below(text, project.folder.root) or any(is_below(text, root) for root in project.roots):
            return text
        home = next((home for home in _HOMES if is_below(text, home)), None)
        if home is None:
            return None
        text = posixpath.relpath(text, home)
    if text.startswith(".."):
        return None
    for place in _places(project, text):
        if project.folder.kind(place):
            interpreter.assume("path", str(path), f"taken to be {project.shown(place)}")
            return place
    return None


def _places(project: Project, text: str) -> Iterator[str]:
    bases = [root for root in project.roots if posixpath.basename(root) == "dags"]
    yield from (f"{posixpath.dirname(base)}/{text}" for base in bases)
    yield f"{project.folder.root}/{text}"
    yield from (f"{root}/{text}" for root in project.roots)
    if text.startswith("dags/"):  # an image may call the folder otherwise
        yield from (f"{root}/{text.removeprefix('dags/')}" for root in project.roots)


def opened(interpreter: Interpreter, path: Any, *, is_binary: bool) -> Any:
    """Returns the stream that opening a file of the project gives; ``MISSING`` where it is no such file."""
    place = locate(interpreter, path)
    project = interpreter.project
    if place is None or project is None or project.folder.kind(place) != "file":
        return MISSING
    data = project.folder.read(place)
    if data is None or len(data) > interpreter.project_bytes_left:
        return interpreter.unknown(f"{project.shown(place)} is too large to be read")
    interpreter.project_bytes_left -= len(data)
    interpreter.uses[project.shown(place)] = None
    if is_binary:
        return StandardObject(io.BytesIO(data))
    try:
        return StandardObject(io.StringIO(data.decode("utf-8")))
    except UnicodeDecodeError:
        return UNKNOWN


def text_of_stream(value: Any) -> str | None:
    """Returns what is left to read of a stream whose content is known, None for any other value."""
    if not isinstance(value, StandardObject) or not value.exact:
        return None
    stream = value.object
    if not isinstance(stream, (io.StringIO, io.BytesIO)) or stream.closed:
        return None
    content = stream.read()
    return content if isinstance(content, str) else content.decode("utf-8", "replace")


def plain_value(interpreter: Interpreter, value: Any, n_characters: int) -> Any:
    """Returns the abstract value of what was read of the project, where the budget allows it."""
    if n_characters > interpreter.project_bytes_left:
        return interpreter.unknown("more files of the project than the judge reads")
    interpreter.project_bytes_left -= n_characters
    return from_result(value)


def _json_load(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``json.load(file)``."""
    text = text_of_stream(args[0] if args else kwargs.get("fp"))
    if text is None or set(kwargs) - {"fp"}:
        return UNKNOWN
    return _parsed(interpreter, text, json.loads)


def _toml_load(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``tomllib.load(file)``."""
    text = text_of_stream(args[0] if args else UNKNOWN)
    return UNKNOWN if text is None or kwargs else _parsed(interpreter, text, tomllib.loads)


def _parsed(interpreter: Interpreter, text: str, parse: Any) -> Any:
    try:
        return plain_value(interpreter, parse(text), len(text))
    except RecursionError:
        return UNKNOWN
    except ValueError as error:
        raise Raised(type(error).__name__, str(error), "bad-value") from None


def loads(interpreter: Interpreter, text: Any) -> Any:
    """``json.loads`` of a long text, as only a file of the project is; ``MISSING`` without a project."""
    if interpreter.project is None or not isinstance(text, str):
        return MISSING
    return _parsed(interpreter, text, json.loads)


def path_method(
    interpreter: Interpreter, path: PurePosixPath, name: str, args: list[Any], kwargs: Any
) -> Any:
    """Returns what a method of ``Path`` that looks at the disk gives; ``MISSING`` where not known."""
    if name in ("open", "read_text", "read_bytes"):
        mode = args[0] if args and name == "open" else kwargs.get("mode", "r")
        if not isinstance(mode, str) or any(letter in mode for letter in "wax+"):
            return MISSING
        found = opened(interpreter, path, is_binary=name == "read_bytes" or "b" in mode)
        return (
            found
            if name == "open" or found is MISSING or found is UNKNOWN
            else from_result(found.object.read())
        )
    place = locate(interpreter, path)
    project = interpreter.project
    if place is None or project is None:
        return MISSING
    kind = project.folder.kind(place)
    if name in ("exists", "is_file", "is_dir"):
        return _is_there(kind, name)
    if name == "iterdir" and kind == "folder":
        _note_folder(interpreter, project, place)
        return ListValue(path / child for child in project.folder.names(place))
    if name in ("glob", "rglob") and kind == "folder" and args and _stays_below(args[0]):
        _note_folder(interpreter, project, place)
        pattern = args[0] if name == "glob" else f"**/{args[0]}"
        below = [found[len(place) + 1 :] for found in _matching(project, place, pattern)]
        return ListValue(path / child for child in below)
    return MISSING


def _stays_below(pattern: Any) -> bool:
    return isinstance(pattern, str) and not pattern.startswith("/") and ".." not in pattern.split("/")


def _is_there(kind: str, name: str) -> Any:
    """What is not in the project may yet be made where Airflow runs."""
    if not kind:
        return MISSING
    wanted = {"is_file": "file", "isfile": "file", "is_dir": "folder", "isdir": "folder"}.get(name, kind)
    return kind == wanted


def _note_folder(interpreter: Interpreter, project: Project, place: str) -> None:
    interpreter.uses[project.shown(place) + "/"] = None
    interpreter.charge(len(project.folder.names(place)) * 8)


def _matching(project: Project, top: str, pattern: str) -> list[str]:
    """Returns the paths below a folder that a glob pattern matches, sorted; ``**`` stands for any folders."""
    found = [top]
    looked_at = 0
    for part in (part for part in pattern.split("/") if part and part != "."):
        following: dict[str, None] = {}
        for here in found:
            if looked_at > _MOST_FOUND:
                continue
            if part == "**":
                following.update(dict.fromkeys(folders_below(project.folder, here, _MOST_FOLDERS)))
                looked_at += len(following)
                continue
            names = project.folder.names(here)
            looked_at += len(names)
            matched = fnmatch.filter(names, part)
            shown = [name for name in matched if part.startswith(".") or not name.startswith(".")]
            following.update((f"{here}/{name}", None) for name in shown)
        found = sorted(following)[:_MOST_FOUND]
    return [path for path in found if path != top]


def _os_path(name: str) -> Any:
    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        place = locate(interpreter, args[0] if args else UNKNOWN)
        if place is None or interpreter.project is None:
            return UNKNOWN
        found = _is_there(interpreter.project.folder.kind(place), name)
        return UNKNOWN if found is MISSING else found

    return call


def _list_folder(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``os.listdir(path)``, in order of the names."""
    place = locate(interpreter, args[0] if args else kwargs.get("path", UNKNOWN))
    project = interpreter.project
    if place is None or project is None or project.folder.kind(place) != "folder":
        return UNKNOWN
    _note_folder(interpreter, project, place)
    return ListValue(project.folder.names(place))


def _glob(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``glob.glob(pattern)`` with one literal folder before the first wildcard."""
    pattern = args[0] if args else kwargs.get("pathname", UNKNOWN)
    project = interpreter.project
    if project is None or not isinstance(pattern, _PATHS) or set(kwargs) - {"pathname", "recursive"}:
        return UNKNOWN
    parts = str(pattern).split("/")
    first = next((n for n, part in enumerate(parts) if any(sign in part for sign in "*?[")), len(parts) - 1)
    literal = "/".join(parts[:first]) or "."
    place = locate(interpreter, literal)
    if place is None or project.folder.kind(place) != "folder":
        return UNKNOWN
    _note_folder(interpreter, project, place)
    rest = parts[first:]
    if kwargs.get("recursive") is not True:
        rest = ["*" if part == "**" else part for part in rest]
    below = [found[len(place) + 1 :] for found in _matching(project, place, "/".join(rest))]
    return ListValue(
        child if literal == "." and not str(pattern).startswith(".") else f"{literal}/{child}"
        for child in below
    )


def _walk_folders(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``os.walk(top)``, from the top down."""
    top = args[0] if args else kwargs.get("top", UNKNOWN)
    place = locate(interpreter, top)
    project = interpreter.project
    if place is None or project is None or len(args) > 1 or project.folder.kind(place) != "folder":
        return UNKNOWN
    found = ListValue()
    pending = [(str(top), place)]
    while pending:
        shown, here = pending.pop(0)
        if len(found) >= _MOST_FOLDERS:
            return UNKNOWN
        _note_folder(interpreter, project, here)
        names = project.folder.names(here)
        inside = [name for name in names if not project.folder.is_link(f"{here}/{name}")]
        folders = [name for name in inside if project.folder.kind(f"{here}/{name}") == "folder"]
        files = [name for name in names if project.folder.kind(f"{here}/{name}") == "file"]
        found.append((shown, ListValue(folders), ListValue(files)))
        pending[:0] = [(f"{shown}/{name}", f"{here}/{name}") for name in folders]
    return found


def disk_method(path: PurePosixPath, name: str, otherwise: Any) -> NativeMethod:
    """Returns a method of ``Path`` that looks into the project first, and else is ``otherwise``."""

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        found = path_method(interpreter, path, name, args, kwargs) if all(map(is_concrete, args)) else MISSING
        return otherwise(interpreter, args, kwargs) if found is MISSING else found

    return NativeMethod(name, call)


register_all(
    {
        "json.load": _json_load,
        "tomllib.load": _toml_load,
        "os.listdir": _list_folder,
        "os.walk": _walk_folders,
        "glob.glob": _glob,
        "glob.iglob": _glob,
        **{
            f"{module}.{name}": _os_path(name)
            for module in ("os.path", "posixpath", "genericpath")
            for name in ("exists", "isfile", "isdir")
        },
    }
)
