"""The builder reads module text as Python would bind it, without importing anything."""

from __future__ import annotations

import pytest

from airflownet.judge.catalogue.builder.line import module_record
from airflownet.judge.catalogue.builder.program import Program


def read(sources: dict[str, str], module: str, version: str = "3.3.2") -> dict:
    """Reads the sources (a trailing ``/`` marks a package) and returns one module's record."""
    program = Program(
        version=version,
        versions={"apache-airflow": version},
        python=(3, 11),
        sources={path.rstrip("/"): (text.encode(), path.endswith("/")) for path, text in sources.items()},
        namespaces=set(),
    )
    for path in program.sources:
        program.scope(path)
    if module in program.virtual:
        return program.virtual[module]
    return module_record(program.scopes[module])


VERSION_COMPAT = """
def get_base_airflow_version_tuple():
    from packaging.version import Version
    from airflow import __version__
    airflow_version = Version(__version__)
    return airflow_version.major, airflow_version.minor, airflow_version.micro

AIRFLOW_V_3_0_PLUS = get_base_airflow_version_tuple() >= (3, 0, 0)
"""


@pytest.mark.parametrize(("version", "expected"), [("3.3.2", "New"), ("2.9.3", "Old")])
def test_version_switch_is_settled_for_the_line(version: str, expected: str) -> None:
    record = read(
        {
            "airflow/": f"__version__ = '{version}'",
            "airflow.compat": VERSION_COMPAT,
            "airflow.x": (
                "from airflow.compat import AIRFLOW_V_3_0_PLUS\n"
                "if AIRFLOW_V_3_0_PLUS:\n    class New: ...\nelse:\n    class Old: ...\n"
            ),
        },
        "airflow.x",
        version,
    )
    assert {"New", "Old"} & record["n"].keys() == {expected}


@pytest.mark.parametrize(
    ("source", "present", "absent"),
    [
        pytest.param("if TYPE_CHECKING:\n    from a import T\nX = 1", "X", "", id="type-checking"),
        pytest.param(
            "try:\n    from airflow.gone import A\nexcept ImportError:\n    B = 1", "B", "A", id="handler"
        ),
        pytest.param(
            "try:\n    from airflow.here import A\nexcept ImportError:\n    B = 1", "A", "B", id="body"
        ),
        pytest.param(
            "try:\n    from airflow.here import Z\nexcept ImportError:\n    B = 1", "B", "Z", id="name"
        ),
        pytest.param(
            "import sys\nif sys.version_info >= (3, 8):\n    A = 1\nelse:\n    B = 1", "A", "B", id="python"
        ),
        pytest.param("A = 1\nB = 2\ndel B", "A", "B", id="del"),
        pytest.param("with open('f') as A:\n    pass", "A", "", id="with"),
        pytest.param("for A in range(3):\n    B = A", "A", "", id="for"),
        pytest.param(
            "HACK = True\nglobals()['kcah'[::-1].upper()] = False\nif HACK:\n    B = 1",
            "HACK",
            "B",
            id="globals",
        ),
    ],
)
def test_binding(source: str, present: str, absent: str) -> None:
    head = "from typing import TYPE_CHECKING\n"
    names = read({"airflow/": "", "airflow.here": "A = 1", "airflow.x": head + source}, "airflow.x")["n"]
    assert present in names
    assert names[present][0] != "t"
    assert absent not in names


@pytest.mark.parametrize("declaration", ["Session: object", "Session: object = None", "Session = None"])
def test_name_that_a_function_assigns_exists_with_any_value(declaration: str) -> None:
    source = f"{declaration}\nother: int\ndef configure():\n    global Session\n    Session = 1"
    names = read({"airflow/": "", "airflow.x": source}, "airflow.x")["n"]
    assert names["Session"] == ["v"]
    assert "other" not in names


def test_name_for_type_checkers_only_is_marked() -> None:
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import T"
    assert read({"airflow/": "", "airflow.x": source}, "airflow.x")["n"]["T"] == ["t"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from airflow.gone import A", "ModuleNotFoundError: No module named 'airflow.gone'"),
        ("raise RuntimeError('needs 2.9')", "RuntimeError: needs 2.9"),
        ("from airflow.here import Z", "ImportError: cannot import name 'Z' from 'airflow.here'"),
    ],
)
def test_module_that_raises(source: str, expected: str) -> None:
    record = read({"airflow/": "", "airflow.here": "A = 1", "airflow.x": source}, "airflow.x")
    assert record["err"] == expected


LAZY_TABLE = """
__lazy_imports = {"DAG": (".sdk", "DAG", False), "Dataset": (".sdk", "Asset", True)}

def __getattr__(name):
    module_path, attr_name, deprecated = __lazy_imports.get(name, ("", "", False))
    if not module_path:
        raise AttributeError(name)
    import importlib, warnings
    if deprecated:
        warnings.warn(f"{name} is old", DeprecationWarning)
    mod = importlib.import_module(module_path, __name__)
    return getattr(mod, attr_name)
"""


def test_lazy_table_is_read_as_data() -> None:
    sdk = "class DAG: ...\nclass Asset: ..."
    record = read({"airflow/": LAZY_TABLE, "airflow.sdk": sdk}, "airflow")
    assert record["n"]["DAG"] == ["l", "airflow.sdk.DAG", 0]
    assert record["n"]["Dataset"] == ["l", "airflow.sdk.Asset", 1, "airflow.sdk.Asset", "Dataset is old"]
    assert "dyn" not in record


def test_getattr_that_cannot_be_read_makes_the_module_dynamic() -> None:
    source = "import os\ndef __getattr__(name):\n    return os.popen(name)"
    assert read({"airflow/": "", "airflow.x": source}, "airflow.x")["dyn"] == 1


SHIM = """
from airflow.utils.deprecation_tools import add_deprecated_classes
add_deprecated_classes({
    "bash": {"BashOperator": "airflow.new.BashOperator"},
    "timezone": {"*": "airflow.new"},
    __name__: {"helper": "airflow.new.helper"},
}, __name__)
"""


@pytest.mark.parametrize(
    ("module", "name", "target"),
    [
        ("airflow.old.bash", "BashOperator", "airflow.new.BashOperator"),
        ("airflow.old", "helper", "airflow.new.helper"),
    ],
)
def test_deprecation_shim(module: str, name: str, target: str) -> None:
    sources = {
        "airflow/": "",
        "airflow.utils/": "",
        "airflow.utils.deprecation_tools": "def add_deprecated_classes(a, b): ...",
        "airflow.new": "class BashOperator: ...\ndef helper(): ...",
        "airflow.old/": SHIM,
    }
    assert read(sources, module)["n"][name][:3] == ["l", target, 1]


def test_wildcard_shim_keeps_its_target() -> None:
    sources = {
        "airflow/": "",
        "airflow.utils/": "",
        "airflow.utils.deprecation_tools": "def add_deprecated_classes(a, b): ...",
        "airflow.new": "utc = 1",
        "airflow.old/": SHIM,
    }
    assert read(sources, "airflow.old.timezone")["w"] == ["airflow.new"]


def test_fallback_tables_take_the_first_path_that_exists() -> None:
    compat = """
from airflow.tools import create_module_getattr
_MAP = {"A": ("airflow.gone", "airflow.here"), "B": "airflow.gone"}
__getattr__ = create_module_getattr(import_map=_MAP)
"""
    tools = "def create_module_getattr(import_map, module_map=None): ..."
    names = read(
        {"airflow/": "", "airflow.tools": tools, "airflow.here": "A = 1", "airflow.x": compat}, "airflow.x"
    )["n"]
    assert names["A"][:2] == ["l", "airflow.here.A"]
    assert "B" not in names


def test_star_import_follows_all() -> None:
    sources = {
        "airflow/": "",
        "airflow.a": "__all__ = ['X']\nX = 1\nY = 2",
        "airflow.x": "from airflow.a import *",
    }
    assert {"X", "Y"} & read(sources, "airflow.x")["n"].keys() == {"X"}


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("x = " + "(" * 80 + "1" + ")" * 80, id="nested"),
        pytest.param("def __getattr__(name):\n    return __getattr__(name)", id="recursion"),
        pytest.param("from airflow.x import y", id="self-import"),
        pytest.param("import airflow.x.x", id="submodule-of-itself"),
        pytest.param("X = [i for i in range(10**9)]", id="long-range"),
    ],
)
def test_odd_source_does_not_raise(source: str) -> None:
    assert isinstance(read({"airflow/": "", "airflow.x": source}, "airflow.x"), dict)
