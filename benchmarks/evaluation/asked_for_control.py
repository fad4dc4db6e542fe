"""How well the asked-for score tells: each request against its own file, another one, and trivial DAGs.

``python benchmarks/evaluation/asked_for_control.py artifacts/laptop [--requests 600]``

Takes the mined files and the written requests of a run: ``airflownet mine`` and ``airflownet instruct`` leave
both, for any repository. Files and requests are drawn by hash, one a file until every file has
one. Told is the share that loads and reaches the threshold, of requests that state readable work.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

from airflownet.asked_for import read_request
from airflownet.asked_for.delivered import asked_for_loaded
from airflownet.evaluation.trivial_answers import trivial_answers
from airflownet.judge.loader import load_source
from airflownet.judge.verdict import judge_loaded
from airflownet.parallel import in_parallel
from airflownet.records import DagFile, Instruction, stable_id
from airflownet.tables import read_table

ARMS = ("the real file", "another file", "empty tasks", "echo", "prints")


def reaches(case: tuple[str, str, str, str, float]) -> tuple[bool, ...] | None:
    """Returns for each arm whether it loads and does what was asked; None where nothing is stated."""
    text, own, other, airflow, threshold = case
    request = read_request(text)
    if not request.deeds:
        return None
    told = []
    for code in (own, other, *trivial_answers(text, airflow)):
        loaded = load_source(code, airflow)
        loads = judge_loaded(loaded).outcome.value == "loads"
        told.append(loads and asked_for_loaded(request, loaded).score >= threshold)
    return tuple(told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, help="folder with mining/ and instructions/")
    parser.add_argument("--requests", type=int, default=600, help="0: all")
    parser.add_argument("--airflow", default="3.3")
    parser.add_argument("--threshold", type=float, default=0.5)
    given = parser.parse_args()
    files = {f.id: f for f in read_table(given.run / "mining" / "dag_files.parquet", DagFile)}
    loading = {
        key: file.content
        for key, file in files.items()
        if judge_loaded(load_source(file.content, given.airflow)).outcome.value == "loads"
    }
    written = list(read_table(given.run / "instructions" / "instructions.parquet", Instruction))
    turn: Counter[str] = Counter()
    drawn = []
    for one in sorted(written, key=lambda one: stable_id("asked-for-control", one.id)):
        if one.dag_file_id in loading:
            drawn.append((turn[one.dag_file_id], one))
            turn[one.dag_file_id] += 1
    drawn.sort(key=lambda pair: pair[0])  # stable: by hash within a turn
    chosen = [one for _, one in drawn][: given.requests or None]
    keys = sorted(loading, key=lambda key: stable_id("asked-for-control", key))
    after = dict(zip(keys, [*keys[1:], keys[0]], strict=True))
    cases = [
        (one.text, loading[one.dag_file_id], loading[after[one.dag_file_id]], given.airflow, given.threshold)
        for one in chosen
    ]
    found = [told for told in in_parallel(reaches, cases) if told is not None]
    print(
        f"{len(chosen)} requests for {len({one.dag_file_id for one in chosen})} files that load on Airflow "
        f"{given.airflow}; {len(chosen) - len(found)} state nothing readable"
    )
    for place, arm in enumerate(ARMS):
        count = sum(told[place] for told in found)
        print(f"{arm:15} {count:5,} of {len(found):,}  {count / max(1, len(found)):.1%}")


if __name__ == "__main__":
    main()
