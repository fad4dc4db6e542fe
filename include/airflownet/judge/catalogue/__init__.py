"""What each Airflow line, with the official providers of its time, really offers.

``load_catalogue("3.3")`` answers from data shipped with the package; nothing of Airflow is imported.
"""

from __future__ import annotations

from airflownet.judge.catalogue.answers import (
    Attribute,
    ClassInfo,
    Deprecation,
    FunctionInfo,
    Kind,
    Module,
    Package,
    Resolution,
    TaskDecorator,
)
from airflownet.judge.catalogue.catalogue import Catalogue, load_catalogue
from airflownet.judge.catalogue.literals import NOT_LITERAL, literal
from airflownet.judge.catalogue.signature import ArgumentProblem, Parameter, Problem, Signature, Style

__all__ = [
    "NOT_LITERAL",
    "ArgumentProblem",
    "Attribute",
    "Catalogue",
    "ClassInfo",
    "Deprecation",
    "FunctionInfo",
    "Kind",
    "Module",
    "Package",
    "Parameter",
    "Problem",
    "Resolution",
    "Signature",
    "Style",
    "TaskDecorator",
    "literal",
    "load_catalogue",
]
