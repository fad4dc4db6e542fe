"""Retention: runs that nobody has touched for a while are listed, and removed where the form says so."""

from __future__ import annotations

import datetime
import logging

from airflow.sdk import Param, get_current_context, task

from airflownet_provider.stage_run import artifact_root

log = logging.getLogger("airflownet.stage")


def retention_params() -> dict[str, Param]:
    """Returns the fields of the form."""
    return {
        "keep_days": Param(
            180,
            type="integer",
            minimum=1,
            maximum=36500,
            title="Keep for days",
            description_md="A run may go when its newest stage was finished longer ago than this.",
        ),
        "keep": Param(
            [],
            type="array",
            items={"type": "string"},
            title="Runs that stay",
            description_md="Names of folders below the artifact root that are kept whatever their age.",
        ),
        "remove": Param(
            False,
            type="boolean",
            title="Remove",
            description_md="Off: only lists what would go. On: removes it. There is no way back.",
        ),
        "ledgers": Param(
            False,
            type="boolean",
            title="Ledgers too",
            description_md="Remove the replies of paid requests as well; asking again costs again.",
            section="Advanced",
        ),
    }


@task(doc_md="Lists the runs that are old enough to go, with their size; removes them if the form says so.")
def retire() -> list[str]:
    """Returns the places of the runs that were removed, or would be."""
    from airflownet.retention import old_runs, remove_run

    params = get_current_context()["params"]
    root = artifact_root(dict(params))
    now = datetime.datetime.now(datetime.UTC)
    found = old_runs(root, int(params["keep_days"]), now, tuple(params["keep"]))
    for run in found:
        log.info(
            "%s: %d stages, %.1f MB, last finished %s",
            run.location,
            run.n_stages,
            run.size_bytes / 1e6,
            run.last_finished.date(),
        )
        if params["remove"]:
            remove_run(run, with_ledgers=bool(params["ledgers"]))
    verb = "removed" if params["remove"] else "would go; turn on `remove` in the form to do it"
    log.info("%d runs below %s: %s", len(found), root, verb)
    return [run.location for run in found]
