"""Claude's part of the stage in shards, for an orchestrator that must not hold a worker while it waits.

``plan`` tells what is still to be asked and what it may cost; ``advance_shard`` submits and collects one
shard's batches without waiting. When every shard is done, the stage finds all replies in the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from airflownet.instructions.describer import describe
from airflownet.instructions.loaded_in_project import loaded_in_project
from airflownet.instructions.settings import InstructionSettings
from airflownet.instructions.writers.claude import batch_request, fits, ledger_copy, ledger_path
from airflownet.instructions.writers.request import writer_prompt
from airflownet.locations import local_copy
from airflownet.message_batches.api import BatchApi
from airflownet.message_batches.cost import require_budget
from airflownet.message_batches.engine import Progress, advance, open_cost
from airflownet.message_batches.ledger import open_batch_ledger
from airflownet.message_batches.request import BatchRequest
from airflownet.records import DagFile
from airflownet.tables import read_table

DAG_FILES = "dag_files.parquet"


@dataclass(frozen=True, slots=True)
class Plan:
    """What Claude is still to be asked."""

    shards: tuple[int, ...]
    """Shards with something to ask or to collect; empty when the recipe asks nobody, or all is answered."""
    n_requests: int
    """Requests that would be submitted."""
    most_usd: float
    """The most they can cost."""
    paid_usd: float
    """What the ledger has paid so far."""


def plan(settings: InstructionSettings, dag_files: str, output: str, n_shards: int) -> Plan:
    """Returns the plan, without asking anybody.

    Raises:
        BudgetError: what is to be asked could cost more than the recipe allows.
    """
    if settings.model_writer != "claude":
        return Plan((), 0, 0.0, 0.0)
    requests = _requests(settings, dag_files)
    with open_batch_ledger(ledger_path(output), ledger_copy(output)) as ledger:
        cost = open_cost([request for _, request in requests], settings.claude, ledger)
        require_budget(settings.claude, cost, ledger.committed_usd())
        missing = {_shard(id_, n_shards) for id_, request in requests if ledger.reply(request.key) is None}
        return Plan(tuple(sorted(missing)), cost.n_requests, round(cost.usd, 4), round(ledger.paid_usd(), 4))


def advance_shard(
    settings: InstructionSettings,
    dag_files: str,
    output: str,
    shard: int,
    n_shards: int,
    *,
    api_key: str = "",
) -> Progress:
    """Submits what one shard has not asked, collects what has ended; call again until ``is_done``.

    Raises:
        As ``message_batches.engine.advance``.
    """
    own = [request for id_, request in _requests(settings, dag_files) if _shard(id_, n_shards) == shard]
    with open_batch_ledger(ledger_path(output), ledger_copy(output)) as ledger:
        api = BatchApi(settings.claude, api_key)
        state = advance(own, settings.claude, ledger, api)
        # A small batch may have ended already: one more look spares a whole interval of waiting.
        return advance(own, settings.claude, ledger, api) if state.n_submitted else state


def _shard(dag_file_id: str, n_shards: int) -> int:
    return int(dag_file_id, 16) % n_shards


def _requests(settings: InstructionSettings, dag_files: str) -> Sequence[tuple[str, BatchRequest]]:
    """Returns (file id, request) of the files that the stage would ask for, in its order."""
    mining = local_copy(dag_files)
    files = sorted(read_table(mining / DAG_FILES, DagFile), key=lambda file: file.id)
    shortest = dict(list(settings.bounds().items())[:1])
    usable = {
        file.id
        for file in sorted(files, key=lambda file: (file.repo, file.ref, file.id))  # a project is read once
        if not describe(loaded_in_project(file, mining, settings.airflow), file.id, shortest).dropped
    }
    written_for = (file for file in files if file.id in usable)
    requests = [(file.id, batch_request(writer_prompt(file, settings), settings)) for file in written_for]
    return [(id_, request) for id_, request in requests if fits(request, settings)]
