"""Articles, plurals, third person, counts and lists."""

import pytest

from airflownet.wording import english


@pytest.mark.parametrize(
    ("phrase", "article"),
    [
        pytest.param("GCS bucket", "a", id="spoken-consonant"),
        pytest.param("S3 bucket", "an", id="spoken-vowel-with-digit"),
        pytest.param("EMR cluster", "an", id="spoken-vowel"),
        pytest.param("SQL query", "a", id="spoken-as-sequel"),
        pytest.param("SFTP file", "an", id="spelt-out"),
        pytest.param("user", "a", id="you-sound"),
        pytest.param("hour", "an", id="silent-h"),
        pytest.param("AutoML job", "an", id="camel-case"),
    ],
)
def test_article_is_as_spoken(phrase: str, article: str) -> None:
    assert english.article(phrase) == article


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        pytest.param("GCS bucket", "GCS buckets", id="regular"),
        pytest.param("SQL query", "SQL queries", id="y"),
        pytest.param("batch", "batches", id="sibilant"),
        pytest.param("data", "data", id="uncountable"),
        pytest.param("buckets", "buckets", id="plural-already"),
        pytest.param("column of a table", "columns of a table", id="before-of"),
        pytest.param("day", "days", id="vowel-y"),
        pytest.param("status", "status", id="ends-in-s"),
    ],
)
def test_plural(noun: str, expected: str) -> None:
    assert english.plural(noun) == expected


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("copy", "copies"),
        ("publish", "publishes"),
        ("set up", "sets up"),
        ("deploy", "deploys"),
        ("do", "does"),
    ],
)
def test_third_person(verb: str, expected: str) -> None:
    assert english.third_person(verb) == expected


def test_lists_and_counts() -> None:
    assert english.join_words(["a", "b", "c"]) == "a, b and c"
    assert english.join_words(["a"]) == "a"
    assert english.join_words([]) == ""
    assert english.count_of(1, "more task") == "one more task"
    assert english.count_of(12, "task") == "12 tasks"
    assert english.sentence("run it ") == "Run it."
    assert english.sentence("`a` first?") == "`a` first?"
