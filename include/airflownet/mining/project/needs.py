"""Which files the project around them may matter to, told from the text alone, quickly.

A file of which this is false imports Python's own and Airflow's modules only, and names nothing that leads
to a file, a Variable, a connection or the environment: it is judged as well by itself. What is true of a
comment too is judged in the project, and shows there that it needs nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Final

_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import\b|import[ \t]+([^#\n]+))", re.MULTILINE)
_NAMES = re.compile(r"([.\w]+)(?:[ \t]+as[ \t]+\w+)?")
_HIDDEN_IMPORT = re.compile(
    r"[;:][ \t]*(?:from|import)\b|^[ \t]*import\b[^#\n]*[;\\]|^[ \t]*from\.|\b__import__\b", re.MULTILINE
)
"""What ``_IMPORT`` does not see: behind another statement, over two lines, ``from.a import b``."""
_FILE_WORDS: Final = (
    "__file__", "open", "Path", "glob", "listdir", "scandir", "walk", "exists", "read_text", "load_yaml",
    "read_yaml", "template_searchpath", "getcwd", "importlib", "sys.path",
)  # fmt: skip
_VALUE_WORDS: Final = (
    "Variable",
    "BaseHook",
    "Connection",
    "get_connection",
    "environ",
    "getenv",
    "ExternalPython",
)
_FILES = re.compile(rf"\b(?:{'|'.join(map(re.escape, _FILE_WORDS))})\b|\biglob\b")
_VALUES = re.compile(rf"\b(?:{'|'.join(_VALUE_WORDS)})")
_OWN_DAG = re.compile(r"^(?:with[ \t]+|[\w, \t]+=[ \t]*)?[\w.]*\bDAG\(|^@(?:\w+\.)*dag\b", re.MULTILINE)
"""A DAG in a statement of the module itself; one in a function may never be built."""
_PROVIDERS: Final = "airflow.providers."
_TWO_PARTS: Final = frozenset({"apache", "atlassian", "cncf", "common", "dbt", "ibm", "microsoft"})
"""Official providers are named by two parts below these: ``apache.kafka``."""
_OFFICIAL_NAMES: Final = (
    "airbyte akeyless alibaba amazon anthropic apprise arangodb asana celery clickhousedb cloudant cohere "
    "daskexecutor databricks datadog dingding discord docker duckdb edge3 elasticsearch exasol fab "
    "facebook ftp git github google grpc hashicorp http imap influxdb informatica jdbc jenkins keycloak "
    "modal mongo mysql neo4j odbc openai openfaas openlineage opensearch opsgenie oracle pagerduty "
    "papermill pgvector pinecone plexus postgres presto qdrant qubole redis salesforce samba segment "
    "sendgrid sftp singularity slack smtp snowflake sqlite ssh standard tableau tabular telegram teradata "
    "trino vertica vespa weaviate yandex ydb zendesk "
)
_OFFICIAL: Final = _TWO_PARTS | frozenset(_OFFICIAL_NAMES.split())
"""First parts of the official providers' names. One that is missing is looked for in the project, in vain;
the catalogue, which has them all, would take a second and a hundred megabytes to ask."""


def imported_modules(text: str) -> Iterator[str]:
    """Yields the dotted modules of import statements, relative ones with their dots, as the text has them.

    Prose that begins a line, as ``import data from S3``, is none.
    """
    for match in _IMPORT.finditer(text):
        if match[1]:
            yield match[1]
            continue
        for part in match[2].split(","):
            name = _NAMES.fullmatch(part.partition(";")[0].strip(" \t\r\\"))
            if name is not None:
                yield name[1]


def provider_of(module: str) -> str:
    """Returns the distribution of ``airflow.providers.<x>...``, empty for any other module."""
    parts = module.removeprefix(_PROVIDERS).split(".")
    if not module.startswith(_PROVIDERS) or not parts[0]:
        return ""
    return "-".join(("apache-airflow-providers", *parts[: 2 if parts[0] in _TWO_PARTS else 1])).replace(
        "_", "-"
    )


def may_need_project(text: str, *, runs_there: bool) -> bool:
    """Tells whether a file's project may matter to it; never False for one that is judged otherwise in it.

    Args:
        text: the file.
        runs_there: whether the project's own Variables, connections and environment are those it runs with:
            of a release they are not. Only there a module is told from a DAG file.
    """
    if _names_any(text, _FILE_WORDS, _FILES):
        return True
    if runs_there and (_names_any(text, _VALUE_WORDS, _VALUES) or not _OWN_DAG.search(text)):
        return True
    if _HIDDEN_IMPORT.search(text):
        return True
    for module in imported_modules(text):
        top = module.partition(".")[0]
        if top == "airflow":
            if module.startswith(_PROVIDERS) and module.split(".")[2] not in _OFFICIAL:
                return True
        elif top not in sys.stdlib_module_names:
            return True
    return False


def _names_any(text: str, words: tuple[str, ...], pattern: re.Pattern[str]) -> bool:
    """The words first, which takes a tenth of the time that the pattern does; most files have none."""
    return any(word in text for word in words) and pattern.search(text) is not None
