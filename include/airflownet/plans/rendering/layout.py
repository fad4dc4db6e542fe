"""Python text of values and calls, laid out as Airflow's own authors' formatter would.

What fits a line stays on it; else each argument or item gets a line of its own, with a comma at the end.
Every text is written so that Python reads exactly the same text: checked, not assumed.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Final

WIDTH: Final = 110
_STEP: Final = 4


def text_literal(value: str) -> str:
    """Returns a string literal in double quotes where that needs no more escapes."""
    shown = repr(value)
    if shown.startswith("'") and '"' not in value:
        shown = '"' + shown[1:-1].replace("\\'", "'") + '"'
    return shown


def block_literal(value: str) -> str:
    """Returns a text of several lines in triple quotes; the plain literal where that would be another."""
    if "\n" not in value or any(not (char.isprintable() or char == "\n") for char in value):
        return text_literal(value)
    body = value.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if body.endswith('"'):
        body = f'{body[:-1]}\\"'
    shown = f'"""{body}"""'
    return shown if ast.literal_eval(shown) == value else text_literal(value)


def flat(node: ast.expr) -> str:
    """Returns an expression on one line."""
    if isinstance(node, ast.Constant):
        return text_literal(node.value) if isinstance(node.value, str) else ast.unparse(node)
    if isinstance(node, ast.List):
        return f"[{', '.join(map(flat, node.elts))}]"
    if isinstance(node, ast.Tuple):
        return f"({', '.join(map(flat, node.elts))}{',' if len(node.elts) == 1 else ''})"
    if isinstance(node, ast.Set):
        return f"{{{', '.join(map(flat, node.elts))}}}"
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return f"{{{', '.join(f'{flat(key)}: {flat(value)}' for key, value in pairs if key is not None)}}}"
    if isinstance(node, ast.Call):
        parts = [*map(flat, node.args), *(f"{word.arg}={flat(word.value)}" for word in node.keywords)]
        return f"{flat(node.func)}({', '.join(parts)})"
    if isinstance(node, ast.Attribute):
        return f"{flat(node.value)}.{node.attr}"
    return ast.unparse(node)


def laid_out(node: ast.expr, indent: int, before: int, after: int = 1) -> str:
    """Returns an expression over as many lines as it needs.

    Args:
        node: the expression.
        indent: columns that the line it stands on is indented by.
        before: columns taken on that line before it.
        after: columns to keep free behind it.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return block_literal(node.value)
    one_line = flat(node)
    if before + len(one_line) + after <= WIDTH and not _has_block(node):
        return one_line
    inner = indent + _STEP
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)) and node.elts:
        marks = {ast.List: "[]", ast.Tuple: "()", ast.Set: "{}"}[type(node)]
        return _block(marks, [laid_out(item, inner, inner) for item in node.elts], indent)
    if isinstance(node, ast.Dict) and node.keys:
        items = []
        for key, value in zip(node.keys, node.values, strict=True):
            start = f"{flat(key)}: " if key is not None else ""
            items.append(start + laid_out(value, inner, inner + len(start)))
        return _block("{}", items, indent)
    if isinstance(node, ast.Call) and (node.args or node.keywords):
        return call_text(flat(node.func), call_items(node, inner), indent)
    return one_line


def call_items(node: ast.Call, indent: int) -> list[str]:
    """Returns the arguments of a call, each as it stands on a line of its own."""
    items = [laid_out(item, indent, indent) for item in node.args]
    for word in node.keywords:
        start = f"{word.arg}="
        items.append(start + laid_out(word.value, indent, indent + len(start)))
    return items


def call_text(name: str, items: Sequence[str], indent: int) -> str:
    """Returns a call with an argument on each line."""
    return name + _block("()", items, indent)


def _block(marks: str, items: Sequence[str], indent: int) -> str:
    pad = " " * (indent + _STEP)
    lines = "".join(f"{pad}{item},\n" for item in items)
    return f"{marks[0]}\n{lines}{' ' * indent}{marks[1]}"


def _has_block(node: ast.expr) -> bool:
    """Tells whether a text of several lines is among the values, which is shown in triple quotes."""
    return any(
        isinstance(inner, ast.Constant) and isinstance(inner.value, str) and inner.value.count("\n") > 1
        for inner in ast.walk(node)
    )
