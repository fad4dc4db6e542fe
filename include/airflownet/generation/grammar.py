"""Small grammars (GBNF) made on the spot from the catalogue and from what the file has so far.

Only for a statement that was refused twice: an import out of names that exist, a call of an operator with
its own arguments, each once, a DAG's header, a relation between tasks that are there. Never all of Python.
llama.cpp tests the likeliest token against the grammar first, so a grammar that is obeyed costs little.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

_VALUES: Final = r"""
string ::= "\"" [^"\\\x00-\x1f]{1,90} "\""
id ::= "\"" [a-z] [a-z0-9_]{1,40} "\""
number ::= ("0" | [1-9] [0-9]{0,5}) ("." [0-9]{1,3})?
item ::= string | number
list ::= "[" (item (", " item){0,5})? "]"
dict ::= "{" (string ": " (item | list | flat) (", " string ": " (item | list | flat)){0,5})? "}"
flat ::= "{" (string ": " item (", " string ": " item){0,5})? "}"
"""


def quoted(text: str) -> str:
    """Returns a GBNF literal."""
    return json.dumps(text, ensure_ascii=True)


def trie(words: Iterable[str]) -> str:
    """Returns an expression for exactly these texts, with shared beginnings written once."""
    return _trie(sorted(set(words)))


def _trie(words: list[str]) -> str:
    if len(words) == 1:
        return quoted(words[0]) if words[0] else '""'
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[:1], []).append(word)
    parts = []
    for first, group in groups.items():
        if not first:
            parts.append('""')
            continue
        shared = _shared_beginning(group)
        rest = [word[len(shared) :] for word in group]
        parts.append(quoted(shared) if rest == [""] else f"{quoted(shared)} ({_trie(rest)})")
    return " | ".join(parts)


def _shared_beginning(words: Sequence[str]) -> str:
    first, last = min(words), max(words)
    n = 0
    while n < min(len(first), len(last)) and first[n] == last[n]:
        n += 1
    return first[:n]


@dataclass(frozen=True, slots=True)
class Argument:
    """One keyword argument of a call."""

    name: str
    required: bool = False
    values: tuple[str, ...] = ()
    """Python source of the only values that are allowed; empty for any literal."""
    annotation: str = ""

    def value(self, names: Sequence[str]) -> str:
        """Returns the expression of its value.

        Args:
            names: variables of the file that may stand for a value.
        """
        if self.values:
            return f"({trie(self.values)})"
        kind = self.annotation.replace(" ", "").removesuffix("|None")
        rule = {
            "id": "id",
            "str": "string",
            "int": "number",
            "float": "number",
            "bool": '("True" | "False")',
            "list": "list",
            "list[str]": "list",
            "Sequence[str]": "list",
            "dict": "dict",
            "dict[str,Any]": "dict",
            "dict[str,str]": "dict",
        }.get(kind, 'string | list | dict | number | "True" | "False"')
        others = f" | {trie(names)}" if names and kind not in ("bool", "int", "float", "id") else ""
        return f"({rule}{others})"


@dataclass(frozen=True, slots=True)
class CallShape:
    """A call that a statement may be."""

    callee: str
    arguments: tuple[Argument, ...] = field(default=())


def import_grammar(names: Mapping[str, Iterable[str]], lead: str) -> str:
    """Returns the grammar of one ``from module import name`` line.

    Args:
        names: module -> names of it that may be imported.
        lead: expression of what stands before the statement.
    """
    lines = [f"from {module} import {name}" for module, of in names.items() for name in of]
    return f'root ::= {lead} ({trie(lines)}) "\\n"\n'


def call_grammar(calls: Sequence[CallShape], names: Sequence[str], lead: str, indent: str) -> str:
    """Returns the grammar of ``name = Operator(...)``: required arguments, then others, each once.

    Args:
        calls: what may be called.
        names: variables that may stand as values.
        lead: expression of what stands before the statement.
        indent: of the statement.
    """
    rules, tops = [], []
    inner = quoted(indent + "    ")
    for number, call in enumerate(calls):
        parts = [
            f'{inner} {quoted(argument.name + "=")} {argument.value(names)} ",\\n"'
            if argument.required
            else f'({inner} {quoted(argument.name + "=")} {argument.value(names)} ",\\n")?'
            for argument in call.arguments
        ]
        rules.append(
            f'call{number} ::= {quoted(call.callee + "(")} "\\n" {" ".join(parts)} {quoted(indent + ")")}'
        )
        tops.append(f"call{number}")
    # A name of letters and digits, one word of which a keyword cannot be.
    assigned = '([a-z] [a-z0-9]{0,11} "_" [a-z0-9_]{1,24} " = ")?'
    return f'root ::= {lead} {assigned} ({" | ".join(tops)}) "\\n"\n' + "\n".join(rules) + _VALUES


def header_grammar(call: CallShape, lead: str) -> str:
    """Returns the grammar of ``with DAG(...) as dag:``."""
    parts = [
        f'"    " {quoted(argument.name + "=")} {argument.value(())} ",\\n"' for argument in call.arguments
    ]
    start = quoted(f"with {call.callee}(")
    return f'root ::= {lead} {start} "\\n" {" ".join(parts)} ") as dag:\\n"\n' + _VALUES


def relation_grammar(tasks: Sequence[str], lead: str) -> str:
    """Returns the grammar of ``a >> b >> [c, d]`` over variables that hold tasks."""
    task = trie(tasks)
    return (
        f'root ::= {lead} task (" >> " (task | "[" task (", " task)+ "]")){{1,12}} "\\n"\ntask ::= {task}\n'
    )
