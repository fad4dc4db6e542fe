import pytest

from airflownet.magpie.cleaning import CleanRequest, clean


@pytest.mark.parametrize(
    ("raw", "text", "cut"),
    [
        pytest.param("  Load S3 to Redshift daily.\n", "Load S3 to Redshift daily.", "none", id="plain"),
        pytest.param(
            "Write an assistant DAG.\n\nIt must:\n- run daily",
            None,
            "none",
            id="the-word-assistant-is-no-stop",
        ),
        pytest.param("Build a DAG.\n```python\nx = 1\n```", "Build a DAG.", "code-fence", id="fence"),
        pytest.param("Build a DAG.\n\nAnswer: sure", "Build a DAG.", "answer-label", id="label"),
        pytest.param("Build a DAG.\n## Step 1\nfoo", "Build a DAG.", "answer-heading", id="heading"),
        pytest.param("Build a DAG. Here is the code", "Build a DAG.", "answer-opening", id="opening"),
        pytest.param("Sure, I can do that.", "", "answer-opening", id="answer-only"),
        pytest.param("Build it.\nfrom airflow import DAG\n", "Build it.", "code", id="bare-code"),
        pytest.param("User: Build a DAG", "Build a DAG", "none", id="role-label"),
        pytest.param("Here and there data arrives late; build a DAG", None, "none", id="here-and-there"),
    ],
)
def test_requests_are_cut_where_an_answer_begins(raw: str, text: str | None, cut: str) -> None:
    assert clean(raw) == CleanRequest(raw if text is None else text, cut)
