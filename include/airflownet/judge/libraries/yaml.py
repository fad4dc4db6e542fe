"""YAML in texts of the file: read by ``yaml.safe_load`` when short and with few aliases, or written."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.conversion import from_python_error, from_result, to_python
from airflownet.judge.interpreter.limits import MAX_ITEMS
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import StandardObject, is_exact, of_kind
from airflownet.judge.libraries.project_files import plain_value, text_of_stream
from airflownet.judge.libraries.registry import Model, models
from airflownet.judge.project.bounded_yaml import read_documents

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

_READERS: Final = frozenset(
    {"yaml.safe_load", "yaml.load", "yaml.full_load", "yaml.safe_load_all", "yaml.load_all"}
)
_WRITERS: Final = frozenset({"yaml.dump", "yaml.safe_dump"})
_MOST_CHARACTERS = 10_000
_LONG = 500
_MOST_ALIASES = 10
"""More of them could make a small text a large value."""
_MOST_BRACKETS = 100
"""Of one within the other reading would be slow."""
_OPTIONS: Final = frozenset({"default_flow_style", "sort_keys", "indent", "allow_unicode", "width"})


def _reader(name: str) -> Model:
    def read(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any], *, is_open: bool) -> Any:
        return _read(interpreter, name, args, kwargs, is_open=is_open)

    return read


def _read(
    interpreter: Interpreter, name: str, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    """Returns what reading the text gives.

    Raises:
        Raised: no loader is named, or the text is no YAML.
    """
    if name in ("load", "load_all") and len(args) < 2 and "Loader" not in kwargs and not is_open:
        message = f"{name}() missing 1 required positional argument: 'Loader'"
        raise Raised("TypeError", message, "missing-argument", "Loader")
    text = args[0] if args else kwargs.get("stream", UNKNOWN)
    if isinstance(text, StandardObject):
        content = text_of_stream(text)
        text = UNKNOWN if content is None else content
    if isinstance(text, str) and interpreter.project is not None and len(text) > _LONG:
        return _of_project(interpreter, text, is_all=name.endswith("_all"))
    if not isinstance(text, str) or len(text) > _MOST_CHARACTERS or "!!python" in text:
        return UNKNOWN
    if _nesting(text) > _MOST_BRACKETS:
        return UNKNOWN
    if "&" in text:
        _pay(interpreter, len(text))
    if "&" in text and text.count("*") > _MOST_ALIASES and _has_many_aliases(text):
        return UNKNOWN
    _pay(interpreter, len(text))
    import yaml

    try:
        if name.endswith("_all"):
            documents = list(islice(yaml.safe_load_all(text), MAX_ITEMS))
            return of_kind("generator", map(from_result, documents), exact=True)
        return from_result(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise from_python_error(error) from None
    except Exception:  # a number or date that is none, or too deep
        return UNKNOWN


def _of_project(interpreter: Interpreter, text: str, *, is_all: bool) -> Any:
    """A text as long as only a file has it: read in C, and charged for as a file of the project is."""
    documents = read_documents(text)
    if documents is None:
        return UNKNOWN
    if is_all:
        return plain_value(interpreter, documents, 8 * len(text))
    return plain_value(interpreter, documents[0] if documents else None, 8 * len(text))


def _nesting(text: str) -> int:
    """Returns a bound of how many brackets are open at a time."""
    n_open = deepest = 0
    if text.count("[") + text.count("{") > _MOST_BRACKETS:
        for character in text:
            if character in "[{":
                n_open += 1
                deepest = max(deepest, n_open)
            elif character in "]}":
                n_open -= 1
    return deepest


def _pay(interpreter: Interpreter, n_characters: int) -> None:
    """Reading and writing take some 10 us a character."""
    interpreter.steps_left -= 4 * n_characters
    interpreter.charge(0)


def _has_many_aliases(text: str) -> bool:
    """A star in a cron line or in a query is no alias."""
    import yaml

    try:
        events = islice(yaml.parse(text, Loader=yaml.SafeLoader), MAX_ITEMS)
        return sum(isinstance(event, yaml.AliasEvent) for event in events) > _MOST_ALIASES
    except Exception:
        return True


@models(*_WRITERS)
def write_yaml(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Returns the text of a small known value."""
    if args and isinstance(args[0], (list, tuple, dict)):
        interpreter.charge(len(args[0]))
    if len(args) != 1 or set(kwargs) - _OPTIONS or not is_exact(args[0]):
        return UNKNOWN
    if not all(isinstance(value, (bool, int, type(None))) for value in kwargs.values()):
        return UNKNOWN
    plain = to_python(args[0])
    try:
        length = len(repr(plain))
    except ValueError:  # a number of more digits than Python shows
        return UNKNOWN
    if length > _MOST_CHARACTERS or kwargs.get("indent", 2) not in range(1, 10):
        return UNKNOWN
    _pay(interpreter, length)
    import yaml

    try:
        return from_result(yaml.safe_dump(plain, **kwargs))
    except yaml.YAMLError as error:
        raise from_python_error(error) from None


for _path in _READERS:
    models(_path, takes_open=True)(_reader(_path.rpartition(".")[2]))
