"""Names environment variables in docstrings without the prefix that the test harness gave them."""

from __future__ import annotations

import ast
import io
import re

from airflownet.mining.codemods.harness_names import mentions_harness

_PREFIX = re.compile(r"\b(?:RUN_MANUAL_GOOGLE_)?SYSTEM_TESTS_(?=[A-Z])")


def plain_docstring(text: str) -> str:
    """Returns the text with ``SYSTEM_TESTS_TOKEN`` as ``TOKEN`` in the module's docstring."""
    if not mentions_harness(text):
        return text
    tree = ast.parse(text)
    if ast.get_docstring(tree, clean=False) is None:
        return text
    end = tree.body[0].end_lineno or 0
    lines = list(io.StringIO(text, newline="\n"))
    return _PREFIX.sub("", "".join(lines[:end])) + "".join(lines[end:])
