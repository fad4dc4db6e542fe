from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from airflownet.dataset import family_step
from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.stage import run
from airflownet.errors import ArtifactError, GateNotMet
from airflownet.families.family_records import FamilyMember
from airflownet.families.family_table import family_table
from airflownet.judge.verdict import judge_code
from airflownet.plans import from_text
from airflownet.plans.sample_code import code_of
from airflownet.records import Outcome, Sample
from airflownet.tables import read_table, write_table

from .conftest import dag_code, dag_file, instructions_for, verdict

SETTINGS = DatasetSettings(train_fraction=0.6, validation_fraction=0.2, test_fraction=0.2)
FILES = [dag_file(f"{n:02}.py", dag_code(n)) for n in range(40)]


def samples(folder: Path) -> list[Sample]:
    return list(read_table(folder / "samples.parquet", Sample))


def test_samples_are_whole_chats_with_views_by_split(inputs, tmp_path):
    result = run(SETTINGS, **inputs(FILES), output=str(tmp_path / "out"))

    rows = samples(tmp_path / "out")
    contents = {file.id: file.content for file in FILES}
    views = Counter(row.dag_file_id for row in rows)
    assert [row.id for row in rows] == sorted({row.id for row in rows})
    assert {row.split for row in rows} == {"train", "validation", "test"}
    for row in rows:
        system, user, assistant = row.messages
        assert [m.role for m in row.messages] == ["system", "user", "assistant"]
        assert system.content == SETTINGS.system_prompt
        assert user.content.startswith(f"{row.view}: build the DAG of {row.path}")
        assert user.content.endswith("Apache Airflow 3.3.")
        assert assistant.content == contents[row.dag_file_id]
        assert views[row.dag_file_id] == (2 if row.split == "train" else 1)
        assert row.operators == ("@task",)
    assert len({row.view for row in rows}) > 2
    assert result.counts["kept"] == 40
    assert sum(result.counts[split] for split in ("train", "validation", "test")) == len(rows)


def test_every_file_without_sample_has_a_reason(inputs, tmp_path):
    long_file = dag_file("long.py", dag_code(70) + "#" * 12_000)
    silent = dag_file("silent.py", dag_code(71))
    failing, unknown = dag_file("fails.py", dag_code(72)), dag_file("unknown.py", dag_code(73))
    files = [*FILES, long_file, silent, failing, unknown]
    outcomes = {failing.id: Outcome.FAILS, unknown.id: Outcome.UNKNOWN}
    verdicts = [verdict(file, outcomes.get(file.id, Outcome.LOADS)) for file in files]
    texts = [text for file in files if file is not silent for text in instructions_for(file)]

    run(SETTINGS, **inputs(files, verdicts, texts), output=str(tmp_path / "out"))

    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert manifest["funnel"]["dropped"] == {
        "fails:AFN301": 1,
        "no-instruction": 1,
        "over-max-test-samples": 0,
        "too-long": 1,
        "unknown": 1,
    }
    assert manifest["funnel"]["listed"] == 44
    members = list(read_table(tmp_path / "out/families.parquet", FamilyMember))
    assert {member.dag_file_id for member in members} == {file.id for file in files}


def test_two_runs_give_the_same_bytes_and_load_with_datasets(inputs, tmp_path):
    given = inputs(FILES)
    run(SETTINGS, **given, output=str(tmp_path / "one"))
    run(SETTINGS, **inputs(FILES[::-1], name="reversed"), output=str(tmp_path / "two"))

    def content(folder: Path) -> dict[str, bytes]:
        files = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert run(SETTINGS, **given, output=str(tmp_path / "one")).skipped

    import datasets

    loaded = datasets.load_from_disk(str(tmp_path / "one/dataset_dict"))
    rows = samples(tmp_path / "one")
    assert set(loaded) == {"train", "validation", "test"}
    for name in loaded:
        assert loaded[name]["id"][:] == [row.id for row in rows if row.split == name]
        assert [m["role"] for m in loaded[name][0]["messages"]] == ["system", "user", "assistant"]


def test_the_card_tells_the_numbers_of_the_table(inputs, tmp_path):
    result = run(SETTINGS, **inputs(FILES), output=str(tmp_path / "out"))
    text = (tmp_path / "out/README.md").read_text()
    front = yaml.safe_load(text.split("---")[1])
    assert front["license"] == "apache-2.0"
    assert {s["name"]: s["num_examples"] for s in front["dataset_info"]["splits"]} == {
        name: result.counts[name] for name in ("train", "validation", "test")
    }


def test_max_test_samples_takes_families_in_turn(inputs, tmp_path):
    copies = [dag_file(f"copy{n:02}.py", dag_code(n) + f"LATER = {n}\n") for n in range(40)]
    given = inputs([*FILES, *copies])
    run(SETTINGS, **given, output=str(tmp_path / "all"))
    n_families = len({row.family_id for row in samples(tmp_path / "all") if row.split == "test"})
    assert n_families > 2
    settings = SETTINGS.model_copy(update={"max_test_samples": n_families})

    run(settings, **given, output=str(tmp_path / "few"))

    test = [row for row in samples(tmp_path / "few") if row.split == "test"]
    assert len(test) == n_families
    assert len({row.family_id for row in test}) == n_families
    dropped = json.loads((tmp_path / "few/manifest.json").read_text())["funnel"]["dropped"]
    assert dropped == {"over-max-test-samples": n_families}


def test_an_empty_split_is_refused_with_the_sizes(inputs, tmp_path):
    copies = [dag_file(f"{n}.py", dag_code(1) + f"X = {n}\n") for n in range(10)]
    with pytest.raises(GateNotMet, match=r"a split would be empty: .*from 1 families"):
        run(SETTINGS, **inputs(copies), output=str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_leak_is_not_published(inputs, tmp_path, monkeypatch):
    def blind(files, threshold, side_of, **known):
        """Families that see no similarity: each file is its own."""
        apart = [(replace(file, path=file.id), row[:0]) for file, row in files]
        return family_table(apart, threshold, side_of, **known)

    copies = [dag_file(f"copy{n}.py", f"# {n}\n" + dag_code(n)) for n in range(40)]
    monkeypatch.setattr(family_step, "family_table", blind)
    with pytest.raises(GateNotMet, match=r"the splits leak: 0 equal answers, [1-9]"):
        run(SETTINGS, **inputs([*FILES, *copies]), output=str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_families_that_were_changed_by_hand_are_refused(inputs, tmp_path):
    run(SETTINGS, **inputs(FILES), output=str(tmp_path / "earlier"))
    members = list(read_table(tmp_path / "earlier/families.parquet", FamilyMember))
    (tmp_path / "tampered").mkdir()
    changed = [replace(member, family_id="same") for member in members]
    write_table(tmp_path / "tampered/families.parquet", FamilyMember, changed)
    with pytest.raises(ArtifactError, match="two splits"):
        run(SETTINGS, **inputs(FILES), output=str(tmp_path / "out"), previous=str(tmp_path / "tampered"))


def test_growth_keeps_the_split_of_every_earlier_row(inputs, tmp_path):
    run(SETTINGS, **inputs(FILES), output=str(tmp_path / "earlier"))
    more = [dag_file(f"0{n}_more.py", dag_code(n % 60) + "MORE = 1\n") for n in range(60)]
    run(
        SETTINGS,
        **inputs([*FILES, *more], name="more"),
        output=str(tmp_path / "out"),
        previous=str(tmp_path / "earlier"),
    )
    now = {row.dag_file_id: (row.family_id, row.split) for row in samples(tmp_path / "out")}
    for row in samples(tmp_path / "earlier"):
        assert now[row.dag_file_id] == (row.family_id, row.split)


def test_verdicts_of_another_line_are_refused(inputs, tmp_path):
    settings = SETTINGS.model_copy(update={"airflow": "2.9"})
    with pytest.raises(ArtifactError, match=r"no Airflow 2\.9 verdict for 40 of 40"):
        run(settings, **inputs(FILES), output=str(tmp_path / "out"))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"train_fraction": 0.9}, id="fractions-above-one"),
        pytest.param({"family_threshold": 0.9}, id="family-threshold-above-the-gate"),
        pytest.param({"max_code_chars": 3}, id="out-of-range"),
    ],
)
def test_wrong_settings_are_refused(changes):
    with pytest.raises(ValidationError):
        DatasetSettings(**changes)


@pytest.mark.parametrize(("form", "kinds"), [("plan", {"plan"}), ("both", {"create", "plan"})])
def test_answers_can_be_plans_and_the_test_split_keeps_its_files(form, kinds, inputs, tmp_path):
    files = FILES[:20]
    result = run(SETTINGS.model_copy(update={"form": form}), **inputs(files), output=str(tmp_path / "out"))

    contents = {file.id: file.content for file in files}
    n_views = Counter()
    for row in samples(tmp_path / "out"):
        if row.kind == "create":
            assert row.messages[-1].content == contents[row.dag_file_id]
            assert row.split == "test" or form == "both"
            continue
        assert row.split in ("train", "validation")
        assert row.messages[0].content == SETTINGS.plan_system_prompt
        assert [dag.dag_id for dag in from_text(row.messages[-1].content).dags]
        assert judge_code(code_of(row)).outcome is Outcome.LOADS
        n_views[row.split, row.dag_file_id] += 1
    assert {row.kind for row in samples(tmp_path / "out") if row.split == "train"} == kinds
    assert set(n_views.values()) <= {1, 2}
    dropped = sum(n for name, n in result.counts.items() if name.startswith("rows_plan:"))
    assert sum(n_views.values()) + dropped == sum(
        2 if split == "train" else 1 for split in _splits(tmp_path / "out") if split != "test"
    )


def _splits(folder: Path) -> list[str]:
    return [member.split for member in read_table(folder / "families.parquet", FamilyMember)]
