"""Arguments of operators out of what a clause says: rules of ``services.yaml``, and values made of others.

A value that is needed and not said becomes one marked constant, shared by all tasks that speak of the same
place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from airflownet.generation.spoken.bridge import TEMPORARY
from airflownet.generation.spoken.roles import Place, Roles
from airflownet.generation.spoken.services import argument_rules
from airflownet.judge.catalogue import Signature
from airflownet.plans.model import Placeholder, Reference, Value

_ROLE: Final = re.compile(r"\{([\w.]+)\}")
_OUTPUT: Final = re.compile(r"=(\w+)(?:\[(\w+)\])?")
_OLD: Final = re.compile(
    r"\bolder th[ae]n (\d+|seven|thirty|ten|fourteen) (day|week|month|hour)s?\b", re.IGNORECASE
)
_BQ_FORMATS: Final = {
    "csv": "CSV",
    "json": "NEWLINE_DELIMITED_JSON",
    "jsonl": "NEWLINE_DELIMITED_JSON",
    "ndjson": "NEWLINE_DELIMITED_JSON",
    "parquet": "PARQUET",
    "avro": "AVRO",
    "orc": "ORC",
}
_WANTED_TOO: Final = ("objects", "keys")
"""Arguments that a task can do nothing without, though the signature leaves them open."""
_FRIENDLY: Final = {"bucket": "<bucket>", "file": "<file>", "table": "<table>", "endpoint": "<endpoint>"}


@dataclass(slots=True)
class Given:
    """What the arguments of one task are made of."""

    roles: Roles
    text: str
    """Of the clause, values as they were said."""
    act: str
    verb: str
    source: Place | None
    target: Place | None
    task_id: str
    earlier: Sequence[tuple[str, str, Mapping[str, Value]]] = ()
    """Operator, id and arguments of the tasks before."""
    shared: Mapping[str, str] = field(default_factory=dict)
    """Values that the request says for all: region, project."""
    message: str = ""
    table: str = ""
    """The table that was last spoken of, and the connection of its database."""
    database: str = ""
    local_file: str = ""
    """Where an earlier clause put the file that it fetched."""
    conn: str = ""
    """Connection that an earlier clause gave the same service."""
    is_waited_for: bool = False
    needs_shared_places: bool = True


def spoken_arguments(operator: str, signature: Signature, given: Given) -> dict[str, Value]:
    """Returns the arguments that the words give an operator; only such as its signature has."""
    done: dict[str, Value] = {}
    for name, rule in argument_rules(operator).items():
        if name not in signature.by_keyword or name in signature.taken:
            continue
        value = _value(rule, name, signature, given) if isinstance(rule, str) else rule
        if value is not None:
            done[name] = value
    if "prefix" in done:
        done = {name: value for name, value in done.items() if name not in ("objects", "keys")}
    return done


def _value(rule: str, name: str, signature: Signature, given: Given) -> Value:
    alternatives = rule.split(" | ")
    if name in _WANTED_TOO and "*" not in rule and given.roles.said.get("prefix"):
        return None
    for alternative in alternatives:
        value = _filled(alternative.strip(), given)
        if value is not None:
            return value
    if (name in signature.required or name in _WANTED_TOO) and given.needs_shared_places:
        return _shared_place(alternatives[0].strip(), given)
    return None


def _filled(rule: str, given: Given) -> Value:
    """Returns the value of one alternative; None where a role of it is not said."""
    if rule.startswith("first:"):
        found = next(
            (t for op, t, _ in reversed(given.earlier) if op.endswith(rule.removeprefix("first:"))), ""
        )
        return f"{{{{ ti.xcom_pull(task_ids='{found}')[0] }}}}" if found else None
    if match := _OUTPUT.fullmatch(rule):
        found = next((t for op, t, _ in reversed(given.earlier) if op.rpartition(".")[2] == match[1]), "")
        return Reference(found, match[2] or "") if found else None
    if rule.startswith("[") and rule.endswith("]"):
        inner = _filled(rule[1:-1], given)
        return [inner] if inner is not None else None
    names = _ROLE.findall(rule)
    if not names:
        return rule
    values = [_role(name, given) for name in names]
    if any(value is None or value == "" for value in values):
        return None
    if rule == f"{{{names[0]}}}":
        return values[0]
    if any(not isinstance(value, str) for value in values):
        return None
    texts = iter(str(value) for value in values)
    return _ROLE.sub(lambda _: next(texts), rule)


def _shared_place(rule: str, given: Given) -> Value:
    is_list = rule.startswith("[")
    rule = "[{from.file}]" if rule == "[{file}]" else rule
    match = re.fullmatch(r"\[?\{(from|to)\.(bucket|file|table|uri|table\.name)\}\]?", rule)
    if match is None:
        return None
    place = given.source if match[1] == "from" else given.target
    if place is None or place.service is None:
        return None
    other = given.target if match[1] == "from" else given.source
    is_same = other is not None and other.service is place.service
    side = ("SOURCE_" if match[1] == "from" else "TARGET_") if is_same else ""
    what = match[2].removesuffix(".name")
    if what == "uri":
        scheme = "gs" if place.service.key == "gcs" else "s3"
        text = f"{scheme}://{place.bucket or '<bucket>'}/{place.file or '<file>'}"
        value = Placeholder(f"{side}{place.service.key}_URI".upper(), text)
    else:
        value = Placeholder(f"{side}{place.service.key}_{what}".upper(), _FRIENDLY[what])
    return [value] if is_list else value


def _role(name: str, given: Given) -> Value:
    head, _, rest = name.partition(".")
    if head in ("from", "to") and rest:
        return _of_place(given.source if head == "from" else given.target, rest, given)
    if head == "same":
        operator, _, argument = rest.partition(".")
        found = next((a for op, _, a in reversed(given.earlier) if op.rpartition(".")[2] == operator), {})
        return found.get(argument)
    if head == "table" and rest:
        schema, _, table = given.roles.said.get("table", "").rpartition(".")
        return (schema if rest == "schema" else table) or None
    made = _MADE.get(name)
    if made is not None:
        value: Value = made(given)
        return value
    return given.roles.said.get(name) or given.shared.get(name)


def _of_place(place: Place | None, what: str, given: Given) -> Value:
    if place is None:
        return None
    if what.startswith("table."):
        schema, _, table = place.table.rpartition(".")
        return (schema if what == "table.schema" else table) or None
    if what == "default_conn":
        found = place.service.connection if place.service else ""
        return found or None
    if what == "stem":
        return place.file.rpartition("/")[2].partition(".")[0] or None
    if what == "said_file":
        return place.file or None
    if what == "file":
        if place.file:
            return place.file
        if place is given.target and given.source is not None and given.source.file:
            own = given.source.file.rpartition("/")[2]
            return own if own and "*" not in own and "." in own else None
        return None
    if what == "uri":
        if not (place.bucket and place.file):
            return None
        scheme = {"gcs": "gs", "s3": "s3"}.get(place.service.key if place.service else "", "s3")
        return f"{scheme}://{place.bucket}/{place.file}"
    return getattr(place, what, "") or None


def _default_conn(given: Given) -> Value:
    for mention in given.roles.named:
        if mention.service.kind == "sql":
            return mention.service.connection
    place = given.source or given.target
    return (
        place.service.connection
        if place is not None and place.service and place.service.kind == "sql"
        else None
    )


def _table(given: Given) -> str:
    place = given.source or given.target
    return given.roles.said.get("table", "") or (place.table if place is not None else "")


def _check_sql(given: Given) -> Value:
    table = _table(given)
    return f"SELECT COUNT(*) FROM {table}" if table else None  # noqa: S608  (text of a file, never run here)


def _call_sql(given: Given) -> Value:
    procedure = given.roles.said.get("procedure", "")
    if not procedure:
        return None
    is_mssql = (
        any(m.service.key == "mssql" for m in given.roles.named) or _default_conn(given) == "mssql_default"
    )
    return f"EXEC {procedure}" if is_mssql else f"CALL {procedure}()"


def _truncate_sql(given: Given) -> Value:
    table = _table(given)
    return f"TRUNCATE TABLE {table}" if table and given.act == "truncate" else None


def _vacuum_sql(given: Given) -> Value:
    table = _table(given)
    return f"VACUUM {table}".strip() if given.verb == "vacuum" else None


def _query_job(given: Given) -> Value:
    sql: Value = given.roles.said.get("sql") or _call_sql(given) or _truncate_sql(given)
    if sql is None and given.act == "delete" and _table(given):
        sql = None
    query = sql if sql is not None else Placeholder(f"{given.task_id}_SQL".upper(), "<sql>")
    return {"query": {"query": query, "useLegacySql": False}}


def _dbt_command(given: Given) -> Value:
    lowered = given.text.lower()
    if "dbt" not in lowered:
        return None
    if said := re.search(
        r"\bdbt (?:run|build|test|seed|snapshot|deps|docs generate"
        r"|source freshness)(?: --?[\w-]+(?:[ =][\w./+-]+)?)*",
        given.text,
    ):
        command = said[0]
    else:
        command = (
            "dbt test"
            if given.act == "check" or re.search(r"\btests?\b", lowered)
            else "dbt build"
            if given.verb == "build"
            else "dbt run"
        )
    for role, flag in (("model", "--select"), ("profile", "--profile"), ("project_dir", "--project-dir")):
        if (value := given.roles.said.get(role)) and flag not in command:
            command += f" {flag} {value}"
    path = given.roles.said.get("path", "")
    return f"{command} --project-dir {path}" if path and "--project-dir" not in command else command


def _delete_command(given: Given) -> Value:
    path = given.roles.said.get("path") or given.roles.said.get("file") or given.roles.said.get("prefix")
    if given.act != "delete" or not path:
        return None
    if match := _OLD.search(given.text):
        number = {"seven": 7, "thirty": 30, "ten": 10, "fourteen": 14}.get(match[1].lower()) or int(match[1])
        unit = match[2].lower()
        if unit == "hour":
            return f"find {path.rstrip('/')} -type f -mmin +{number * 60} -delete"
        days = number * {"day": 1, "week": 7, "month": 30}[unit]
        return f"find {path.rstrip('/')} -type f -mtime +{days} -delete"
    return f"rm -rf {path}"


def _script(given: Given) -> Value:
    for role in ("script", "file", "path"):
        value = given.roles.said.get(role, "")
        if value.endswith(".py"):
            return f"python {value}"
        if value.endswith((".sh", ".bash")):
            # A blank behind the name: Airflow would take a command that ends in .sh for a template to load.
            return f"bash {value} "
    return None


def _spark_application(given: Given) -> str:
    said = given.roles.said
    return said.get("uri") or said.get("file") or said.get("path") or said.get("script") or ""


def _emr_steps(given: Given) -> Value:
    application: Value = _spark_application(given) or Placeholder(
        f"{given.task_id}_APPLICATION".upper(), "s3://<bucket>/<job.py>"
    )
    return [{
        "Name": given.task_id,
        "ActionOnFailure": "CONTINUE",
        "HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["spark-submit", application]},
    }]  # fmt: skip


def _dataproc_job(given: Given) -> Value:
    application: Value = _spark_application(given) or Placeholder(
        f"{given.task_id}_APPLICATION".upper(), "gs://<bucket>/<job.py>"
    )
    cluster: Value = given.roles.said.get("cluster")
    for operator, _, arguments in reversed(given.earlier):
        if cluster is None and operator.endswith("DataprocCreateClusterOperator"):
            cluster = arguments.get("cluster_name")
    cluster = cluster or Placeholder("DATAPROC_CLUSTER_NAME", "<cluster_name>")
    if str(application).endswith(".jar") and isinstance(application, str):
        job: dict[str, Value] = {"spark_job": {"main_jar_file_uri": application}}
    elif given.roles.said.get("sql") or "hive" in given.text.lower() or "spark sql" in given.text.lower():
        sql = given.roles.said.get("sql") or Placeholder(f"{given.task_id}_SQL".upper(), "<sql>")
        kind = "hive_job" if "hive" in given.text.lower() else "spark_sql_job"
        job = {kind: {"query_list": {"queries": [sql]}}}
    else:
        job = {"pyspark_job": {"main_python_file_uri": application}}
    return {"placement": {"cluster_name": cluster}, **job}


def _dataproc_batch(given: Given) -> Value:
    application: Value = _spark_application(given) or Placeholder(
        f"{given.task_id}_APPLICATION".upper(), "gs://<bucket>/<job.py>"
    )
    return {"pyspark_batch": {"main_python_file_uri": application}}


def _direction(given: Given) -> Value:
    return (
        "put"
        if given.target is not None and given.target.service and given.target.service.kind == "files"
        else "get"
    )


def _remote_file(given: Given) -> Value:
    place = given.target if _direction(given) == "put" else given.source
    if place is not None and place.file:
        return place.file
    other = given.source if _direction(given) == "put" else None
    return other.file.rpartition("/")[2] if other is not None and other.file else None


def _local_file(given: Given) -> Value:
    if _direction(given) == "put":
        return given.source.file if given.source is not None and given.source.file else None
    if given.target is not None and given.target.file:
        return given.target.file
    return (
        f"{TEMPORARY}/{given.source.file.rpartition('/')[2]}"
        if given.source is not None and given.source.file
        else None
    )


def _http_method(given: Given) -> Value:
    if re.search(r"\b(?:POST|post|posts|send|sends|notify|webhook)\b", given.text) or given.act in (
        "notify",
        "put",
        "create",
    ):
        return "POST"
    if re.search(r"\b(?:DELETE)\b", given.text) or given.act == "delete":
        return "DELETE"
    return "GET"


def _tableau_resource(given: Given) -> Value:
    lowered = given.text.lower()
    return (
        "datasources"
        if re.search(r"data ?source|extract", lowered) and "workbook" not in lowered
        else "workbooks"
    )


def _topic_arn(given: Given) -> Value:
    topic = given.roles.said.get("topic") or given.roles.said.get("name")
    return Placeholder("SNS_TOPIC_ARN", f"arn:aws:sns:<region>:<account>:{topic}") if topic else None


def _state_machine(given: Given) -> Value:
    said = given.roles.said
    name = said.get("machine") or said.get("function") or said.get("name")
    if not name:
        return None
    return Placeholder("STATE_MACHINE_ARN", f"arn:aws:states:<region>:<account>:stateMachine:{name}")


def _pattern(given: Given) -> tuple[str, str]:
    """Returns folder and pattern of a path with a star in its last part."""
    path = given.roles.said.get("file") or given.roles.said.get("path") or ""
    folder, _, name = path.rpartition("/")
    return (folder or "/", name) if "*" in name and "*" not in folder else ("", "")


def _archive_command(given: Given) -> Value:
    source = given.local_file or given.roles.said.get("file") or ""
    target = given.roles.target.file if given.roles.target is not None else ""
    if given.verb not in ("unzip", "unpack") or not source:
        return None
    if source.endswith((".tar", ".tgz", ".tar.gz")):
        return f"tar -xf {source}" + (f" -C {target}" if target else "")
    return f"unzip -o {source}" + (f" -d {target}" if target else "")


def _optimize_sql(given: Given) -> Value:
    table = _table(given) or given.table
    if given.verb not in ("optimize", "analyze", "reindex") or not table:
        return None
    is_mysql = _default_conn(given) == "mysql_default" or given.database == "mysql_default"
    return (
        f"{given.verb.upper()} TABLE {table}"
        if is_mysql or given.verb == "reindex"
        else f"{given.verb.upper()} {table}"
    )


def _cmds(given: Given) -> Value:
    command = given.roles.said.get("command")
    return ["sh", "-c", command] if command else None


def _stage(given: Given) -> Value:
    return given.roles.said.get("stage")


def _crawler_config(given: Given) -> Value:
    name = given.roles.said.get("crawler") or given.roles.said.get("name")
    return {"Name": name} if name else None


def _emr_overrides(given: Given) -> Value:
    name = given.roles.said.get("cluster") or given.roles.said.get("name")
    return {"Name": name} if name else None


_MADE: Final[Mapping[str, Any]] = {
    "default_conn": _default_conn,
    "conn": lambda given: given.roles.said.get("connection") or given.conn,
    "check_sql": _check_sql,
    "call_sql": _call_sql,
    "truncate_sql": _truncate_sql,
    "vacuum_sql": _vacuum_sql,
    "bigquery_job": _query_job,
    "dbt_command": _dbt_command,
    "delete_command": _delete_command,
    "script": _script,
    "emr_steps": _emr_steps,
    "emr_overrides": _emr_overrides,
    "dataproc_job": _dataproc_job,
    "dataproc_batch": _dataproc_batch,
    "direction": _direction,
    "remote_file": _remote_file,
    "local_file": _local_file,
    "http_method": _http_method,
    "tableau_resource": _tableau_resource,
    "topic_arn": _topic_arn,
    "cmds": _cmds,
    "emr_driver": lambda given: (
        {"sparkSubmit": {"entryPoint": _spark_application(given)}} if _spark_application(given) else None
    ),
    "archive_command": _archive_command,
    "sql_file": lambda given: next(
        (v for v in (given.roles.said.get("file"), given.roles.said.get("path")) if v and v.endswith(".sql")),
        None,
    ),
    "optimize_sql": _optimize_sql,
    "state_machine": _state_machine,
    "pattern": lambda given: _pattern(given)[1] or None,
    "folder_of_pattern": lambda given: _pattern(given)[0] or None,
    "stage": _stage,
    "crawler_config": _crawler_config,
    "empty_dict": lambda _: {},
    "launch_type": lambda given: "FARGATE" if "fargate" in given.text.lower() else None,
    "is_waited_for": lambda given: True if given.is_waited_for else None,
    "message": lambda given: given.message or None,
    "sql_file_format": lambda given: (
        given.roles.format if given.roles.format in ("csv", "json", "parquet") else None
    ),
    "gcs_format": lambda given: (
        given.roles.format if given.roles.format in ("csv", "json", "parquet") else None
    ),
    "bq_format": lambda given: _BQ_FORMATS.get(given.roles.format) or None,
    "format": lambda given: given.roles.format.upper() or None,
    "job_number": lambda given: (
        int(given.roles.said["job_number"]) if given.roles.said.get("job_number", "").isdigit() else None
    ),
    "id": lambda given: (
        int(given.roles.said["id"])
        if given.roles.said.get("id", "").isdigit()
        else given.roles.said.get("id")
    ),
}
