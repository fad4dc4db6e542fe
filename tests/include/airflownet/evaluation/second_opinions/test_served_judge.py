"""A llama-server as the judge, from `airflownet grade` to the report, and in the run of a recipe."""

# ruff: noqa: F811
import shutil
import subprocess
import sys

import pytest
import yaml

import llama_model
from airflownet.evaluation.summary import read_summary
from airflownet.llm_judge.settings import GradeSettings
from airflownet.pipeline.order import PipelineRun, steps_of
from airflownet.pipeline.run_folder import RunFolder
from airflownet.recipe import load_recipe
from llama_fixtures import llama_cpp  # noqa: F401
from opinions_asked import served_judge


@pytest.mark.llama
def test_a_served_model_grades_from_the_command_line_and_in_a_run(finished_run, llama_cpp, tmp_path):
    shutil.copytree(finished_run / "evaluation", tmp_path / "run" / "evaluation")
    model = tmp_path / "judge.gguf"
    gguf_py = llama_cpp.convert_hf_to_gguf.parent / "gguf-py"
    llama_model.write_model(model, gguf_py, llama_model.Shape(n_context=8192))
    settings = served_judge(model, tmp_path) | {"max_prompts": 1}
    (tmp_path / "grade.yaml").write_text(yaml.safe_dump(settings))
    command = [sys.executable, "-m", "airflownet.cli.main", "grade", "run/evaluation"]
    done = subprocess.run(
        [*command, "--settings", "grade.yaml"], cwd=tmp_path, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 1, "random weights are not to be believed"
    assert "Not to be believed" in done.stderr
    assert "run/report/report.html" in done.stdout
    titles = [
        table.title for table in read_summary(tmp_path / "run" / "report" / "summary.json").second_judge
    ]
    assert {"Grades, 1 to 5", "Side by side", "Does the place decide?"} <= set(titles)

    recipe = load_recipe("laptop").model_copy(update={"grading": GradeSettings.model_validate(settings)})
    this = PipelineRun(recipe, RunFolder(str(tmp_path / "run")), fresh=False)
    graded = steps_of(recipe)["grading"](this)
    assert graded.counts["flags"] >= 1
    assert graded.skipped, "the same settings on the same answers: nobody is asked again"
