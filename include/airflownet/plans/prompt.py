"""What a model is told about plans: a line for one trained on them, the whole form for one that was not."""

from __future__ import annotations

from typing import Final

SYSTEM_PROMPT: Final = "You plan Apache Airflow DAGs. Answer with the plan as JSON."
"""Of rows, and of requests to a model that was trained on them: short, because every row carries it."""

DESCRIPTION: Final = (
    "You plan Apache Airflow DAGs. Answer with the plan of the DAG the user asks for, as one JSON object and "
    'nothing else. "dag" is the DAG id; "schedule" a cron text, a preset such as "@daily", or null; "tasks" '
    "the list of tasks. The first key of a task is the class name of its operator, the value its task id. "
    '"after" is the task id, or the list of ids, that it comes after. Every other key is an argument of the '
    'operator. A Python function is a task with the operator "@task" and its body in "code". Example: '
    '{"dag":"report","schedule":"@daily","tasks":[{"BashOperator":"fetch","bash_command":"curl -O '
    'https://example.com/a.csv"},{"@task":"count","after":"fetch","code":"return '
    "len(open('a.csv').readlines())\"},"
    '{"EmailOperator":"tell","after":"count","to":"me@example.com","subject":"done","html_content":"done"}]}'
)
"""Of requests to a model that has never seen a plan."""
