"""The evaluation stage: judge all answers alike, compute, draw, and write the report."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.errors import ArtifactError
from airflownet.evaluation.answer_facts import AnswerFacts
from airflownet.evaluation.arms_section import arm_results, arms_table
from airflownet.evaluation.comparison.compare import compare
from airflownet.evaluation.comparison.measures import HEADLINE
from airflownet.evaluation.comparison.records import ANSWERS, COMPARISON, Comparison, write_comparison
from airflownet.evaluation.comparison.report_tables import asked_for_sentence, report_tables
from airflownet.evaluation.dataset_section import read_dataset_section
from airflownet.evaluation.examples import SELECTION_RULE, choose_examples
from airflownet.evaluation.gates import count_gates
from airflownet.evaluation.judged_answers import (
    ExtractedAnswer,
    JudgedAnswer,
    control_arm,
    index_generations,
    judged_answers,
    test_samples,
)
from airflownet.evaluation.leakage import read_leakage
from airflownet.evaluation.novelty import measure_novelty, n_new, novelty_sentence
from airflownet.evaluation.plots.arms_cost import draw_arms_cost
from airflownet.evaluation.plots.asked_for_curve import draw_asked_for_curve
from airflownet.evaluation.plots.dataset_rows import draw_dataset_content, draw_dataset_lengths
from airflownet.evaluation.plots.length_by_outcome import draw_length_by_outcome
from airflownet.evaluation.plots.loss_curve import draw_loss_curve
from airflownet.evaluation.plots.outcome_rates import draw_outcome_rates
from airflownet.evaluation.plots.pipeline_funnel import draw_pipeline_funnel
from airflownet.evaluation.plots.request_speed import draw_request_speed
from airflownet.evaluation.plots.slot_scaling import draw_slot_scaling
from airflownet.evaluation.plots.violation_codes import draw_violation_codes
from airflownet.evaluation.project_of_sample import projects_of
from airflownet.evaluation.provenance import (
    has_seedling,
    model_note,
    read_funnel,
    read_json,
    read_provenance,
    read_servers,
)
from airflownet.evaluation.report_html import write_html
from airflownet.evaluation.report_markdown import markdown_report
from airflownet.evaluation.requests_section import read_requests_section
from airflownet.evaluation.result_statistics import result_statistics
from airflownet.evaluation.sample_browser.browser_data import (
    SAMPLES,
    answer_shown,
    browser_data,
    prompt_shown,
    write_samples,
)
from airflownet.evaluation.sample_browser.browser_page import sample_browser
from airflownet.evaluation.settings import EvaluationSettings
from airflownet.evaluation.shipped_section import ShippedAnswers, read_shipped_answers
from airflownet.evaluation.statistics.proportion import IntervalSettings
from airflownet.evaluation.summary import (
    FORMAT,
    MODELS,
    Count,
    ExtractionCounts,
    Fact,
    Plot,
    ResultStatistics,
    Summary,
    write_summary,
)
from airflownet.evaluation.throughput import read_server_speed, throughput
from airflownet.evaluation.training_log import LossCurve, loss_summary, read_loss_curve
from airflownet.evaluation.verdict_sentence import headline, verdict_sentence
from airflownet.locations import MANIFEST, is_local, local_path, read_manifest
from airflownet.plans.sample_code import code_of
from airflownet.progress import progress
from airflownet.records import Generation, JudgedSample, Sample, Verdict
from airflownet.tables import read_table, write_table

log = logging.getLogger(__name__)
_TOLD_ELSEWHERE = ("Where answers are lost",)


def _extraction_counts(answers: Sequence[JudgedAnswer]) -> tuple[ExtractionCounts, ...]:
    counts = []
    for model in MODELS:
        methods = [answer.extracted.method for answer in answers if answer.extracted.model == model]
        named = tuple(Count(name, methods.count(name)) for name in sorted(set(methods)))
        counts.append(ExtractionCounts(model, named))
    return tuple(counts)


def _adapter_title(folders: dict[str, Path]) -> str:
    """Returns what was trained: QLoRA only where the base was loaded in 4 bits."""
    settings = (read_json(folders["training"] / MANIFEST) or {}) if "training" in folders else {}
    return f"Adapter ({'QLoRA' if settings.get('settings', {}).get('load_in_4bit', True) else 'LoRA'})"


def _loss_curves(folders: dict[str, Path]) -> list[LossCurve]:
    runs = [("training", _adapter_title(folders))]
    if has_seedling(folders):
        runs.insert(0, ("base_model", "Base model, from scratch"))
    curves = [read_loss_curve(folders[stage], title) for stage, title in runs if stage in folders]
    return [curve for curve in curves if curve is not None]


def _calibration(inference: str) -> Path | None:
    """Returns what ``airflownet infer --calibrate`` left beside the inference stage's folder, if it did."""
    path = local_path(inference).with_name("calibration.json") if is_local(inference) else None
    return path if path is not None and path.is_file() else None


def _draw_plots(
    work: StageWork,
    settings: EvaluationSettings,
    statistics: ResultStatistics,
    rules: dict[str, str],
    rows: Sequence[JudgedSample],
    generations: Sequence[Generation],
) -> tuple[Plot, ...]:
    directory = work.directory / "plots"
    drawn = (
        draw_outcome_rates(statistics, settings.confidence, directory),
        draw_violation_codes(statistics, rules, settings.confidence, directory),
        draw_length_by_outcome(rows, directory),
        draw_loss_curve(_loss_curves(work.inputs), directory),
        draw_request_speed(generations, directory),
        draw_slot_scaling(work.inputs.get("calibration"), directory),
        draw_pipeline_funnel(read_funnel(work.inputs), directory),
        draw_dataset_content(work.inputs["dataset"], directory),
        draw_dataset_lengths(work.inputs["dataset"], directory),
    )
    return tuple(plot for plot in drawn if plot is not None)


def _judge_all(
    work: StageWork,
    settings: EvaluationSettings,
    samples: Sequence[Sample],
    generations: Sequence[Generation],
) -> list[JudgedAnswer]:
    index = index_generations(generations, {sample.id for sample in samples})
    n_answers = len(samples) * (2 * index.n_samples + 1)
    answers = []
    with progress("Judging answers", total=n_answers, unit="answers") as bar:
        projects = projects_of(work.inputs.get("mining"), samples)
        for answer in judged_answers(samples, index, settings.airflow, projects):
            answers.append(answer)
            bar.advance()
    work.funnel.listed = len(index.by_key) + index.n_foreign + len(samples)
    work.funnel.keep(len(index.by_key) + len(samples))
    if index.n_foreign:
        work.funnel.drop("not_a_test_prompt", index.n_foreign)
    return answers


def _compare(
    work: StageWork,
    settings: EvaluationSettings,
    samples: Sequence[Sample],
    answers: Sequence[JudgedAnswer],
    intervals: IntervalSettings,
    shipped: ShippedAnswers,
) -> Comparison:
    """Returns the comparison with the control arm; leaves ``answers.parquet`` and ``comparison.json``."""
    facts = [answer.facts for answer in (*answers, *shipped.answers)]
    if settings.control_arm:
        facts += control_arm(samples, settings.airflow)
    write_table(work.directory / ANSWERS, AnswerFacts, facts)
    found = compare(
        facts,
        settings=intervals,
        threshold=settings.asked_for_threshold,
        title=settings.title,
        sources={
            "base": "inference stage",
            "tuned": "inference stage",
            "ground_truth": "test split",
            **shipped.sources(),
        },
    )
    write_comparison(work.directory / COMPARISON, found)
    return found


def _marks(answer: JudgedAnswer) -> dict[str, str]:
    """Returns what the sample browser tells of an answer beside its verdict."""
    facts = answer.facts
    if not facts.is_scored:
        return {}
    told = {"asked for": f"{facts.asked_for:.2f}"}
    if facts.not_delivered and facts.outcome != "missing":
        told["not delivered"] = "; ".join(facts.not_delivered)
    return told


def _training_code(dataset: Path) -> Iterator[str]:
    for sample in read_table(dataset / "samples.parquet", Sample):
        if sample.split == "train":
            yield code_of(sample)


def _body(work: StageWork, settings: EvaluationSettings) -> None:
    samples = test_samples(read_table(work.inputs["dataset"] / "samples.parquet", Sample))
    generations = list(read_table(work.inputs["inference"] / "generations.parquet", Generation))
    answers = _judge_all(work, settings, samples, generations)
    shipped = read_shipped_answers(
        work.inputs["inference"], samples, settings.airflow, projects_of(work.inputs.get("mining"), samples)
    )
    rows = [answer.row for answer in answers]
    write_table(work.directory / "results.parquet", JudgedSample, rows)
    write_table(work.directory / "extraction.parquet", ExtractedAnswer, (a.extracted for a in answers))
    write_table(work.directory / "verdicts.parquet", Verdict, (a.verdict for a in answers if a.verdict))

    intervals = IntervalSettings(settings.confidence, settings.bootstrap_resamples, settings.seed)
    statistics = result_statistics(rows, settings=intervals, n_strata=settings.n_strata)
    novelty = measure_novelty(rows, _training_code(work.inputs["dataset"]), intervals)
    verdicts = (answer.verdict for answer in (*answers, *shipped.answers) if answer.verdict)
    rules = {v.code: v.rule for verdict in verdicts for v in verdict.violations}
    comparison = _compare(work, settings, samples, answers, intervals, shipped)
    curve = draw_asked_for_curve(comparison, work.directory / "plots")
    threshold = settings.asked_for_threshold
    arms = arm_results(
        work.inputs["inference"],
        samples,
        (answer.facts for answer in answers),
        settings.airflow,
        threshold,
        intervals,
        projects_of(work.inputs.get("mining"), samples),
    )
    arms_told = arms_table(arms, threshold)
    costs = draw_arms_cost(arms, work.directory / "plots")
    told = [t for t in report_tables(comparison) if t.title not in _TOLD_ELSEWHERE]
    leaderboard, others = told[:1], told[1:]
    summary = Summary(
        format=FORMAT,
        title=settings.title,
        headline=headline(statistics, n_new(novelty)),
        verdict=" ".join(
            sentence
            for sentence in (
                verdict_sentence(statistics, settings.confidence),
                asked_for_sentence(comparison),
                novelty_sentence(novelty),
                shipped.sentence(comparison),
            )
            if sentence
        ),
        model_note=model_note(work.inputs),
        confidence=settings.confidence,
        n_resamples=settings.bootstrap_resamples,
        seed=settings.seed,
        n_test_samples=len(samples),
        statistics=statistics,
        novelty=novelty,
        extraction=_extraction_counts(answers),
        rules=tuple(Fact(code, rule) for code, rule in sorted(rules.items())),
        funnel=read_funnel(work.inputs),
        leakage=read_leakage(work.inputs["dataset"] / "leakage.json"),
        dataset=read_dataset_section(work.inputs["dataset"]),
        losses=tuple(loss_summary(curve) for curve in _loss_curves(work.inputs)),
        throughput=tuple(t for m in ("base", "tuned") if (t := throughput(generations, m)) is not None),
        server_speed=read_server_speed(work.inputs["inference"]),
        server=read_servers(work.inputs["inference"] / "servers.json"),
        provenance=read_provenance(work.inputs),
        selection_rule=SELECTION_RULE,
        examples=choose_examples(
            samples, answers, n_examples=settings.n_examples, max_lines=settings.max_example_lines
        ),
        plots=(
            *_draw_plots(work, settings, statistics, rules, rows, generations),
            *((curve,) if curve else ()),
            *((costs,) if costs else ()),
        ),
        requests=read_requests_section(work.inputs),
        gates=count_gates((a.facts for a in answers), settings.asked_for_threshold),
        comparison=(
            *leaderboard,
            *((arms_told,) if arms_told else ()),
            *others,
        ),
    )
    write_summary(work.directory / "summary.json", summary)
    (work.directory / "report.md").write_text(markdown_report(summary), encoding="utf-8")
    shown = browser_data(
        map(prompt_shown, samples),
        (answer_shown(a, settings.asked_for_threshold, _marks(a)) for a in (*answers, *shipped.answers)),
        rules,
    )
    write_html(summary, work.directory, sample_browser(shown))
    write_samples(work.directory / SAMPLES, shown)
    work.counts |= {
        "test_prompts": len(samples),
        **{f"{m.model}_{o.name}": o.proportion.count for m in statistics.models for o in m.outcomes},
    }
    for model in ("base", "tuned"):
        rate = comparison.rate(HEADLINE, model)
        work.counts[f"{model}_{HEADLINE}"] = rate.share.count if rate and rate.share else 0
    work.facts["verdict"] = summary.verdict


def _finished(location: str) -> bool:
    try:
        read_manifest(location)
    except ArtifactError:
        return False
    return True


def run(
    settings: EvaluationSettings,
    dataset: str,
    inference: str,
    training: str,
    base_model: str,
    output: str,
    *,
    mining: str = "",
    judging: str = "",
    instructions: str = "",
    magpie: str = "",
    fresh: bool = False,
) -> StageResult:
    """Judges base, tuned and ground truth on the test split and writes the report.

    Args:
        settings: the recipe's ``evaluation`` block.
        dataset: folder or URL with ``samples.parquet`` and ``leakage.json``.
        inference: folder or URL with ``generations.parquet`` and ``servers.json``.
        training: folder or URL of the adapter, for its loss curve and manifest; may be empty.
        base_model: folder or URL of the base model trained here; empty for a published base.
        output: folder or URL to write: ``results.parquet`` (``JudgedSample``), ``extraction.parquet``,
            ``verdicts.parquet`` (``Verdict``, of every answer there is), ``answers.parquet``
            (``AnswerFacts``, with the control arm), ``comparison.json``, ``summary.json``, ``report.html``,
            ``report.md``, ``plots/*.png``.
        mining: finished mining stage, for the funnel, and for the projects that answers are judged in; left
            out when empty or unfinished.
        judging: finished judging stage, likewise.
        instructions: finished instructions stage, likewise.
        magpie: finished Magpie stage, likewise; not missed when the recipe has none.
        fresh: run even when an equal output is there.

    Returns:
        Location and counts (``base_loads``, ``tuned_fails`` ...). The same inputs and settings give the
        same bytes.

    Raises:
        ArtifactError: an input is missing or unreadable.
        InputError: the test split is empty, or the generations do not belong to it.
    """
    inputs = {"dataset": dataset, "inference": inference}
    inputs |= {name: place for name, place in (("training", training), ("base_model", base_model)) if place}
    for name, place in (("mining", mining), ("judging", judging), ("instructions", instructions)):
        if place and _finished(place):
            inputs[name] = place
        elif place:
            log.warning(
                "evaluation: %s holds no finished %s stage; the report shows no funnel of it", place, name
            )
    if magpie and _finished(magpie):
        inputs["magpie"] = magpie
    if (calibration := _calibration(inference)) is not None:
        inputs["calibration"] = str(calibration)
    return run_stage(
        "evaluation",
        settings,
        inputs,
        output,
        lambda work: _body(work, settings),
        code=("evaluation", "asked_for", "wording", "plans", "judge"),
        libraries=("jinja2", "matplotlib", "numpy", "pyarrow", "croniter", "cron-descriptor"),
        fresh=fresh,
    )
