"""The sample browser's part of a page: its markup, its style, its script and what lets the script run.

The page's policy names the script by its hash, so no other script in the page can run, whatever stands in it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from airflownet.evaluation.sample_browser.browser_data import packed

_PAGE: Final = Path(__file__).parent / "page"
_PARTS: Final = (
    "elements",
    "highlight",
    "line_diff",
    "graph",
    "filters",
    "answer_pane",
    "prompt_view",
    "prompt_list",
    "start",
)
MARKUP: Final = _PAGE / "browser.html.jinja"


@dataclass(frozen=True, slots=True)
class Browser:
    """What the template of the markup needs."""

    data: str
    script: str
    css: str
    policy: str
    """Source expression of a content security policy's ``script-src``."""


def sample_browser(data: Mapping[str, Any]) -> Browser:
    """Returns the browser for the data of ``browser_data``."""
    css = (_PAGE / "browser.css").read_text(encoding="utf-8")
    return Browser(packed(data), browser_script(), css, script_source())


@cache
def browser_script() -> str:
    """Returns the script: its files, one after the other, in a scope of their own."""
    parts = [(_PAGE / f"{name}.js").read_text(encoding="utf-8") for name in _PARTS]
    script = '"use strict";\n(() => {\n' + "\n".join(parts) + "})();\n"
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError("the browser's script must not hold what ends it in a page")
    return script


def script_source() -> str:
    """Returns the script's hash as a policy names it: ``'sha256-...'``."""
    digest = hashlib.sha256(browser_script().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
