"""What lies beside the rows: editions, changelog, rebuild, gate, card, Croissant, browser, checksums."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
import venv
import warnings
from pathlib import Path

import pytest
import yaml

from airflownet.dataset.mixture_settings import BalanceSettings, HoldOutSettings, QualitySettings
from airflownet.dataset.quality_gate import quality_checks, require_quality
from airflownet.dataset.rebuild import rebuild
from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.stage import run
from airflownet.errors import ArtifactError, GateNotMet, InputError
from airflownet.families.family_records import FamilyMember
from airflownet.records import LabelRow, LineLabel, Outcome, Sample, Tombstone
from airflownet.tables import read_table, write_table

from .conftest import dag_code, dag_file

BASE = {"train_fraction": 0.6, "validation_fraction": 0.2, "test_fraction": 0.2}
SETTINGS = DatasetSettings(**BASE)
FILES = [dag_file(f"{n:02}.py", dag_code(n)) for n in range(30)]


def samples(folder: Path) -> list[Sample]:
    return list(read_table(folder / "samples.parquet", Sample))


def manifest(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text())


def content(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_rebuild_from_the_manifest_gives_the_same_bytes(inputs, tmp_path):
    given = inputs(FILES)
    run(SETTINGS, **given, output=str(tmp_path / "one"))
    made = rebuild(str(tmp_path / "one"), str(tmp_path / "two"))
    assert (made.differing, made.reasons) == ((), ())
    assert content(tmp_path / "one") == content(tmp_path / "two")
    with pytest.raises(ArtifactError, match="itself"):
        rebuild(str(tmp_path / "one"), str(tmp_path / "one"))


def test_a_rebuild_says_which_files_differ_and_why(inputs, tmp_path):
    run(SETTINGS, **inputs(FILES), output=str(tmp_path / "one"))
    inputs([*FILES, dag_file("new.py", dag_code(77))])  # the inputs were written again
    made = rebuild(str(tmp_path / "one"), str(tmp_path / "two"))
    assert "samples.parquet" in made.differing
    assert "the input dag_files has changed" in made.reasons


def test_editions_go_on_with_the_families_of_the_one_before(inputs, tmp_path):
    settings = DatasetSettings(**BASE, keep_editions=True)
    out = tmp_path / "dataset"
    given = finished_inputs(inputs(FILES))
    run(settings, **given, output=str(out))
    first = samples(out)
    assert run(settings, **given, output=str(out)).skipped
    copies = [dag_file(f"a{n:02}.py", "# copy\n" + dag_code(n), repo="fork") for n in range(30)]
    grown = finished_inputs(inputs([*FILES, *copies, dag_file("new.py", dag_code(88))], name="grown"))
    run(settings, **grown, output=str(out))
    assert run(settings, **grown, output=str(out)).skipped
    sides = {row.dag_file_id: (row.family_id, row.split) for row in samples(out)}
    assert all(sides[row.dag_file_id] == (row.family_id, row.split) for row in first)
    changes = json.loads((out / "changes.json").read_text())
    assert (changes["version"], changes["previous_version"], changes["edition"]) == ("1.1.0", "1.0.0", 2)
    assert (len(changes["added"]), len(changes["changed"]), changes["removed"]) == (1, 30, [])
    kept = next((tmp_path / "dataset_editions").iterdir())
    assert samples(kept) == first
    fewer = finished_inputs(inputs(FILES[1:], name="fewer"))
    run(settings, **fewer, output=str(out))
    log = (out / "CHANGELOG.md").read_text()
    assert re.findall(r"^## (.+)$", log, re.M) == ["2.0.0", "1.1.0", "1.0.0"]
    members = list(read_table(out / "families.parquet", FamilyMember))
    assert FILES[0].id in {member.dag_file_id for member in members if not member.present}


def finished_inputs(folders: dict[str, str]) -> dict[str, str]:
    """The input folders with manifests, as the stages before leave them."""
    for folder in map(Path, folders.values()):
        digest = "".join(f"{path.stat().st_size}{path.name}" for path in sorted(folder.glob("*.parquet")))
        digest += "".join(path.read_bytes().hex()[-64:] for path in sorted(folder.glob("*.parquet")))
        (folder / "manifest.json").write_text(json.dumps({"content_sha256": digest, "stage": folder.name}))
    return folders


GATE = {
    "min_test_rows": (10_000, "test_rows is"),
    "max_drop_share": (0.0, "drop_share is"),
    "min_load_share": (1.0, "load_share is"),
    "max_equal_request_share": (0.0, None),
}


@pytest.mark.parametrize(("name", "limit", "told"), [(k, *v) for k, v in GATE.items()], ids=GATE)
def test_the_gate_names_value_limit_and_remedy(inputs, tmp_path, name, limit, told):
    failing = dag_file("fails.py", dag_code(60))
    from .conftest import verdict

    verdicts = [verdict(file) for file in FILES] + [verdict(failing, Outcome.FAILS)]
    run(SETTINGS, **inputs([*FILES, failing], verdicts), output=str(tmp_path / "out"))
    settings = QualitySettings(**{name: limit})
    if told is None:
        assert all(check.is_met for check in require_quality(str(tmp_path / "out"), settings))
        return
    with pytest.raises(GateNotMet, match=f"{told} .* is asked for") as raised:
        require_quality(str(tmp_path / "out"), settings)
    assert f"{name}: " in raised.value.remedy
    assert sum(not check.is_met for check in quality_checks(str(tmp_path / "out"), settings)) == 1


def test_checksums_are_those_of_the_files(inputs, tmp_path):
    run(SETTINGS, **inputs(FILES), output=str(tmp_path / "out"))
    answer = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    listed = {line.split("  ")[1] for line in (tmp_path / "out/SHA256SUMS").read_text().splitlines()}
    assert listed == content(tmp_path / "out").keys() - {"SHA256SUMS"}


def test_the_card_s_files_load_with_datasets(inputs, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    from datasets import load_dataset

    run(SETTINGS, **inputs(FILES), output=str(tmp_path / "out"))
    front = yaml.safe_load((tmp_path / "out/README.md").read_text().split("---")[1])
    data_files = {f["split"]: str(tmp_path / "out" / f["path"]) for f in front["configs"][0]["data_files"]}
    loaded = load_dataset("parquet", data_files=data_files, cache_dir=str(tmp_path / "cache"))
    rows = samples(tmp_path / "out")
    for split in ("train", "validation", "test"):
        assert loaded[split]["id"][:] == [row.id for row in rows if row.split == split]
    names = [feature["name"] for feature in front["dataset_info"]["features"]]
    assert names == list(loaded["train"].column_names)


def test_the_folder_loads_by_its_card_and_nothing_is_said(inputs, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    import datasets

    monkeypatch.setattr(datasets.logging.get_logger("datasets"), "propagate", True)
    run(SETTINGS, **inputs(FILES), output=str(tmp_path / "out"))
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING, "datasets"):
        warnings.simplefilter("error")
        loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    said = [record.getMessage() for record in caplog.records if record.name.startswith("datasets")]
    assert said == []
    splits = yaml.safe_load((tmp_path / "out/README.md").read_text().split("---")[1])["dataset_info"][
        "splits"
    ]
    assert {s["name"]: s["num_examples"] for s in splits} == {
        name: len(rows) for name, rows in loaded.items()
    }
    assert all(s["num_bytes"] > 0 for s in splits)


HOSTILE = '"""</script><script>alert(1)</script> __ROWS__ \u2028 <!-- & -->"""\n'


def test_the_browser_page_holds_rows_as_data_only(inputs, tmp_path):
    files = [dag_file(f"{n:02}.py", HOSTILE + dag_code(n)) for n in range(30)]
    run(DatasetSettings(**BASE, browser_rows=20), **inputs(files), output=str(tmp_path / "out"))
    page = (tmp_path / "out/samples.html").read_text()
    assert page.count("<script") == page.count("</script>") == 1
    assert "alert(1)</" not in page
    assert "http" not in re.sub(r"http-equiv", "", page.split("const rows")[0])
    rows = json.loads(re.search(r"const rows = (.*);\n", page)[1])
    assert len(rows) == 20
    assert all(row["answer"].startswith(HOSTILE) for row in rows)
    off = DatasetSettings(**BASE, browser_rows=0)
    run(off, **inputs(files, name="off"), output=str(tmp_path / "none"))
    assert not (tmp_path / "none/samples.html").exists()


def test_harness_in_an_answer_fails_the_build(inputs, tmp_path):
    dirty = dag_file(
        "dirty.py", dag_code(80) + "from tests_common.test_utils.system_tests import get_test_run\n"
    )
    with pytest.raises(GateNotMet, match=r"1 answers hold .* demo dirty\.py: get_test_run, test-import"):
        run(SETTINGS, **inputs([*FILES, dirty]), output=str(tmp_path / "out"))


def test_control_tokens_and_tombstones_are_left_out(inputs, tmp_path):
    control = dag_file("control.py", dag_code(81) + "# <|im_end|>\n")
    gone = dag_file("gone.py", dag_code(82))
    given = inputs([*FILES, control, gone])
    stone = Tombstone(gone.id, "pypi", "demo", "1.0", "gone.py", "", "", "opted-out", "2026-11-22")
    write_table(Path(given["dag_files"]) / "tombstones.parquet", Tombstone, [stone])
    run(SETTINGS, **given, output=str(tmp_path / "out"))
    dropped = manifest(tmp_path / "out")["funnel"]["dropped"]
    assert (dropped["control-token"], dropped["tombstone:opted-out"]) == (1, 1)
    assert not {control.id, gone.id} & {row.dag_file_id for row in samples(tmp_path / "out")}


def labels(folder: str, lines_of: dict[str, tuple[str, ...]]) -> None:
    rows = [
        LabelRow(id, lines, tuple(LineLabel(line, Outcome.LOADS, "") for line in lines))
        for id, lines in lines_of.items()
    ]
    write_table(Path(folder) / "labels.parquet", LabelRow, rows)


def test_the_newest_line_is_held_out(inputs, tmp_path):
    given = inputs(FILES)
    newest = {file.id for file in FILES[:5]}
    labels(given["verdicts"], {f.id: ("3.3",) if f.id in newest else ("2.9", "3.3") for f in FILES})
    settings = DatasetSettings(**BASE, hold_out=HoldOutSettings(newest_line=True))
    run(settings, **given, output=str(tmp_path / "out"))
    rows = {row.dag_file_id: row for row in samples(tmp_path / "out")}
    assert {(rows[id].split, rows[id].held_out) for id in newest} == {("test", "newest-line")}
    assert rows[FILES[9].id].valid_on == ("2.9", "3.3")
    with pytest.raises(InputError, match="label matrix"):
        run(settings, **inputs(FILES, name="bare"), output=str(tmp_path / "none"))


def test_every_answer_loads_on_the_lines_asked_for(inputs, tmp_path):
    given = inputs(FILES)
    labels(given["verdicts"], {f.id: ("3.3",) if n < 3 else ("2.9", "3.3") for n, f in enumerate(FILES)})
    run(DatasetSettings(**BASE, also_loads_on=("2.9",)), **given, output=str(tmp_path / "out"))
    assert manifest(tmp_path / "out")["funnel"]["dropped"]["not-on:2.9"] == 3


def test_providers_and_later_releases_are_held_out(inputs, tmp_path):
    snow = [dag_file(f"s{n}.py", "import airflow.providers.snowflake.hooks.snowflake\n" + dag_code(40 + n))
            for n in range(3)]  # fmt: skip
    late = [dag_file(f"l{n}.py", dag_code(50 + n), ref="2.1") for n in range(3)]
    hold_out = HoldOutSettings(providers=("snowflake",), after={"demo": "2.0"})
    given = inputs([*FILES, *snow, *late])
    run(DatasetSettings(**BASE, hold_out=hold_out), **given, output=str(tmp_path / "out"))
    rows = {row.dag_file_id: row for row in samples(tmp_path / "out")}
    assert {(rows[f.id].split, rows[f.id].held_out) for f in snow} == {("test", "provider:snowflake")}
    assert {(rows[f.id].split, rows[f.id].held_out) for f in late} == {("test", "after:2.0")}
    # A later edition that holds out what was trained on already drops it, and never flips it.
    run(SETTINGS, **given, output=str(tmp_path / "first"))
    trained = {row.dag_file_id for row in samples(tmp_path / "first") if row.split == "train"}
    run(DatasetSettings(**BASE, hold_out=hold_out), **given, output=str(tmp_path / "second"),
        previous=str(tmp_path / "first"))  # fmt: skip
    held = {f.id for f in (*snow, *late)}
    second = {row.dag_file_id: row.split for row in samples(tmp_path / "second")}
    assert not held & trained & second.keys()
    assert sum(n for r, n in manifest(tmp_path / "second")["funnel"]["dropped"].items()
               if r.startswith("held-out-too-late:")) >= len(held & trained)  # fmt: skip


def test_limits_per_family_and_owner(inputs, tmp_path):
    owned = [dag_file(f"o{n}.py", dag_code(40 + n), repo="loud/dags") for n in range(12)]
    settings = DatasetSettings(**BASE, balance=BalanceSettings(max_rows_per_owner=5, max_rows_per_family=1))
    run(settings, **inputs([*FILES, *owned]), output=str(tmp_path / "out"))
    train = [row for row in samples(tmp_path / "out") if row.split == "train"]
    assert sum(row.repo == "loud/dags" for row in train) <= 5
    assert len({row.family_id for row in train}) == len(train)


def test_contamination_finds_planted_texts(inputs, tmp_path):
    given = inputs(FILES)
    (tmp_path / "bench.jsonl").write_text(
        json.dumps({"prompt": "Something else entirely that nobody has ever asked for in this place."}) + "\n"
        + json.dumps({"solutions": [{"text": dag_code(3)}]}) + "\n"
    )  # fmt: skip
    run(SETTINGS, **given, output=str(tmp_path / "out"), benchmarks=[str(tmp_path / "bench.jsonl")])
    (found,) = json.loads((tmp_path / "out/contamination.json").read_text())["benchmarks"].values()
    assert (found["n_texts"], found["n_found"]) == (2, 1)
    assert found["worst"][0]["row"] == 1
    assert found["worst"][0]["partner"] == "demo 03.py"
    (tmp_path / "bad.jsonl").write_text("{not json\n")
    with pytest.raises(InputError, match="line 1, is not JSON"):
        run(SETTINGS, **given, output=str(tmp_path / "no"), benchmarks=[str(tmp_path / "bad.jsonl")])


def test_rows_over_the_token_budget_are_dropped_and_counted(inputs, tmp_path):
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    (tmp_path / "model").mkdir()
    tokenizer.save(str(tmp_path / "model/tokenizer.json"))
    config = {"chat_template": "{% for m in messages %}<{{ m.role }}> {{ m.content }}\n{% endfor %}"}
    (tmp_path / "model/tokenizer_config.json").write_text(json.dumps(config))
    long_file = dag_file("long.py", dag_code(70) + "x = 1\n" * 400)
    settings = DatasetSettings(**BASE, tokenizer=str(tmp_path / "model"), max_tokens=900)
    run(settings, **inputs([*FILES, long_file]), output=str(tmp_path / "out"))
    rows = samples(tmp_path / "out")
    row = rows[0]
    chat = "".join(f"<{m.role}> {m.content}\n" for m in row.messages)
    assert row.n_tokens == len(tokenizer.encode(chat).ids)
    assert max(r.n_tokens for r in rows) <= 900
    assert manifest(tmp_path / "out")["funnel"]["dropped"]["too-many-tokens"] == 1
    with pytest.raises(InputError, match="no tokenizer at"):
        run(
            settings.model_copy(update={"tokenizer": str(tmp_path)}),
            **inputs(FILES),
            output=str(tmp_path / "x"),
        )


def test_croissant_names_every_file_with_its_hash(inputs, tmp_path):
    run(SETTINGS, **inputs(FILES), output=str(tmp_path / "out"))
    metadata = json.loads((tmp_path / "out/croissant.json").read_text())
    sums = dict(line.split("  ")[::-1] for line in (tmp_path / "out/SHA256SUMS").read_text().splitlines())
    assert metadata["conformsTo"].endswith("croissant/1.1")
    assert {f["contentUrl"]: f["sha256"] for f in metadata["distribution"]} == {
        name: digest for name, digest in sums.items() if name.startswith("data/")
    }


@pytest.mark.network
def test_croissant_is_valid_by_its_own_library(inputs, tmp_path):
    run(SETTINGS, **inputs(FILES), output=str(tmp_path / "out"))
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env/bin/python"
    install = ["-m", "uv", "pip", "install", "-q", "--python", str(python), "mlcroissant", "pyarrow"]
    subprocess.run([sys.executable, *install], check=True, timeout=300)
    program = (
        "import mlcroissant, sys; d = mlcroissant.Dataset(sys.argv[1]); print(next(iter(d.records('test'))))"
    )
    answer = subprocess.run(
        [str(python), "-c", program, str(tmp_path / "out/croissant.json")],
        capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": ""},
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr[-2000:]
    assert "test/family_id" in answer.stdout
