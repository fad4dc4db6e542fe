"""Airflow's web interface as people use it: in a headless Chromium, logged in, as wide as their screen."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDE, NARROW = (1280, 900), (390, 844)
PATIENCE_MS = 120_000


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Yields the installed Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def visit(
    browser: Browser, address: str, user: str, size: tuple[int, int] = WIDE, scheme: Any = "light"
) -> Iterator[Page]:
    """Yields a page on which the user has logged in by the form; the password is the name."""
    width, height = size
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": height}, color_scheme=scheme
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(f"localStorage.setItem('theme', '{scheme}')")  # Airflow's own switch
    page = context.new_page()
    try:
        opened(page, "/auth/login")
        page.locator("input[name=username]").fill(user)
        page.locator("input[name=password]").fill(user)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/auth/" not in url, wait_until="commit")
        yield page
    finally:
        context.close()


def opened(page: Page, address: str) -> int:
    """Opens an address; returns the status. What is looked for on the page is waited for where it is."""
    answer = page.goto(address, wait_until="commit")
    return answer.status if answer else 0


def trigger_by_form(page: Page, dag_id: str, artifact_root: str) -> str:
    """Opens the DAG's form, names an artifact root in it, presses *Trigger*; returns the run's id."""
    opened(page, f"/dags/{dag_id}")
    page.get_by_role("button", name="Trigger").first.click()
    dialog = page.get_by_role("dialog")
    dialog.locator("[data-part=item-trigger]").filter(has_text="Advanced").first.click()
    dialog.locator("[name=element_artifact_root]").fill(artifact_root)
    with page.expect_response(
        lambda answer: "/dagRuns" in answer.url and answer.request.method == "POST"
    ) as sent:
        page.get_by_test_id("trigger-dag-submit").click()
    assert sent.value.ok, sent.value.text()
    return str(sent.value.json()["dag_run_id"])


def report_by_link(page: Page, dag_id: str, run_id: str, task_id: str = "evaluate") -> None:
    """Opens a task's details and follows its button *Report*."""
    opened(page, f"/dags/{dag_id}/runs/{run_id}/tasks/{task_id}/details")
    page.get_by_role("link", name="Report", exact=True).click()
    page.wait_for_url("**/airflownet/reports/**", wait_until="commit")


def open_sample(page: Page, outcome: str) -> str:
    """Filters the sample browser by outcome and opens the first prompt left; returns how many are."""
    page.locator("#samples").scroll_into_view_if_needed()
    page.locator("#browser-list li").first.wait_for()
    page.locator("#browser-outcome").select_option(outcome)
    page.locator("#browser-list li").first.click()
    page.locator("#browser-detail .pane").first.wait_for()
    return page.locator("#browser-count").inner_text()
