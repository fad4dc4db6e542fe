"""The comparison stage: answers of any models, judged alike, to tables and a report.

Output: ``results.parquet`` (``JudgedSample``), ``answers.parquet`` (``AnswerFacts``), ``comparison.json``
(``Comparison``), ``report.html``, ``report.md``, ``plots/*.png``. Nothing is trained, served or run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from airflownet.artifacts import StageResult, StageSettings, StageWork, run_stage
from airflownet.errors import InputError
from airflownet.evaluation.answer_facts import AnswerFacts
from airflownet.evaluation.comparison.answer_files import Answer, generated_answers, read_answers
from airflownet.evaluation.comparison.compare import compare
from airflownet.evaluation.comparison.judging import Judged, PromptAnswers, judged_answers
from airflownet.evaluation.comparison.prompts import Prompt, dataset_prompts, file_prompts, own_prompts
from airflownet.evaluation.comparison.records import ANSWERS, COMPARISON, write_comparison
from airflownet.evaluation.comparison.report import write_report
from airflownet.evaluation.comparison.samples import comparison_samples
from airflownet.evaluation.judged_answers import GROUND_TRUTH
from airflownet.evaluation.plots.asked_for_curve import draw_asked_for_curve
from airflownet.evaluation.sample_browser.browser_data import SAMPLES, write_samples
from airflownet.evaluation.sample_browser.browser_page import sample_browser
from airflownet.evaluation.settings import EvaluationSettings
from airflownet.evaluation.statistics.proportion import IntervalSettings
from airflownet.evaluation.trivial_answers import MODEL as TRIVIAL
from airflownet.judge.catalogue import load_catalogue
from airflownet.judge.catalogue.store import known_lines
from airflownet.judge.code_folders import JUDGING
from airflownet.locations import is_local, local_path
from airflownet.progress import progress
from airflownet.records import JudgedSample
from airflownet.tables import write_table

SAMPLE_LINE: Final = "sample"
CODE: Final = ("evaluation", "asked_for", "wording", "plans", *JUDGING)
_RESERVED: Final = (GROUND_TRUTH, TRIVIAL)


class ComparisonSettings(StageSettings):
    """What determines a comparison beside its inputs."""

    evaluation: EvaluationSettings
    names: tuple[str, ...]
    """Of the answer files, in order."""
    lines: tuple[str, ...]


def run(
    settings: EvaluationSettings,
    answers: Sequence[tuple[str, str]],
    output: str,
    *,
    prompts: str = "",
    dataset: str = "",
    inference: str = "",
    mining: str = "",
    lines: Sequence[str] = (),
    fresh: bool = False,
) -> StageResult:
    """Judges and compares the answers of any number of models.

    Args:
        settings: the recipe's ``evaluation`` block; its ``airflow`` is taken where ``lines`` is empty.
        answers: (name, path of a JSONL file) of each model; an empty name takes the ``model`` of each row.
        output: folder or URL to write.
        prompts: JSONL file of prompts; empty takes those of the dataset, or else those in the answers.
        dataset: folder or URL of a dataset stage, whose test split gives prompts and ground truth.
        inference: folder or URL of an inference stage, whose answers are compared too.
        mining: folder or URL of the finished mining stage behind the dataset: answers to a request that was
            made from a file of a project are judged in that project; empty judges every answer by itself.
        lines: Airflow lines to judge for; ``sample`` for the one each prompt names.
        fresh: run even when an equal output is there.

    Returns:
        Location and counts (``<model>_loads`` ...). The same inputs and settings give the same bytes.

    Raises:
        InputError: a file cannot be read, no answer belongs to a prompt, or a line is not known.
        ArtifactError: an input is missing or unreadable.
    """
    chosen = tuple(lines) or (settings.airflow,)
    inputs = {f"answers_{index}": path for index, (_, path) in enumerate(answers)}
    inputs |= {k: v for k, v in (("prompts", prompts), ("dataset", dataset), ("inference", inference)) if v}
    if dataset and mining:
        inputs["mining"] = mining
    if not answers and not inference:
        raise InputError("there are no answers to compare", "give --answers NAME=answers.jsonl")
    for path in (*(path for _, path in answers), prompts):
        if path and is_local(path) and not local_path(path).is_file():
            raise InputError(f"there is no file {path}", "give a JSONL file, plain or .gz")
    for line in chosen:
        if line != SAMPLE_LINE:
            load_catalogue(line)

    def body(work: StageWork) -> None:
        _body(work, settings, [name for name, _ in answers], chosen)

    return run_stage(
        "comparison",
        ComparisonSettings(evaluation=settings, names=tuple(name for name, _ in answers), lines=chosen),
        inputs,
        output,
        body,
        code=CODE,
        libraries=("jinja2", "matplotlib", "numpy", "pyarrow", "croniter", "cron-descriptor"),
        fresh=fresh,
    )


def _body(work: StageWork, settings: EvaluationSettings, names: Sequence[str], lines: Sequence[str]) -> None:
    found = _answers(work.inputs, names)
    asked = _prompts(work.inputs, found)
    notes = _notes_on_projects(asked)
    bundles = _bundles(asked, found, lines, settings, work, notes)
    judged: list[Judged] = []
    with progress("Judging answers", total=len(bundles), unit="prompts") as bar:
        for some in judged_answers(bundles):
            judged += some
            bar.advance()
    write_table(work.directory / "results.parquet", JudgedSample, (one.row for one in judged))
    write_table(work.directory / ANSWERS, AnswerFacts, (one.facts for one in judged))
    comparison = compare(
        [one.facts for one in judged],
        settings=IntervalSettings(settings.confidence, settings.bootstrap_resamples, settings.seed),
        threshold=settings.asked_for_threshold,
        title="Which model writes DAGs that load and do what was asked?",
        sources=_sources(found, work),
        notes=notes,
    )
    write_comparison(work.directory / COMPARISON, comparison)
    plot = draw_asked_for_curve(comparison, work.directory / "plots")
    shown = comparison_samples(asked, judged, settings.asked_for_threshold)
    write_samples(work.directory / SAMPLES, shown)
    write_report(comparison, [plot] if plot else [], work.directory, sample_browser(shown))
    work.counts["prompts"] = comparison.n_prompts
    for rate in comparison.rates:
        if rate.airflow == "all" and rate.measure in ("loads", "loads_and_asked_for") and rate.share:
            work.counts[f"{rate.model}_{rate.measure}"] = rate.share.count
    work.facts["headline"] = comparison.headline


def _answers(inputs: Mapping[str, Path], names: Sequence[str]) -> dict[str, list[Answer]]:
    """Returns model -> answers, in the order in which the models were given.

    Raises:
        InputError: a name stands for the ground truth or the control arm, or comes from two places.
    """
    found: dict[str, list[Answer]] = {}
    parts: list[list[Answer]] = [generated_answers(inputs["inference"])] if "inference" in inputs else []
    parts += [read_answers(name, inputs[f"answers_{index}"]) for index, name in enumerate(names)]
    for part in parts:
        mine = {answer.model for answer in part}
        for model in sorted(mine & (found.keys() | set(_RESERVED))):
            raise InputError(
                f"answers of the model {model!r} are there twice, or the name is taken",
                f"give each file a name of its own; {', '.join(_RESERVED)} are taken",
            )
        for answer in part:
            found.setdefault(answer.model, []).append(answer)
    return found


def _prompts(inputs: Mapping[str, Path], answers: Mapping[str, Sequence[Answer]]) -> list[Prompt]:
    """Returns the prompts; the dataset's test split and a file of prompts go together.

    Raises:
        InputError: there are none.
    """
    found: list[Prompt] = []
    if "dataset" in inputs:
        found += dataset_prompts(inputs["dataset"], inputs.get("mining"))
    if "prompts" in inputs:
        known = {prompt.id for prompt in found}
        found += [prompt for prompt in file_prompts(inputs["prompts"]) if prompt.id not in known]
    if not found:
        every = [answer for some in answers.values() for answer in some]
        found = own_prompts((a.prompt_id, a.prompt_text, a.airflow) for a in every)
    if not found:
        raise InputError(
            "the answers hold no prompts",
            "give --prompts prompts.jsonl or a run with a dataset, or answers with a `prompt` field",
        )
    return found


def _bundles(
    prompts: Sequence[Prompt],
    answers: Mapping[str, Sequence[Answer]],
    lines: Sequence[str],
    settings: EvaluationSettings,
    work: StageWork,
    notes: list[str],
) -> list[PromptAnswers]:
    """Returns one bundle per prompt; answers to other prompts are counted and left out.

    Raises:
        InputError: no answer belongs to any prompt, or a line is not known.
    """
    ids = {prompt.id for prompt in prompts}
    by_prompt: dict[str, dict[str, list[Answer]]] = {one: {m: [] for m in answers} for one in ids}
    for model, some in answers.items():
        for answer in some:
            work.funnel.listed += 1
            own = next((one for one in (answer.prompt_id, *answer.other_ids) if one in ids), "")
            if not own:
                work.funnel.drop("not_one_of_the_prompts")
                continue
            work.funnel.keep()
            by_prompt[own][model].append(answer)
    if not any(any(models.values()) for models in by_prompt.values()):
        shown = next(iter(next(iter(answers.values()))))
        raise InputError(
            f"no answer belongs to any of the {len(prompts):,} prompts (the first answers "
            f"{shown.prompt_id!r})",
            "give answers whose prompt_id is the id of a prompt, or whose prompt has the same text",
        )
    fallback = settings.airflow if settings.airflow != SAMPLE_LINE else known_lines()[-1]
    bundles = []
    n_unknown = 0
    for prompt in prompts:
        own_lines = [(prompt.airflow or fallback) if line == SAMPLE_LINE else line for line in lines]
        n_unknown += SAMPLE_LINE in lines and bool(prompt.airflow) and prompt.airflow not in known_lines()
        own_lines = [
            line if line in known_lines() or SAMPLE_LINE not in lines else fallback for line in own_lines
        ]
        bundles.append(
            PromptAnswers(prompt, tuple(dict.fromkeys(own_lines)), by_prompt[prompt.id], settings.control_arm)
        )
    if n_unknown:
        notes.append(
            f"{n_unknown:,} prompts ask for an Airflow line that no catalogue knows; they are judged for "
            f"{fallback}."
        )
    if work.funnel.dropped:
        notes.append(
            f"{sum(work.funnel.dropped.values()):,} answers belong to none of the prompts; left out."
        )
    return bundles


def _notes_on_projects(prompts: Sequence[Prompt]) -> list[str]:
    n = sum(prompt.mined is not None for prompt in prompts)
    if not n:
        return []
    return [
        f"{n:,} prompts were made from files of a project; answers to them are judged in that project, in "
        "the real file's place. All others, and the trivial DAGs, are judged by themselves."
    ]


def _sources(answers: Mapping[str, Sequence[Answer]], work: StageWork) -> dict[str, str]:
    found = dict.fromkeys(answers, "answers file")
    if "inference" in work.inputs:
        found |= {model: "inference stage" for model in ("base", "tuned") if model in found}
    return found
