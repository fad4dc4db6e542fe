from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import pytest

from airflownet.errors import InputError
from airflownet.evaluation.comparison.answer_files import read_answers, split_argument
from airflownet.evaluation.comparison.prompts import file_prompts, stated_line
from airflownet.records import stable_id

CHAT = [{"role": "user", "content": "Ask"}, {"role": "assistant", "content": "x = 1"}]


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize(
    ("row", "text", "is_truncated"),
    [
        pytest.param({"completion": "x = 1"}, "x = 1", False, id="plain"),
        pytest.param({"raw": "x = 1", "code": "y = 2"}, "x = 1", False, id="raw-before-code"),
        pytest.param({"messages": CHAT}, "x = 1", False, id="chat"),
        pytest.param(
            {"conversations": [{"from": "human", "value": "Ask"}, {"from": "gpt", "value": "x = 1"}]},
            "x = 1",
            False,
            id="share-gpt",
        ),
        pytest.param(
            {"choices": [{"message": {"content": "x = 1"}, "finish_reason": "length"}]},
            "x = 1",
            True,
            id="chat-api",
        ),
        pytest.param(
            {"response": {"body": {"choices": [{"message": {"content": "x = 1"}}]}}},
            "x = 1",
            False,
            id="batch-of-one",
        ),
        pytest.param(
            {
                "result": {
                    "type": "succeeded",
                    "message": {"content": [{"type": "text", "text": "x = 1"}], "stop_reason": "max_tokens"},
                }
            },
            "x = 1",
            True,
            id="batch-of-another",
        ),
        pytest.param({"completion": "x = 1", "truncated": True}, "x = 1", True, id="truncated"),
    ],
)
def test_shapes_of_answers(tmp_path: Path, row: dict[str, object], text: str, is_truncated: bool) -> None:
    (found,) = read_answers("m", write(tmp_path / "a.jsonl", {"prompt_id": "p", **row}))
    assert (found.prompt_id, found.model, found.text) == ("p", "m", text)
    assert (found.is_truncated, found.error) == (is_truncated, "")


def test_rows_of_a_prompt_are_samples_and_rows_without_text_are_missing(tmp_path: Path) -> None:
    rows = [
        {"prompt_id": "p", "completion": "a"},
        {"prompt_id": "p", "completion": ""},
        {"prompt_id": "q", "code": "b"},
        {"prompt_id": "q", "completion": math.nan},
        {"prompt_id": "q", "completion": 5},
        {"prompt_id": "r", "completion": "half a pair: \ud800"},
    ]
    found = read_answers("m", write(tmp_path / "a.jsonl", *rows))
    assert [f"{one.prompt_id}{one.sample_index}" for one in found] == ["p0", "p1", "q0", "q1", "q2", "r0"]
    assert {found[n].error for n in (1, 3, 4)} == {"the row holds no answer"}
    assert found[5].text == "half a pair: ?"


def test_a_prompt_without_an_id_is_known_by_its_text_and_the_model_by_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    rows = [{"id": f"{model}/1", "model": model, "prompt": "Ask", "raw": "x"} for model in ("a", "b")]
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    first, second = read_answers("", path)
    assert (first.model, second.model) == ("a", "b")
    assert first.prompt_id == second.prompt_id == stable_id("prompt", "Ask")
    assert first.other_ids[0] == "a/1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param('{"completion": "x"}\n', "which prompt", id="no-prompt"),
        pytest.param('{"prompt_id": "p", "completion": "x"}\n', "names no model", id="no-model"),
        pytest.param("[1]\n", "no JSON object", id="no-object"),
        pytest.param("{\n", "line 1 is not JSON", id="no-json"),
        pytest.param('{"a": ' + "[" * 100_000, "line 1 is JSON that no", id="nested-too-deep"),
        pytest.param("", "no answers", id="empty"),
        pytest.param("\udcff", "cannot be read", id="no-text"),
    ],
)
def test_bad_files_say_what_is_wrong(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=message):
        read_answers("", path)


def test_a_damaged_gzip_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    packed = bytearray(gzip.compress("".join(f'{{"prompt_id": {n}}}\n' for n in range(5000)).encode()))
    packed[500:600] = bytes(255 - byte for byte in packed[500:600])
    path.write_bytes(packed)
    with pytest.raises(InputError, match="cannot be read: Error"):
        read_answers("m", path)


def test_the_argument_and_the_prompts(tmp_path: Path) -> None:
    assert split_argument("a b=x/y.jsonl") == ("a b", "x/y.jsonl")
    assert split_argument("y.jsonl") == ("", "y.jsonl")
    with pytest.raises(InputError):
        split_argument("=y.jsonl")
    path = write(tmp_path / "p.jsonl", {"id": 7, "prompt": "Do it.\n\nAirflow Version: 3.0.6", "family": "f"})
    (prompt,) = file_prompts(path)
    assert (prompt.id, prompt.family_id, prompt.airflow) == ("7", "f", "3.0")
    assert stated_line("for Airflow") == ""
    with pytest.raises(InputError, match="twice"):
        file_prompts(write(tmp_path / "p.jsonl", {"id": 1, "prompt": "a"}, {"id": 1, "prompt": "b"}))
