"""The drawing stage against a real llama-server: what a kill costs, what is never drawn twice."""

from __future__ import annotations

import dataclasses
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from airflownet.errors import ArtifactError
from airflownet.improvement.draw_ledger import LEDGER
from airflownet.improvement.draw_stage import run
from airflownet.improvement.drawn_answer import DRAWN, DrawnAnswer
from airflownet.improvement.settings import DrawingSettings
from airflownet.tables import read_table
from improvement_rows import PLANS, plan_row, write_dataset

pytestmark = pytest.mark.llama

SETTINGS = DrawingSettings(
    answers_per_prompt=2,
    n_slots=2,
    context_tokens_per_slot=1024,
    max_plan_tokens=24,
    threads=1,
    flash_attention="off",
)
PROGRAM = """
import sys
from airflownet.improvement.draw_stage import run
from airflownet.improvement.settings import DrawingSettings
run(DrawingSettings.model_validate_json(sys.argv[1]), *sys.argv[2:])
"""


@pytest.fixture
def places(models: Path, tmp_path: Path) -> list[str]:
    """Dataset, base, training, output."""
    rows = [plan_row(name, row_id=f"{name}-{n}") for name in PLANS for n in range(2)]
    dataset = write_dataset(tmp_path / "dataset", [*rows, plan_row("site", "test")])
    for name, file in (("base_model", "base.gguf"), ("training", "adapter.gguf")):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).symlink_to(models / file)
    output = tmp_path / "improve" / "round-1" / "drawn"
    return [dataset, str(tmp_path / "base_model"), str(tmp_path / "training"), str(output)]


def drawn_in(output: str) -> list[DrawnAnswer]:
    return list(read_table(Path(output) / DRAWN, DrawnAnswer))


def ledger_of(places: list[str]) -> dict[str, str]:
    path = Path(places[-1]).parent.parent / LEDGER
    if not path.exists():
        return {}
    connection = sqlite3.connect(path)
    try:
        return dict(connection.execute("SELECT key, answer FROM draws"))
    except sqlite3.OperationalError:
        return {}
    finally:
        connection.close()


def test_kill_9_then_again_draws_only_what_is_missing(places: list[str]) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PROGRAM, SETTINGS.model_dump_json(), *places]
    client = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 120
    while len(before := ledger_of(places)) < 5:
        assert client.poll() is None, client.stderr and client.stderr.read().decode()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    children = psutil.Process(client.pid).children(recursive=True)
    client.send_signal(signal.SIGKILL)
    client.wait()
    psutil.wait_procs(children, timeout=20)
    assert not [child for child in children if child.is_running()], "no llama-server is left"
    before = ledger_of(places)
    assert not Path(places[-1]).exists()

    result = run(SETTINGS, *places)
    n_prompts, n_all = 4, 8 * 2 * 2  # two rows ask the same: drawn once, the answer of both
    assert result.counts["drawn_before"] == 2 * len(before)
    assert (result.counts["listed"], len(drawn_in(places[-1]))) == (n_all, n_all)
    after = ledger_of(places)
    assert {key: after[key] for key in before} == before
    assert len(after) == n_prompts * 2 * 2
    texts = [answer.text for answer in drawn_in(places[-1]) if answer.way == "plain"]
    assert len(set(texts)) > n_prompts, "answers to one prompt differ"

    more = SETTINGS.model_copy(update={"answers_per_prompt": 3, "n_slots": 1, "max_prompts": 2})
    again = run(more, *places)
    assert (again.counts["prompts"], again.counts["drawn_now"]) == (2, 4)


def test_a_prompt_too_long_is_a_row_with_a_counted_reason(places: list[str]) -> None:
    short = SETTINGS.model_copy(
        update={"context_tokens_per_slot": 256, "ways": ("plain",), "answers_per_prompt": 1}
    )
    row = plan_row("orders")
    system, user, answer = row.messages
    messages = (system, dataclasses.replace(user, content="go " * 300), answer)
    long = dataclasses.replace(row, id="long", messages=messages)
    write_dataset(Path(places[0]), [row, long])
    result = run(short, *places)
    assert (result.counts["listed"], result.counts["kept"]) == (2, 1)
    (refused,) = [answer for answer in drawn_in(places[-1]) if answer.error]
    assert refused.sample_id == "long"


def test_a_missing_adapter_is_named(places: list[str]) -> None:
    Path(places[2], "adapter.gguf").unlink()
    with pytest.raises(ArtifactError, match=r"adapter\.gguf"):
        run(SETTINGS, *places)
