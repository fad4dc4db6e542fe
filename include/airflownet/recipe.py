"""One YAML file says everything about a run: the settings of every stage, checked before work starts.

``load_recipe("laptop")`` reads ``recipes/laptop.yaml``; a path works as well. An error names the file,
the line, the field, the value and what is allowed.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self, get_args

import yaml
from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from airflownet.artifacts import StageSettings
from airflownet.dataset.settings import DatasetSettings
from airflownet.errors import RecipeError
from airflownet.evaluation.promotion.settings import PromotionSettings
from airflownet.evaluation.settings import EvaluationSettings
from airflownet.improvement.settings import ImprovementSettings
from airflownet.inference.settings import InferenceSettings
from airflownet.instructions.settings import InstructionSettings
from airflownet.judge.catalogue.store import known_lines
from airflownet.judge.settings import JudgeSettings
from airflownet.llm_judge.settings import GradeSettings
from airflownet.magpie.settings import MagpieSettings
from airflownet.mining.settings import MiningSettings
from airflownet.people.settings import PeopleSettings
from airflownet.training.base_settings import KINDS_WITH_STAGE
from airflownet.training.settings import SeedlingSettings, TrainingSettings

_AIRFLOW_AWARE = ("judging", "instructions", "dataset", "evaluation")


class Recipe(StageSettings):
    """The settings of one run, by stage."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", description="Folder name of the run's artifacts.")
    description: str = Field(
        description="What the recipe is for, in one sentence; shown in the trigger form."
    )
    airflow: str = Field(default="3.3", description="Airflow line that files are judged for.")
    mining: MiningSettings
    judging: JudgeSettings
    instructions: InstructionSettings
    magpie: MagpieSettings | None = Field(
        default=None, description="Settings of requests that the served model makes up; none without them."
    )
    dataset: DatasetSettings
    seedling: SeedlingSettings | None = Field(
        default=None, description="Settings of the base model trained here; none when a real base is used."
    )
    training: TrainingSettings
    inference: InferenceSettings
    evaluation: EvaluationSettings
    improve: ImprovementSettings = Field(
        default_factory=ImprovementSettings,
        description="Rounds in which the judge teaches the model; only `airflownet improve` reads it.",
    )
    promotion: PromotionSettings = Field(
        default_factory=PromotionSettings, description="What it takes to become champion."
    )
    grading: GradeSettings | None = Field(
        default=None,
        description="Settings of an LLM judge for the answers; none without one. Claude costs money.",
    )
    people: PeopleSettings | None = Field(
        default=None,
        description="Settings of the questions to people, asked in Airflow; none without them.",
    )
    ask_before_paying: bool = Field(
        default=False,
        description="Wait for a person's approval in Airflow before requests to Claude that cost money.",
    )
    ask_before_training: bool = Field(
        default=False,
        description="Wait for a person's approval in Airflow before a training that has something to do; "
        "not before the rounds of improve_model, which only a person starts.",
    )

    @field_validator("airflow", mode="before")
    @classmethod
    def _airflow_is_text(cls, value: Any) -> Any:
        if isinstance(value, float):
            raise ValueError(f'quote the version: "{value}" (YAML reads 3.10 without quotes as 3.1)')
        return value

    @field_validator("airflow")
    @classmethod
    def _airflow_is_a_line(cls, value: str) -> str:
        if value not in known_lines():
            raise ValueError(f"not an Airflow line that files can be judged for: {_known_lines()}")
        return value

    @model_validator(mode="after")
    def _every_block_names_a_line(self) -> Self:
        for block in _AIRFLOW_AWARE:
            self._check_line(f"{block}.airflow", getattr(self, block).airflow)
        for line in self.magpie.airflow_lines if self.magpie else ():
            self._check_line("magpie.airflow_lines", line)
        return self

    @model_validator(mode="after")
    def _train_and_use_agree(self) -> Self:
        trained, used = self.dataset.card_tokens, self.inference.card_tokens
        if self.inference.form == "plan" and trained != used:
            raise ValueError(
                f"inference.card_tokens = {used}, but dataset.card_tokens = {trained}: a model is asked with "
                "the cards that its training rows had; make them equal"
            )
        return self

    @staticmethod
    def _check_line(field: str, value: str) -> None:
        # A block may also name a patch release, which is judged by its line.
        if ".".join(value.split(".")[:2]) not in known_lines():
            raise ValueError(
                f"{field} = {value!r} is no Airflow line that files can be judged for: {_known_lines()}"
            )

    def folder_name(self, changes: dict[str, Any]) -> str:
        """Returns the name of the run's folder: the recipe's, and each change that makes a difference.

        ``laptop``, but ``laptop.airflow-3.2`` for ``{"airflow": "3.2"}``: two runs of other settings, at the
        same time or one after the other, never replace each other's files.
        """
        data = self.model_dump(mode="json")
        name = self.name
        for dotted, value in sorted(changes.items()):
            place: Any = data
            for part in dotted.split("."):
                place = place.get(part) if isinstance(place, dict) else None
            if place != value:
                name += f".{dotted.rpartition('.')[2].replace('_', '-')}-{value}"
        return name

    @property
    def base_model_stage(self) -> str:
        """The stage that leaves ``base.gguf``: with a folder or hub id as base, the training itself."""
        return "base_model" if self.training.base.kind in KINDS_WITH_STAGE else "training"

    def with_changes(self, changes: dict[str, Any]) -> Recipe:
        """Returns the recipe with dotted fields replaced, for example ``{"training.max_steps": 10}``.

        Raises:
            RecipeError: a field does not exist or a value is out of range.
        """
        data = self.model_dump(mode="json")
        for dotted, value in changes.items():
            *parents, last = dotted.split(".")
            place = data
            for parent in parents:
                if not isinstance(place.get(parent), dict):
                    raise RecipeError(
                        f"recipe {self.name}: there is no block {parent!r} (in {dotted!r})",
                        f"blocks are: {', '.join(k for k, block in data.items() if isinstance(block, dict))}",
                    )
                place = place[parent]
            place[last] = value
        if "airflow" in changes:
            for block in _AIRFLOW_AWARE:
                data[block]["airflow"] = changes["airflow"]
        return _validated(data, Path(f"recipe {self.name}"), {})


def _known_lines() -> str:
    return f"choose one of {', '.join(known_lines())}"


def recipes_dir() -> Path:
    """Returns the folder of recipes: ``AIRFLOWNET_RECIPES``, else the one that comes with AirflowNet."""
    configured = os.environ.get("AIRFLOWNET_RECIPES")
    # In the repository a link to its recipes/; an installation holds the files themselves.
    return Path(configured) if configured else (Path(__file__).parent / "recipes").resolve()


def recipe_names() -> list[str]:
    """Returns the names of the recipes in ``recipes_dir()``, sorted, ``laptop`` first."""
    names = sorted(path.stem for path in recipes_dir().glob("*.yaml"))
    return sorted(names, key=lambda name: name != "laptop")


def load_recipe(name_or_path: str) -> Recipe:
    """Returns the checked recipe.

    Raises:
        RecipeError: there is no such file, it is not YAML, or a field or value is wrong.
    """
    path = Path(name_or_path)
    if path.suffix not in (".yaml", ".yml"):
        path = recipes_dir() / f"{name_or_path}.yaml"
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError):
        raise RecipeError(
            f"there is no recipe {name_or_path!r} ({path})",
            f"choose one of: {', '.join(recipe_names()) or 'none found'}; or give the path of a YAML file",
        ) from None
    try:
        data, node = yaml.safe_load(text), yaml.compose(text)
    except yaml.YAMLError as error:
        raise RecipeError(f"{path} is not valid YAML: {error}", "correct the place that is named") from None
    if not isinstance(data, dict):
        raise RecipeError(
            f"{path} holds no mapping of settings", f"start from {recipes_dir() / 'laptop.yaml'}"
        )
    airflow = data.get("airflow", Recipe.model_fields["airflow"].default)
    for block in _AIRFLOW_AWARE:
        if isinstance(data.get(block, {}), dict):
            data[block] = {"airflow": airflow, **(data.get(block) or {})}
    return _validated(data, path, _line_numbers(node))


def _validated(data: dict[str, Any], path: Path, lines: dict[tuple[str, ...], int]) -> Recipe:
    try:
        return Recipe.model_validate(data)
    except ValidationError as error:
        problems = [_explain(problem, lines) for problem in error.errors()]
        raise RecipeError(
            f"{path}: {len(problems)} wrong setting{'s' if len(problems) > 1 else ''}\n  "
            + "\n  ".join(problems),
            "correct the named fields; recipes/laptop.yaml shows every field in use",
        ) from None


def _line_numbers(node: yaml.Node | None, prefix: tuple[str, ...] = ()) -> dict[tuple[str, ...], int]:
    lines: dict[tuple[str, ...], int] = {}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*prefix, str(key.value))
            lines[place] = key.start_mark.line + 1
            lines.update(_line_numbers(value, place))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[(*prefix, str(index))] = value.start_mark.line + 1
            lines.update(_line_numbers(value, (*prefix, str(index))))
    return lines


def _explain(problem: Any, lines: dict[tuple[str, ...], int]) -> str:
    place = tuple(str(part) for part in problem["loc"])
    line = next((lines[place[:end]] for end in range(len(place), 0, -1) if place[:end] in lines), 0)
    where = f"line {line}, " if line else ""
    dotted = ".".join(place)
    if problem["type"] == "extra_forbidden":
        known = _field_names(place[:-1])
        close = difflib.get_close_matches(place[-1], known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known fields: {', '.join(known)}"
        return f"{where}{dotted}: there is no such field; {hint}"
    if problem["type"] == "missing":
        return f"{where}{dotted}: this field is required"
    message = problem["msg"].removeprefix("Value error, ")
    # What is wrong between fields belongs to no single one: the message names them.
    return f"{where}{dotted} = {problem['input']!r}: {message}" if dotted else message


def _field_names(place: Sequence[str]) -> list[str]:
    model: type[BaseModel] = Recipe
    for part in place:
        field = model.model_fields.get(part)
        if field is None:
            continue
        candidates = [field.annotation, *get_args(field.annotation)]
        for inner in [*candidates, *(arg for c in candidates for arg in get_args(c))]:
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                model = inner
                break
    return sorted(model.model_fields)
