"""A module's record is taken apart and put together again without loss."""

from __future__ import annotations

import copy

from airflownet.judge.catalogue.builder.split_record import joined, split

RECORD = {
    "k": 1,
    "n": {
        "Outer": [
            "c",
            {
                "b": ["x.Base"],
                "m": {"run": {"r": "m"}, "stop": {"r": "m", "d": ["abc.abstractmethod"]}},
                "n": {"Inner": {"m": {"go": {}}, "a": {"x": ["1"]}}},
            },
        ],
        "Plain": ["c", {"a": {"y": ["2"]}}],
        "function": ["f", {"p": [["a", 1]]}],
    },
}


def test_names_of_methods_stay_and_their_signatures_go() -> None:
    rest, methods = split(copy.deepcopy(RECORD))
    assert rest["n"]["Outer"][1]["m"] == " run stop "
    assert rest["n"]["Outer"][1]["ab"] == ["stop"]
    assert rest["n"]["Outer"][1]["n"]["Inner"]["m"] == " go "
    assert "m" not in rest["n"]["Plain"][1]
    assert rest["n"]["function"] == RECORD["n"]["function"]
    assert methods == {"Outer": RECORD["n"]["Outer"][1]["m"], "Outer.Inner": {"go": {}}}


def test_joined_is_the_record_again() -> None:
    assert joined(*split(copy.deepcopy(RECORD))) == RECORD
