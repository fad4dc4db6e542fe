"""Functions for what no operator does: out of one service into another by way of their hooks.

The code is written from a table of hooks, which a test holds against the catalogue; values are literals.
"""

from __future__ import annotations

from typing import Final

from airflownet.generation.spoken.roles import Place

_SQL: Final = {
    "postgres": ("airflow.providers.postgres.hooks.postgres", "PostgresHook", "postgres_conn_id"),
    "mysql": ("airflow.providers.mysql.hooks.mysql", "MySqlHook", "mysql_conn_id"),
    "mssql": ("airflow.providers.microsoft.mssql.hooks.mssql", "MsSqlHook", "mssql_conn_id"),
    "oracle": ("airflow.providers.oracle.hooks.oracle", "OracleHook", "oracle_conn_id"),
    "sqlite": ("airflow.providers.sqlite.hooks.sqlite", "SqliteHook", "sqlite_conn_id"),
    "trino": ("airflow.providers.trino.hooks.trino", "TrinoHook", "trino_conn_id"),
    "snowflake": ("airflow.providers.snowflake.hooks.snowflake", "SnowflakeHook", "snowflake_conn_id"),
    "redshift": ("airflow.providers.amazon.aws.hooks.redshift_sql", "RedshiftSQLHook", "redshift_conn_id"),
}
HOOKS: Final = {
    **_SQL,
    "s3": ("airflow.providers.amazon.aws.hooks.s3", "S3Hook", "aws_conn_id"),
    "gcs": ("airflow.providers.google.cloud.hooks.gcs", "GCSHook", "gcp_conn_id"),
    "azure_blob": ("airflow.providers.microsoft.azure.hooks.wasb", "WasbHook", "wasb_conn_id"),
    "sftp": ("airflow.providers.sftp.hooks.sftp", "SFTPHook", "ssh_conn_id"),
    "ftp": ("airflow.providers.ftp.hooks.ftp", "FTPHook", "ftp_conn_id"),
    "http": ("airflow.providers.http.hooks.http", "HttpHook", "http_conn_id"),
    "bigquery": ("airflow.providers.google.cloud.hooks.bigquery", "BigQueryHook", "gcp_conn_id"),
}
"""Service -> module, class and the argument for the connection."""
_TABLES: Final = frozenset((*_SQL, "database", "clickhouse"))
TEMPORARY: Final = "/tmp"  # noqa: S108  (in the file that is written)
"""Where a file lies on its way between two servers."""
_RESULT: Final = "data"
"""Name of the parameter that takes an earlier task's output."""


def hook_of(service: str, conn: str = "") -> tuple[str, str]:
    """Returns the import of a service's hook and its call; empty texts where the table has none."""
    if service in ("database", "clickhouse"):
        found = conn or f"{service}_default"
        return (
            "from airflow.providers.common.sql.hooks.sql import DbApiHook",
            f"DbApiHook.get_hook({found!r})",
        )
    if service not in HOOKS:
        return "", ""
    module, name, argument = HOOKS[service]
    return f"from {module} import {name}", f"{name}({f'{argument}={conn!r}' if conn else ''})"


def has_rows_code(place: Place, sql: str) -> str:
    """Returns the body of a function that tells whether a query finds rows; empty where no hook is known."""
    key = place.service.key if place.service else ""
    imported, call = hook_of(key, place.conn)
    if not imported or not sql:
        return ""
    method = "get_first"
    return f"{imported}\nfirst = {call}.{method}({sql!r})\nreturn bool(first and first[0])"


def can_bridge(source: Place | None, target: Place | None) -> bool:
    """Tells whether there are hooks for both sides; a source of None is an earlier task's output."""
    into = target.service.key if target and target.service else ""
    out_of = source.service.key if source and source.service else ""
    takes = into in _TABLES or into in ("s3", "gcs", "azure_blob", "sftp", "ftp", "bigquery")
    return takes and (source is None or out_of in HOOKS or out_of in _TABLES or out_of == "local")


def bridge_code(source: Place | None, target: Place, form: str = "") -> str:
    """Returns the body of a function that carries data from one place to another.

    Args:
        source: where it lies; None for the parameter ``data``.
        target: where it goes.
        form: ``csv`` or ``json``.
    """
    assert target.service is not None
    into = target.service.key
    lines: list[str] = []
    is_table = into in _TABLES or into == "bigquery"
    if source is None:
        given = _RESULT
        is_rows = is_table
    else:
        read, given, is_rows = _read(source)
        lines += read
    imported, call = hook_of(into, target.conn)
    lines.insert(0, imported)
    if is_table:
        if not is_rows:
            lines[:0] = ["import csv"]
            lines += [f"rows = list(csv.reader({given}.splitlines()))[1:]"]
            given = "rows"
        method = "insert_all" if into == "bigquery" else "insert_rows"
        table = target.table or "<table>"
        if method == "insert_all":
            dataset, _, name = table.rpartition(".")
            lines.append(f"{call}.insert_all('<project>', {dataset or '<dataset>'!r}, {name!r}, {given})")
        else:
            lines.append(f"{call}.insert_rows({table!r}, {given})")
        return "\n".join(lines)
    if is_rows:
        lines[:0] = ["import csv", "import io"]
        lines += ["text = io.StringIO()", f"csv.writer(text).writerows({given})"]
        given = "text.getvalue()"
    elif source is None:
        lines[:0] = ["import json"]
        given = f"json.dumps({_RESULT})"
    bucket, file = target.bucket or "<bucket>", target.file or _file_of(source, form)
    if into == "s3":
        lines.append(f"{call}.load_string({given}, key={file!r}, bucket_name={bucket!r}, replace=True)")
    elif into == "gcs":
        lines.append(f"{call}.upload({bucket!r}, {file!r}, data={given})")
    elif into == "azure_blob":
        lines.append(
            f"{call}.load_string({given}, container_name={bucket!r}, blob_name={file!r}, overwrite=True)"
        )
    else:
        path = f"{TEMPORARY}/{file.rpartition('/')[2]}"
        lines[:0] = ["from pathlib import Path"]
        lines += [f"Path({path!r}).write_text({given})", f"{call}.store_file({file!r}, {path!r})"]
    return "\n".join(lines)


def _file_of(source: Place | None, form: str) -> str:
    if source is not None and source.file:
        return source.file.rpartition("/")[2]
    if source is not None and source.table:
        return f"{source.table.rpartition('.')[2]}.{form or 'csv'}"
    return f"<file>.{form or 'csv'}" if form else "<file>"


def _read(source: Place) -> tuple[list[str], str, bool]:
    """Returns the lines that read a place, the name of what was read, and whether it is rows."""
    key = source.service.key if source.service else "local"
    file, bucket = source.file or "<file>", source.bucket or "<bucket>"
    if key == "local":
        return ["from pathlib import Path", f"text = Path({file!r}).read_text()"], "text", False
    imported, call = hook_of(key, source.conn)
    if key in _TABLES or key == "bigquery":
        table = source.table or "<table>"
        sql = f"SELECT * FROM {table}"  # noqa: S608  (text of a file; nothing is run here)
        return [imported, f"rows = {call}.get_records({sql!r})"], "rows", True
    if key == "s3":
        return [imported, f"text = {call}.read_key({file!r}, bucket_name={bucket!r})"], "text", False
    if key == "gcs":
        return [imported, f"text = {call}.download({bucket!r}, {file!r}).decode()"], "text", False
    if key == "azure_blob":
        return [imported, f"text = {call}.read_file({bucket!r}, {file!r})"], "text", False
    if key == "http":
        return (
            [
                imported,
                f"text ="
                f" {call.replace('HttpHook(', 'HttpHook(' + repr('GET') + (', ' if source.conn else ''))}.run"
                f"({source.endpoint or '/'!r}).text",
            ],
            "text",
            False,
        )
    path = f"{TEMPORARY}/{file.rpartition('/')[2]}"
    return [imported, "from pathlib import Path", f"{call}.retrieve_file({file!r}, {path!r})",
            f"text = Path({path!r}).read_text()"], "text", False  # fmt: skip
