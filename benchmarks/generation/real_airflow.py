"""Does a real Airflow say of generated files what our judge says?

    python benchmarks/generation/real_airflow.py [--lines 3.3 2.9] [--most 40] [--drafts 4] [--tokens 400]
        [--at-once 4] [--model FOLDER | --server URL] [--requests FILE] [--python LINE=PYTHON]
        [--output FOLDER]

Writes a file for each request (one a line of FILE) as `airflownet generate` does in mode plan, once for each
line, and asks the line's real Airflow in the sandbox: the environment of `make oracle`, or PYTHON.
Every file is in ``FOLDER/<line>/``, every answer a line of ``FOLDER/<line>.jsonl`` at once: a run that was
stopped goes on. A file that imports from a provider which that environment does not have, or that the sandbox
stops, is told apart: real Airflow cannot be asked about it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

from airflownet.evaluation.statistics.wilson import wilson_interval
from airflownet.generation.compose import Composer
from airflownet.generation.model_source import open_model
from airflownet.generation.settings import GenerationSettings
from airflownet.judge.sandbox.import_judge import ImportJudge, SandboxLimits
from airflownet.judge.sandbox.oracle import find_oracle
from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

REQUESTS = Path(__file__).with_name("requests.txt")
_MOST_SECONDS = 300
_SANDBOX = re.compile(r"airflownet-sandbox-|reducing-dag-complexity")
"""The file was not let write beside its folder, or Airflow's time was over: nothing is known of it then."""
_ABSENT = re.compile(r"No module named '(airflow\.providers\.[\w.]+)'")


async def write_files(
    requests: list[str], line: str, folder: Path, told: Path, arguments: argparse.Namespace
) -> None:
    """Writes what is not there yet; one JSON line each."""
    done = {row["number"] for row in rows_of(told)}
    missing = [(n, text) for n, text in enumerate(requests) if n not in done]
    if not missing:
        return
    folder.mkdir(parents=True, exist_ok=True)
    settings = GenerationSettings(
        n_drafts=arguments.drafts,
        n_slots=arguments.at_once,
        max_plan_tokens=arguments.tokens,
        threads=arguments.threads,
    )
    async with open_model(settings, model=arguments.model, server=arguments.server) as model:
        queue = iter(missing)

        async def work_off() -> None:
            for number, text in queue:
                written = await Composer(model, settings, line).write(text)
                (folder / f"{number:02d}.py").write_text(written.code, encoding="utf-8")
                row = {
                    "number": number,
                    "request": text,
                    "ours": written.checked.verdict.outcome.value,
                    "is_good": written.checked.is_good,
                    "reason": written.checked.verdict.reason,
                    "tasks": sum(len(dag.tasks) for dag in written.checked.verdict.dags),
                    "tokens": written.n_tokens_drawn,
                    "seconds": round(written.seconds, 1),
                }
                with told.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")
                print(f"{line} {number:02d} {row['ours']:7} {row['seconds']:6.1f} s  {text[:70]}", flush=True)

        await asyncio.gather(*(work_off() for _ in range(arguments.at_once)))


def ask(python: Path, folder: Path, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the rows with what real Airflow says of each file."""
    found = []
    # A busy machine is no fault of a file: Airflow's own limit of 30 seconds would make it one.
    environment = {"AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": str(_MOST_SECONDS - 20)}
    with ImportJudge(python, SandboxLimits(wall_s=_MOST_SECONDS, cpu_s=120)) as judge:
        for row in rows:
            path = folder / f"{row['number']:02d}.py"
            ours = judge_code(path.read_text(encoding="utf-8"), airflow=judge.airflow)
            verdict = judge.judge_in_project(
                path, root=folder, environment=environment, id=str(row["number"])
            )
            absent = _ABSENT.search(verdict.reason) or _SANDBOX.search(verdict.reason)
            tasks = sum(len(dag.tasks) for dag in verdict.dags)
            found.append(
                row
                | {
                    "airflow": judge.airflow,
                    "ours": ours.outcome.value,
                    "reason": ours.reason,
                    "tasks": sum(len(dag.tasks) for dag in ours.dags),
                    "real": "not asked" if absent else verdict.outcome.value,
                    "real_reason": verdict.reason,
                    "real_tasks": tasks,
                }
            )
    return sorted(found, key=lambda row: int(row["number"]))


def tell(line: str, rows: list[dict[str, Any]]) -> None:
    """Prints counts and every disagreement."""
    asked = [row for row in rows if row["real"] != "not asked"]
    loads = [row for row in asked if row["ours"] == Outcome.LOADS.value]
    confirmed = sum(row["real"] == Outcome.LOADS.value for row in loads)
    version = rows[0]["airflow"] if rows else line
    good, absent = sum(row["is_good"] for row in rows), len(rows) - len(asked)
    print(f"\nAirflow {version}: {len(rows)} files, {good} load and have what the request states")
    print(
        f"  {absent} need a provider that is not installed there, or more than the sandbox allows: not asked"
    )
    share = f"{confirmed} of {len(loads)}{interval(confirmed, len(loads))}"
    print(f"  of those that load for our judge real Airflow loads {share}")
    pairs = Counter((row["ours"], row["real"]) for row in asked)
    print("  ours / real: " + ", ".join(f"{o} / {r}: {n}" for (o, r), n in sorted(pairs.items())))
    same = sum(row["tasks"] == row["real_tasks"] for row in loads if row["real"] == "loads")
    print(f"  as many tasks: {same} of {confirmed}")
    for row in asked:
        if row["ours"] != row["real"]:
            print(f"  {row['number']:02d} ours {row['ours']} ({row['reason'][:150]}), real {row['real']}: "
                  f"{row['real_reason'][:300]}")  # fmt: skip


def interval(count: int, n: int) -> str:
    """Returns Wilson's interval at 95% in words; empty for none."""
    if not n:
        return ""
    low, high = wilson_interval(count, n, 0.95)
    return f" (95% interval {100 * low:.0f}% to {100 * high:.0f}%)"


def rows_of(told: Path) -> list[dict[str, Any]]:
    """Returns what was written before; a line that a kill cut short is none."""
    rows = {}
    for text in told.read_text(encoding="utf-8").splitlines() if told.exists() else []:
        try:
            row = json.loads(text)
        except ValueError:
            continue
        rows[row["number"]] = row  # written twice: the later file lies there
    return [rows[number] for number in sorted(rows)]


def main() -> int:
    """Writes, asks, tells; 1 when real Airflow refuses a file that loads for our judge."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", nargs="+", default=["3.3", "2.9"])
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--drafts", type=int, default=4)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=400)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--model", default="")
    parser.add_argument("--server", default="")
    parser.add_argument("--requests", type=Path, default=REQUESTS)
    parser.add_argument("--python", action="append", default=[], metavar="LINE=PYTHON")
    parser.add_argument("--output", type=Path, default=Path("generated_files"))
    arguments = parser.parse_args()
    texts = [text.strip() for text in arguments.requests.read_text(encoding="utf-8").splitlines()]
    requests = [text for text in texts if text][: arguments.most]
    given = dict(one.split("=", 1) for one in arguments.python)
    arguments.output.mkdir(parents=True, exist_ok=True)
    disagrees = False
    for line in arguments.lines:
        folder, told = (arguments.output / line).resolve(), arguments.output / f"{line}.jsonl"
        asyncio.run(write_files(requests, line, folder, told, arguments))
        python = Path(given[line]) if line in given else find_oracle(line)
        if python is None:
            print(f"Missing: real Airflow {line}; `make oracle ORACLES={line}` builds it")
            continue
        rows = [row for row in rows_of(told) if row["number"] < len(requests)]
        asked = ask(python, folder, rows)
        (arguments.output / f"{line}.asked.json").write_text(json.dumps(asked, indent=1))
        tell(line, asked)
        disagrees = disagrees or any(r["ours"] == "loads" and r["real"] == "fails" for r in asked)
    return int(disagrees)


if __name__ == "__main__":
    sys.exit(main())
