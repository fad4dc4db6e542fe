"""Which of the judge's rules an error of Airflow belongs to, read from the error's text alone.

The rules themselves say which exception they stand for (``docs/rules.md``); this is the same table the
other way round, written without looking at what the judge says of a file.
"""

from __future__ import annotations

import re
import sys

from labelled import HARNESS

from airflownet.judge.verdict import load_violations
from airflownet.records import Verdict

_BY_TEXT = (
    (r"SyntaxError|IndentationError|TabError", "AFN001"),
    (r"attempted relative import", "AFN105"),
    (r"cannot import name|ImportError", "AFN102"),
    (r"NameError|UnboundLocalError|referenced before assignment", "AFN201"),
    (r"unexpected keyword argument|^\*\*kwargs:|Invalid arguments were passed", "AFN202"),
    (r"missing keyword argument|missing \d+ required|argument is required", "AFN203"),
    (r"positional arguments? but|multiple values for|[Uu]se keyword arguments", "AFN204"),
    (r"'update_relative'|Relationships can only be set", "AFN403"),
    (r"AttributeError", "AFN205"),
    (r"no DAG in the file", "AFN301"),
    (r"DuplicateTaskId|has already been added to", "AFN302"),
    (r"alphanumeric characters|must be less than \d+ char|has to be less than", "AFN303"),
    (r"Cycle", "AFN401"),
    (r"(?i:over separate dags|relationships between operators|more than one dag|across .*dags)", "AFN402"),
    (r"[Cc]ron|TimetableInvalid", "AFN501"),
    (r"TypeError", "AFN206"),
)


def expected_rule(error: str) -> str:
    """Returns the code of the load rule an error belongs to; ``AFN207`` for a value that is refused."""
    last = error.strip().splitlines()[-1] if error.strip() else "no DAG in the file"
    module = re.search(r"No module named '([\w.]+)'", last)
    if module:
        top = module[1].partition(".")[0]
        if top in HARNESS:
            return "AFN103"
        return "AFN101" if top == "airflow" or top in sys.stdlib_module_names else "AFN104"
    return next((code for pattern, code in _BY_TEXT if re.search(pattern, last)), "AFN207")


def first_rule(verdict: Verdict) -> str:
    """Returns the code of the load violation the verdict gives as its reason; empty when it has none."""
    violations = load_violations(verdict)
    for violation in violations:
        if verdict.reason.startswith(violation.message):
            return violation.code
    return violations[0].code if violations else ""
