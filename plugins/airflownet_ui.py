"""The entry "AirflowNet reports" in Airflow's navigation: every finished evaluation below the artifact root.

``/airflownet/reports/`` lists them, ``/airflownet/reports/<recipe>`` shows one. Only users who may read
``airflownet_pipeline`` see them. A report is a self-contained file; it is served with a policy that lets
nothing in it load or run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from fastapi import FastAPI

URL_PREFIX = "/airflownet/reports"
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"


def reports_app() -> FastAPI:
    """Returns the read-only web application."""
    from airflow.api_fastapi.core_api.security import requires_access_dag
    from fastapi import Depends, FastAPI, HTTPException
    from fastapi.responses import HTMLResponse

    from airflownet_provider.report_shelf import list_page, report_html

    may_read = Depends(requires_access_dag(method="GET", param_dag_id="airflownet_pipeline"))
    app = FastAPI(title="AirflowNet reports", docs_url=None, redoc_url=None, openapi_url=None)
    headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}

    @app.get("/", dependencies=[may_read])
    def list_reports() -> HTMLResponse:
        return HTMLResponse(list_page(), headers=headers)

    @app.get("/{recipe}", dependencies=[may_read])
    def show_report(recipe: str) -> HTMLResponse:
        page = report_html(recipe)
        if page is None:
            raise HTTPException(404, f"there is no finished evaluation of recipe {recipe!r}")
        return HTMLResponse(page, headers=headers)

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
    """Registers the reports with the web server."""

    name = "airflownet"
    fastapi_apps: list[dict[str, Any]] = [  # noqa: RUF012 - Airflow's interface
        {"app": BuiltOnFirstRequest(), "url_prefix": URL_PREFIX, "name": "AirflowNet reports"}
    ]
    external_views: list[dict[str, Any]] = [  # noqa: RUF012
        {
            "name": "AirflowNet reports",
            "href": f"{URL_PREFIX}/",
            "destination": "nav",
            "category": "browse",
            "url_route": "airflownet-reports",
        }
    ]
