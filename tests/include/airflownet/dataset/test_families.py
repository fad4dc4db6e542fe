from __future__ import annotations

import random

import pytest

from airflownet.dataset.families import FamilyMember, family_members
from airflownet.dataset.split import SplitShares

from .conftest import dag_code, dag_file

SHARES = SplitShares(0.8, 0.1, "test")


def families(files, previous=()) -> dict[str, FamilyMember]:
    """Returns path -> member; paths are unique in these tests unless refs differ."""
    return {f"{m.path}@{m.ref}": m for m in family_members(files, 0.7, 5, SHARES, previous)}


def reformatted(code: str) -> str:
    return code.replace('"', "'").replace(", ", ",\n        ").replace("):", "\n    ):", 1)


COPIES = {
    "exact": lambda code: code,
    "re-commented": lambda code: (
        "# Another header.\n\n" + code.replace("\n    @task", "\n    # A step.\n    @task")
    ),
    "other-docstrings": lambda code: code.replace("Handles", "Takes care of"),
    "other-quotes": lambda code: code.replace('"', "'"),
    "other-indent": lambda code: code.replace("    ", "  "),
    "other-dag-id": lambda code: code.replace('DAG("', 'DAG("my_', 1),
    "other-constant-name": lambda code: code.replace("LIMIT_1 =", "MAX =", 1),
    "one-more-task": lambda code: code + "    @task\n    def one_more():\n        return 1\n",
}


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_a_planted_copy_is_of_the_same_family(copied):
    code = dag_code(1)
    files = [dag_file(f"{n}.py", dag_code(n)) for n in range(1, 6)]
    found = families([*files, dag_file("copy.py", copied(code), repo="other")])
    assert found["copy.py@1.0"].family_id == found["1.py@1.0"].family_id
    assert found["copy.py@1.0"].family_size == 2


def test_unrelated_files_with_the_same_boilerplate_stay_apart():
    found = families([dag_file(f"{n}.py", dag_code(n)) for n in range(30)])
    assert len({member.family_id for member in found.values()}) == 30


def test_releases_of_one_path_are_one_family_whatever_changed():
    found = families([dag_file("a.py", dag_code(1)), dag_file("a.py", dag_code(2), ref="2.0")])
    assert found["a.py@1.0"].family_id == found["a.py@2.0"].family_id


def test_relatives_of_relatives_are_one_family():
    lines = dag_code(1).splitlines(keepends=True)
    chain = ["".join(lines[: len(lines) - cut]) for cut in (0, 6, 12)]
    found = families([dag_file(f"{n}.py", code) for n, code in enumerate(chain)])
    assert found["0.py@1.0"].closest_id
    assert len({member.family_id for member in found.values()}) == 1


def test_the_order_of_the_files_does_not_matter():
    files = [dag_file(f"{n}.py", dag_code(n % 20)) for n in range(40)]
    shuffled = random.Random(7).sample(files, len(files))
    assert family_members(files, 0.7, 5, SHARES) == family_members(shuffled, 0.7, 5, SHARES)


def test_a_new_release_changes_no_family_and_no_split():
    files = [dag_file(f"{n}.py", dag_code(n)) for n in range(40)]
    newer = [dag_file(f"{n}.py", dag_code(n) + f"LATER = {n}\n", ref="0.9") for n in range(40)]
    before, after = families(files), families([*files, *newer])
    assert all(after[key].family_id == member.family_id for key, member in before.items())
    assert all(after[key].split == member.split for key, member in before.items())


def test_growth_keeps_families_and_splits_of_an_earlier_dataset():
    files = [dag_file(f"m{n}.py", dag_code(n)) for n in range(40)]
    # Copies whose path sorts before the original's: the id computed afresh would change.
    copies = [dag_file(f"a{n}.py", dag_code(n) + f"LATER = {n}\n") for n in range(40)]
    before = families(files)
    afresh = families([*files, *copies])
    after = families([*files, *copies], previous=list(before.values()))
    assert any(afresh[key].family_id != member.family_id for key, member in before.items())
    for key, member in before.items():
        assert (after[key].family_id, after[key].split) == (member.family_id, member.split)


def test_when_a_new_file_joins_two_families_the_most_held_out_split_wins():
    one, other = dag_file("one.py", dag_code(1)), dag_file("two.py", dag_code(2))
    before = [
        FamilyMember(file.id, family, split, file.repo, file.ref, file.path, file.content_sha256, 1, "", 0.0)
        for file, family, split in ((one, "aaaa", "train"), (other, "bbbb", "test"))
    ]
    bridge = dag_file("one.py", dag_code(2), ref="2.0")
    found = families([one, other, bridge], previous=before)
    assert {(member.family_id, member.split) for member in found.values()} == {("bbbb", "test")}
