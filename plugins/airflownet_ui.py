"""Our pages in Airflow's web interface: the reports in the navigation, report and progress at a task.

``/airflownet/reports/`` lists every finished evaluation, ``/airflownet/reports/<recipe>`` shows the one
below the artifact root, ``/airflownet/reports/<dag>/<run>`` that of a run, and
``/airflownet/progress/<dag>/<run>/<task>`` how far a task is. Whoever may read ``airflownet_pipeline`` sees
the first two; what a run left is for those who may read its DAG. A report is a self-contained file; it is
served with a policy that lets nothing in it load or run.
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
    from airflow.api_fastapi.core_api.security import requires_access_dag
    from fastapi import Depends, FastAPI, HTTPException
    from fastapi.responses import HTMLResponse

    from airflownet_provider.progress_page import progress_page
    from airflownet_provider.report_shelf import list_page, report_of_recipe, report_of_run

    may_read = Depends(requires_access_dag(method="GET", param_dag_id="airflownet_pipeline"))
    may_read_this = Depends(requires_access_dag(method="GET"))  # the DAG that the address names
    app = FastAPI(title="AirflowNet", docs_url=None, redoc_url=None, openapi_url=None)
    headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}

    def shown(page: str | None, missing: str) -> HTMLResponse:
        if page is None:
            raise HTTPException(404, missing)
        return HTMLResponse(page, headers=headers)

    @app.get("/reports/", dependencies=[may_read])
    def list_reports() -> HTMLResponse:
        return HTMLResponse(list_page(), headers=headers)

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
            "name": "AirflowNet reports",
            "href": f"{PAGES}/reports/",
            "destination": "nav",
            "category": "browse",
            "url_route": "airflownet-reports",
        }
    ]
