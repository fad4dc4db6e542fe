"""Small answers about LibCST statements that several transforms need."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from airflownet.mining.codemods.selective import blank_lines


def dotted(node: cst.BaseExpression | None) -> str:
    """Returns ``a.b.c`` for such an expression, else an empty string."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        left = dotted(node.value)
        return f"{left}.{node.attr.value}" if left else ""
    return ""


def root_name(node: cst.BaseExpression) -> str:
    """Returns ``x`` for ``x``, ``x.y``, ``x(...)``, ``x[...]`` and what is built of these, else nothing."""
    while not isinstance(node, cst.Name):
        if isinstance(node, cst.Call):
            node = node.func
        elif isinstance(node, cst.Attribute | cst.Subscript):
            node = node.value
        else:
            return ""
    return node.value


def module_of(node: cst.ImportFrom) -> str:
    """Returns the dotted module of an absolute ``from`` import, empty for a relative one."""
    return "" if node.relative or node.module is None else dotted(node.module)


def without_aliases(node: cst.ImportFrom | cst.Import, names: set[str]) -> cst.ImportFrom | cst.Import | None:
    """Returns the import without the aliases that bind these names; None when none is left."""
    if isinstance(node.names, cst.ImportStar):
        return node
    kept = [alias for alias in node.names if bound_name(alias) not in names]
    if not kept:
        return None
    if len(kept) == len(node.names):
        return node
    kept[-1] = kept[-1].with_changes(comma=node.names[-1].comma)
    return node.with_changes(names=kept)


def bound_name(alias: cst.ImportAlias) -> str:
    """Returns the local name that an import alias binds."""
    name = alias.evaluated_alias or alias.evaluated_name
    return name if alias.evaluated_alias else name.split(".")[0]


def tidy_start(
    original: Sequence[cst.BaseStatement], updated: Sequence[cst.BaseStatement]
) -> Sequence[cst.BaseStatement]:
    """Strips the blank lines that a block would begin with because its first statement was removed."""
    if not original or not updated:
        return updated
    first = updated[0]
    if blank_lines(original[0]) or not blank_lines(first):
        return updated
    lines = getattr(first, "leading_lines", ())
    kept = lines[blank_lines(first) :]
    return [first.with_changes(leading_lines=kept), *updated[1:]]
