"""A file that moved is the same file: no tombstone, recorded, carried on, one family."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airflownet.dataset.moved_files import read_moved_files
from airflownet.families.family_records import FamilyFile
from airflownet.families.family_table import FamilyTable, family_table
from airflownet.families.shingles import code_shingles
from airflownet.mining.moves import Move, carried
from airflownet.mining.settings import LocalSource, MiningSettings
from airflownet.mining.stage import run
from airflownet.records import DagFile, Tombstone
from airflownet.tables import read_table

pytestmark = pytest.mark.usefixtures("separate_cache")


def dag(name: str, hour: int = 6) -> str:
    tasks = "".join(f'    EmptyOperator(task_id="{name}_{i}", doc="{name * i}")\n' for i in range(5))
    return (
        "from airflow.sdk import DAG\n"
        "from airflow.providers.standard.operators.empty import EmptyOperator\n\n"
        f'with DAG("{name}", schedule="0 {hour} * * *"):\n{tasks}'
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "dags"
    folder.mkdir()
    for name in ("orders", "billing", "stock"):
        (folder / f"{name}.py").write_text(dag(name))
    return folder


class Nights:
    """Mines the folder again and again, each time with the run before as the previous one."""

    def __init__(self, folder: Path, tmp_path: Path) -> None:
        self.folder, self.tmp_path, self.number = folder, tmp_path, 0

    def next(self, **source: str) -> Path:
        output = self.tmp_path / f"night{self.number + 1}"
        previous = str(self.tmp_path / f"night{self.number}") if self.number else None
        self.number += 1
        place = LocalSource(path=str(self.folder), licence="MIT", **{"name": "acme/dags", **source})
        settings = MiningSettings(sources=(place,), date=f"2026-01-{self.number:02}")
        run(settings, str(output), previous=previous)
        return output


@pytest.fixture
def nights(folder: Path, tmp_path: Path) -> Nights:
    return Nights(folder, tmp_path)


def stones(output: Path) -> dict[str, str]:
    return {row.path: row.reason for row in read_table(output / "tombstones.parquet", Tombstone)}


def moved(output: Path) -> list[tuple[str, str]]:
    rows = json.loads((output / "sources.json").read_text())
    return [(move["path"], move["now"]) for row in rows for move in row.get("moved", ())]


def families(output: Path, before: FamilyTable | None = None) -> FamilyTable:
    """What the dataset does with the output: the families of every file, with those of an earlier edition."""
    known = read_moved_files(output)
    entries = [
        (
            FamilyFile(file.id, file.repo, file.ref, file.path, file.blob_sha1, file.content_sha256),
            code_shingles(file.content, 5),
        )
        for file in read_table(output / "dag_files.parquet", DagFile)
    ]
    previous = known.relocated(before.members) if before else ()
    return family_table(entries, 0.9, lambda _: "train", previous=previous, renames=known.renames)


def family_of(table: FamilyTable, path: str) -> str:
    return next(member.family_id for member in table.members if member.path == path and member.present)


def move(folder: Path, old: str, new: str) -> None:
    (folder / new).parent.mkdir(exist_ok=True)
    (folder / old).rename(folder / new)


def test_a_moved_file_is_no_tombstone_and_stays_in_its_family_when_it_is_edited_later(folder, nights):
    first = families(nights.next())
    move(folder, "orders.py", "sales/orders_daily.py")
    night = nights.next()
    assert (stones(night), moved(night)) == ({}, [("orders.py", "sales/orders_daily.py")])
    assert family_of(families(night, first), "sales/orders_daily.py") == family_of(first, "orders.py")

    (folder / "sales/orders_daily.py").write_text(dag("completely_new_orders", 9))
    night = nights.next()
    assert stones(night) == {"sales/orders_daily.py": "file-changed"}
    assert moved(night) == [("orders.py", "sales/orders_daily.py")]
    # The edition before knew only orders.py, with other bytes: the recorded move ties the two.
    assert family_of(families(night, first), "sales/orders_daily.py") == family_of(first, "orders.py")
    assert family_of(families(night), "sales/orders_daily.py") != family_of(first, "orders.py")


def test_a_file_that_is_moved_and_edited_is_found_and_its_old_text_is_a_tombstone(folder, nights):
    nights.next()
    move(folder, "orders.py", "sales/orders.py")
    text = (folder / "sales/orders.py").read_text().replace('"0 6 * * *"', '"0 7 * * *"')
    (folder / "sales/orders.py").write_text(text)
    (folder / "other.py").write_text(dag("other", 1).replace("EmptyOperator", "BashOperator"))
    night = nights.next()
    assert stones(night) == {"orders.py": "file-changed"}
    assert moved(night) == [("orders.py", "sales/orders.py")]


def test_moves_of_several_nights_lead_to_the_last_place_and_a_file_that_is_back_has_not_moved(folder, nights):
    nights.next()
    move(folder, "orders.py", "a.py")
    nights.next()
    move(folder, "a.py", "b.py")
    assert moved(nights.next()) == [("a.py", "b.py"), ("orders.py", "b.py")]
    (folder / "stock.py").unlink()
    assert moved(nights.next()) == [("a.py", "b.py"), ("orders.py", "b.py")]
    move(folder, "b.py", "orders.py")
    night = nights.next()
    assert moved(night) == [("a.py", "orders.py"), ("b.py", "orders.py")]
    assert stones(night) == {"stock.py": "file-deleted"}


def test_a_file_deleted_one_night_and_elsewhere_the_next_is_a_tombstone_only_in_between(folder, nights):
    nights.next()
    text = (folder / "orders.py").read_text()
    (folder / "orders.py").unlink()
    assert stones(nights.next()) == {"orders.py": "file-deleted"}
    (folder / "later.py").write_text(text)
    night = nights.next()
    assert (stones(night), moved(night)) == ({}, [("orders.py", "later.py")])


def test_a_deleted_copy_has_not_moved_to_the_copy_that_was_there_before(folder, nights):
    (folder / "copy.py").write_text((folder / "orders.py").read_text())
    nights.next()
    (folder / "copy.py").unlink()
    night = nights.next()
    assert (stones(night), moved(night)) == ({"copy.py": "file-deleted"}, [])


def test_another_ref_of_the_same_files_is_no_disappearance(folder, nights):
    nights.next(ref="master")
    (folder / "orders.py").write_text(dag("orders", 7))
    night = nights.next(ref="main")
    assert (stones(night), moved(night)) == ({"orders.py": "file-changed"}, [])


def test_what_was_opted_out_stays_a_tombstone_when_its_bytes_are_elsewhere(folder, nights, tmp_path):
    first = nights.next()
    (folder / "elsewhere.py").write_text((folder / "orders.py").read_text())
    (tmp_path / "out.yaml").write_text('paths: ["acme/dags:orders.py"]\n')
    source = LocalSource(path=str(folder), name="acme/dags", licence="MIT")
    settings = MiningSettings(sources=(source,), opt_out=str(tmp_path / "out.yaml"), date="2026-01-02")
    run(settings, str(tmp_path / "out"), previous=str(first))
    assert (stones(tmp_path / "out"), moved(tmp_path / "out")) == ({"orders.py": "opted-out"}, [])


@pytest.mark.parametrize(
    ("before", "fresh", "renamed", "occupied", "expected"),
    [
        pytest.param([("r", "a", "b")], [], {}, set(), [Move("r", "a", "r", "b")], id="carried"),
        pytest.param(
            [("r", "a", "b")],
            [Move("r", "b", "r", "c")],
            {},
            set(),
            [Move("r", "a", "r", "c"), Move("r", "b", "r", "c")],
            id="moved-on",
        ),
        pytest.param([("r", "a", "b")], [], {}, {("r", "a")}, [], id="another-file-is-there-now"),
        pytest.param([("r", "a", "b")], [], {"r": "s"}, set(), [Move("r", "a", "s", "b")], id="repository"),
    ],
)
def test_moves_of_earlier_runs(before, fresh, renamed, occupied, expected):
    rows = [{"project": repo, "moved": [{"repository": repo, "path": a, "now": b}]} for repo, a, b in before]
    assert carried(rows, fresh, renamed, occupied) == expected
