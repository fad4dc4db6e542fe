"""Run by the interpreter of a real Airflow environment: prints what that Airflow itself says.

Reads JSON on standard input: ``{"modules": {path: [name, ...]}, "operators": {class path: {"required":
[...], "names": [...]}}}`` and writes JSON with what importing and introspection show.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import json
import logging
import sys
import types
import warnings
from unittest import mock

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
BOGUS = "no_such_argument"


def where(value: object) -> str:
    # type() and not isinstance(): lazy proxies answer isinstance() by doing their work.
    if issubclass(type(value), types.ModuleType):
        return f"module:{value.__name__}"
    if issubclass(type(value), type | types.FunctionType):
        return f"{value.__module__}.{value.__qualname__}"
    return ""


def own_init(klass: type) -> list[list[object]] | None:
    init = klass.__dict__.get("__init__")
    if init is None:
        return None
    try:
        parameters = list(inspect.signature(inspect.unwrap(init)).parameters.values())[1:]
    except (TypeError, ValueError):
        return None
    rows: list[list[object]] = []
    for parameter in parameters:
        has_default = parameter.default is not parameter.empty
        plain = isinstance(parameter.default, str | int | float | bool | type(None)) and has_default
        rows.append(
            [
                parameter.name,
                str(parameter.kind.name),
                has_default,
                repr(parameter.default) if plain else None,
            ]
        )
    return rows


def observe_class(klass: type) -> dict[str, object]:
    return {
        "mro": [f"{item.__module__}.{item.__qualname__}" for item in klass.__mro__],
        "init": own_init(klass),
        "members": sorted(name for name in dir(klass) if not name.startswith("__")),
        "abstract": sorted(getattr(klass, "__abstractmethods__", ())),
    }


def observe_module(path: str, names: list[str]) -> dict[str, object]:
    try:
        module = importlib.import_module(path)
    except BaseException as error:
        return {"error": f"{type(error).__name__}: {error}"[:300]}
    found: dict[str, object] = {"names": {}, "missing": [], "classes": {}, "all": None}
    for name in sorted(set(names) | set(dir(module))):
        try:
            value = getattr(module, name)
        except AttributeError:
            try:
                value = importlib.import_module(f"{path}.{name}")
            except BaseException:
                found["missing"].append(name)
                continue
        except BaseException as error:
            found["missing"].append(f"{name} ({type(error).__name__})")
            continue
        found["names"][name] = where(value)
        if issubclass(type(value), type) and value.__module__ == path and value.__qualname__ == name:
            found["classes"][name] = observe_class(value)
        elif (
            issubclass(type(value), types.FunctionType)
            and value.__module__ == path
            and not hasattr(value, "__wrapped__")
        ):
            rows = [
                [p.name, p.kind.name, p.default is not p.empty]
                for p in inspect.signature(value).parameters.values()
            ]
            found.setdefault("functions", {})[name] = rows
    exported = getattr(module, "__all__", None)
    found["all"] = sorted(exported) if exported is not None else None
    return found


def attempt(klass: type, arguments: dict[str, object]) -> str:
    try:
        klass(**arguments)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"[:300]
    return ""


def observe_operator(path: str, required: list[str], names: list[str]) -> dict[str, object]:
    module, _, name = path.rpartition(".")
    klass = getattr(importlib.import_module(module), name)
    given: dict[str, object] = {item: mock.MagicMock() for item in required} | {"task_id": "a"}
    missing = {}
    for item in required:
        if item != "task_id":
            missing[item] = attempt(klass, {k: v for k, v in given.items() if k != item})
    single = {}
    n_single = 0
    for item in names:
        if item not in given:
            result = attempt(klass, {**given, item: None})
            n_single += 1
            if "argument" in result:
                single[item] = result
    return {
        "plain": attempt(klass, given),
        "bogus": attempt(klass, {**given, BOGUS: 1}),
        "missing": missing,
        "single": single,
        "n_single": n_single,
    }


def main() -> None:
    request = json.load(sys.stdin)
    answer: dict[str, dict[str, object]] = {"modules": {}, "operators": {}}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for path, names in request["modules"].items():
            answer["modules"][path] = observe_module(path, names)
        for path, facts in request["operators"].items():
            try:
                answer["operators"][path] = observe_operator(path, facts["required"], facts["names"])
            except BaseException as error:
                answer["operators"][path] = {"error": f"{type(error).__name__}: {error}"[:300]}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
