"""The stage with Claude behind a real socket, and with a real llama-server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import llama_model
from airflownet.errors import ArtifactError, InputError
from airflownet.llm_judge.grade_records import CanaryGrade, FactFinding, Grade, Preference
from airflownet.llm_judge.settings import GradeSettings
from airflownet.llm_judge.stage import plan, run
from airflownet.message_batches.cost import BudgetError
from airflownet.message_batches.ledger import BatchLedger
from airflownet.records import JudgedSample
from airflownet.tables import read_table, write_table
from airflownet.toolchain.llama_cpp import LlamaCpp
from judged_rows import CODE, able_judge, facts, judged, write_results
from servers.anthropic_server import AnthropicServer


@pytest.fixture
def server() -> Iterator[AnthropicServer]:
    with AnthropicServer(reply=able_judge) as running:
        yield running


@pytest.fixture
def evaluation(tmp_path: Path) -> str:
    return str(write_results(tmp_path / "run" / "evaluation"))


def _settings(server: AnthropicServer, **changes: Any) -> GradeSettings:
    claude = {"base_url": server.url, "poll_interval_s": 0, "settle_s": 0} | changes.pop("claude", {})
    fields = {"canary_prompts": 3, "repeated_prompts": 2, "n_repeats": 2, "claude": claude}
    return GradeSettings(**fields | changes)


def _run(server: AnthropicServer, evaluation: str, **changes: Any) -> tuple[dict[str, Any], Path, Any]:
    output = Path(evaluation).with_name("grading")
    result = run(_settings(server, **changes), evaluation, str(output), claude_api_key="test-key")
    return json.loads((output / "summary.json").read_text()), output, result


def test_a_judge_that_sees_what_is_there_is_believed(server: AnthropicServer, evaluation: str) -> None:
    summary, output, result = _run(server, evaluation)
    assert summary["flags"] == []
    assert summary["judges"] == ["claude-sonnet-5-5"]
    models = summary["models"]
    assert models["ground_truth"]["correctness"]["mean"] == 5
    assert models["wonder-coder-7b"]["completeness"]["mean"] == 5
    assert models["tuned"]["completeness"]["grades"] == {"1": 6, "2": 0, "3": 0, "4": 0, "5": 0}
    assert models["tuned"]["unscored"] == {"no-answer": 1}
    assert summary["canaries"] == {
        kind: {"as_expected": 3, "of": 3}
        for kind in ("broken_file", "ground_truth", "other_ground_truth", "trivial_file")
    }
    # Two prompts with three answers each, 20 facts an answer.
    assert (summary["agreement"]["facts"]["n_items"], summary["agreement"]["facts"]["kappa"]) == (120, 1.0)
    assert summary["contradictions"]["by_outcome"] == {
        "fails": {"1": 6},
        "loads": {"5": 12},
        "missing": {"unscored": 1},
    }
    assert summary["contradictions"]["by_fact"]["invented_import"]["both"] == 6
    assert (result.counts["listed"], result.counts["kept"]) == (19, 18)
    grades = list(read_table(output / "grades.parquet", Grade))
    none = [row for row in grades if row.unscored]
    assert [(row.correctness, row.completeness, row.best_practices) for row in none] == [(None,) * 3]
    assert sum(row.repeat == 1 for row in grades) == 6
    findings = list(read_table(output / "findings.parquet", FactFinding))
    assert len(findings) == 20 * (18 + 6)
    assert len(list(read_table(output / "canaries.parquet", CanaryGrade))) == 12


def test_the_judge_sees_neither_names_nor_praise(server: AnthropicServer, evaluation: str) -> None:
    _run(server, evaluation)
    sent = json.dumps(list(server.params.values()))
    for hidden in ("wonder-coder", "ground_truth", "tuned", "perfect", "Loads table"):
        assert hidden not in sent
    n_before = server.n_submitted
    _run(server, evaluation, strip_comments=False)
    new = json.dumps([server.params[key] for ids in server.created[1:] for key in ids])
    assert "reviewed, tested, perfect" in new
    assert "wonder-coder" not in new
    assert server.n_submitted > n_before


def test_nothing_is_paid_twice(server: AnthropicServer, evaluation: str) -> None:
    _run(server, evaluation)
    # 18 answers, 6 repeats, 12 canaries; 3 canaries are the ground truths that are asked about anyway.
    assert server.n_submitted == len(server.params) <= 18 + 6 + 9
    paid = server.n_submitted
    _, _, again = _run(server, evaluation)
    assert again.skipped
    _, _, changed = _run(server, evaluation, min_kappa=0.5)
    assert not changed.skipped
    assert server.n_submitted == paid


class Killed(BaseException):
    """Ends a process in the middle, as far as the ledger can tell."""


@pytest.mark.parametrize("where", ["submitted", "collect"])
def test_a_crash_between_submitting_and_collecting_costs_nothing(
    server: AnthropicServer, evaluation: str, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def die(*unused: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(BatchLedger, where, die)
        with pytest.raises(Killed):
            _run(server, evaluation)
    paid = server.n_submitted
    summary, _, _ = _run(server, evaluation)
    assert server.n_submitted == paid
    assert summary["flags"] == []


def test_the_budget_is_kept_and_the_plan_pays_nothing(server: AnthropicServer, evaluation: str) -> None:
    settings = _settings(server, claude={"budget_usd": 0.01})
    output = str(Path(evaluation).with_name("grading"))
    with pytest.raises(BudgetError, match=r"budget of 0\.01 USD; nothing was submitted"):
        plan(settings, evaluation, output)
    with pytest.raises(BudgetError):
        _run(server, evaluation, claude={"budget_usd": 0.01})
    assert server.n_submitted == 0
    found = plan(_settings(server), evaluation, output)
    _run(server, evaluation)
    assert server.n_submitted == found.n_requests
    assert plan(_settings(server), evaluation, output).n_requests == 0


def test_what_cannot_be_read_is_unscored_and_counted(server: AnthropicServer, evaluation: str) -> None:
    server.every_fate = ["max_tokens", "refusal", "invalid"]
    replies = iter(["no JSON", "{}", "[1]"])

    def reply(params: dict[str, Any]) -> str:
        return next(replies, None) or able_judge(params)

    server.reply = reply
    summary, output, result = _run(server, evaluation, canary_prompts=0, n_repeats=1, max_unscored_share=0.2)
    reasons: dict[str, int] = {}
    for model in summary["models"].values():
        for reason, count in model["unscored"].items():
            reasons[reason] = reasons.get(reason, 0) + count
    # The texts of a truncated and of a refused reply were taken from the iterator too, and are not read.
    assert reasons == {"errored": 1, "no-answer": 1, "refused": 1, "truncated": 1, "unreadable": 1}
    assert summary["unscored"] == 5
    assert result.counts["kept"] == 14
    assert [flag.split(";")[0] for flag in summary["flags"]] == [
        "5 of 19 answers are unscored",
        "no canaries were asked for: nothing tells whether the judge can be believed",
    ]
    rows = [row for row in read_table(output / "grades.parquet", Grade) if row.unscored]
    assert {row.correctness for row in rows} == {None}


@pytest.mark.parametrize(
    ("bad", "missed"),
    [
        (set(), {"broken_file", "trivial_file", "other_ground_truth"}),
        ({"only_pretends", "invented_import"}, {"ground_truth"}),
    ],
    ids=["praises-everything", "condemns-everything"],
)
def test_a_judge_that_does_not_look_is_flagged(
    server: AnthropicServer, evaluation: str, bad: set[str], missed: set[str]
) -> None:
    server.reply = lambda _params: facts(bad)
    summary, _, _ = _run(server, evaluation)
    assert {flag.split("kind ")[1].split(" ")[0] for flag in summary["flags"]} == missed
    overlooked = summary["contradictions"]["by_fact"]["invented_import"]["parser_only"]
    assert overlooked == (0 if bad else 6)


def test_a_judge_that_tosses_a_coin_is_flagged(server: AnthropicServer, evaluation: str) -> None:
    import random

    coin = random.Random(7)

    def reply(params: dict[str, Any]) -> str:
        chosen = json.loads(able_judge(params))
        return json.dumps({k: {**row, "holds": coin.random() < 0.5} for k, row in chosen.items()})

    server.reply = reply
    summary, _, _ = _run(server, evaluation)
    assert summary["agreement"]["facts"]["kappa"] < 0.4
    assert any("agrees with itself" in flag for flag in summary["flags"])


def _prefers_ready_operators(params: dict[str, Any], *, first_always: bool = False) -> str:
    user = params["messages"][0]["content"]
    if "<<< FIRST" not in user:
        return able_judge(params)
    first, second = (
        user.split(f"<<< {place} ")[1].split(f">>> {place} ")[0] for place in ("FIRST", "SECOND")
    )
    scores = [("BashOperator" in code) + ("psql" in code) for code in (first, second)]
    better = "first" if first_always or scores[0] > scores[1] else "second"
    return json.dumps(
        {name: {"finding": f"why {better}", "better": better}
         for name in ("correctness", "completeness", "best_practices")}
    )  # fmt: skip


def test_pairs_are_asked_in_both_orders(server: AnthropicServer, evaluation: str) -> None:
    server.reply = _prefers_ready_operators
    summary, output, _ = _run(server, evaluation, pairwise=True)
    assert summary["flags"] == []
    pair = summary["pairs"]["ground_truth / wonder-coder-7b"]["correctness"]
    assert pair == {
        "ground_truth": 0,
        "wonder-coder-7b": 6,
        "neither": 0,
        "order_dependent": 0,
        "unscored": 0,
    }
    rows = list(read_table(output / "preferences.parquet", Preference))
    assert len(rows) == 6 * 3 * 3
    sent = json.dumps(list(server.params.values()))
    assert "wonder-coder" not in sent


def test_a_preference_for_a_place_is_none_and_flagged(server: AnthropicServer, evaluation: str) -> None:
    server.reply = lambda params: _prefers_ready_operators(params, first_always=True)
    summary, _, _ = _run(server, evaluation, pairwise=True)
    assert {counts["order_dependent"] for by in summary["pairs"].values() for counts in by.values()} == {6}
    assert ["preferences change with the order" in flag for flag in summary["flags"]] == [True]


def test_without_ground_truth_the_run_is_flagged(server: AnthropicServer, tmp_path: Path) -> None:
    rows = [judged(n, "other", CODE.replace("{n}", str(n))) for n in range(3)]
    (tmp_path / "evaluation").mkdir()
    write_table(tmp_path / "evaluation" / "results.parquet", JudgedSample, rows)
    summary, _, _ = _run(server, str(tmp_path / "evaluation"))
    assert len([flag for flag in summary["flags"] if "could be made" in flag]) == 4


def test_wrong_input_is_told(server: AnthropicServer, evaluation: str, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"results\.parquet does not exist"):
        _run(server, str(tmp_path))
    with pytest.raises(InputError, match="there is no such GGUF file"):
        _run(server, evaluation, judge="llama", llama={"model": "nowhere.gguf"})


RUBRIC = """
version: tiny
criteria:
  correctness: {facts: [{id: works, good: yes, ask: "Does it work?"}]}
  completeness: {facts: [{id: broken, good: no, ask: "Is it broken?", parser: [AFN1]}]}
  best_practices: {facts: [{id: clean, good: yes, ask: "Is it clean?"}]}
canaries:
  trivial_file: {correctness: [1, 2]}
"""


@pytest.mark.llama
def test_a_served_model_grades_under_the_grammar(
    llama_cpp: LlamaCpp, evaluation: str, tmp_path: Path
) -> None:
    model = tmp_path / "judge.gguf"
    shape = llama_model.Shape(n_context=8192)
    llama_model.write_model(model, llama_cpp.convert_hf_to_gguf.parent / "gguf-py", shape=shape)
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    llama = {
        "model": str(model),
        "n_slots": 2,
        "context_tokens_per_slot": 4096,
        "max_completion_tokens": 900,
        "max_finding_chars": 20,
        "threads": 1,
    }
    settings = GradeSettings(
        judge="llama",
        rubric=str(tmp_path / "rubric.yaml"),
        max_prompts=3,
        canary_prompts=1,
        repeated_prompts=1,
        n_repeats=2,
        pairwise=True,
        llama=llama,
    )
    output = tmp_path / "run" / "grading"
    result = run(settings, evaluation, str(output))
    summary = json.loads((output / "summary.json").read_text())
    assert summary["judges"] == ["judge.gguf"]
    assert result.counts["kept"] >= 0.8 * (result.counts["listed"] - 1)
    grades = [row for row in read_table(output / "grades.parquet", Grade) if not row.unscored]
    assert len(list(read_table(output / "preferences.parquet", Preference))) == 3 * 3 * 3
    assert all(1 <= row.correctness <= 5 for row in grades if row.correctness is not None)
    # A change of what is made of the replies asks nobody again.
    again = run(settings.model_copy(update={"min_kappa": -1.0}), evaluation, str(output))
    assert not again.skipped
    assert again.seconds < result.seconds + 30
