"""A drawn text is kept whole or left out whole."""

import pytest

from airflownet.magpie.cleaning import CleanRequest, clean

MINE = "```python\nfrom airflow.operators.dummy import DummyOperator\n```"

WHOLE = {
    "the-word-assistant": "Write an assistant DAG.\n\nIt must:\n- run daily",
    "here-and-there": "Here and there data arrives late; build a DAG",
    "here-are-requirements": (
        "I need a DAG that loads two tables every night. Here are the requirements: retries 3, owner data."
    ),
    "here-is-my-code": (
        f"My DAG fails with ImportError. Here is my code:\n{MINE}\nPlease fix it for Airflow 3."
    ),
    "here-is-the-code-we-run": f"Here is the code we run today:\n\n{MINE}\n\nMove it to Airflow 3.",
    "below-is-our-dag": "Below is our DAG, please add retries:\nfrom airflow.sdk import dag",
    "this-fails": f"This DAG fails on import:\n{MINE}\nWhat is wrong?",
    "error": "I get this error:\n```\nAirflowException: no such task\n```\nHow do I repair it?",
    "of-course-in-a-sentence": "Of course we already have a DAG for orders; add one for returns.",
    "sure-in-a-sentence": "Make sure the DAG runs daily. Sure enough, it must retry.",
    "step-one-of-the-user": "Build a DAG.\nStep 1: load orders\nStep 2: load returns",
    "output-of-the-user": "Transform the table.\nOutput:\none row per day",
    "headings-in-the-user's-code": "Explain this file:\n```python\n# Answer: 42\nSure, x\n```",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_a_request_stays_whole(text: str) -> None:
    assert clean(f"  {text}\n") == CleanRequest(text, "none")


ANSWERED = {
    "fence": ("Build a DAG.\n```python\nx = 1\n```", "code-fence"),
    "open-fence": ("Build a DAG that loads S3.\n```python\nx = 1", "code-fence"),
    "tilde-fence": ("Build a DAG.\n~~~\nx = 1\n~~~", "code-fence"),
    "only-a-fence": ("```python\nx = 1\n```", "code-fence"),
    "an-answer-after-own-code": (
        f"Fix my code:\n{MINE}\nIt must load.\n\n```python\nx = 1\n```",
        "code-fence",
    ),
    "label": ("Build a DAG.\n\nAnswer: sure", "answer-label"),
    "next-turn": ("Build a DAG.\nAssistant: the DAG follows", "answer-label"),
    "heading": ("Build a DAG.\n## Step 1\nfoo", "answer-heading"),
    "plain-heading": ("Build a DAG.\nSolution\nfoo", "answer-heading"),
    "here-is-the-code": ("Build a DAG. Here is the code", "answer-opening"),
    "heres-a-dag": ("Build a DAG.\nHere's a DAG that does it:", "answer-opening"),
    "does-this": ("Build a DAG.\nHere is a DAG that does this:\n```python\nx = 1\n```", "answer-opening"),
    "the-following-does": ("Load S3. The following DAG does it:\n```\nx = 1\n```", "answer-opening"),
    "below-is-an-example": ("Build a DAG.\nBelow is an example of such a workflow.", "answer-opening"),
    "sure": ("Sure, I can do that.", "answer-opening"),
    "of-course": ("Build a DAG. Of course! It loads S3.", "answer-opening"),
    "bare-code": ("Build it.\nfrom airflow import DAG\n", "code"),
}


@pytest.mark.parametrize(("text", "reason"), ANSWERED.values(), ids=ANSWERED)
def test_a_text_with_an_answer_is_left_out_whole(text: str, reason: str) -> None:
    assert clean(text) == CleanRequest("", reason)


def test_a_role_label_is_no_part_of_the_request() -> None:
    assert clean("User: Build a DAG") == CleanRequest("Build a DAG", "none")
