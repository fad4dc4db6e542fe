"""Our page "AirflowNet" in Airflow's web interface, and what it leads to: reports, samples, progress.

``/airflownet/reports/`` tells what runs, and lists every finished evaluation beside the others;
``/airflownet/reports/<recipe>`` shows the one below the artifact root,
``/airflownet/reports/<dag>/<run>`` that of a run, each with the browser of its samples, and
``/airflownet/progress/<dag>/<run>/<task>`` how far a task is. Whoever may read ``airflownet_pipeline``
sees the first two; what a run left, and that it runs, is for those who may read its DAG. A report is a
self-contained file; it is served with a policy that lets nothing in it load, and no script run but the
sample browser's of this version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.plugins_manager import AirflowPlugin

from airflownet_provider.run_links import LINKS, PAGES

if TYPE_CHECKING:
    from fastapi import FastAPI

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"


def reports_app() -> FastAPI:
    """Returns the read-only web application."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.core_api.security import get_user, requires_access_dag
    from fastapi import Depends, FastAPI, HTTPException
    from fastapi.responses import HTMLResponse

    from airflownet.evaluation.sample_browser.browser_page import script_source
    from airflownet_provider.overview_page import overview_page
    from airflownet_provider.progress_page import progress_page
    from airflownet_provider.report_shelf import report_of_recipe, report_of_run

    may_read = Depends(requires_access_dag(method="GET", param_dag_id="airflownet_pipeline"))
    may_read_this = Depends(requires_access_dag(method="GET"))  # the DAG that the address names
    app = FastAPI(title="AirflowNet", docs_url=None, redoc_url=None, openapi_url=None)
    policy = f"{POLICY}; script-src {script_source()}"
    headers = {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff"}

    def shown(page: str | None, missing: str) -> HTMLResponse:
        if page is None:
            raise HTTPException(404, missing)
        return HTMLResponse(page, headers=headers)

    @app.get("/reports/", dependencies=[may_read])
    def list_reports(order: str = "newest", user: Any = Depends(get_user)) -> HTMLResponse:
        readable = get_auth_manager().get_authorized_dag_ids(user=user, method="GET")
        return HTMLResponse(overview_page(readable, order), headers=headers)

    @app.get("/reports/{recipe}", dependencies=[may_read])
    def show_report(recipe: str) -> HTMLResponse:
        return shown(report_of_recipe(recipe), f"there is no finished evaluation of recipe {recipe!r}")

    @app.get("/reports/{dag_id}/{run_id}", dependencies=[may_read_this])
    def show_report_of_run(dag_id: str, run_id: str) -> HTMLResponse:
        missing = f"run {run_id!r} of {dag_id!r} has no finished evaluation yet, or its folder is gone"
        return shown(report_of_run(dag_id, run_id), missing)

    @app.get("/progress/{dag_id}/{run_id}/{task_id}", dependencies=[may_read_this])
    def show_progress(dag_id: str, run_id: str, task_id: str) -> HTMLResponse:
        missing = f"there is no task {task_id!r} in run {run_id!r} of {dag_id!r}"
        return shown(progress_page(dag_id, run_id, task_id), missing)

    return app


class BuiltOnFirstRequest:
    """An ASGI app that is built when the web server first needs it; every other process stays light."""

    def __init__(self) -> None:
        self.app: FastAPI | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serves one request."""
        if self.app is None:
            self.app = reports_app()
        await self.app(scope, receive, send)


class AirflowNetPlugin(AirflowPlugin):
    """Registers the pages and the buttons with the web server."""

    name = "airflownet"
    operator_extra_links = list(LINKS)  # noqa: RUF012 - Airflow's interface
    fastapi_apps: list[dict[str, Any]] = [  # noqa: RUF012 - Airflow's interface
        {"app": BuiltOnFirstRequest(), "url_prefix": PAGES, "name": "AirflowNet"}
    ]
    external_views: list[dict[str, Any]] = [  # noqa: RUF012
        {
            "name": "AirflowNet",
            "href": f"{PAGES}/reports/",
            "destination": "nav",
            "category": "browse",
            "url_route": "airflownet",
        }
    ]
