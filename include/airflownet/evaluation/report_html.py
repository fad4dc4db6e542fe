"""``report.html``: one file, no requests, no script but our own; all text that others wrote is escaped.

The template is ours; mined and generated text enters as values only, under autoescape, and a content
security policy in the page forbids any address but ``data:`` and any script but the sample browser's, which
it names by its hash.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path

from airflownet.evaluation import number_format
from airflownet.evaluation.examples import source_lines
from airflownet.evaluation.method_notes import cut_note, form_note, method_notes
from airflownet.evaluation.sample_browser.browser_page import MARKUP, Browser
from airflownet.evaluation.summary import MODELS, OUTCOMES, Summary
from airflownet.evaluation.training_log import validation_loss

_TEMPLATES = Path(__file__).parent / "templates"
_LEGIBLE_PX = 900
_RATE = re.compile(
    r"([<>+−]?\d[\d.,]*(?:%| points)?) \(([^()]* to [^()]*|one family[^()]*|all equal)\)(?:, (.*))?"
)


def _images(summary: Summary, plots_dir: Path) -> dict[str, str]:
    """Returns ``name`` and ``name-dark`` -> data URL."""
    images = {}
    for plot in summary.plots:
        for name in (plot.name, f"{plot.name}-dark"):
            data = base64.b64encode((plots_dir / f"{name}.png").read_bytes()).decode()
            images[name] = f"data:image/png;base64,{data}"
    return images


def cell_lines(text: str) -> list[str]:
    """Returns the lines of a cell: ``12.5% (10.1% to 15.3%), 12 of 96`` is three, anything else one."""
    found = _RATE.fullmatch(text)
    return [part for part in found.groups() if part] if found else [text]


def _is_detailed(png: Path) -> bool:
    """Returns whether a figure has small print on a telephone; the width stands in the file's first chunk."""
    with png.open("rb") as file:
        return int.from_bytes(file.read(20)[16:]) > _LEGIBLE_PX


def report_style() -> str:
    """Returns the report's style sheet, light and dark, for pages that stand beside it."""
    return (_TEMPLATES / "report.css").read_text(encoding="utf-8")


def html_report(summary: Summary, plots_dir: Path, browser: Browser | None = None) -> str:
    """Returns the page.

    Args:
        summary: every number and word.
        plots_dir: holds the PNG files that the summary names.
        browser: the sample browser; None leaves it out.

    Raises:
        FileNotFoundError: a figure of the summary is not there.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader([_TEMPLATES, MARKUP.parent]),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    for name in ("percent", "interval", "count_of", "points", "points_interval", "p_value"):
        environment.filters[name] = getattr(number_format, name)
    environment.filters["cell_lines"] = cell_lines
    environment.filters["source_lines"] = source_lines
    environment.filters["validation_loss"] = validation_loss
    css = report_style()
    return environment.get_template("report.html.jinja").render(
        summary=summary,
        css=Markup(css + (browser.css if browser else "")),  # noqa: S704 - ours
        browser=browser,
        browser_markup=MARKUP.name,
        script=Markup(browser.script if browser else ""),  # noqa: S704 - our own file
        images=_images(summary, plots_dir),
        detailed={plot.name for plot in summary.plots if _is_detailed(plots_dir / f"{plot.name}.png")},
        cut_note=cut_note(summary),
        plots={plot.name: plot for plot in summary.plots},
        names=number_format.MODEL_NAMES,
        models=MODELS,
        outcomes=OUTCOMES,
        rules={fact.name: fact.value for fact in summary.rules},
        level=number_format.confidence_level(summary.confidence),
        form_note=form_note(summary),
        method=method_notes(summary),
    )


def write_html(summary: Summary, directory: Path, browser: Browser | None = None) -> None:
    """Writes ``report.html`` into the folder that holds ``plots/``."""
    page = html_report(summary, directory / "plots", browser)
    (directory / "report.html").write_text(page, encoding="utf-8")
