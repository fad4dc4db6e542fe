"""Wording by hash."""

from airflownet.instructions.variation import Variation


def test_equal_keys_choose_equally_and_slots_are_independent() -> None:
    options = [str(index) for index in range(50)]
    first = Variation("id", "brief")
    assert first.choose("opening", options) == Variation("id", "brief").choose("opening", options)
    assert len({first.choose(f"slot{index}", options) for index in range(200)}) > 30


def test_every_option_is_used() -> None:
    chosen = {Variation(str(index), "brief").choose("opening", ["a", "b", "c"]) for index in range(100)}
    assert chosen == {"a", "b", "c"}


def test_the_choice_is_the_documented_hash() -> None:
    import hashlib

    digest = hashlib.sha256(b"id\x00brief\x00opening").digest()
    expected = ["a", "b", "c"][int.from_bytes(digest[:8], "big") % 3]
    assert Variation("id", "brief").choose("opening", ["a", "b", "c"]) == expected
