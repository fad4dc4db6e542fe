"""The kinds of faults that are planted, and the rule that should find each.

A planter gets the sites of a file that loads and returns its text with exactly one fault, or None where the
file offers no place for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import faults_at_top_level
import faults_in_graph
import faults_in_names
import faults_in_values

from airflownet.dataset.faults import plant
from airflownet.dataset.faults.sites import Sites
from airflownet.records import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault."""

    plant: Callable[[Sites], str | None]
    code: str
    """The rule that should find it."""
    outside: bool = False
    """Whether it is up to the machine: found means that the judge reports it and does not say ``loads``."""

    def is_found(self, verdict: Verdict) -> bool:
        """Whether the judge noticed the fault."""
        if self.outside:
            reported = any(violation.code == self.code for violation in verdict.violations)
            return verdict.outcome is not Outcome.LOADS and reported
        return verdict.outcome is Outcome.FAILS


FAULTS: dict[str, Fault] = {
    "syntax": Fault(plant.syntax, "AFN001"),
    "indentation": Fault(faults_in_names.indentation, "AFN001"),
    "unknown module": Fault(plant.unknown_module, "AFN101"),
    "unknown provider": Fault(faults_in_names.unknown_provider, "AFN101"),
    "unknown name": Fault(plant.unknown_name, "AFN102"),
    "unknown name, stdlib": Fault(faults_in_names.unknown_standard_name, "AFN102"),
    "relative import": Fault(faults_in_names.relative_import, "AFN105"),
    "undefined name": Fault(plant.undefined_name, "AFN201"),
    "unknown argument": Fault(plant.unknown_argument, "AFN202"),
    "unknown DAG argument": Fault(faults_in_names.unknown_dag_argument, "AFN202"),
    "missing argument": Fault(plant.missing_argument, "AFN203"),
    "argument by place": Fault(faults_in_names.positional_argument, "AFN204"),
    "unknown attribute": Fault(faults_in_names.unknown_attribute, "AFN205"),
    "bad task_id": Fault(faults_in_values.bad_task_id, "AFN303"),
    "bad dag_id": Fault(faults_in_values.bad_dag_id, "AFN303"),
    "bad cron": Fault(faults_in_values.bad_cron, "AFN501"),
    "bad trigger rule": Fault(faults_in_values.bad_trigger_rule, "AFN207"),
    "bad start_date": Fault(faults_in_values.bad_start_date, "AFN207"),
    "bad retries": Fault(faults_in_values.bad_retries, "AFN207"),
    "bad retry_delay": Fault(faults_in_values.bad_retry_delay, "AFN207"),
    "bad timeout": Fault(faults_in_values.bad_timeout, "AFN207"),
    "bad max_active_runs": Fault(faults_in_values.bad_active_runs, "AFN207"),
    "30 February": Fault(faults_in_values.bad_calculation, "AFN207"),
    "duplicate task_id": Fault(plant.duplicate_task_id, "AFN302"),
    "cycle": Fault(plant.cycle, "AFN401"),
    "cycle of three": Fault(faults_in_graph.long_cycle, "AFN401"),
    "text as task": Fault(faults_in_graph.text_as_task, "AFN403"),
    "mixed DAGs": Fault(plant.mixed_dags, "AFN402"),
    "@dag never called": Fault(plant.dag_never_called, "AFN301"),
    "no DAG": Fault(plant.no_dag, "AFN301"),
    "top-level variable": Fault(faults_at_top_level.variable, "AFN701", outside=True),
    "top-level connection": Fault(faults_at_top_level.connection, "AFN701", outside=True),
    "top-level environment": Fault(faults_at_top_level.environment, "AFN701", outside=True),
    "top-level network": Fault(faults_at_top_level.network, "AFN701", outside=True),
}
