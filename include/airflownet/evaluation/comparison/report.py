"""``report.html`` and ``report.md`` of a comparison; no script but our own, no requests, all escaped."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from airflownet.evaluation.comparison.records import Comparison
from airflownet.evaluation.comparison.report_tables import report_tables
from airflownet.evaluation.report_html import cell_lines
from airflownet.evaluation.report_markdown import plain, table
from airflownet.evaluation.sample_browser.browser_page import MARKUP, Browser
from airflownet.evaluation.summary import Plot

_TEMPLATES = Path(__file__).parent.parent / "templates"


def method_notes(found: Comparison) -> tuple[str, ...]:
    """Returns how the numbers came about and what they do not say, one point each."""
    return (
        *found.notes,
        "From each answer the longest Python block is judged, without a fenced block the whole text; "
        "nothing is run.",
        "Asked for: what the request states (work, schedule, order, id, arguments) is looked for in what "
        "the file "
        "builds. Tasks that only print, echo or do nothing count as no work. Whether SQL or arithmetic is "
        "right is "
        "not judged.",
        "The control arm answers every prompt with three DAGs that load and do nothing: a metric that pays "
        "it does "
        "not measure usefulness.",
        f"Bootstraps draw whole families: {found.n_resamples:,} resamples, seed {found.seed}.",
        "Prompts without a known family count as a family of their own: then copies among them are not "
        "known.",
    )


def markdown(found: Comparison, plots: Sequence[Plot]) -> str:
    """Returns the report as GitHub-flavoured Markdown; figures are linked as ``plots/<name>.png``."""
    parts = [f"# {plain(found.title)}", f"**{plain(found.headline)}**"]
    parts.append(
        f"{found.n_prompts:,} prompts from {found.n_families:,} families, judged for Airflow "
        f"{', '.join(found.airflow)}."
    )
    for one in report_tables(found):
        parts += [f"## {plain(one.title)}", plain(one.caption)]
        parts.append(
            table([plain(h) for h in one.header], ([plain(cell) for cell in row] for row in one.rows))
        )
    for plot in plots:
        parts += [f"## {plot.title}", f"![{plain(plot.alt)}](plots/{plot.name}.png)", plain(plot.caption)]
    parts += ["## Method and limits", "\n".join(f"- {plain(note)}" for note in method_notes(found))]
    return "\n\n".join(part for part in parts if part) + "\n"


def html(found: Comparison, plots: Sequence[Plot], directory: Path, browser: Browser | None = None) -> str:
    """Returns the page; ``directory`` holds the PNG files of the plots."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader([_TEMPLATES, MARKUP.parent]),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["cell_lines"] = cell_lines
    css = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    images = {
        name: "data:image/png;base64," + base64.b64encode((directory / f"{name}.png").read_bytes()).decode()
        for plot in plots
        for name in (plot.name, f"{plot.name}-dark")
    }
    return environment.get_template("comparison.html.jinja").render(
        found=found,
        css=Markup(css + (browser.css if browser else "")),  # noqa: S704 - our own files
        browser=browser,
        browser_markup=MARKUP.name,
        script=Markup(browser.script if browser else ""),  # noqa: S704 - our own file
        images=images,
        plots=plots,
        tables=report_tables(found),
        notes=method_notes(found),
    )


def write_report(
    found: Comparison, plots: Sequence[Plot], directory: Path, browser: Browser | None = None
) -> None:
    """Writes both into the folder that holds ``plots/``."""
    (directory / "report.md").write_text(markdown(found, plots), encoding="utf-8")
    page = html(found, plots, directory / "plots", browser)
    (directory / "report.html").write_text(page, encoding="utf-8")
