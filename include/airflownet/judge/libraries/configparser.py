"""``configparser``: a parser that the judge itself holds."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

import configparser
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.conversion import from_python_error, to_python
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ApiInstance, StandardObject, is_exact
from airflownet.judge.libraries.registry import Model, register_all

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


_INTERPOLATIONS: Final[dict[str, type[configparser.Interpolation]]] = {
    "configparser.BasicInterpolation": configparser.BasicInterpolation,
    "configparser.ExtendedInterpolation": configparser.ExtendedInterpolation,
}
_MOST_CHARACTERS: Final = 20_000
_OPTIONS: Final = frozenset(
    {
        "defaults", "allow_no_value", "delimiters", "comment_prefixes", "inline_comment_prefixes", "strict",
        "empty_lines_in_values", "default_section",
    }
)  # fmt: skip


def _parser(kind: type[configparser.RawConfigParser]) -> Model:
    """``ConfigParser(interpolation=None)``: an empty parser; files that it reads are not in the file."""

    def call(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        given = dict(kwargs)
        options: dict[str, Any] = {}
        if "interpolation" in given:
            chosen = given.pop("interpolation")
            if isinstance(chosen, ApiInstance) and chosen.path in _INTERPOLATIONS and not chosen.args:
                options["interpolation"] = _INTERPOLATIONS[chosen.path]()
            elif chosen is None:
                options["interpolation"] = None
            else:
                return UNKNOWN
        if set(given) - _OPTIONS or not all(map(is_exact, (*args, *given.values()))):
            return UNKNOWN
        if len(repr((args, given))) > 1_000 or "%(" in repr((args, given)) or "${" in repr((args, given)):
            return UNKNOWN
        plain = {name: to_python(value) for name, value in given.items()}
        make: Any = kind
        try:
            return StandardObject(make(*map(to_python, args), **plain, **options))
        except Exception as error:
            raise from_python_error(error) from None

    return call


register_all(
    {
        "configparser.ConfigParser": _parser(configparser.ConfigParser),
        "configparser.RawConfigParser": _parser(configparser.RawConfigParser),
    }
)
