"""What ``make demo`` shows of Airflow's log."""

from __future__ import annotations

import io

from airflownet.toolchain.pipeline_run import show, tail_of

LOG = """\
2026-11-22T11:33:38Z [info     ] Assembling: 1/4 steps [airflownet.progress] loc=progress.py:120
2026-11-22T11:33:40Z [info     ] dataset finished in 10.3 s: kept 97 [airflownet.stage] loc=stage_run.py:67
2026-11-22T11:33:40Z [info     ] Pushing xcom [task] loc=task_runner.py:2280
Traceback (most recent call last):
"""


def test_the_stages_lines_are_shown_and_all_are_kept(capsys):
    kept = io.StringIO()
    show(io.StringIO(LOG), kept)
    assert capsys.readouterr().out.splitlines() == [
        "  Assembling: 1/4 steps",
        "  dataset finished in 10.3 s: kept 97",
    ]
    assert kept.getvalue() == LOG


def test_an_unexplained_failure_shows_the_end_of_the_log(tmp_path):
    path = tmp_path / "pipeline.log"
    path.write_text("\n".join(f"line {n}" for n in range(40)))
    assert tail_of(path, 2).splitlines()[1:] == ["line 38", "line 39"]
