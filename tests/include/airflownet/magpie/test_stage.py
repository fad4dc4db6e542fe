"""The stage against a scripted server (what a capable model would say) and against a real, tiny one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from airflownet.magpie.drawing import Drawing
from airflownet.magpie.settings import MagpieSettings
from airflownet.magpie.stage import run
from airflownet.records import DroppedRequest, Instruction, SyntheticRow
from airflownet.tables import read_table, write_table
from servers.llama_server import LlamaServer

REQUESTS = [
    "Build a DAG that copies new files from S3 to Redshift every night.",
    "Build a DAG that copies new files from S3 to Redshift every night.",
    "Please write an Airflow DAG which polls an HTTP API hourly and publishes the rows to Kafka.",
    "What is the capital of France, and why is it there?",
    "Schedule a weekly pipeline that trains a Databricks model and sends a Slack message.",
    "I already have this request in my instructions: run dbt models in an Airflow DAG.",
]
GOOD = (
    "```python\nfrom airflow.sdk import DAG\n"
    "from airflow.providers.standard.operators.bash import BashOperator\n\n"
    'with DAG("a"):\n    BashOperator(task_id="t", bash_command="x")\n```'
)
BAD = "```python\nfrom airflow.operators.nothing import Nothing\n```"


class ScriptedModel(LlamaServer):
    """Writes the next request where a user's turn is open, and an answer where the assistant's is."""

    def answer(self, path: str, body: dict[str, Any]) -> Any:
        answer = super().answer(path, body)
        if path == "/detokenize":
            return {"content": bytes(body["tokens"]).decode()}
        if path == "/completion":
            prompt = body["prompt"]
            text = bytes(one if one < 256 else 0 for one in prompt).decode("utf-8", "replace")
            index = body["seed"] - 3407
            if text.endswith("user|>"):
                wanted = "python" if index >= 10_000_000 else "dag"
                request = (
                    REQUESTS[index % len(REQUESTS)] if wanted == "dag" else "Write a function that adds."
                )
                # The next turn's header follows, as models write it: a control token, then its words.
                answer["tokens"] = [*request.encode(), 256, *b"assistant"]
                answer["content"] = request + "assistant"
            elif "You write Python" in text:
                answer["content"] = "```python\ndef add(a, b):\n    return a + b\n```"
            else:
                answer["content"] = GOOD if index % 2 else BAD
        return answer


def _settings(**changes: Any) -> MagpieSettings:
    fields: dict[str, Any] = {
        "server": "url",
        "context_tokens_per_slot": 1024,
        "n_requests": 6,
        "n_replay": 1,
        "round_size": 3,
        "control_share": 0.34,
        "answers_per_request": 2,
        "min_request_tokens": 1,
        "semantic_cosine": 1.0,
    }
    return MagpieSettings(**{**fields, **changes})


@pytest.fixture
def base(tmp_path: Path) -> str:
    folder = tmp_path / "base_model"
    folder.mkdir()
    (folder / "base.gguf").write_bytes(bytes(1000))
    written = tmp_path / "instructions"
    written.mkdir()
    write_table(
        written / "instructions.parquet",
        Instruction,
        [Instruction("i", "f", "describer", "brief", REQUESTS[5])],
    )
    return str(folder)


def _tables(output: Path) -> tuple[list[SyntheticRow], list[DroppedRequest]]:
    return (
        list(read_table(output / "rows.parquet", SyntheticRow)),
        list(read_table(output / "dropped.parquet", DroppedRequest)),
    )


def _asked(server: LlamaServer) -> set[tuple[object, ...]]:
    """Returns prompt and seed of every completion asked for since the last call."""
    found = {(body["seed"], *body["prompt"]) for body in server.bodies("/completion")}
    server.history.clear()
    return found


def test_good_requests_come_through_with_their_best_answer(base: str, tmp_path: Path) -> None:
    output = tmp_path / "magpie"
    with ScriptedModel() as server:
        result = run(
            _settings(), base, str(output), instructions=str(tmp_path / "instructions"), server=server.url
        )
        prompts = [bytes(one % 256 for one in body["prompt"]) for body in server.bodies("/completion")]
    rows, dropped = _tables(output)
    assert {row.instruction for row in rows} == {
        REQUESTS[0],
        REQUESTS[2],
        REQUESTS[4],
        "Write a function that adds.",
    }
    assert {row.outcome for row in rows if row.kind == "magpie"} == {"loads"}
    assert {row.n_good_answers for row in rows if row.kind == "magpie"} == {1}
    assert {(row.step, row.reason) for row in dropped} == {
        ("exact-duplicate", "exact:this-batch"),
        ("exact-duplicate", "exact:instructions"),
        ("topic", "off-topic"),
    }
    assert result.counts["listed"] == 7 == len(rows) + len(dropped)
    assert all("You are an assistant" not in f"{row.instruction}{row.answer}" for row in rows)
    drawn = [prompt for prompt in prompts if prompt.endswith(b"user|>")]
    assert sum(b"You are an assistant" in prompt for prompt in drawn) == 5
    answers = [prompt for prompt in prompts if not prompt.endswith(b"user|>")]
    assert not any(b"You are an assistant" in prompt for prompt in answers)
    summary = json.loads((output / "summary.json").read_text())
    assert summary["arms"]["control"]["drawn"] == 2
    assert summary["stop_type"] == {"stop_id": 7}


def test_an_interrupted_batch_goes_on_and_a_repeated_one_asks_nothing(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, output = tmp_path / "whole", tmp_path / "magpie"
    with ScriptedModel() as server:
        run(_settings(), base, str(whole), server=server.url)
        wanted = _asked(server)
        with monkeypatch.context() as patch:

            async def die(*unused: object) -> None:
                raise KeyboardInterrupt

            patch.setattr(Drawing, "_rate", die)
            with pytest.raises(KeyboardInterrupt):
                run(_settings(), base, str(output), server=server.url)
        before = _asked(server)
        run(_settings(), base, str(output), server=server.url)
        after = _asked(server)
        assert before
        assert not before & after
        assert before | after == wanted
        stricter = run(_settings(near_duplicate_jaccard=0.99), base, str(output), server=server.url)
        assert not stricter.skipped
        assert server.bodies("/completion") == []
    assert _tables(output) == _tables(whole)


def test_an_earlier_batch_is_not_repeated(base: str, tmp_path: Path) -> None:
    with ScriptedModel() as server:
        run(_settings(n_replay=0), base, str(tmp_path / "first"), server=server.url)
        second = run(
            _settings(n_replay=0),
            base,
            str(tmp_path / "second"),
            earlier=[str(tmp_path / "first")],
            server=server.url,
        )
    assert second.counts["rows_magpie"] == 0
    assert "exact:earlier-batch" in {row.reason for row in _tables(tmp_path / "second")[1]}


@pytest.mark.llama
def test_a_tiny_model_leaves_an_honest_funnel(models: Path, tmp_path: Path) -> None:
    settings = _settings(
        server="managed", n_requests=6, max_request_tokens=32, n_slots=2, max_answer_tokens=64, threads=1
    )
    result = run(settings, str(models / "base.gguf"), str(tmp_path / "magpie"))
    rows, dropped = _tables(tmp_path / "magpie")
    assert result.counts["listed"] == 7 == len(rows) + len(dropped)
    summary = json.loads((tmp_path / "magpie" / "summary.json").read_text())
    assert summary["funnel"][0]["in"] == 7
    assert summary["cost"]["answers"] >= 7
