"""Which class of an MRO brings a member: what Python itself says of the same classes."""

from __future__ import annotations

import pytest

from airflownet.judge.catalogue.inherited import Attributes, Methods, abstract_methods

BASE = {
    "m": " run stop ",
    "a": {"colour": ["'red'"], "field": ["1"]},
    "s": " hidden field ",
    "ab": ["stop"],
}
METHODS = {"base": {"run": {"r": "m"}, "stop": {"r": "m"}}, "child": {"colour": {"r": "p"}}}


def order(*child):
    return (*child, ("base", BASE))


@pytest.mark.parametrize(
    ("child", "name", "method", "attribute"),
    [
        pytest.param({}, "run", "base.run", None, id="inherited-method"),
        pytest.param({"a": {"run": ["None"]}}, "run", None, "None", id="attribute-hides-method"),
        pytest.param({"m": " colour "}, "colour", "child.colour", None, id="method-hides-attribute"),
        pytest.param({}, "colour", None, "'red'", id="inherited-attribute"),
        pytest.param({"s": " colour "}, "colour", None, "'red'", id="set-on-self-keeps-the-class-value"),
        pytest.param({"s": " run "}, "run", "base.run", "", id="set-on-self-beside-a-method"),
        pytest.param({}, "hidden", None, "", id="set-on-self-in-a-base"),
        pytest.param({}, "ru", None, None, id="part-of-a-name"),
        pytest.param({}, "absent", None, None, id="absent"),
    ],
)
def test_the_first_class_that_has_the_name_decides(child, name, method, attribute) -> None:
    classes = order(("child", child))
    methods, attributes = Methods(classes, METHODS.__getitem__), Attributes(classes)
    assert (methods[name].path if name in methods else None) == method
    found = attributes[name].value_text or "" if name in attributes else None
    assert found == attribute
    assert (name in list(methods), name in list(attributes)) == (method is not None, attribute is not None)


def test_members_of_the_standard_library_are_looked_up() -> None:
    classes = order(("builtins.dict", None))
    assert "setdefault" in Methods(classes, METHODS.__getitem__)
    assert Methods(classes, METHODS.__getitem__)["setdefault"].path == "builtins.dict.setdefault"


@pytest.mark.parametrize(
    ("child", "abstract"),
    [
        pytest.param({}, {"stop"}, id="nothing-implements-it"),
        pytest.param({"m": " stop "}, set(), id="implemented"),
        pytest.param({"a": {"stop": ["None"]}}, set(), id="replaced-by-an-attribute"),
        pytest.param({"m": " stop go ", "ab": ["go"]}, {"go"}, id="another-one-added"),
    ],
)
def test_abstract_methods(child, abstract) -> None:
    assert abstract_methods(order(("child", child))) == abstract
