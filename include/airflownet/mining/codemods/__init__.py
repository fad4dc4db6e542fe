"""Codemods: named rewritings of mined files, each in its own module.

``doc-markers`` removes the markers of Airflow's documentation build; ``test-harness`` makes a user's DAG of
an official example that is also a system test. LibCST keeps the formatting of what remains.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import libcst as cst

from airflownet.hashing import sha256_text
from airflownet.mining.codemod_names import CodemodName
from airflownet.mining.codemods.codemod import HARNESS_NOT_REMOVABLE, Codemod, GiveUpError
from airflownet.mining.codemods.doc_markers import remove_doc_markers
from airflownet.mining.codemods.environment_id import remove_environment_id
from airflownet.mining.codemods.harness_comments import remove_harness_comments
from airflownet.mining.codemods.harness_constants import plain_harness_constants
from airflownet.mining.codemods.harness_docstring import plain_docstring
from airflownet.mining.codemods.harness_names import mentions_harness
from airflownet.mining.codemods.harness_tasks import remove_harness_tasks
from airflownet.mining.codemods.pytest_guard import remove_pytest_guards
from airflownet.mining.codemods.soundness import require_sound
from airflownet.mining.codemods.test_context import name_test_context
from airflownet.mining.codemods.tests_of_airflow import refuse_tests_of_airflow
from airflownet.mining.codemods.unused_names import remove_newly_unused
from airflownet.mining.codemods.version_switch import resolve_version_switch
from airflownet.records import Transform

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


def apply_codemods(text: str, names: Sequence[CodemodName]) -> tuple[str, tuple[Transform, ...]]:
    """Returns the text after the named codemods, with a record of each step that changed it.

    The steps run in the order of ``STEPS``, whatever the order of ``names``. The result is sound: it
    parses, still builds a DAG, and uses no name that only removed code had bound.

    Raises:
        GiveUpError: the file is a test of Airflow itself, or its harness cannot be removed soundly.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return _apply(text, names)
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError, SyntaxError) as error:
        raise GiveUpError(HARNESS_NOT_REMOVABLE, type(error).__name__) from error


def _apply(text: str, names: Sequence[CodemodName]) -> tuple[str, tuple[Transform, ...]]:
    before = text
    transforms: list[Transform] = []
    has_harness = "test-harness" in names and mentions_harness(before)
    chosen = list(STEPS["doc-markers"]) if "doc-markers" in names else []
    if has_harness:
        chosen.extend(STEPS["test-harness"])
        chosen.append(Codemod("remove-newly-unused", 1, lambda text: remove_newly_unused(text, before)))
    for step in chosen:
        new = step.rewrite(text)
        if new != text:
            transforms.append(Transform(step.name, step.version, sha256_text(text), sha256_text(new)))
            text = new
    if has_harness:
        require_sound(text, before)
    return text, tuple(transforms)
