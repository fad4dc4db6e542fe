"""A request as a stage: written once, and handed over only when it is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflownet.errors import GateNotMet, InputError
from airflownet.generation.stage import RequestSettings, hand_over, read, run
from servers.writing_server import WritingServer

PLAN = '{"dag":"listing","schedule":"@daily","tasks":[{"BashOperator":"list","bash_command":"ls /data"}]}'
REQUEST = "run `ls /data` in bash every day"


def test_a_request_is_written_once_and_handed_over(tmp_path: Path) -> None:
    output = str(tmp_path / "written")
    with WritingServer(lambda *_: PLAN) as server:
        settings = RequestSettings(request=REQUEST, model_name=server.url, plan_help="grammar")
        result = run(settings, output)
        n_asked = len(server.bodies("/completion"))
        again = run(settings, output)
        assert (again.skipped, len(server.bodies("/completion"))) == (True, n_asked)
    code, facts = read(result.location)
    assert result.counts["good"] == 1
    assert facts["graph"].startswith("DAG listing (schedule: @daily)")
    path = hand_over(result.location, str(tmp_path / "dags"))
    assert Path(path).read_text() == code
    assert hand_over(result.location, str(tmp_path / "dags")) == path  # again: the same file
    Path(path).write_text("# another\n")
    with pytest.raises(InputError, match="is there already"):
        hand_over(result.location, str(tmp_path / "dags"))


def test_what_is_not_right_is_kept_and_not_handed_over(tmp_path: Path) -> None:
    with WritingServer(lambda *_: "no") as server:
        settings = RequestSettings(request=REQUEST, model_name=server.url, n_drafts=2, plan_help="grammar")
        result = run(settings, str(tmp_path / "written"))
    assert result.counts["good"] == 0
    with pytest.raises(GateNotMet, match="not what was asked for"):
        hand_over(result.location, str(tmp_path / "dags"))
    assert not (tmp_path / "dags").exists()
