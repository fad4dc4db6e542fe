"""A recipe error names file, line, field, value and what is allowed."""

from __future__ import annotations

import pytest
import yaml

from airflownet.errors import RecipeError
from airflownet.recipe import load_recipe, recipe_names, recipes_dir

LAPTOP = (recipes_dir() / "laptop.yaml").read_text()


@pytest.mark.parametrize("name", recipe_names())
def test_every_shipped_recipe_is_valid(name):
    assert load_recipe(name).name == name


def write(tmp_path, text):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    return str(path)


def changed(**changes):
    data = yaml.safe_load(LAPTOP)
    for dotted, value in changes.items():
        place = data
        *parents, last = dotted.split("__")
        for parent in parents:
            place = place[parent]
        place[last] = value
    return yaml.safe_dump(data, sort_keys=False)


WRONG = {
    "typo in a block": (changed(trainning={}), r"line \d+, trainning: there is no such field.*'training'"),
    "typo in a field": (
        changed(inference__temprature=1),
        r"inference\.temprature: there is no such field.*'temperature'",
    ),
    "out of range": (changed(inference__n_slots=0), r"inference\.n_slots = 0: .*greater than"),
    "wrong type": (changed(inference__n_slots="many"), r"inference\.n_slots = 'many'"),
    "unquoted version": (LAPTOP.replace('airflow: "3.3"', "airflow: 3.3"), "quote the version"),
    "no such Airflow line": (
        LAPTOP.replace('airflow: "3.3"', 'airflow: "3.30"'),
        r"airflow = '3\.30': .*choose one of 2\.7, .*3\.3",
    ),
    "a patch release": (LAPTOP.replace('airflow: "3.3"', 'airflow: "3.3.1"'), r"airflow = '3\.3\.1': .*3\.3"),
    "no such line in a block": (
        changed(dataset__airflow="4.0"),
        r"dataset\.airflow = '4\.0' is no Airflow line.*choose one of 2\.7",
    ),
    "no such line to be asked for": (
        changed(magpie__airflow_lines=["3.3", "1.10"]),
        r"magpie\.airflow_lines = '1\.10' is no Airflow line",
    ),
    "not YAML": ("a: [1", "not valid YAML"),
    "a list": ("- a\n", "no mapping"),
    "missing block": ("name: x\ndescription: y\n", "mining: this field is required"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_recipe_is_explained(tmp_path, text, message):
    with pytest.raises(RecipeError, match=message) as caught:
        load_recipe(write(tmp_path, text))
    assert caught.value.remedy
    assert caught.value.exit_code == 2


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(RecipeError, match="no recipe 'labtop'") as caught:
        load_recipe("labtop")
    assert "laptop" in caught.value.remedy


def test_the_airflow_line_reaches_every_stage_that_judges(tmp_path):
    recipe = load_recipe(write(tmp_path, LAPTOP.replace('airflow: "3.3"', 'airflow: "3.2"')))
    assert {recipe.judging.airflow, recipe.dataset.airflow, recipe.evaluation.airflow} == {"3.2"}


def test_changes_of_the_form_are_checked_like_the_file():
    recipe = load_recipe("laptop")
    assert recipe.with_changes({"airflow": "3.1"}).evaluation.airflow == "3.1"
    assert recipe.with_changes({}) == recipe
    with pytest.raises(RecipeError, match=r"airflow = '3\.30'"):
        recipe.with_changes({"airflow": "3.30"})
    with pytest.raises(RecipeError, match="n_slots"):
        recipe.with_changes({"inference.n_slots": -1})
    with pytest.raises(RecipeError, match="no block 'nothing'"):
        recipe.with_changes({"nothing.here": 1})


@pytest.mark.parametrize(
    ("changes", "folder"),
    [
        pytest.param({}, "laptop", id="as-it-is"),
        pytest.param({"airflow": "3.3"}, "laptop", id="the-recipe's-own-value"),
        pytest.param({"airflow": "3.2"}, "laptop.airflow-3.2", id="another-line"),
        pytest.param(
            {"dataset.max_test_samples": 5, "airflow": "2.9"},
            "laptop.airflow-2.9.max-test-samples-5",
            id="two",
        ),
    ],
)
def test_runs_of_other_settings_have_folders_of_their_own(changes, folder):
    assert load_recipe("laptop").folder_name(changes) == folder
