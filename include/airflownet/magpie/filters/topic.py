"""Whether a request is about a DAG at all (or, for replay, about Python), by the words it uses.

A lexicon, not a classifier: it can be read, and it errs on the side of dropping.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from airflownet.magpie.candidate import Candidate, Drop

_AIRFLOW: Final = re.compile(
    r"\b(?:airflow|dags?|taskflow|xcoms?|backfill(?:s|ing)?|catchup|operators?|sensors?|task groups?)\b", re.I
)
_WORKFLOW: Final = re.compile(
    r"\b(?:pipelines?|workflows?|schedul\w+|orchestrat\w+|etl|elt|ingest\w*|tasks?|cron|nightly|hourly|daily|"
    r"weekly|triggers?|upstream|downstream|extract\w*|transform\w*|load\w*|retr(?:y|ies))\b",
    re.I,
)
_SYSTEMS: Final = re.compile(
    r"\b(?:s3|bigquery|gcs|cloud storage|snowflake|databricks|postgres\w*|mysql|redshift|emr|glue|spark|"
    r"kafka|dbt|kubernetes|pods?|dataproc|dataflow|blob storage|data factory|slack|sftp|apis?|"
    r"warehouse|tables?|buckets?|parquet|csv|files?)\b",
    re.I,
)
_PYTHON: Final = re.compile(
    r"\b(?:python|functions?|class(?:es)?|scripts?|methods?|decorators?|generators?|lists?|dict\w*|strings?|"
    r"algorithms?|regex\w*|parse\w*|sort\w*|tests?|iterators?|modules?)\b",
    re.I,
)


def topic(candidates: Sequence[Candidate]) -> list[Drop | None]:
    """Returns ``Drop("off-topic")`` for requests that use none of the topic's words."""
    return [None if _is_on_topic(one.text, one.kind) else Drop("off-topic") for one in candidates]


def _is_on_topic(text: str, kind: str) -> bool:
    if kind == "replay":
        return bool(_PYTHON.search(text)) and not _AIRFLOW.search(text)
    if _AIRFLOW.search(text):
        return True
    words = {word.lower() for word in _WORKFLOW.findall(text)}
    return len(words) >= 2 and bool(_SYSTEMS.search(text))
