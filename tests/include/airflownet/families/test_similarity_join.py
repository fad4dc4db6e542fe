from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflownet.families.similarity_join import SimilarPair, jaccard, similarity_join

element = st.integers(0, 14).map(lambda n: (str(n),))


@given(
    st.lists(st.frozensets(element, max_size=12), max_size=14),
    st.sampled_from([0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]),
)
@settings(max_examples=150, deadline=None)
def test_finds_exactly_the_pairs_that_comparing_all_finds(sets, threshold):
    expected = [
        SimilarPair(i, j, jaccard(sets[i], sets[j]))
        for i, j in combinations(range(len(sets)), 2)
        if jaccard(sets[i], sets[j]) >= threshold
    ]
    assert similarity_join(sets, threshold) == expected


@pytest.mark.parametrize("size", range(1, 60))
def test_a_pair_at_the_threshold_itself_is_found(size):
    common = {(str(n),) for n in range(7 * size)}
    one = frozenset(common | {(f"a{n}",) for n in range(3 * size)})
    assert similarity_join([frozenset(common), one], 0.7) == [SimilarPair(0, 1, 0.7)]


def test_empty_sets_are_similar_to_nothing():
    assert similarity_join([frozenset(), frozenset()], 0.5) == []
