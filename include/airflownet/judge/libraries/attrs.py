"""``attrs``: classes whose fields are annotated or made by a field call."""

# ruff: noqa: ARG001 - handlers of one table share one signature
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.classes.record_methods import as_dict
from airflownet.judge.interpreter.classes.records import FIELDS, FROZEN, annotated_names
from airflownet.judge.interpreter.values import ClassValue, NativeMethod, truth
from airflownet.judge.libraries.registry import register_all

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


_FIELD_CALLS: Final = frozenset({"attr.ib", "attr.attrib", "attr.field", "attrs.field"})


def attrs_decorator(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """``@attr.s``, ``@attr.define``: the fields are what is annotated or made by a field call."""
    if not args:
        return NativeMethod("define", lambda interpreter, more, _: attrs_decorator(interpreter, more, kwargs))
    cls = args[0]
    if not isinstance(cls, ClassValue):
        return cls
    fields: dict[str, None] = {}
    for base in reversed(cls.bases):
        fields.update(dict.fromkeys(base.keywords.get(FIELDS, ()) if isinstance(base, ClassValue) else ()))
    made = [name for name, value in cls.attributes.items() if getattr(value, "path", "") in _FIELD_CALLS]
    annotated = annotated_names(cls)
    fields.update(dict.fromkeys(annotated if set(made) <= set(annotated) else made))
    is_whole = not any(name.startswith("_") for name in fields) and not any(
        {"alias", "converter", "init"} & set(cls.attributes[name].kwargs) for name in made
    )
    if is_whole:
        cls.keywords[FIELDS] = list(fields)
    if truth(kwargs.get("frozen", False)):
        cls.keywords[FROZEN] = True
    return cls


register_all(
    {
        **{
            f"{module}.{name}": attrs_decorator
            for module in ("attr", "attrs")
            for name in ("s", "attrs", "attributes", "dataclass", "define", "frozen", "mutable")
        },
        "attr.asdict": as_dict,
        "attrs.asdict": as_dict,
    }
)
