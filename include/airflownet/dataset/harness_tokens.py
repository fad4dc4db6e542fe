"""What only Airflow's own tests hold: no answer may teach it.

Two years of published DAG data were full of it (90% of one earlier set of examples; the model trained on it
wrote it into 86% of its answers), so it is checked here again, whatever mining has cleaned before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_HARNESS = {
    "test-import": re.compile(
        r"^[ \t]*(?:from|import)[ \t]+(?:tests_common|tests\.(?:system|test_utils)|providers\.tests)\b", re.M
    ),
    "get_test_run": re.compile(r"\bget_test_run\b"),
    "watcher-edge": re.compile(r">>[ \t]*watcher\(\)"),
    "test-context": re.compile(r"\b(?:SystemTestContextBuilder|get_test_env_id)\b"),
    "environment-id": re.compile(r"\bSYSTEM_TESTS_\w+"),
    "doc-marker": re.compile(r"^[ \t]*#[ \t]*\[(?:START|END) [\w.\-]+\]", re.M),
}


def harness_tokens(code: str) -> tuple[str, ...]:
    """Returns the names of what was found in a file, sorted; empty for a user's DAG."""
    return tuple(sorted(name for name, pattern in _HARNESS.items() if pattern.search(code)))


def count_harness(codes: Iterable[str]) -> dict[str, int]:
    """Returns how many files hold each kind, only those that occur."""
    return dict(sorted(Counter(name for code in codes for name in harness_tokens(code)).items()))
