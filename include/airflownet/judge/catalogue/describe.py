"""What ``airflownet catalogue show`` prints."""

from __future__ import annotations

from collections.abc import Iterator

from airflownet.judge.catalogue.answers import Attribute, ClassInfo, FunctionInfo, Kind
from airflownet.judge.catalogue.catalogue import Catalogue
from airflownet.judge.catalogue.signature import Parameter, Signature


def describe(catalogue: Catalogue, path: str) -> Iterator[str]:
    """Yields lines about a dotted path: what it is, where it is defined, what it takes."""
    found = catalogue.resolve_path(path)
    if not found:
        yield f"{path}: not in Airflow {catalogue.version} ({found.reason})"
        for suggestion in catalogue.suggestions(path):
            yield f"  did you mean {suggestion}?"
        return
    yield f"{path}: {found.kind.replace('_', ' ')} in Airflow {catalogue.version}"
    if found.path != path:
        yield f"  defined as {found.path}"
    if found.deprecated is not None:
        replacement = found.deprecated.replacement or "another name"
        yield f"  deprecated; use {replacement}. {found.deprecated.message}".rstrip()
    match found.target:
        case ClassInfo():
            yield from _class(found.target)
        case FunctionInfo():
            yield from _signature(found.target.signature)
        case Attribute():
            yield f"  value: {found.target.value_text or 'unknown'}"
    if found.instance_of:
        yield f"  instance of {found.instance_of}"
    if found.kind is Kind.MODULE:
        yield from _module(catalogue, found.path)


def _module(catalogue: Catalogue, path: str) -> Iterator[str]:
    module = catalogue.module(path)
    if module is None:
        return
    yield f"  distribution: {module.distribution or 'several (namespace package)'}"
    if module.import_error:
        yield f"  importing it raises {module.import_error}"
    public = [name for name in module.names if not name.startswith("_")]
    yield f"  names: {', '.join(public)}"


def _class(info: ClassInfo) -> Iterator[str]:
    roles = [
        role for role in ("operator", "sensor", "hook", "trigger", "notifier") if getattr(info, f"is_{role}")
    ]
    if roles:
        yield f"  {', '.join(roles)}"
    yield f"  bases: {' > '.join(info.mro[1:])}"
    if info.is_enum:
        yield f"  members: {', '.join(info.enum_members)}"
    yield from _signature(info.init)


def _signature(signature: Signature) -> Iterator[str]:
    yield "  takes:" if signature.is_known else "  takes (not all known):"
    for parameter in signature:
        yield f"    {_parameter(parameter)}"
    if signature.accepts_args:
        yield "    *args"
    if signature.accepts_kwargs:
        yield "    **kwargs"


def _parameter(parameter: Parameter) -> str:
    text = parameter.name
    if parameter.annotation:
        text += f": {parameter.annotation}"
    text += "  (required)" if parameter.required else f" = {parameter.default_text}"
    return text + (f"  [{parameter.owner.rpartition('.')[2]}]" if parameter.owner else "")
