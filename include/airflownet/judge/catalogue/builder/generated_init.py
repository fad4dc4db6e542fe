"""Fields of classes whose ``__init__`` is generated: dataclasses, attrs, NamedTuple, pydantic.

Record: ``{"kind": "dataclass|attrs|namedtuple|pydantic|typeddict", "p": [[name, style, default?,
annotation?] ...], "kw": all keyword-only?, "init": 0 when no ``__init__`` is generated}``.
"""

from __future__ import annotations

import ast
from typing import Any

from airflownet.judge.catalogue.builder.signatures import Dotted, Record, text_of

DATACLASS = {"dataclasses.dataclass", "pydantic.dataclasses.dataclass"}
ATTRS = {
    f"{package}.{name}"
    for package in ("attr", "attrs")
    for name in ("s", "attrs", "define", "frozen", "mutable", "attributes", "dataclass")
}
ATTRS_OLD = {"attr.s", "attr.attrs", "attr.attributes"}
BASES = {
    "typing.NamedTuple": "namedtuple",
    "typing.TypedDict": "typeddict",
    "typing_extensions.TypedDict": "typeddict",
    "pydantic.BaseModel": "pydantic",
    "pydantic_settings.BaseSettings": "pydantic",
}
NO_DEFAULT = {"attr.NOTHING", "attrs.NOTHING", "dataclasses.MISSING", "pydantic.fields.PydanticUndefined"}


def fields_record(
    node: ast.ClassDef, statements: list[ast.stmt], decorators: list[str], bases: list[str], dotted: Dotted
) -> Record | None:
    """Returns the fields the class adds, None when nothing tells that its ``__init__`` is generated.

    A class that only inherits from a pydantic model or a ``TypedDict`` is settled by the reader, which
    knows the MRO; its fields are recorded here all the same (kind ``fields``).
    """
    kind, options = _kind(node, decorators, bases)
    rows: list[list[Any]] = []
    keyword_only = False
    defaulted = _defaulted_by_method(node)
    for statement in statements:
        if not isinstance(statement, ast.AnnAssign):
            if kind == "attrs" and isinstance(statement, ast.Assign):
                rows += _old_attrs_field(statement, dotted)
            continue
        annotation = text_of(statement.annotation).strip("'\"")
        if annotation.rpartition(".")[2] == "KW_ONLY":
            keyword_only = True
        elif isinstance(statement.target, ast.Name) and "ClassVar" not in annotation:
            row = _field(statement.target.id, statement.value, annotation, dotted, kind)
            if row is not None:
                if keyword_only and row[1] != NOT_IN_INIT:
                    row[1] = 2
                if statement.target.id in defaulted and len(row) > 2 and row[2] is None:
                    row[2] = "..."
                rows.append(row)
    if kind == "fields" and not rows:
        return None
    record: Record = {"kind": kind, "p": rows}
    if _is_true(options.get("kw_only")) or _moves_to_keywords(options, dotted):
        record["kw"] = 1 if _is_true(options.get("kw_only")) else 2
    if _is_false(options.get("init")):
        record["init"] = 0
    if kind == "attrs" and not any(d in ATTRS_OLD for d in decorators):
        record["auto"] = 1
    return record


def _kind(node: ast.ClassDef, decorators: list[str], bases: list[str]) -> tuple[str, dict[str, ast.expr]]:
    for decorator, path in zip(node.decorator_list, decorators, strict=True):
        options = {}
        if isinstance(decorator, ast.Call):
            options = {keyword.arg: keyword.value for keyword in decorator.keywords if keyword.arg}
        if path in DATACLASS:
            return "dataclass", options
        if path in ATTRS:
            return "attrs", options
    for base in bases:
        if base in BASES:
            return BASES[base], {}
    return "fields", {}


def _defaulted_by_method(node: ast.ClassDef) -> set[str]:
    """Names of attrs fields whose default is a method: ``@name.default``."""
    return {
        decorator.value.id
        for statement in node.body
        if isinstance(statement, ast.FunctionDef)
        for decorator in statement.decorator_list
        if isinstance(decorator, ast.Attribute)
        and decorator.attr == "default"
        and isinstance(decorator.value, ast.Name)
    }


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _is_false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _moves_to_keywords(options: dict[str, ast.expr], dotted: Dotted) -> bool:
    """Airflow's DAG class makes every field after the first keyword-only through a transformer."""
    transformer = options.get("field_transformer")
    return transformer is not None and dotted(transformer).endswith("_all_after_dag_id_to_kw_only")


NOT_IN_INIT = 3
"""Style of a field that a class keeps out of ``__init__``, a base class's field of that name included."""
FIELD_CALLS = {"field", "ib", "attrib", "Field", "PrivateAttr"}


def _field(name: str, value: ast.expr | None, annotation: str, dotted: Dotted, kind: str) -> list[Any] | None:
    style = 1
    default = text_of(value) if value is not None else None
    parameter = name.lstrip("_") if kind == "attrs" else name
    if isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] in FIELD_CALLS:
        given = {keyword.arg: keyword.value for keyword in value.keywords if keyword.arg}
        if dotted(value.func).endswith("PrivateAttr"):
            return None
        if _is_false(given.get("init")):
            return [parameter, NOT_IN_INIT]
        style = 2 if _is_true(given.get("kw_only")) else 1
        default = _field_default(value, given, dotted)
        alias = given.get("alias")
        if isinstance(alias, ast.Constant) and isinstance(alias.value, str):
            parameter = alias.value
    elif kind in {"pydantic", "fields"} and name.startswith("_"):
        return None
    row: list[Any] = [parameter, style, default]
    return [*row, annotation] if annotation else row


def _field_default(call: ast.Call, given: dict[str, ast.expr], dotted: Dotted) -> str | None:
    if "factory" in given or "default_factory" in given:
        factory = given.get("factory") or given["default_factory"]
        return f"{text_of(factory)}()"
    default = given.get("default")
    if default is None and call.args:
        default = call.args[0]
    if default is None or dotted(default) in NO_DEFAULT:
        return None
    if isinstance(default, ast.Constant) and default.value is Ellipsis:
        return None
    return text_of(default)


def _old_attrs_field(statement: ast.Assign, dotted: Dotted) -> list[list[Any]]:
    call = statement.value
    if not isinstance(call, ast.Call) or dotted(call.func) not in {
        "attr.ib",
        "attr.attrib",
        "attrs.field",
        "attr.field",
    }:
        return []
    names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
    rows = [_field(name, call, "", dotted, "attrs") for name in names]
    return [row for row in rows if row is not None]
