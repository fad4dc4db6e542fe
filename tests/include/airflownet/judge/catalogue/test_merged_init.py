"""``__init__`` merged over the MRO says what Python and Airflow say."""

from __future__ import annotations

import pytest

from airflownet.judge.catalogue.answers import ClassInfo
from airflownet.judge.catalogue.builder.line import module_record
from airflownet.judge.catalogue.builder.program import Program
from airflownet.judge.catalogue.builder.split_record import split
from airflownet.judge.catalogue.class_reader import ClassReader
from airflownet.judge.catalogue.resolver import Resolver
from airflownet.judge.catalogue.signature import Problem, Signature


def classes(source: str) -> dict[str, ClassInfo]:
    text = (
        "import attrs, enum\nfrom abc import ABC, abstractmethod\nfrom dataclasses import dataclass, field\n"
    )
    program = Program(
        "3.3.2", {}, (3, 11), {"airflow.sdk.x": ((text + source).encode(), False)}, {"airflow", "airflow.sdk"}
    )
    scope = program.scope("airflow.sdk.x")
    assert scope is not None
    record, methods = split(module_record(scope))
    records = {"airflow": {"n": {}}, "airflow.sdk": {"n": {}}, "airflow.sdk.x": record}
    resolver = Resolver(records.get, lambda path: ClassInfo(path, reader))
    reader = ClassReader(
        resolver.class_record, lambda path: methods.get(path.rpartition(".")[2], {}), resolver.final_path
    )
    return {
        name: ClassInfo(f"airflow.sdk.x.{name}", reader)
        for name, entry in record["n"].items()
        if entry[0] == "c"
    }


BASE = """
class BaseOperator:
    def __init__(self, *, task_id, retries=1, **kwargs):
        if kwargs:
            raise TypeError("Invalid arguments")
        super().__init__()
"""


@pytest.mark.parametrize(
    ("source", "required", "optional", "any_keyword"),
    [
        pytest.param(
            "class C(BaseOperator):\n def __init__(self, a, b=1, **kwargs): super().__init__(**kwargs)",
            {"a", "task_id"},
            {"b", "retries"},
            False,
            id="passed-up",
        ),
        pytest.param(
            "class C(BaseOperator):\n def __init__(self, a, **k): super().__init__(task_id='t', **k)",
            {"a"},
            {"retries"},
            False,
            id="given-by-the-subclass",
        ),
        pytest.param(
            "class C(BaseOperator):\n"
            " def __init__(self, **kwargs):\n"
            "  self.x = kwargs.pop('x', None)\n"
            "  super().__init__(**kwargs)",
            {"task_id"},
            {"x", "retries"},
            False,
            id="popped",
        ),
        pytest.param(
            "class C(BaseOperator):\n"
            " def __init__(self, **kwargs):\n"
            "  kwargs.setdefault('task_id', 'a')\n"
            "  super().__init__(**kwargs)",
            set(),
            {"task_id", "retries"},
            False,
            id="defaulted",
        ),
        pytest.param(
            "class C(BaseOperator):\n"
            " def __init__(self, a, **kwargs):\n"
            "  super().__init__(task_id=a)\n"
            "  self.k = kwargs",
            {"a"},
            set(),
            True,
            id="kept",
        ),
        pytest.param("class C(BaseOperator): pass", {"task_id"}, {"retries"}, False, id="inherited"),
        pytest.param(
            "class M:\n"
            " def __init__(self, m=0, **kwargs): super().__init__(**kwargs)\n"
            "class C(M, BaseOperator): pass",
            {"task_id"},
            {"m", "retries"},
            False,
            id="mixin",
        ),
        pytest.param(
            "class C(BaseOperator):\n def __init__(self, a, *args, **k): super().__init__(*args, **k)",
            {"a", "task_id"},
            {"retries"},
            False,
            id="star-args",
        ),
    ],
)
def test_operator(source: str, required: set[str], optional: set[str], any_keyword: bool) -> None:
    init = classes(BASE + source)["C"].init
    assert set(init.required) == required
    assert set(init.names) - required == optional
    assert init.accepts_kwargs is any_keyword
    assert all(parameter.keyword_only for parameter in init)


def test_argument_that_a_subclass_passes_itself_is_refused() -> None:
    source = "class C(BaseOperator):\n def __init__(self, **kwargs): super().__init__(task_id='t', **kwargs)"
    problems = classes(BASE + source)["C"].init.problems(0, ["task_id"])
    assert [(item.problem, item.name) for item in problems] == [(Problem.GIVEN_TWICE, "task_id")]


@pytest.mark.parametrize(
    ("source", "names", "required"),
    [
        pytest.param(
            "@dataclass\n"
            "class C:\n"
            " a: int\n"
            " b: int = 1\n"
            " c: list = field(default_factory=list)\n"
            " d: int = field(init=False)",
            ("a", "b", "c"),
            ("a",),
            id="dataclass",
        ),
        pytest.param(
            "@dataclass\nclass P:\n a: int\n@dataclass\nclass C(P):\n b: int = 2\n",
            ("a", "b"),
            ("a",),
            id="inherited",
        ),
        pytest.param(
            "@attrs.define\nclass C:\n _a: int\n b: int = attrs.field(kw_only=True)\n c: int = 3",
            ("a", "c", "b"),
            ("a", "b"),
            id="attrs",
        ),
        pytest.param(
            "@attrs.define\nclass C:\n a: int = attrs.field()\n @a.default\n def _(self): return 1",
            ("a",),
            (),
            id="attrs-default-method",
        ),
    ],
)
def test_generated_init(source: str, names: tuple[str, ...], required: tuple[str, ...]) -> None:
    init = classes(source)["C"].init
    assert init.names == names
    assert init.required == required


def test_enum_members_in_order() -> None:
    info = classes("class C(str, enum.Enum):\n B = 'b'\n A = 'a'\n def f(self): ...")["C"]
    assert list(info.enum_members) == ["B", "A"]
    assert info.enum_members["A"].value == "a"


@pytest.mark.parametrize(("child", "expected"), [("pass", {"f"}), ("def f(self): ...", set())])
def test_abstract_methods(child: str, expected: set[str]) -> None:
    source = f"class P(ABC):\n @abstractmethod\n def f(self): ...\nclass C(P):\n {child}"
    assert classes(source)["C"].abstract_methods == expected


@pytest.mark.parametrize(
    ("n_positional", "keywords", "expected"),
    [
        (0, ["task_id"], []),
        (0, [], [("missing", "task_id")]),
        (0, ["task_id", "nope"], [("unknown_keyword", "nope")]),
        (1, ["task_id"], [("too_many_positional", "1")]),
    ],
)
def test_problems(n_positional: int, keywords: list[str], expected: list[tuple[str, str]]) -> None:
    init: Signature = classes(BASE)["BaseOperator"].init
    assert [(str(item.problem), item.name) for item in init.problems(n_positional, keywords)] == expected
