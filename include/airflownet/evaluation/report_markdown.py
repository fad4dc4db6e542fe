"""``report.md``: the same content for terminals and Git forges; text that others wrote stays inert.

Code goes into fences longer than any run of backticks in it, other foreign text into code spans or
fences, so that nothing in it can end its place, become a link, an image or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from airflownet.evaluation.method_notes import cut_note, form_note, method_notes
from airflownet.evaluation.number_format import (
    MODEL_NAMES,
    confidence_level,
    count_of,
    interval,
    p_value,
    percent,
    points,
    points_interval,
)
from airflownet.evaluation.statistics.proportion import Proportion
from airflownet.evaluation.summary import MODELS, OUTCOMES, Example, FunnelStep, Summary
from airflownet.evaluation.training_log import validation_loss


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def fenced(text: str, language: str = "") -> str:
    """Returns a code block whose fence is longer than any run of backticks in the text."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def code_span(text: str) -> str:
    """Returns an inline code span, safe within a table cell; white space becomes single spaces."""
    flat = " ".join(text.split()).replace("|", "\\|")
    if not flat:
        return "–"
    fence = "`" * (_longest_run(flat) + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def plain(text: str) -> str:
    """Returns text with every character that Markdown or HTML would act on escaped, on one line."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|&~])", r"\\\1", " ".join(text.split()))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a pipe table; cells must be safe already."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _rate(rate: Proportion) -> str:
    return f"{percent(rate.rate)} ({interval(rate)}), {count_of(rate)}"


def _outcomes(summary: Summary) -> Iterator[str]:
    st, comparison = summary.statistics, summary.statistics.comparison
    yield "## Outcomes"
    yield (
        f"Share of answers by outcome, with {confidence_level(summary.confidence)} interval and count. An "
        f"answer that is unknown or missing counts as one that does not load.{cut_note(summary)}"
    )
    yield table(
        ["Model", *(name.capitalize() for name in OUTCOMES), "Cut at token limit", "n (families)"],
        (
            [
                MODEL_NAMES[m.model],
                *(_rate(o.proportion) for o in m.outcomes),
                _rate(m.token_limit) if m.token_limit else "–",
                f"{m.n:,} ({m.n_families:,})",
            ]
            for m in st.models
        ),
    )
    yield "Fine-tuned against base, prompt by prompt:"
    yield table(
        [
            "Pairs (families)",
            "Both load",
            "Only fine-tuned",
            "Only base",
            "Neither",
            "Difference",
            "Exact McNemar",
        ],
        [
            [
                f"{comparison.n_pairs:,} ({comparison.n_families:,})",
                str(comparison.both),
                str(comparison.first_only),
                str(comparison.second_only),
                str(comparison.neither),
                f"{points(comparison.difference)} points ({points_interval(comparison)})",
                p_value(comparison.mcnemar_p),
            ]
        ],
    )


def _gates(summary: Summary) -> Iterator[str]:
    if not summary.gates:
        return
    yield "## How far the answers come"
    yield (
        "Share of all answers that pass a gate and every gate before it. An answer to a request that states "
        "nothing readable cannot pass the last one."
    )
    yield table(
        ["Model", *(gate.gate.capitalize() for gate in summary.gates[0].gates)],
        (
            [
                MODEL_NAMES.get(model.model, plain(model.model)),
                *(
                    f"{percent(gate.count / model.n if model.n else 0.0)}, {gate.count:,} of {model.n:,}"
                    for gate in model.gates
                ),
            ]
            for model in summary.gates
        ),
    )


def _breakdowns(summary: Summary) -> Iterator[str]:
    st, rules = summary.statistics, {fact.name: fact.value for fact in summary.rules}
    names = [MODEL_NAMES[model] for model in MODELS]
    if st.codes:
        yield "## Violations by rule"
        yield table(
            ["Rule", *names, "Fine-tuned − base", "Adjusted p"],
            (
                [
                    f"{c.code} {plain(rules.get(c.code, ''))}",
                    *(_rate(r.proportion) for r in c.rates),
                    f"{points(c.comparison.difference)} points ({points_interval(c.comparison)})",
                    p_value(c.p_holm),
                ]
                for c in st.codes
            ),
        )
    if summary.novelty:
        yield "## New, or recited?"
        yield (
            "An answer counts as recited when a file of the training split is at least 70% the same "
            "(Jaccard similarity of five-token shingles). A model that recites a file writes something that "
            "loads, but not what was asked for."
        )
        yield table(
            ["Model", "Distinct answers", "Recited", "Loads and is not recited"],
            (
                [
                    MODEL_NAMES[n.model],
                    f"{n.n_distinct} of {n.n_answers}",
                    _rate(n.recited),
                    _rate(n.loads_and_new),
                ]
                for n in summary.novelty
            ),
        )
    if len(st.strata) > 1:
        yield "## By length of the real file"
        yield table(
            ["Lines", "Prompts", *names],
            (
                [f"{s.min_lines}–{s.max_lines}", f"{s.n_samples:,}", *(_rate(r.proportion) for r in s.rates)]
                for s in st.strata
            ),
        )


def _comparison(summary: Summary) -> Iterator[str]:
    for told in summary.comparison:
        yield f"## {plain(told.title)}"
        if told.caption:
            yield plain(told.caption)
        yield table(
            [plain(name) for name in told.header], ([plain(cell) for cell in row] for row in told.rows)
        )


def _plots(summary: Summary) -> Iterator[str]:
    yield "## Figures"
    for plot in summary.plots:
        yield f"### {plot.title}"
        yield f"![{plain(plot.alt)}](plots/{plot.name}.png)"
        yield plain(plot.caption)


def _example(example: Example) -> Iterator[str]:
    yield f"### {example.category.capitalize()} (one of {example.n_in_category})"
    yield fenced(example.instruction, "text")
    for answer in example.answers:
        yield f"**{MODEL_NAMES[answer.model]}: {answer.outcome}**"
        found = [f"{v.code} line {v.line}: {v.message}" for v in answer.violations[:6]]
        if len(answer.violations) > 6:
            found.append(f"and {len(answer.violations) - 6} more")
        if not found and answer.reason and answer.outcome != "loads":
            found = [answer.reason]
        if found:
            yield fenced("\n".join(found), "text")
        yield fenced(answer.code, "python") if answer.code else "No code in this answer."
        if answer.n_hidden_lines:
            yield f"{answer.n_hidden_lines:,} more lines in `results.parquet`."
    yield f"Ground truth: {code_span(example.source)}. Sample {code_span(example.sample_id)}."


def _of_kept(step: FunnelStep) -> str:
    told = ", ".join(f"{count.count:,} {plain(count.name.replace('_', ' '))}" for count in step.of_kept)
    return f" ({told})" if told else ""


def _data(summary: Summary) -> Iterator[str]:
    if summary.funnel:
        yield "## What was dropped, and why"
        yield table(
            ["Stage", "Listed", "Kept", "Dropped, by reason"],
            (
                [
                    plain(s.stage.replace("_", " ")),
                    f"{s.listed:,}",
                    f"{s.kept:,}{_of_kept(s)}",
                    "; ".join(f"{plain(d.name.replace('_', ' '))}: {d.count:,}" for d in s.dropped) or "none",
                ]
                for s in summary.funnel
            ),
        )
    if summary.leakage:
        yield "## Leak check"
        yield "Families of near-identical files must not cross a split; from `dataset/leakage.json`."
        yield table(["Measure", "Value"], ([plain(f.name), code_span(f.value)] for f in summary.leakage))
    if summary.dataset:
        yield "## How close the splits come"
        if summary.dataset.random_split:
            yield plain(summary.dataset.random_split)
        yield table(
            ["Measure", "Value"], ([plain(f.name), code_span(f.value)] for f in summary.dataset.facts)
        )
        yield table(
            ["Measure", "Similarity", "Splits", "One", "Other"],
            (
                [p.measure, f"{p.similarity:.3f}", p.splits, code_span(p.first), code_span(p.second)]
                for p in summary.dataset.pairs
            ),
        )
    if summary.requests:
        yield "## Where the requests come from"
        for told in summary.requests:
            yield f"### {told.title}"
            if told.caption:
                yield plain(told.caption)
            yield table(list(told.header), ([plain(cell) for cell in row] for row in told.rows))
    if summary.losses:
        yield "## Training runs"
        yield table(
            ["Run", "Steps", "Training loss", "Validation loss", "Tokens seen", "Seconds"],
            (
                [
                    run.run,
                    f"{run.n_steps:,}",
                    f"{run.first_loss:.3f} to {run.last_loss:.3f}",
                    validation_loss(run),
                    f"{run.tokens_seen:,}",
                    "–" if run.seconds is None else f"{run.seconds:,.0f}",
                ]
                for run in summary.losses
            ),
        )


def _made(summary: Summary) -> Iterator[str]:
    yield "## How it was made"
    yield table(
        ["Stage", "Output SHA-256", "Code SHA-256", "Libraries"],
        (
            [
                plain(p.stage.replace("_", " ")),
                code_span(p.content_sha256[:16]),
                code_span(p.code_sha256[:16]),
                plain(
                    ", ".join([f"Python {p.python}", *(f"{item.name} {item.value}" for item in p.libraries)])
                ),
            ]
            for p in summary.provenance
        ),
    )
    if summary.server:
        yield "The inference server:"
        yield table(["Fact", "Value"], ([plain(f.name), code_span(f.value)] for f in summary.server))
    yield "How the code was found in the answers:"
    yield table(
        ["Model", "Methods"],
        (
            [
                MODEL_NAMES[x.model],
                ", ".join(f"{plain(c.name.replace('_', ' '))}: {c.count:,}" for c in x.methods),
            ]
            for x in summary.extraction
        ),
    )
    if summary.server_speed:
        yield "The server, all slots together, measured once:"
        yield table(
            ["Model", "Prompt and generated tokens/s", "Seconds", "Answers", "Slots decoded together"],
            (
                [
                    MODEL_NAMES[t.model],
                    f"{t.tokens_per_s:,.1f}",
                    f"{t.seconds:,.1f}",
                    f"{t.n_generated:,}",
                    "–" if t.busy_slots is None else f"{t.busy_slots:.2f}",
                ]
                for t in summary.server_speed
            ),
        )
    if summary.throughput:
        yield "Generated tokens per second of single requests:"
        yield table(
            ["Model", "Median", "10th to 90th percentile", "Requests"],
            (
                [MODEL_NAMES[t.model], f"{t.median:.1f}", f"{t.p10:.1f} to {t.p90:.1f}", f"{t.n_requests:,}"]
                for t in summary.throughput
            ),
        )


def markdown_report(summary: Summary) -> str:
    """Returns the report as GitHub-flavoured Markdown; figures are linked as ``plots/<name>.png``."""
    parts = [
        f"# {plain(summary.title)}",
        f"**{plain(summary.headline)}**",
        plain(summary.verdict),
        plain(summary.model_note + form_note(summary)),
        *_outcomes(summary),
    ]
    parts += [*_gates(summary), *_comparison(summary), *_breakdowns(summary), *_plots(summary)]
    for title, tables in (
        ("What an LLM judge says", summary.second_judge),
        ("What people say", summary.people),
    ):
        if tables:
            parts.append(f"## {title}")
        for told in tables:
            parts.append(f"### {told.title}")
            parts += [plain(told.caption)] if told.caption else []
            parts.append(table(list(told.header), ([plain(cell) for cell in row] for row in told.rows)))
    if summary.examples:
        parts += ["## Side by side", plain(summary.selection_rule)]
        for example in summary.examples:
            parts += _example(example)
    parts += [*_data(summary), *_made(summary), "## Method and limits"]
    parts.append("\n".join(f"- {plain(note)}" for note in method_notes(summary)))
    return "\n\n".join(parts) + "\n"
