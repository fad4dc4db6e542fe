"""Compares the catalogue of a line with a real Airflow environment, name by name.

    python benchmarks/catalogue/exactness.py 3.3 --python path/to/airflow/env/bin/python

Asks, for every module of the installed distributions: does it import, which names does it have, what do
they resolve to, each class's MRO, own ``__init__`` parameters and members, each function's parameters;
and makes every operator with its required arguments, with one of them left out, with an unknown one.
Prints each disagreement and the counts. Modules of providers that are not installed are not asked.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from typing import Any

from airflownet.judge.catalogue import Catalogue, ClassInfo, Kind, Resolution, load_catalogue

LIST_DISTRIBUTIONS = (
    "import importlib.metadata as m, json;"
    "print(json.dumps({d.metadata['Name']: d.version for d in m.distributions()}))"
)
KINDS = {"positional_only": "POSITIONAL_ONLY", "any": "POSITIONAL_OR_KEYWORD", "keyword_only": "KEYWORD_ONLY"}
# Names that Python itself adds to modules and classes.
PYTHON_ADDS = {"annotations"}
SQLALCHEMY_BASE = "airflow.models.base.Base"


NOT_INSTALLED = re.compile(r"No module named '(?!airflow'|airflow\.(?!providers))")


class Comparison:
    """Counts of what was compared, and the disagreements."""

    def __init__(self) -> None:
        self.compared: Counter[str] = Counter()
        self.disagreements: Counter[str] = Counter()

    def check(self, kind: str, agrees: bool, text: str) -> None:
        self.compared[kind] += 1
        if not agrees:
            self.disagreements[kind] += 1
            print(f"{kind}: {text}")


def installed_distributions(python: str) -> set[str]:
    answer = subprocess.run([python, "-c", LIST_DISTRIBUTIONS], capture_output=True, text=True, check=True)
    return set(json.loads(answer.stdout))


def installed_modules(catalogue: Catalogue, have: set[str]) -> list[str]:
    modules = []
    for path in catalogue.modules:
        module = catalogue.module(path)
        namespace_only = module is not None and module.is_package and module.names == module.submodules
        if module is not None and module.distribution in have and not namespace_only:
            modules.append(path)
    return modules


def operators_of(catalogue: Catalogue, modules: list[str]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for path in modules:
        record = catalogue.module(path)
        for name in record.names if record is not None and not record.import_error else ():
            resolution = catalogue.resolve(path, name)
            if resolution.kind is Kind.CLASS and resolution.path == f"{path}.{name}":
                info = resolution.target
                assert isinstance(info, ClassInfo)
                if info.is_operator and not info.abstract_methods:
                    found[info.path] = {"required": list(info.init.required), "names": list(info.init.names)}
    return found


def needs_absent(catalogue: Catalogue, resolution: Resolution, have: set[str]) -> bool:
    """True when the name belongs to a provider that is not installed."""
    module = resolution.path
    while module and not catalogue.has_module(module):
        module = module.rpartition(".")[0]
    found = catalogue.module(module)
    return found is not None and bool(found.distribution) and found.distribution not in have


def compare_module(
    catalogue: Catalogue, path: str, real: dict[str, Any], have: set[str], result: Comparison
) -> None:
    module = catalogue.module(path)
    assert module is not None
    broken = bool(module.import_error)
    if NOT_INSTALLED.search(real.get("error", "")):
        result.compared["import (not comparable: needs a package that is not installed)"] += 1
        return
    result.check(
        "import",
        broken == ("error" in real),
        f"{path}: catalogue {module.import_error!r}, real {real.get('error')!r}",
    )
    if broken or "error" in real:
        return
    for name in real["missing"]:
        resolution = catalogue.resolve(path, name.partition(" ")[0])
        if not needs_absent(catalogue, resolution, have):
            result.check("name we have and it lacks", not resolution, f"{path}.{name}")
    for name, place in real["names"].items():
        if not name.isidentifier() or name.startswith("__") or name in PYTHON_ADDS:
            continue
        if place == f"module:{path}.{name}":
            continue
        resolution = catalogue.resolve(path, name)
        result.check("name it has and we lack", bool(resolution), f"{path}.{name} ({place})")
        if (
            place.startswith("airflow.")
            and "<locals>" not in place
            and resolution.kind in {Kind.CLASS, Kind.FUNCTION}
        ):
            result.check(
                "final path", resolution.path == place, f"{path}.{name}: {resolution.path}, real {place}"
            )
    for name, facts in real["classes"].items():
        if not name.isidentifier():
            continue
        compare_class(catalogue, f"{path}.{name}", facts, result)
    for name, rows in real.get("functions", {}).items():
        function = catalogue.function(f"{path}.{name}")
        if function is not None:
            mine = [[p.name, KINDS[p.style], not p.required] for p in function.signature]
            theirs = [row for row in rows if not row[1].startswith("VAR_")]
            result.check("function parameters", mine == theirs, f"{path}.{name}: {mine}, real {theirs}")


def compare_class(catalogue: Catalogue, path: str, real: dict[str, Any], result: Comparison) -> None:
    info = catalogue.class_(path)
    if info is None:
        result.check("class", False, path)
        return
    if "[" in path:
        return
    inside = [item for item in real["mro"] if item.startswith("airflow.")]
    mine = [item for item in info.mro if item.startswith("airflow.")]
    if SQLALCHEMY_BASE in mine:  # real name: sqlalchemy.orm.decl_api.Base
        mine.remove(SQLALCHEMY_BASE)
    result.check("MRO", inside == mine, f"{path}: {mine}, real {inside}")
    own = info.own_init.get(path)
    if real["init"] is not None and own is not None:
        rows = [[p.name, KINDS[p.style], not p.required] for p in own]
        theirs = [row[:3] for row in real["init"] if not row[1].startswith("VAR_")]
        result.check("own __init__", rows == theirs, f"{path}: {rows}, real {theirs}")
        for parameter in own:
            default = next((row[3] for row in real["init"] if row[0] == parameter.name), None)
            if default is not None and repr(parameter.default) != "NOT_LITERAL":
                result.check(
                    "default",
                    repr(parameter.default) == default,
                    f"{path}.{parameter.name}: {parameter.default!r}, real {default}",
                )
    elif real["init"] is not None and own is None and not info.is_operator and info.init.is_known:
        rows = [[p.name, not p.required] for p in info.init]
        theirs = [[row[0], row[2]] for row in real["init"] if not row[1].startswith("VAR_")]
        result.check("generated __init__", rows == theirs, f"{path}: {rows}, real {theirs}")
    for name in real["members"]:
        if not name.startswith("_"):
            result.check("member it has and we lack", info.member_kind(name) is not None, f"{path}.{name}")
    result.check(
        "abstract methods",
        sorted(info.abstract_methods) == real["abstract"],
        f"{path}: {sorted(info.abstract_methods)}, real {real['abstract']}",
    )


def says_argument(text: str, name: str) -> bool:
    lowered = text.lower()
    return name in text and ("argument" in lowered or "missing" in lowered or "invalid" in lowered)


def compare_operator(path: str, real: dict[str, Any], result: Comparison) -> None:
    if "error" in real:
        return
    plain = real["plain"]
    result.check(
        "operator made with required arguments",
        "missing" not in plain.lower() and "unexpected" not in plain,
        f"{path}: {plain}",
    )
    result.check(
        "unknown argument refused",
        says_argument(real["bogus"], "no_such_argument") or bool(plain),
        f"{path}: {real['bogus']!r}",
    )
    for name, text in real["missing"].items():
        result.check(
            "missing argument refused",
            says_argument(text, name) or bool(plain),
            f"{path} without {name}: {text!r}",
        )
    result.compared["argument taken"] += real["n_single"] - len(real["single"])
    for name, text in real["single"].items():
        bad = "unexpected keyword" in text or "multiple values" in text or "Invalid argument" in text
        result.check("argument taken", not bad, f"{path}({name}=): {text}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("line")
    parser.add_argument("--python", default=sys.executable, help="interpreter of the Airflow environment")
    parser.add_argument("--only", default="", help="module prefix")
    options = parser.parse_args()
    catalogue = load_catalogue(options.line)
    have = installed_distributions(options.python)
    modules = [path for path in installed_modules(catalogue, have) if path.startswith(options.only)]
    request = {
        "modules": {path: list(catalogue.module(path).names) for path in modules},  # type: ignore[union-attr]
        "operators": operators_of(catalogue, modules),
    }
    observe = __file__.replace("exactness.py", "observe.py")
    answer = subprocess.run(
        [options.python, observe], input=json.dumps(request), stdout=subprocess.PIPE, text=True, check=True
    )
    real = json.loads(answer.stdout)
    result = Comparison()
    for path in modules:
        compare_module(catalogue, path, real["modules"][path], have, result)
    for path, facts in real["operators"].items():
        compare_operator(path, facts, result)
    print(f"\nAirflow {catalogue.version}: {len(modules)} modules, {len(real['operators'])} operators")
    for kind, count in sorted(result.compared.items()):
        print(f"{count:7d} {kind}: {result.disagreements[kind]} disagreements")


if __name__ == "__main__":
    main()
