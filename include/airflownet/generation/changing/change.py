"""A DAG file that is there, changed: by rules first, by the model for the rest, the judge last."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import Final

from airflownet.code_extraction import extract_code
from airflownet.errors import InputError
from airflownet.generation.changing.codemods import with_codemods
from airflownet.generation.changing.ruff_fixes import with_ruff_fixes
from airflownet.generation.changing.stated_settings import with_stated_settings
from airflownet.generation.checked import Checked, check
from airflownet.generation.model_source import Drawing, WritingModel
from airflownet.generation.place import NOWHERE, Place
from airflownet.generation.prompt import SYSTEM
from airflownet.generation.settings import GenerationSettings
from airflownet.generation.wanted import Wanted
from airflownet.judge.catalogue import load_catalogue
from airflownet.judge.catalogue.store import known_lines
from airflownet.judge.loader import load_source

_REMOVING: Final = ("remove", "delete", "drop", "without", "replace", "rename", "instead", "merge", "split")
_MOST_CHARS: Final = 60_000


@dataclass(frozen=True)
class Changed:
    """What became of a file."""

    before: str
    checked: Checked
    done: tuple[str, ...] = ()
    """What was changed by rule, a sentence each."""
    left: tuple[str, ...] = field(default=())
    """What is not done, and why."""
    by_model: bool = False

    @property
    def code(self) -> str:
        """The file as it is now."""
        return self.checked.code

    @property
    def is_good(self) -> bool:
        """True when it loads and nothing is left to do."""
        return self.checked.loads and not self.left

    def diff(self, name: str) -> str:
        """Returns the difference as a patch; empty when nothing changed."""
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True),
            self.code.splitlines(keepends=True),
            f"a/{name}",
            f"b/{name}",
        )
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


async def migrate(
    code: str,
    airflow: str,
    settings: GenerationSettings,
    model: WritingModel | None = None,
    place: Place = NOWHERE,
) -> Changed:
    """Returns the file for a line: ruff's fixes, our codemods, then the model for what still fails.

    It is judged where it lies, with the modules and packages of the project around it.

    Raises:
        InputError: no catalogue for the line, or the file is too long.
        ServerError: the model's server stays away.
    """
    _require_short(code)
    wanted = Wanted("", airflow)
    line = load_catalogue(airflow).line
    fixed = with_ruff_fixes(code) if int(line.split(".")[0]) >= 3 else code
    done = ["ruff's AIR rules changed the file"] if fixed != code else []
    fixed, told = with_codemods(fixed, airflow)
    if line.startswith("3") and "catchup" not in code:
        told = (*told, "missed runs are no longer caught up on unless catchup=True is given; nothing was set")
    checked = check(fixed, wanted, place)
    result = Changed(code, checked, (*done, *told), _faults(checked))
    if not result.left or model is None:
        return result
    request = f"Change this file so that it loads on Airflow {line}. These faults are left:\n" + "\n".join(
        f"- {fault}" for fault in result.left[:8]
    )
    return await _by_model(result, request, wanted, settings, model, place, keeps_tasks=True)


async def edit(
    code: str,
    request: str,
    airflow: str,
    settings: GenerationSettings,
    model: WritingModel | None = None,
    place: Place = NOWHERE,
) -> Changed:
    """Returns the file as a person asks: stated settings by rule, all else by the model.

    Raises:
        InputError: no catalogue for the line, or the file is too long.
        ServerError: the model's server stays away.
    """
    _require_short(code)
    wanted = Wanted(request, airflow)
    fixed, told = with_stated_settings(code, wanted)
    deeds = tuple(deed.words for deed in wanted.request.deeds)
    rest = deeds or (() if told else (request.strip(),))
    checked = check(fixed, Wanted("", airflow), place)
    faults = _faults(checked)
    result = Changed(code, checked, told, (*faults, *(f"not done: {words}" for words in rest)))
    if not result.left or model is None:
        return result
    keeps = not any(word in request.lower() for word in _REMOVING)
    asked = f"Change this file: {request}"
    return await _by_model(result, asked, wanted, settings, model, place, keeps_tasks=keeps)


async def _by_model(
    start: Changed,
    request: str,
    wanted: Wanted,
    settings: GenerationSettings,
    model: WritingModel,
    place: Place,
    *,
    keeps_tasks: bool,
) -> Changed:
    """Returns the first answer that loads, keeps the file's tasks and is another file; else the start."""
    content = f"{request}\n\n```python\n{start.code}```\n\nAnswer with the whole changed file."
    tasks = _task_ids(start.before, place) | _task_ids(start.code, place)
    why: list[str] = []
    for number in range(settings.n_drafts):
        said = await model.say(
            [{"role": "system", "content": SYSTEM}, {"role": "user", "content": content}],
            Drawing(
                temperature=settings.draft_temperature if number else 0.0,
                seed=settings.seed + number,
                most_seconds=settings.max_seconds,
                most_tokens=max(settings.max_answer_tokens, 2 * len(start.code) // 3),
            ),
        )
        answer = extract_code(said.text).code
        checked = check(answer, wanted, place)
        lost = sorted(tasks - _task_ids(answer, place, wanted.airflow)) if keeps_tasks else []
        if not checked.is_good:
            why = checked.told()[:3]
        elif lost:
            why = [f"the model's file lost {', '.join(lost[:5])}"]
        elif answer.strip() == start.code.strip():
            why = ["the model's file is the file as it was"]
        else:
            return Changed(start.before, checked, start.done, (), by_model=True)
    return Changed(start.before, start.checked, start.done, (*start.left, *why))


def _faults(checked: Checked) -> tuple[str, ...]:
    """Returns what keeps a file from loading; what it was asked for is not known here."""
    if checked.loads:
        return ()
    return checked.faults or (checked.verdict.reason,)


def _task_ids(code: str, place: Place, airflow: str = "") -> set[str]:
    """Returns the task ids of a file, on the first line, the newest first, that can tell."""
    lines = (
        [airflow]
        if airflow
        else sorted(known_lines(), key=lambda one: [*map(int, one.split("."))], reverse=True)
    )
    found: set[str] = set()
    for line in lines:
        loaded = load_source(code, line, path=place.path, project=place.project)
        found = {str(task.task_id) for dag in loaded.dags for task in dag.tasks}
        if found and not loaded.failures:
            return found
    return found


def _require_short(code: str) -> None:
    if len(code) > _MOST_CHARS:
        raise InputError(f"the file has {len(code):,} characters, {_MOST_CHARS:,} are the most", "split it")
