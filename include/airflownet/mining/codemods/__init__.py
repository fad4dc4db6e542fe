"""Codemods: named rewritings of mined files, each in its own module.

``doc-markers`` removes the markers of Airflow's documentation build; ``test-harness`` makes a user's DAG of
an official example that is also a system test. LibCST keeps the formatting of what remains.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from airflownet.hashing import sha256_text
from airflownet.mining.codemods.codemod import Codemod
from airflownet.mining.codemods.doc_markers import remove_doc_markers
from airflownet.mining.codemods.environment_id import remove_environment_id
from airflownet.mining.codemods.harness_comments import remove_harness_comments
from airflownet.mining.codemods.harness_constants import plain_harness_constants
from airflownet.mining.codemods.harness_docstring import plain_docstring
from airflownet.mining.codemods.harness_tasks import remove_harness_tasks
from airflownet.mining.codemods.pytest_guard import remove_pytest_guards
from airflownet.mining.codemods.soundness import require_sound
from airflownet.mining.codemods.test_context import name_test_context
from airflownet.mining.codemods.tests_of_airflow import refuse_tests_of_airflow
from airflownet.mining.codemods.unused_names import remove_newly_unused
from airflownet.mining.codemods.version_switch import resolve_version_switch
from airflownet.records import Transform

CodemodName = Literal["doc-markers", "test-harness"]

STEPS: dict[CodemodName, tuple[Codemod, ...]] = {
    "doc-markers": (Codemod("remove-doc-markers", 1, remove_doc_markers),),
    "test-harness": (
        Codemod("refuse-tests-of-airflow", 1, refuse_tests_of_airflow),
        Codemod("remove-harness-comments", 1, remove_harness_comments),
        Codemod("plain-docstring", 1, plain_docstring),
        Codemod("resolve-version-switch", 1, resolve_version_switch),
        Codemod("remove-pytest-guards", 1, remove_pytest_guards),
        Codemod("name-test-context", 1, name_test_context),
        Codemod("plain-harness-constants", 1, plain_harness_constants),
        Codemod("remove-environment-id", 1, remove_environment_id),
        Codemod("remove-harness-tasks", 1, remove_harness_tasks),
    ),
}
_REMOVE_UNUSED, _UNUSED_VERSION = "remove-newly-unused", 1


def apply_codemods(text: str, names: Sequence[CodemodName]) -> tuple[str, tuple[Transform, ...]]:
    """Returns the text after the named codemods, with a record of each step that changed it.

    The steps run in the order of ``STEPS``, whatever the order of ``names``. The result is sound: it
    parses, still builds a DAG, and uses no name that only removed code had bound.

    Raises:
        GiveUpError: the file is a test of Airflow itself, or its harness cannot be removed soundly.
    """
    before, transforms = text, []
    for name, steps in STEPS.items():
        if name not in names:
            continue
        for step in steps:
            new = step.rewrite(text)
            if new != text:
                transforms.append(Transform(step.name, step.version, sha256_text(text), sha256_text(new)))
                text = new
    if "test-harness" in names:
        new = remove_newly_unused(text, before)
        if new != text:
            transforms.append(
                Transform(_REMOVE_UNUSED, _UNUSED_VERSION, sha256_text(text), sha256_text(new))
            )
            text = new
        require_sound(text, before)
    return text, tuple(transforms)
