"""A plan along a request's outline: every step is there, named, in its order, with the stated values.

What a model wrote counts where the outline leaves a choice: the operator among a step's candidates, the body
of a function, the values of arguments. A step that it left out is put in, a task that no step asks for is
left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from airflownet.generation.outline.function_body import sound_body
from airflownet.generation.outline.model import Outline, Step
from airflownet.generation.outline.silent_words import silent_words
from airflownet.generation.outline.stated_values import arguments_of
from airflownet.generation.wanted import Wanted
from airflownet.plans.argument_order import operator_class
from airflownet.plans.catalogue_names import CatalogueNames, names_of
from airflownet.plans.model import DagPlan, Placeholder, Plan, TaskPlan, Value, references

_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_QUOTED: Final = re.compile(r"`[^`]*`|\([^()]*\)")
_KEPT_SHORT: Final = 6
_MOST_ID_CHARS: Final = 48
_START: Final = re.compile(r"\bstart(?:s|ing)?(?: date| from| on)?:? (\d{4}-\d\d-\d\d)", re.IGNORECASE)


def task_ids(outline: Outline) -> tuple[str, ...]:
    """Returns the id of each step: the one that the request gives, or one from its words; all different."""
    found: list[str] = []
    given = {step.task_id for step in outline.steps if step.task_id}
    for step in outline.steps:
        base = step.task_id or _id_of(step.words) or _id_of(step.operators[0]) or "task"
        taken = {*found, *(given if not step.task_id else ())}
        name, number = base, 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
        found.append(name)
    return tuple(found)


def _id_of(words: str) -> str:
    plain = _QUOTED.sub(" ", words)
    kept = [word.lower() for word in _WORD.findall(plain) if word.lower() not in silent_words("no_id")]
    kept = kept or [word.lower() for word in _WORD.findall(plain)]
    name = "_".join(kept[:_KEPT_SHORT])[:_MOST_ID_CHARS].strip("_").removesuffix("_to")
    return f"task_{name}" if name[:1].isdigit() else name


def dag_id_of(wanted: Wanted, outline: Outline) -> str:
    """Returns the DAG's id: the stated one, or one from the words of its steps."""
    if outline.dag_id or wanted.dag_id:
        return outline.dag_id or wanted.dag_id
    ids = [task_id.rpartition(".")[2] for task_id in task_ids(outline)]
    work = [i for i, step in zip(ids, outline.steps, strict=True) if step.trigger_rule != "one_failed"] or ids
    both = f"{work[0]}_and_{work[-1]}"
    return both if len(work) > 1 and len(both) <= _MOST_ID_CHARS else work[0]


def outline_grammar(outline: Outline, wanted: Wanted) -> str:
    """Returns the grammar (GBNF) of plans along the outline: only operators and function bodies are open."""
    ids = task_ids(outline)
    rules = []
    for number, step in enumerate(outline.steps):
        after = [ids[n] for n in step.after]
        rest = (
            f',"after":{json.dumps(after[0] if len(after) == 1 else after, separators=(",", ":"))}'
            if after
            else ""
        )
        choices = [
            f"{_literal(_quoted(name) + ':' + _quoted(ids[number]) + rest)}"
            + (r' ",\"code\":\"" code "\""' if name.startswith("@") and not step.code else "")
            for name in step.operators
        ]
        rules.append(f'task{number} ::= "{{" ({" | ".join(choices)}) "}}"')
    tasks = ' "," '.join(f"task{number}" for number in range(len(outline.steps)))
    head: dict[str, Any] = {"dag": dag_id_of(wanted, outline)}
    if wanted.schedule:
        head["schedule"] = None if wanted.schedule == "None" else wanted.schedule.strip('"')
    start = json.dumps(head, separators=(",", ":"), ensure_ascii=False)[:-1] + ',"tasks":['
    code = r"""code ::= first char{0,90} ("\\n" char{1,90}){0,7}
first ::= [a-zA-Z_#\[{(]
char ::= [^"\\\x00-\x1f] | "\\" ["\\]
"""
    return f'root ::= {_literal(start)} {tasks} "]}}"\n' + "\n".join(rules) + f"\n{code}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def along_outline(plan: Plan | None, outline: Outline, wanted: Wanted) -> tuple[Plan, tuple[str, ...]]:
    """Returns the plan with the outline's steps, and what was put in, left out or taken for granted.

    Args:
        plan: of a model; None for a plan of the outline alone.
        outline: of the request.
        wanted: the request.
    """
    names = names_of(wanted.airflow)
    written = plan.dags[0].tasks if plan is not None and plan.dags else ()
    matched = _matched(written, outline.steps)
    ids, told = task_ids(outline), list[str]()
    tasks = []
    for number, (step, own) in enumerate(zip(outline.steps, matched, strict=True)):
        operator = own.operator if own is not None else step.operators[0]
        given = own.arguments.items() if own is not None else ()
        arguments: dict[str, Value] = {n: v for n, v in given if not isinstance(v, Placeholder)}
        arguments |= _stated(operator, step, outline, arguments, names)
        task = own or TaskPlan(ids[number], operator)
        taken = {
            ref.task_id for value in (*step.call.values(), *step.mapped.values()) for ref in references(value)
        }
        taken |= {ref.task_id for value in arguments.values() for ref in references(value)}
        after = tuple(ids[n] for n in step.after if ids[n] not in taken)
        code = step.code or (sound_body(task.code, (*step.call, *step.mapped)) if task.is_decorated else "")
        tasks.append(
            replace(
                task,
                task_id=ids[number],
                arguments=arguments,
                after=after,
                mapped=step.mapped,
                call=step.call,
                code=code,
            )
        )
        if own is None and plan is not None:
            told.append(f"the model left out: {step.words[:100]}; {operator} was put in as {ids[number]}")
        if step.trigger_rule == "one_failed":
            told.append(f"{ids[number]} runs when a task before it has failed")
    if not outline.is_ordered and outline.settings is None:
        told.append("the request leaves the order open; its words were taken for it")
    dag_id = dag_id_of(wanted, outline)
    settings = dict(plan.dags[0].arguments) if plan is not None and plan.dags else {}
    settings |= dict(outline.settings) if outline.settings is not None else _settings(wanted, settings)
    return Plan((DagPlan(dag_id, settings, tuple(tasks)),)), (*outline.told, *told)


def _matched(written: Sequence[TaskPlan], steps: Sequence[Step]) -> list[TaskPlan | None]:
    """Returns for each step the task that a model wrote for it: the next with one of its operators."""
    left = list(written)
    found: list[TaskPlan | None] = []
    for step in steps:
        place = next((n for n, task in enumerate(left) if task.operator in step.operators), None)
        found.append(left.pop(place) if place is not None else None)
    return found


def _stated(
    operator: str, step: Step, outline: Outline, given: dict[str, Value], names: CatalogueNames
) -> dict[str, Value]:
    if step.arguments is not None:
        return dict(step.arguments) | ({"trigger_rule": step.trigger_rule} if step.trigger_rule else {})
    found = operator_class(operator, names)
    if found is None:
        return {}
    done = arguments_of(step.values, found.init, given)
    done |= {
        name: value
        for name, value in arguments_of(outline.for_all, found.init, {**given, **done}).items()
        if name not in done
    }
    if step.trigger_rule:
        done["trigger_rule"] = step.trigger_rule
    return done


def _settings(wanted: Wanted, given: dict[str, Value]) -> dict[str, Value]:
    """Returns the settings of the DAG that the request states: retries, catchup, tags, start date."""
    done: dict[str, Value] = {}
    tags: list[Value] = []
    for setting in wanted.request.settings:
        value = setting.value
        if setting.name == "tags":
            tags.append(str(value))
        elif setting.name == "retries" and isinstance(value, int):
            held = given.get("default_args")
            done["default_args"] = {**(held if isinstance(held, dict) else {}), "retries": value}
        elif isinstance(value, (bool, int)):
            done[setting.name] = value
    if tags:
        done["tags"] = tags
    if start := _START.search(wanted.text):
        done["start_date"] = start[1]
    return done
