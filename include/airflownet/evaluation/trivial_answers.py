"""The control arm: DAGs that load and do nothing of what was asked, one of each kind for every prompt.

A metric that pays them measures loading, not usefulness. Written so that they load on every known line; they
carry the words of the request in their ids and messages, as a model that games a metric would.
"""

from __future__ import annotations

import re
from typing import Final

MODEL: Final = "trivial"
"""Name of the arm in tables."""
_TOP: Final = "from airflow import DAG\nfrom pendulum import datetime\n"
_DAG: Final = 'with DAG({dag_id!r}, start_date=datetime(2026, 1, 1), schedule="@daily", catchup=False):\n'
_MOST_WORDS: Final = 6


def trivial_answers(request: str, airflow: str) -> tuple[str, ...]:
    """Returns the files: empty tasks, ``echo`` of the request, functions that print it."""
    words = re.findall(r"[a-z0-9]+", request.lower())[:40]
    names = ["_".join(words[start : start + _MOST_WORDS]) or "task" for start in (0, 6, 12)]
    ids = [f"{name}_{number}" for number, name in enumerate(names, start=1)]
    dag = _DAG.format(dag_id="_".join(words[:_MOST_WORDS]) or "dag")
    said = " ".join(words)
    is_three = not airflow.startswith("2.")
    base = "airflow.providers.standard.operators" if is_three else "airflow.operators"
    chain = " >> ".join(("a", "b", "c")) + "\n"
    empty = "".join(f"    {v} = EmptyOperator(task_id={i!r})\n" for v, i in zip("abc", ids, strict=True))
    echo = "".join(
        f"    {v} = BashOperator(task_id={i!r}, bash_command={f'echo {said}'!r})\n"
        for v, i in zip("abc", ids, strict=True)
    )
    prints = "".join(
        f"    {v} = PythonOperator(task_id={i!r}, python_callable=tell)\n"
        for v, i in zip("abc", ids, strict=True)
    )
    tell = f"def tell():\n    print({said!r})\n\n\n"
    return (
        f"{_TOP}from {base}.empty import EmptyOperator\n\n{dag}{empty}    {chain}",
        f"{_TOP}from {base}.bash import BashOperator\n\n{dag}{echo}    {chain}",
        f"{_TOP}from {base}.python import PythonOperator\n\n\n{tell}{dag}{prints}    {chain}",
    )
