r"""The grammar of plans for one Airflow line, for llama.cpp: operators exist, arguments come once.

Operators and decorators are a trie, arguments a chain in the order of the signature (``argument_order``),
each of which may be left out. Texts and lists are bounded, so that no answer loops for ever. llama.cpp tests
the likeliest token first and looks at others only when it does not fit. Format: GBNF, as in llama.cpp's
``grammars/README``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from airflownet.judge.catalogue import Parameter
from airflownet.plans.argument_order import dag_parameters, operator_class, usable
from airflownet.plans.catalogue_names import CatalogueNames, names_of

MAX_TASKS: Final = 24
_MAX_TEXT_CHARS: Final = 600
_MAX_ID_CHARS: Final = 80
_MAX_ITEMS: Final = 24
_SHARED_OWNERS: Final = ("BaseOperator", "AbstractOperator", "DAGNode", "DecoratedOperator")

_VALUES: Final = rf"""
char ::= [^"\\\x00-\x1f] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{{4}})
text ::= "\"" char{{0,{_MAX_TEXT_CHARS}}} "\""
code ::= "\"" char{{0,{2 * _MAX_TEXT_CHARS}}} "\""
id ::= "\"" [a-zA-Z] [a-zA-Z0-9_.-]{{0,{_MAX_ID_CHARS}}} "\""
number ::= "-"? [0-9]{{1,12}} ("." [0-9]{{1,8}})?
yes ::= "true" | "false"
key ::= "\"" [^"\\\x00-\x1f]{{1,80}} "\""
list ::= "[" (value ("," value){{0,{_MAX_ITEMS}}})? "]"
object ::= "{{" (key ":" value ("," key ":" value){{0,{_MAX_ITEMS}}})? "}}"
value ::= text | number | yes | "null" | list | object
name ::= "\"" [a-zA-Z_] [a-zA-Z0-9_]{{0,60}} "\""
words ::= "{{" name ":" value ("," name ":" value){{0,{_MAX_ITEMS}}} "}}"
after ::= id | "[" id ("," id){{0,{_MAX_ITEMS}}} "]"
head ::= id (",\"after\":" after)? (",\"map\":" words)?
root ::= dag
"""


@lru_cache(maxsize=8)
def plan_grammar(airflow: str = "3.3", operators: tuple[str, ...] | None = None) -> str:
    """Returns the grammar of plans of one DAG; the same text for the same line.

    Args:
        airflow: line or version.
        operators: names to choose from; None for all of the line.

    Raises:
        InputError: there is no catalogue for the line.
    """
    names = names_of(airflow)
    return _Grammar(names).text(names.operators if operators is None else operators)


class _Grammar:
    def __init__(self, names: CatalogueNames) -> None:
        self._names = names
        self._rules: dict[str, str] = {}
        self._of_argument: dict[tuple[str, str], str] = {}

    def text(self, operators: Iterable[str]) -> str:
        shared = self._shared()
        self._rules["dag"] = (
            r'"{\"dag\":" id ' + self._chain(dag_parameters(self._names)) + r' ",\"tasks\":[" task '
            rf'("," task){{0,{MAX_TASKS - 1}}} "]}}"'
        )
        self._rules["shared"] = self._chain(shared) or '""'
        names = {p.name for p in shared}
        endings: dict[str, str] = {}
        for operator in operators:
            found = operator_class(operator, self._names)
            if found is not None and not found.abstract_methods:
                own = [p for p in usable(found.init) if p.name not in names]
                endings[operator] = f'head {self._chain(own)} shared "}}"'
        for decorator in self._names.decorators:
            found = operator_class(decorator, self._names)
            own = [p for p in usable(found.init) if p.name not in names] if found is not None else []
            endings[decorator] = (
                rf'head (",\"call\":" words)? {self._chain(own)} shared ",\"code\":" code "}}"'
            )
        bodies: dict[str, str] = {}
        for operator, body in endings.items():
            if body not in bodies:
                bodies[body] = f"b{len(bodies)}"
                self._rules[bodies[body]] = body
            endings[operator] = bodies[body]
        self._rules["task"] = '"{\\"" operator'
        self._trie("operator", sorted(endings), 0, endings)
        rules = "\n".join(f"{name} ::= {body}" for name, body in self._rules.items())
        return f"{rules}{_VALUES}"

    def _shared(self) -> list[Parameter]:
        found = operator_class("EmptyOperator", self._names) or operator_class("BashOperator", self._names)
        parameters = usable(found.init) if found is not None else []
        return [p for p in parameters if not p.name.startswith("doc")]

    def _chain(self, parameters: Sequence[Parameter]) -> str:
        return " ".join(f"{self._argument(parameter)}?" for parameter in parameters)

    def _argument(self, parameter: Parameter) -> str:
        kind = "yes" if parameter.annotation.replace(" ", "") in ("bool", "bool|None") else "value"
        key = (parameter.name, kind)
        if key not in self._of_argument:
            self._of_argument[key] = f"a{len(self._of_argument)}"
            self._rules[self._of_argument[key]] = f"{_literal(f',{json.dumps(parameter.name)}:')} {kind}"
        return self._of_argument[key]

    def _trie(self, rule: str, operators: Sequence[str], start: int, endings: dict[str, str]) -> None:
        """Writes the rule of what follows ``start`` characters that all the names share."""
        branches: dict[str, list[str]] = {}
        for name in operators:
            branches.setdefault(name[start : start + 1], []).append(name)
        parts = []
        for char, names in branches.items():
            if not char:
                parts.append(f'"\\":" {endings[names[0]]}')
            elif len(names) == 1:
                parts.append(f"{_literal(names[0][start:])} " + f'"\\":" {endings[names[0]]}')
            else:
                end = start + 1
                while len({name[: end + 1] for name in names}) == 1 and min(map(len, names)) > end:
                    end += 1
                inner = f"o{len(self._rules)}"
                self._rules[inner] = ""
                self._trie(inner, names, end, endings)
                parts.append(f"{_literal(names[0][start:end])} {inner}")
        self._rules[rule] = " | ".join(parts)


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
