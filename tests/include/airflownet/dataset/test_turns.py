from __future__ import annotations

import random
from collections import Counter

import pytest

from airflownet.dataset.turns import entropy_bits, in_turns, owner_of, rarest

ITEMS = [(family, f"op{number % 3}", number) for number, family in enumerate("aaaaaabbbcd")]


def order(items):
    return in_turns(items, lambda item: item[:2], lambda item: str(item[2]), "salt")


def test_families_take_turns():
    families = [family for family, _, _ in order(ITEMS)]
    assert set(families[:4]) == set("abcd")
    assert set(families[4:6]) == set("ab")
    assert families[-3:] == ["a"] * 3


def test_within_a_turn_the_second_key_takes_turns():
    items = [(str(number), f"op{number // 8}", number) for number in range(16)]
    first = [operator for _, operator, _ in order(items)]
    assert Counter(first[:8]) == {"op0": 4, "op1": 4}


def test_the_order_of_the_input_does_not_matter():
    assert order(ITEMS) == order(random.Random(3).sample(ITEMS, len(ITEMS)))
    assert order([]) == []


def test_rarest_name():
    frequency = Counter({"BashOperator": 9, "A": 2, "B": 2})
    assert rarest(["BashOperator", "B", "A"], frequency) == "A"
    assert rarest([], frequency) == ""


@pytest.mark.parametrize(("names", "bits"), [("aaaa", 0.0), ("aabb", 1.0), ("abcd", 2.0), ("", 0.0)])
def test_entropy(names, bits):
    assert entropy_bits(names) == bits


def test_owner():
    assert (owner_of("apache/airflow"), owner_of("apache-airflow-core")) == ("apache", "apache-airflow-core")
