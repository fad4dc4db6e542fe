"""The project's own DAGs, judged as a user would judge theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflownet.judge.batch import find_files
from airflownet.judge.verdict import judge_code

ROOT = Path(__file__).resolve().parents[4]
DAGS = find_files([ROOT / "dags"])


@pytest.mark.parametrize("path", DAGS, ids=lambda path: path.stem)
def test_own_dag_loads(path: Path) -> None:
    roots = [ROOT / name for name in ("dags", "plugins", "include")]
    verdict = judge_code(path.read_bytes(), path=str(path), roots=roots)
    assert (verdict.outcome.value, verdict.reason) == ("loads", "")
    assert path.stem in {dag.dag_id for dag in verdict.dags}


def test_ignored_folder_is_left_out() -> None:
    assert DAGS
    assert not any("airflownet_stages" in path.parts for path in DAGS)
