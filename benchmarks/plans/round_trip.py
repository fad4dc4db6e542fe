"""Files, their plans, and the files rendered from these: how many load with the same graph and arguments.

``python benchmarks/plans/round_trip.py artifacts/laptop/mining/dag_files.parquet [--airflow 3.3] [--show 5]``

Compared is what the judge's loader sees of both: DAG ids, task ids, edges, operators (a PythonOperator
counts as the ``@task`` it is rendered as), groups, mapping, every argument of DAGs and tasks. Also told:
what keeps plans from being complete, and the tokens of both when ``--tokenizer`` names a tokenizer.json.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "include"))

from airflownet.judge.loader import DagModel, LoadedFile, Symbol, TaskModel, Unknown, load_source
from airflownet.judge.verdict import judge_loaded
from airflownet.plans import PlanError, from_text, plan_of, render, to_text
from airflownet.plans.catalogue_names import names_of
from airflownet.plans.reading.argument_values import plan_value
from airflownet.plans.reading.plan_of import AS_DECORATOR, OF_THE_CALL
from airflownet.records import DagFile
from airflownet.tables import read_table

_RENAMED = {"schedule_interval": "schedule", "timetable": "schedule"}


def shown(value: object, airflow: str, name: str = "") -> Any:
    """Returns an argument in a form that is equal for equal values, however they are written."""
    if isinstance(value, Symbol) and value.path != "output":
        try:
            return repr(plan_value(value, names_of(airflow), name))
        except PlanError:
            return repr(value)
    if isinstance(value, (list, tuple)):
        return tuple(shown(item, airflow) for item in value)
    if isinstance(value, Mapping):
        return tuple(sorted((str(k), repr(shown(v, airflow, str(k)))) for k, v in value.items()))
    return "?" if isinstance(value, Unknown) else repr(value)


def task_facts(task: TaskModel, airflow: str) -> tuple[Any, ...]:
    """Returns what must be the same of a task."""
    operator = AS_DECORATOR.get(task.operator, task.operator)
    arguments = {n: shown(task.arguments[n], airflow, n) for n in task.arguments if n not in OF_THE_CALL}
    return operator, task.group, task.is_mapped, task.role, tuple(sorted(arguments.items()))


def dag_facts(dag: DagModel, airflow: str) -> tuple[Any, ...]:
    """Returns what must be the same of a DAG."""
    arguments = {_RENAMED.get(n, n): shown(dag.arguments[n], airflow, n) for n in dag.arguments}
    tasks = {str(task.task_id): task_facts(task, airflow) for task in dag.tasks}
    return str(dag.dag_id), tuple(sorted(arguments.items())), frozenset(dag.edges), tasks


def difference(source: LoadedFile, other: LoadedFile) -> str:
    """Returns the first thing that differs, empty when nothing does."""
    airflow = source.airflow
    if [dag.dag_id for dag in source.dags] != [dag.dag_id for dag in other.dags]:
        return "dag ids"
    for first, second in zip(source.dags, other.dags, strict=True):
        a, b = dag_facts(first, airflow), dag_facts(second, airflow)
        if a[1] != b[1]:
            return f"DAG arguments: {set(a[1]) ^ set(b[1])}"
        if a[3].keys() != b[3].keys():
            return f"task ids: {a[3].keys() ^ b[3].keys()}"
        if a[2] != b[2]:
            return f"edges: {a[2] ^ b[2]}"
        for task_id, facts in a[3].items():
            if facts != b[3][task_id]:
                parts = [(x, y) for x, y in zip(facts, b[3][task_id], strict=True) if x != y]
                return f"task {task_id}: {parts}"
    return ""


def measure(files: Iterable[DagFile], airflow: str, n_shown: int, tokenizer: Any) -> None:
    """Prints the figures."""
    counts, losses, reasons, tokens = Counter[str](), Counter[str](), Counter[str](), list[tuple[int, int]]()
    for file in files:
        loaded = load_source(file.content, airflow)
        if judge_loaded(loaded).outcome.value != "loads":
            continue
        counts["files that load"] += 1
        read = plan_of(loaded)
        losses.update(set(read.losses))
        if read.plan is None:
            continue
        text = to_text(read.plan)
        if tokenizer is not None:
            tokens.append((len(tokenizer.encode(text).ids), len(tokenizer.encode(file.content).ids)))
        counts["with a plan"] += 1
        counts["complete plans"] += read.is_complete
        try:
            again = load_source(render(from_text(text), airflow), airflow)
            outcome = judge_loaded(again).outcome.value
        except PlanError as error:
            outcome = f"not rendered: {error.reason}"
        counts["rendered plans that load"] += outcome == "loads"
        if not read.is_complete:
            continue
        counts["complete plans that load"] += outcome == "loads"
        why = outcome if outcome != "loads" else difference(loaded, again)
        counts["complete plans that load with the same graph and arguments"] += not why
        if why:
            reasons[why.partition(":")[0]] += 1
            if n_shown > 0:
                n_shown -= 1
                print(f"{file.repo} {file.path}: {why[:400]}")
    for name, count in counts.items():
        print(f"{count:6,}  {name}")
    done, of = counts["complete plans that load with the same graph and arguments"], counts["complete plans"]
    print(f"{done / max(of, 1):6.1%}  of the complete plans")
    print("not the same:", dict(reasons.most_common()))
    print("what plans could not say, files by reason:", dict(losses.most_common()))
    if tokens:
        plan, code = (statistics.median(pair[n] for pair in tokens) for n in (0, 1))
        print(f"tokens in the median: plan {plan:,.0f}, file {code:,.0f}")


def main() -> None:
    """Reads the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="+", help="dag_files.parquet of a mining stage, or .py files")
    parser.add_argument("--airflow", default="3.3")
    parser.add_argument("--show", type=int, default=0, help="print so many differences")
    parser.add_argument("--tokenizer", default="", help="tokenizer.json, to count tokens with")
    given = parser.parse_args()
    tokenizer = None
    if given.tokenizer:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(given.tokenizer)
    files: list[DagFile] = []
    for path in map(Path, given.files):
        files += read_table(path, DagFile) if path.suffix == ".parquet" else []
    measure(files, given.airflow, given.show, tokenizer)


if __name__ == "__main__":
    main()
