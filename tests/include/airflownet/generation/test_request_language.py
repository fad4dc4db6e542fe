"""In which language a request is: names and code count for neither side."""

from __future__ import annotations

import pytest

from airflownet.generation.request_language import other_language


@pytest.mark.parametrize(
    ("request_text", "language"),
    [
        ("load two tables from S3 to Snowflake every night and tell Slack when it fails", ""),
        ("dag @once: create GKE cluster > start job > delete GKE cluster; no catchup", ""),
        ("backup postgres nightly", ""),
        ("run `der die das und ist nicht` every day", ""),
        ("a;;;;%%% ))) '''", ""),
        ("", ""),
        (
            "lade jede Nacht zwei Tabellen aus S3 nach Snowflake und sage Slack Bescheid, wenn es scheitert",
            "German",
        ),
        ("charge les tables de S3 dans Snowflake chaque nuit", "French"),
        ("carga las tablas de S3 en Snowflake cada noche", "Spanish"),
        ("carica le tabelle da S3 ogni notte, poi manda una mail", "Italian"),
        ("\u6bcf\u5929\u4eceS3\u52a0\u8f7d\u6570\u636e\u5230Snowflake", "Chinese or Japanese"),
        ("\u043a\u0430\u0436\u0434\u0443\u044e \u043d\u043e\u0447\u044c", "a language in Cyrillic letters"),
    ],
)
def test_the_language_of_a_request(request_text: str, language: str) -> None:
    assert other_language(request_text) == language
