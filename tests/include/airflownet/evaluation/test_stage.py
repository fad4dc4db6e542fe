import dataclasses
import json

import pytest

from airflownet.errors import ArtifactError, InputError
from airflownet.evaluation.answer_facts import AnswerFacts
from airflownet.evaluation.comparison.records import read_comparison
from airflownet.evaluation.summary import read_summary
from airflownet.records import Generation, JudgedSample
from airflownet.tables import read_table, write_table


def rows_of(root):
    return list(read_table(root / "evaluation" / "results.parquet", JudgedSample))


def test_every_prompt_has_a_row_of_each_model(finished_run):
    rows = rows_of(finished_run)
    assert len(rows) == 12 * 3
    assert {(row.sample_id, row.model) for row in rows} == {
        (f"sample-{number:02}", model) for number in range(12) for model in ("base", "tuned", "ground_truth")
    }


def test_outcomes(finished_run):
    outcomes = {(row.sample_id, row.model): row.outcome for row in rows_of(finished_run)}
    assert outcomes["sample-00", "base"] == "loads"
    assert outcomes["sample-02", "base"] == "fails"
    assert all(outcomes[f"sample-{n:02}", "ground_truth"] == "loads" for n in range(12))


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        pytest.param(("sample-11", "base"), "no answer was recorded", id="no-row"),
        pytest.param(("sample-10", "tuned"), "the request timed out after 3600 s", id="failed-request"),
    ],
)
def test_missing_answers_are_rows_and_count_as_failures(finished_run, key, reason):
    row = next(row for row in rows_of(finished_run) if (row.sample_id, row.model) == key)
    assert (row.outcome, row.error, row.code) == ("missing", reason, "")
    model = read_summary(finished_run / "evaluation" / "summary.json").statistics.model(key[1])
    assert model.n == 12
    assert model.rate("missing").count == 1
    assert model.rate("loads").n == 12


def test_a_second_run_is_skipped_and_a_fresh_one_gives_the_same_bytes(finished_run, run_writer, tmp_path):
    assert run_writer.evaluate(finished_run).skipped
    other = run_writer.evaluate(finished_run, output=str(tmp_path / "again"))
    assert not other.skipped
    first = json.loads((finished_run / "evaluation" / "manifest.json").read_text())
    second = json.loads((tmp_path / "again" / "manifest.json").read_text())
    assert first["outputs"] == second["outputs"]
    assert any(name.endswith(".png") for name in first["outputs"])


def test_counts_for_airflow(finished_run, run_writer):
    counts = run_writer.evaluate(finished_run).counts
    assert (counts["base_loads"], counts["tuned_loads"], counts["ground_truth_loads"]) == (2, 7, 12)
    assert (counts["base_missing"], counts["tuned_missing"]) == (1, 1)


def test_answers_to_other_prompts_only_are_still_a_report(run_writer, tmp_path):
    foreign = dataclasses.replace(run_writer.generations()[0], sample_id="elsewhere")
    run_writer.write_run(tmp_path, rows=[foreign], adapter_works=False)
    counts = run_writer.evaluate(tmp_path).counts
    assert (counts["base_missing"], counts["tuned_missing"]) == (12, 12)
    manifest = json.loads((tmp_path / "evaluation" / "manifest.json").read_text())
    assert manifest["funnel"]["dropped"] == {"not_a_test_prompt": 1}
    report = (tmp_path / "evaluation" / "report.md").read_text()
    assert "Not yet" in report
    assert "does not change the answers" in report


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda rows: [*rows, rows[0]], "twice", id="repeated"),
        pytest.param(
            lambda rows: [dataclasses.replace(rows[0], model="other")], "known are", id="unknown-model"
        ),
    ],
)
def test_answers_that_cannot_be_paired_are_an_error(run_writer, tmp_path, change, message):
    run_writer.write_run(tmp_path, rows=change(run_writer.generations()))
    with pytest.raises(InputError, match=message):
        run_writer.evaluate(tmp_path)
    assert not (tmp_path / "evaluation").exists()


def test_a_calibration_beside_the_run_is_drawn_and_wakes_a_finished_report(run_writer, tmp_path):
    run_writer.write_run(tmp_path)
    run_writer.evaluate(tmp_path)
    report = tmp_path / "evaluation" / "report.html"
    assert "slot_scaling" not in report.read_text()
    hostile = "<script>alert(1)</script>"
    points = [{"n_slots": n, "tokens_per_s": 100.0 * n**0.5, "n_busy_slots": n} for n in (1, 2, 4)]
    calibration = {"points": points, "recommended_n_slots": 4, "model": "m.gguf", "machine": hostile}
    (tmp_path / "calibration.json").write_text(json.dumps(calibration))
    assert not run_writer.evaluate(tmp_path).skipped
    plot = tmp_path / "evaluation" / "plots" / "slot_scaling.png"
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert 'id="slot_scaling"' in report.read_text()
    assert hostile not in report.read_text(), "names from outside are escaped"
    (tmp_path / "calibration.json").write_text("not JSON")
    with pytest.raises(ArtifactError, match=r"calibration\.json"):
        run_writer.evaluate(tmp_path)


def test_an_empty_test_split_is_an_error(run_writer, tmp_path):
    run_writer.write_run(tmp_path, samples=[])
    with pytest.raises(InputError, match="no test samples"):
        run_writer.evaluate(tmp_path)


def test_a_missing_input_names_the_remedy(tmp_path, run_writer):
    with pytest.raises(ArtifactError, match="run the stage"):
        run_writer.evaluate(tmp_path)


def test_the_report_tells_what_the_other_stages_measured(finished_run):
    summary = read_summary(finished_run / "evaluation" / "summary.json")
    assert [(run.run, run.first_loss, run.last_loss, run.seconds) for run in summary.losses] == [
        ("Base model, from scratch", 4.0, 1.0, 61.5),
        ("Adapter (QLoRA)", 4.0, 1.0, None),
    ]
    assert [(s.model, s.tokens_per_s, s.busy_slots) for s in summary.server_speed] == [
        ("base", 84.2, 3.5),
        ("tuned", 84.2, 3.5),
    ]
    assert [t.n_requests for t in summary.throughput] == [11, 11]
    assert {step.stage for step in summary.funnel} >= {"mining", "dataset", "inference"}


def test_asked_for_and_the_control_arm_are_told_and_kept(finished_run):
    folder = finished_run / "evaluation"
    facts = list(read_table(folder / "answers.parquet", AnswerFacts))
    assert {f.model for f in facts} == {"base", "tuned", "ground_truth", "trivial"}
    assert all(f.asked_for <= 0 for f in facts if f.model == "trivial")
    found = read_comparison(folder / "comparison.json")
    assert [(one.model, one.n_missing) for one in found.models][:2] == [("base", 1), ("tuned", 1)]
    loads = found.difference("loads", "tuned", "base")
    assert (loads.n_prompts, loads.n_families, loads.first_only) == (12, 6, 5)
    for name in ("report.md", "report.html"):
        assert "Trivial DAGs" in (folder / name).read_text()


@pytest.mark.parametrize(
    ("n_trained_on", "n_seen", "told"),
    [
        pytest.param(
            300,
            0,
            "none of the 300 files it has seen is, by its id, a test file",
            id="not-seen",
        ),
        pytest.param(
            300, 2, "2 of the test files were among its own, so these figures are no test", id="seen"
        ),
        pytest.param(0, 0, "is not recorded", id="not-known"),
    ],
)
def test_the_shipped_adapter_is_a_third_model(run_writer, tmp_path, n_trained_on, n_seen, told):
    run_writer.write_run(tmp_path)
    folder = tmp_path / "inference" / "shipped"
    folder.mkdir()
    rows = [dataclasses.replace(r, model="shipped") for r in run_writer.generations() if r.model == "tuned"]
    write_table(folder / "generations.parquet", Generation, rows[:-1])
    origin = {"name": "small", "n_trained_on": n_trained_on, "n_test_files_trained_on": n_seen}
    (folder / "origin.json").write_text(json.dumps(origin))
    run_writer.evaluate(tmp_path)
    assert len(rows_of(tmp_path)) == 12 * 3
    comparison = read_comparison(tmp_path / "evaluation" / "comparison.json")
    shipped, tuned = (comparison.rate("loads", model).share for model in ("shipped", "tuned"))
    assert (shipped.count, shipped.n, tuned.count) == (7, 12, 7)
    report = (tmp_path / "evaluation" / "report.md").read_text()
    assert told in report
    assert "Shipped adapter" in report
