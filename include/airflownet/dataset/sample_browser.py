"""``samples.html``: rows to look through, in one file that opens from a disk and asks nobody for anything.

The rows are data, never markup: JSON in the page whose ``<`` are escaped, shown through ``textContent``
alone, under a content security policy that forbids every address.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.turns import in_turns
from airflownet.records import Sample

_TEMPLATE = Path(__file__).parent / "sample_browser.html"
_LONGEST_CHARS = 40_000


def write_browser(folder: Path, samples: Sequence[Sample], settings: DatasetSettings) -> None:
    """Writes ``samples.html`` with up to ``browser_rows`` rows: splits and families take turns."""
    if not settings.browser_rows:
        return
    ordered = in_turns(samples, lambda s: (s.family_id,), lambda s: s.id, settings.split_salt)
    shown = sorted(ordered[: settings.browser_rows], key=lambda s: (s.split, s.repo, s.path, s.id))
    rows = [
        {
            "id": s.id,
            "split": s.split,
            "kind": s.kind,
            "family": s.family_id,
            "place": f"{s.repo} {s.ref} {s.path}",
            "licence": s.licence,
            "lines": list(s.valid_on),
            "operators": list(s.operators),
            "providers": list(s.providers),
            "request": s.messages[1].content[:_LONGEST_CHARS],
            "answer": s.messages[-1].content[:_LONGEST_CHARS],
        }
        for s in shown
    ]
    told = f"{len(shown):,} of {len(samples):,} rows"
    title = json.dumps(f"{settings.pretty_name} (Airflow {settings.airflow})")
    page = _TEMPLATE.read_text(encoding="utf-8")
    for mark, text in (
        ("__TITLE__", _in_script(title)),
        ("__TOLD__", _in_script(json.dumps(told))),
        ("__ROWS__", _in_script(json.dumps(rows, ensure_ascii=False))),
    ):
        page = page.replace(mark, text, 1)
    (folder / "samples.html").write_text(page, encoding="utf-8")


def _in_script(text: str) -> str:
    """Returns JSON that cannot end the script element nor be read as anything but JSON."""
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
