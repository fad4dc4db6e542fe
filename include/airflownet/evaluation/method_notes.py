"""How the numbers were computed and what they do not say; the same words in HTML and Markdown."""

from __future__ import annotations

from airflownet.evaluation.number_format import confidence_level
from airflownet.evaluation.summary import Summary

_CODE = (
    "From each answer the longest Python block is judged; without a fenced block, the whole text. An answer "
    "cut at the token limit is judged as it stands."
)
_PLANS = (
    "Both models were asked for the plan of the DAG, as JSON. The fine-tuned model got the system message of "
    "its training rows; the base, which never saw a plan, the whole form described with an example. Their "
    "answers were put right in the same way: the nearest name for an operator that does not exist, an end "
    "for a plan that was cut, a marked constant for what must be given and was not said. The file that a "
    "plan is rendered to is judged; an answer in which no plan can be read fails."
)


def method_notes(summary: Summary) -> tuple[str, ...]:
    """Returns one sentence or two per point."""
    level = confidence_level(summary.confidence)
    return (
        "The same prompts go to both models on the same server, base first, with the samplers stated above. "
        "The real file behind each prompt is judged like an answer: it is the ceiling.",
        _what_is_judged(summary),
        f"Every interval is a {level} interval: at each end the wider of Wilson's score interval (1927) and "
        f"the percentile bootstrap that draws whole families ({summary.n_resamples:,} resamples, seed "
        f"{summary.seed}). For differences, Newcombe's paired score interval (1998, method 10) takes the "
        "place of Wilson's. Where all answers are equal, families are counted in both, not answers; answers "
        "of one family have no interval.",
        "Differences are paired by prompt. They are called distinguishable from zero only if the interval "
        "leaves out zero, and the exact McNemar test (1947) and a sign-flip test of whole families both have "
        f"a p-value below {1 - summary.confidence:.3g}. "
        "P-values over rules are adjusted by Holm (1979).",
        "Answers that are missing, and verdicts that are unknown, count as failures and are shown in columns "
        "of their own. Nothing is left out.",
        "A DAG that loads need not do what was asked. The asked-for score looks for what the request "
        "states in "
        "what the file builds; tasks that only print, echo or do nothing are no work. Whether SQL or "
        "arithmetic "
        "is right is not judged.",
        "Requests that hold a file (to migrate, to repair, to explain) have no asked-for score: they are "
        "counted "
        "as unscored, and their answers compared with the real file's graph.",
        "The judge is static: it may err where only running the file would tell.",
        "The prompts were written from official Airflow examples. They are not a sample of what users ask.",
    )


def form_note(summary: Summary) -> str:
    """Returns that models wrote plans and what was done to them, with a blank before it; else nothing."""
    return (
        " The models wrote plans of DAGs, not code. Before a plan became the file that is judged, unknown "
        "operators were replaced by the catalogue's nearest and required arguments that were not said got "
        "marked constants, for both models alike."
        if _are_plans(summary)
        else ""
    )


def cut_note(summary: Summary) -> str:
    """Returns why an answer that was cut may load all the same, with a blank before it; else nothing."""
    return (
        " A plan that is cut at the token limit is ended where it breaks off; what stands before may load."
        if _are_plans(summary)
        else ""
    )


def _are_plans(summary: Summary) -> bool:
    methods = {count.name for counts in summary.extraction for count in counts.methods}
    return bool(methods & {"plan", "unreadable_plan"})


def _what_is_judged(summary: Summary) -> str:
    return _PLANS if _are_plans(summary) else _CODE
