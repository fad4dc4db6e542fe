"""One task to a clause: what its id, docstring and operator together say it does.

Functions (TaskFlow, ``PythonOperator``, placeholders) are told by their docstring or id; every other
operator by its class name, with the bash command where it is short.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from airflownet.judge.loader.loaded_file import TaskModel
from airflownet.wording.argument_phrase import literal_text
from airflownet.wording.clause import Clause
from airflownet.wording.english import is_plural, is_uncountable, third_person
from airflownet.wording.identifier_words import identifier_words, is_product
from airflownet.wording.operator_phrase import operator_phrase
from airflownet.wording.untrusted_text import Guard
from airflownet.wording.vocabulary import task_verbs
from airflownet.wording.vocabulary import words as words_in

_TAKES_DATA: Final = frozenset(
    ["extract", "transform", "load", "ingest", "fetch", "clean", "validate", "process", "collect", "download"]
)
_NO_ARTICLE: Final = frozenset(
    {"the", "a", "an", "all", "any", "each", "every", "from", "to", "into", "for", "in", "on", "with", "and"}
    | {"or", "by", "if", "as", "at", "of", "it", "up", "until"}
)
_CALLS_ITSELF: Final = re.compile(r"(?:task|op|operator|step)\d*")
_NAMED_BY_ID: Final = frozenset({"EmptyOperator", "DummyOperator", "PythonOperator"})
_REST_OF_SENTENCE: Final = re.compile(r"[.!?](?:\s|$)|\s[-\u2013:]\s|\n\s*\n|:param|Args:|:return")
_NOT_FOR_PROSE: Final = re.compile(
    r"[`{}<>\[\]|=*#]|\bthis\b|\btask\b|\bexample\b|\btests?\b|\bdemonstrat|https?:|airflow", re.IGNORECASE
)


def task_phrase(task: TaskModel, guard: Guard) -> Clause:
    """Returns what the task does; ``is_generic`` when only its id would tell it from others."""
    operator = task.operator.split("(")[0]
    if not guard.name(operator.removeprefix("@")):
        return Clause("run", "task", "a", is_generic=True)
    clause = operator_phrase(operator)
    task_id = guard.name(task.task_id).rsplit(".", 1)[-1]
    is_function = operator.startswith("@") or operator in _NAMED_BY_ID or "Python" in operator
    if is_function and clause.verb in ("run", "add"):
        told = docstring_clause(task.docstring, guard) if clause.verb == "run" else None
        told = told or id_clause(task_id)
        if told is None:
            return Clause(clause.verb, clause.noun, clause.determiner, clause.tail, is_generic=True)
        tail = (
            "in bash"
            if operator == "@task.bash"
            else clause.tail
            if clause.verb == "run"
            else "(placeholder)"
        )
        return Clause(told.verb, told.noun, told.determiner, f"{told.tail} {tail}".strip())
    if clause.verb.startswith("wait until a Python"):
        return (id_clause(task_id) if task_id.startswith("wait_for_") else None) or clause
    if operator == "BashOperator":
        command = literal_text(task.arguments.get("bash_command"), guard)
        return Clause("run", f"`{command}`", "", "in bash") if 0 < len(command) <= 50 else _named(clause)
    if operator == "TriggerDagRunOperator":
        dag_id = literal_text(task.arguments.get("trigger_dag_id"), guard)
        return Clause("trigger", f"DAG `{dag_id}`", "the") if dag_id else clause
    if operator == "ExternalTaskSensor":
        return _external_task(task, guard) or clause
    if clause.tail == "to be ready" and "delete" in task_id:
        return replace(clause, tail="to be gone")
    if clause.is_generic and (told := id_clause(task_id)) and told.noun:
        products = [word for word in identifier_words(operator) if is_product(word)]
        return Clause(told.verb, told.noun, told.determiner, f"with {products[0]}") if products else told
    return _in_product(clause, task.module)


def _in_product(clause: Clause, module: str) -> Clause:
    """Names the product when only the operator's module tells it: "create a dataset in Vertex AI"."""
    if clause.tail or not clause.noun or any(is_product(word) for word in identifier_words(clause.object)):
        return clause
    parts = module.split(".")
    at = next((index for index, part in enumerate(parts) if part in ("operators", "sensors")), len(parts))
    products = [word for part in parts[at + 1 :] for word in identifier_words(part) if is_product(word)]
    return replace(clause, tail=f"in {products[0]}") if products else clause


def _named(clause: Clause) -> Clause:
    return replace(clause, is_generic=True)


def _external_task(task: TaskModel, guard: Guard) -> Clause | None:
    dag_id = literal_text(task.arguments.get("external_dag_id"), guard)
    task_id = literal_text(task.arguments.get("external_task_id"), guard)
    if not dag_id:
        return None
    return Clause(
        "wait for", f"`{task_id}` in the DAG `{dag_id}`" if task_id else f"the DAG `{dag_id}` to finish"
    )


def id_clause(task_id: str) -> Clause | None:
    """Returns what a task id says, ``clean_orders`` -> "clean the orders"; None when it says nothing."""
    words = [word for word in identifier_words(task_id) if not word.isdigit()]
    while words and _CALLS_ITSELF.fullmatch(words[-1]):
        words.pop()
    if not words or words[0] not in task_verbs() or len(words) > 7:
        return None
    if not words_in("says_nothing").isdisjoint(words):
        return None
    verb, rest = words[0], words[1:]
    if not rest:
        return Clause(verb, "data", "the") if verb in _TAKES_DATA else None
    noun = " ".join(rest)
    if _NO_ARTICLE & set(rest[:1]):
        return Clause(f"{verb} {rest[0]}", " ".join(rest[1:])) if rest[1:] or rest[0] == "up" else None
    return Clause(verb, noun, "the" if not is_uncountable(noun) or noun == "data" else "")


def docstring_clause(docstring: str, guard: Guard) -> Clause | None:
    """Returns the first sentence of a function's docstring as a clause, when it is one in plain words."""
    head = _REST_OF_SENTENCE.split(docstring.strip()[:600], maxsplit=1)[0]
    text = guard.phrase(head).strip(" .")
    if not 8 <= len(text) <= 90 or _NOT_FOR_PROSE.search(text) or "_" in text:
        return None
    first, _, rest = text.partition(" ")
    for conjunction in re.finditer(r",? and (\w+)", rest):
        if base_form(conjunction[1]):
            rest = rest[: conjunction.start()]
            break
    verb = base_form(first)
    return Clause(verb, rest) if verb and rest else None


def base_form(word: str) -> str:
    """Returns the known verb of which the word is the base form or third person, else an empty string."""
    lowered = word.lower()
    if lowered in task_verbs():
        return lowered
    if is_plural(lowered) or lowered.endswith("s"):
        for stem in (lowered[:-1], lowered[:-2], lowered[:-3] + "y"):
            if stem in task_verbs() and third_person(stem) == lowered:
                return stem
    return ""
