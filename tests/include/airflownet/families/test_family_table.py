"""Families under permutation and growth: no order, no new file moves what an earlier edition placed."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from airflownet.errors import ArtifactError
from airflownet.families.family_records import FamilyFile, FamilyMember
from airflownet.families.family_table import FamilyTable, family_table
from airflownet.records import stable_id

SPLITS = ("train", "validation", "test")


def side_of(family_id: str) -> str:
    return SPLITS[int(family_id, 16) % 3]


def entry(path: str, tokens, *, repo: str = "demo", ref: str = "1.0", blob: str = ""):
    """A file whose shingles are the given numbers."""
    content = stable_id(*sorted(map(str, tokens)))
    file = FamilyFile(stable_id(repo, path, ref, content), repo, ref, path, blob or content, content)
    return file, np.unique(np.array([int(t) for t in tokens], dtype=np.uint64))


def table(entries, previous: FamilyTable | None = None, renames=()) -> FamilyTable:
    known = {} if previous is None else {"previous": previous.members, "aliases": previous.aliases}
    return family_table(entries, 0.5, side_of, renames=renames, **known)


def families(found: FamilyTable) -> dict[str, tuple[str, str]]:
    return {m.dag_file_id: (m.family_id, m.split) for m in found.members if m.present}


def entries_strategy():
    one = st.tuples(
        st.integers(0, 9),  # path
        st.sampled_from(["1.0", "2.0"]),
        st.frozensets(st.integers(0, 11), min_size=1, max_size=6),
    )
    return st.lists(one, max_size=14, unique_by=lambda row: (row[0], row[1]))


def built(rows):
    return [entry(f"{path}.py", tokens, ref=ref) for path, ref, tokens in rows]


@given(entries_strategy(), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_the_files_does_not_matter(rows, rng):
    entries = built(rows)
    shuffled = rng.sample(entries, len(entries))
    assert table(entries) == table(shuffled)


FIRST_OF_EQUAL_FILES_IS_A_BRIDGE = [
    [(0, "1.0", frozenset({0})), (2, "1.0", frozenset(range(6)))],
    [(0, "1.0", frozenset({0})), (0, "2.0", frozenset(range(6))), (1, "1.0", frozenset({0, 1, 2}))],
]


@example(FIRST_OF_EQUAL_FILES_IS_A_BRIDGE, random.Random(1))
@given(st.lists(entries_strategy(), min_size=2, max_size=4), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_growth_never_moves_a_file_and_never_joins_two_sides(editions, rng):
    here: dict[tuple[int, str], tuple] = {}
    previous = None
    for rows in editions:
        for row in rows:
            here.setdefault((row[0], row[1]), row)
        entries = built(here.values())
        found = table(entries, previous)
        assert found == table(rng.sample(entries, len(entries)), previous)
        placed = families(found)
        renamed = {alias.alias: alias.family_id for alias in found.aliases}
        for file_id, (family_id, split) in families(previous).items() if previous else ():
            assert placed[file_id] == (renamed.get(family_id, family_id), split)
        assert {b.dag_file_id for b in found.bridges} | set(placed) == {file.id for file, _ in entries}
        sides = {}
        for family_id, split in placed.values():
            assert sides.setdefault(family_id, split) == split
        kept = [(file, set(row.tolist())) for file, row in entries if file.id in placed]
        for one, first in kept:
            for other, second in kept:
                related = len(first & second) / len(first | second) >= 0.5
                if related or (one.repo, one.path) == (other.repo, other.path):
                    assert placed[one.id] == placed[other.id]
        previous = found


def test_a_file_seen_before_and_gone_for_a_while_comes_home():
    first = table([entry("b.py", [1, 2, 3]), entry("x.py", [50])])
    without = table([entry("x.py", [50])], first)
    assert [m.present for m in without.members if m.path == "b.py"] == [False]
    again = table([entry("b.py", [1, 2, 3]), entry("a.py", [1, 2, 3]), entry("x.py", [50])], without)
    assert {families(again)[e[0].id] for e in (entry("b.py", [1, 2, 3]), entry("a.py", [1, 2, 3]))} == {
        families(first)[entry("b.py", [1, 2, 3])[0].id]
    }


def member(path: str, tokens, family_id: str, split: str, since: int = 1) -> FamilyMember:
    file, _ = entry(path, tokens)
    return FamilyMember(file.id, family_id, split, file.repo, file.ref, path, file.content_sha256,
                        file.blob_sha1, 1, "", 0.0, since)  # fmt: skip


A, B = entry("a.py", [1, 2, 3, 4]), entry("b.py", [5, 6, 7, 8])
BRIDGE = entry("new.py", [1, 2, 3, 4, 5, 6, 7, 8])


def editions(split_of_b: str, since_b: int = 2) -> dict:
    before = [member("a.py", [1, 2, 3, 4], "aaaa", "train"),
              member("b.py", [5, 6, 7, 8], "bbbb", split_of_b, since_b)]  # fmt: skip
    return {"previous": before}


def test_families_of_one_side_become_one_with_the_oldest_id_and_an_alias():
    found = family_table([A, B, BRIDGE], 0.5, side_of, **editions("train"))
    assert {m.family_id for m in found.members} == {"aaaa"}
    assert [(a.alias, a.family_id) for a in found.aliases] == [("bbbb", "aaaa")]
    later = family_table([A, B, BRIDGE], 0.5, side_of, previous=found.members, aliases=found.aliases)
    assert later.aliases == found.aliases
    assert {m.since for m in later.members} == {1}


@pytest.mark.parametrize("split_of_b", ["validation", "test"])
def test_a_newcomer_between_two_sides_is_left_out(split_of_b):
    found = family_table([A, B, BRIDGE], 0.5, side_of, **editions(split_of_b))
    assert families(found) == {A[0].id: ("aaaa", "train"), B[0].id: ("bbbb", split_of_b)}
    (bridge,) = found.bridges
    assert (bridge.dag_file_id, bridge.family_ids) == (BRIDGE[0].id, ("aaaa", "bbbb"))


def test_a_chain_of_newcomers_between_two_sides_is_cut_on_the_training_side():
    one = entry("n1.py", [1, 2, 3, 4, 20, 21])
    two = entry("n2.py", [20, 21, 5, 6, 7, 8])
    middle = entry("n0.py", [4, 20, 21, 5, 3, 6])
    found = family_table([A, B, one, two, middle], 0.5, side_of, **editions("test"))
    assert families(found)[A[0].id] == ("aaaa", "train")
    assert families(found)[B[0].id] == families(found)[two[0].id] == ("bbbb", "test")
    assert one[0].id in {bridge.dag_file_id for bridge in found.bridges}


def test_known_renames_are_followed():
    old, new = entry("old.py", [1, 2]), entry("newer.py", [80, 81], ref="2.0")
    apart = table([old, new])
    joined = table([old, new], renames=[("demo", "old.py", "middle.py"), ("demo", "middle.py", "newer.py")])
    assert len({m.family_id for m in apart.members}) == 2
    assert len({m.family_id for m in joined.members}) == 1
    assert [link.why for link in joined.links] == ["rename"]


def test_a_circle_of_renames_ends():
    rows = [entry("a.py", [1]), entry("b.py", [9])]
    table(rows, renames=[("demo", "a.py", "b.py"), ("demo", "b.py", "a.py")])


def test_a_family_in_two_splits_is_refused():
    before = [member("a.py", [1], "aaaa", "train"), member("b.py", [2], "aaaa", "test")]
    with pytest.raises(ArtifactError, match="two splits"):
        family_table([A], 0.5, side_of, previous=before)


def test_links_tell_why_and_connect_each_family():
    rows = [entry("a.py", range(10)), entry("a.py", range(100, 110), ref="2.0"), entry("c.py", range(9))]
    found = table(rows)
    assert sorted(link.why for link in found.links) == ["path", "similar"]
    assert max(link.jaccard for link in found.links) == pytest.approx(0.9)


def test_forks_cost_nothing_and_are_one_family():
    forks = [entry("dag.py", range(50), repo=f"fork{n}") for n in range(300)]
    random.Random(1).shuffle(forks)
    assert len({m.family_id for m in table(forks).members}) == 1
