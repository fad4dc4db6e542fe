from __future__ import annotations

from collections import Counter

import pytest

from airflownet.dataset.split import SplitShares, split_of
from airflownet.records import stable_id


def test_shares_are_met_and_the_salt_deals_anew():
    ids = [stable_id(str(n)) for n in range(20_000)]
    first = [split_of(family, SplitShares(0.8, 0.1, "a")) for family in ids]
    second = [split_of(family, SplitShares(0.8, 0.1, "b")) for family in ids]
    counts = Counter(first)
    assert counts["train"] == pytest.approx(16_000, rel=0.02)
    assert counts["validation"] == pytest.approx(2_000, rel=0.08)
    assert counts["test"] == pytest.approx(2_000, rel=0.08)
    assert first != second


def test_the_split_of_an_id_is_fixed_forever():
    shares = SplitShares(0.5, 0.25, "airflownet-1")
    assert [split_of(f"{n:016x}", shares) for n in range(6)] == [
        "validation",
        "train",
        "train",
        "train",
        "test",
        "train",
    ]
