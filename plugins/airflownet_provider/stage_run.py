"""What every AirflowNet task does around its stage: read the form, report progress, explain failures.

``with stage_run() as run: return run.done(mining_stage.run(run.recipe.mining, run.location("mining")))``
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from airflow.configuration import conf
from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException

from airflownet.artifacts import StageResult
from airflownet.errors import AirflowNetError, NetworkError, RateLimitError, ServerError, WorkerDiedError
from airflownet.locations import join, read_manifest
from airflownet.progress import Report, listen
from airflownet.recipe import Recipe, load_recipe
from airflownet.training.failures import WorkerKilledError
from airflownet_provider.run_metrics import tell_failed, tell_finished

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger("airflownet.stage")

LAST_ERROR = "last_error.txt"
FORM = "form"
"""Key in an asset event's extra: every field of the form of the run that made the asset."""
LOCATIONS = "locations"
"""Key in an asset event's extra: stage -> where its output stands, of what was made and of its inputs."""
RETRYABLE = (NetworkError, ServerError, WorkerDiedError, WorkerKilledError)


def artifact_root(params: dict[str, Any]) -> str:
    """Returns the form's artifact root, else ``[airflownet] artifact_root`` of Airflow's settings."""
    return str(params.get("artifact_root") or conf.get("airflownet", "artifact_root", fallback="artifacts"))


@dataclass(frozen=True, slots=True)
class StageRun:
    """One task's view of the run."""

    recipe: Recipe
    folder: str  # of the run, below the root: see `Recipe.folder_name`
    root: str
    params: dict[str, Any]  # the form, over it what the form of the run said that woke this one
    context: Context
    locations: dict[str, str] = field(default_factory=dict)  # by stage, as the event that woke this run says

    @property
    def fresh(self) -> bool:
        """True when finished stages shall run again."""
        return bool(self.params.get("fresh"))

    @property
    def asks_before_paying(self) -> bool:
        """True when recipe or form wants a person to approve what costs money."""
        return self.recipe.ask_before_paying or bool(self.params.get("ask_before_paying"))

    def location(self, stage: str) -> str:
        """Returns where the stage's output stands in this run."""
        return join(self.root, self.folder, stage)

    def input(self, stage: str, handed_over: str = "") -> str:
        """Returns where an earlier stage's finished output stands.

        Args:
            stage: the name of its folder.
            handed_over: its location, where an earlier task of the same run made it.

        Raises:
            ArtifactError: no finished output is there.
        """
        if handed_over:
            return handed_over
        if stage == "base_model" and self.recipe.base_model_stage != "base_model":
            return ""  # such a base stays where it is: the run has none of its own
        location = self.place(stage)
        read_manifest(location)
        return location

    def place(self, stage: str) -> str:
        """Returns where an earlier stage's output would stand.

        The form's value, else what the asset event that woke this run says, else below this run's folder.
        """
        return str(self.params.get(stage) or self.locations.get(stage) or self.location(stage))

    @property
    def partition(self) -> str:
        """The run's date partition, as ``2026-11-22``: its key, else the day on which it runs."""
        dag_run: Any = self.context.get("dag_run")
        return str(getattr(dag_run, "partition_key", None) or time.strftime("%Y-%m-%d", time.gmtime()))

    def log_watermarks(self) -> None:
        """Logs what the asset state store knows of the run before, for each asset among the inlets."""
        for name, store in self._asset_stores():
            log.info("%s: watermark %s; now %s", name, store.get("watermark", default="none"), self.partition)

    def set_watermarks(self, result: StageResult) -> None:
        """Leaves the partition, the counts and the place of the output with each asset among the inlets."""
        for _, store in self._asset_stores():
            counts = {name: int(count) for name, count in result.counts.items()}
            place = {"location": result.location, "new": not result.skipped}
            store.set("watermark", {"partition": self.partition, **place, **counts})

    def _asset_stores(self) -> Iterator[tuple[str, Any]]:
        stores: Any = self.context.get("asset_state_store")
        for asset in self.context["task"].inlets if stores is not None else ():
            yield asset.name, stores[asset]

    def done(self, result: StageResult, **made_of: str) -> str:
        """Logs the counts, pushes them as XCom ``counts``, tells the outlets; returns the location.

        Args:
            result: of the stage; the last part of its location is the stage's name.
            made_of: stage -> location of the inputs, for the run that an outlet's event wakes.
        """
        state = "was finished already" if result.skipped else f"finished in {result.seconds:.1f} s"
        counts = ", ".join(f"{name} {count:,}" for name, count in result.counts.items())
        log.info("%s %s: %s", result.stage, state, counts)
        self.context["ti"].xcom_push("counts", result.counts)
        tell_finished(result, self.folder)
        own = {result.location.rstrip("/").rpartition("/")[2]: result.location}
        for outlet in self.context["task"].outlets:
            self._mark_partition(outlet)
            self.context["outlet_events"][outlet].extra = {
                "recipe": self.params["recipe"],
                "artifact_root": self.root,
                "location": result.location,
                FORM: {**self.params, "artifact_root": self.root},
                LOCATIONS: {**self.locations, **{name: at for name, at in made_of.items() if at}, **own},
                **result.counts,
            }
        return result.location

    def _mark_partition(self, outlet: Any) -> None:
        """Gives the asset event the run's date where Airflow does not: in a run that someone triggered."""
        dag_run: Any = self.context.get("dag_run")
        if not getattr(dag_run, "partition_key", None):
            self.context["outlet_events"][outlet].add_partitions(self.partition)


@contextlib.contextmanager
def stage_run() -> Iterator[StageRun]:
    """Yields the run that the task's form describes.

    Progress goes to the log and to the task state store (key ``progress``), where the web UI shows it.

    Raises:
        AirflowFailException: an expected failure that a retry cannot mend; the message names the remedy.
        AirflowNetError: one that a retry may mend (network, server).
    """
    context = get_current_context()
    event = _waking_event(context)
    params = {**context["params"], **(event.get(FORM) or {})}  # goes on with all that the form before it said
    root = artifact_root(params)
    try:
        as_written, changes = load_recipe(params["recipe"]), _changes(params)
        recipe, folder = as_written.with_changes(changes), as_written.folder_name(changes)
        with listen(_progress_keeper(context)):
            _log_pages(context)
            yield StageRun(recipe, folder, root, params, context, dict(event.get(LOCATIONS) or {}))
    except RateLimitError:
        raise  # not a failure: the task defers until the limit's end
    except AirflowNetError as error:
        _keep_last_error(root, context, error)
        tell_failed(context["ti"].task_id, error)
        log.error("%s", error)
        if isinstance(error, RETRYABLE):
            raise
        raise AirflowFailException(str(error)) from None


def _waking_event(context: Context) -> dict[str, Any]:
    """Returns the extra of the asset event that woke the run, the last one; empty when none did."""
    events: Any = context.get("triggering_asset_events") or {}
    extras = [event.extra for of_one_asset in events.values() for event in of_one_asset if event.extra]
    return dict(extras[-1]) if extras else {}


def _log_pages(context: Context) -> None:
    """Logs the address behind each button of the task; the web interface makes it a link."""
    from airflownet_provider.run_links import LINKS

    if not conf.get("api", "base_url", fallback=""):
        return
    task, ti = context["task"], context["ti"]
    for link in LINKS:
        if isinstance(task, tuple(link.operators)):
            log.info("%s: %s", link.name, link.get_link(task, ti_key=ti))


def _changes(params: dict[str, Any]) -> dict[str, Any]:
    """Maps the few fields of the form to the recipe's; an empty field leaves the recipe as it is."""
    fields = {"airflow": "airflow", "max_test_samples": "dataset.max_test_samples"}
    return {
        target: params[name]
        for name, target in fields.items()
        if params.get(name) not in (None, "", "recipe")
    }


def _progress_keeper(context: Context) -> Any:
    store: Any = context.get("task_state_store")

    def keep(report: Report) -> None:
        if store is not None:
            numbers = {"done": report.done, "total": report.total or 0, **report.facts}
            store.set("progress", {"text": report.line(), **numbers})

    return keep


def _keep_last_error(root: str, context: Context, error: AirflowNetError) -> None:
    """Leaves the message where ``make demo`` finds it: Airflow's own log buries it in a traceback."""
    if "://" in root:
        return
    from pathlib import Path

    path = Path(root).expanduser() / LAST_ERROR
    path.parent.mkdir(parents=True, exist_ok=True)
    task_id = context["ti"].task_id
    path.write_text(f"{time.strftime('%H:%M:%S')} {task_id}: {error}\n", encoding="utf-8")
