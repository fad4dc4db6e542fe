"""``dataclasses``: records of the file's classes, which the interpreter itself makes."""

from __future__ import annotations

from airflownet.judge.interpreter.classes import record_methods
from airflownet.judge.interpreter.classes.records import dataclass_decorator, dataclass_field
from airflownet.judge.libraries.registry import register_all

register_all(
    {
        "dataclasses.dataclass": dataclass_decorator,
        "dataclasses.field": dataclass_field,
        "dataclasses.replace": record_methods.replace,
        "copy.replace": record_methods.replace,
        "dataclasses.asdict": record_methods.as_dict,
        "dataclasses.astuple": record_methods.as_tuple,
        "dataclasses.fields": record_methods.fields,
        "dataclasses.is_dataclass": record_methods.is_dataclass,
    }
)
