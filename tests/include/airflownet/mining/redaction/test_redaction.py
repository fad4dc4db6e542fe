"""What is a secret or personal, what only looks like it; and that a redacted file is the same DAG."""

from __future__ import annotations

import ast

import pytest

from airflownet.judge.verdict import judge_code
from airflownet.mining.codemods.codemod import GiveUpError
from airflownet.mining.redaction import redact

# Each secret in two parts, so that no scanner of this repository takes it for one.
AWS_ID = "AKIA" + "QWERTYUIOPASDFGH"
AWS_SECRET = "wJalrXUtnFEMI/K7MDENG" + "/bPxRfiCYq81nPz0aQ"
SLACK = "xoxb-" + "123456789012-123456789012-abcdefABCDEF123456789012"
HOOK = "https://hooks.slack.com/services/" + "T00AAAA11/B00BBBB22/abcdefABCDEF123456789012"
GITHUB = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
JWT = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
FERNET = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6" + "cXV4MTIzNDU2Nzg="
KEY = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEowIBAAKCAQEA7bq\n-----END RSA " + "PRIVATE KEY-----"

REDACTED = {
    "email": ('x = "jane.doe@acme.io"', 'x = "user@example.com"'),
    "email-in-a-list": ('m = ["a@acme.io", "b@acme.io"]', 'm = ["user@example.com", "user2@example.com"]'),
    "equal-stays-equal": ('x = ("a@acme.io", "A@acme.io")', 'x = ("user@example.com", "user@example.com")'),
    "email-in-a-comment": ("x = 1  # ask jane@acme.io", "x = 1  # ask user@example.com"),
    "email-in-an-f-string": ('x = f"{n} <jane@acme.io>"', 'x = f"{n} <user@example.com>"'),
    "email-in-bytes": ('x = b"jane@acme.io"', 'x = b"user@example.com"'),
    "uri-password": (
        'x = "postgresql://svc:hunter2x@db:5432/x"',
        'x = "postgresql://svc:REDACTED@db:5432/x"',
    ),
    "uri-password-in-environment": (
        'os.environ["AIRFLOW_CONN_DB"] = "mysql://svc:s3cr3tX@h/x"',
        'os.environ["AIRFLOW_CONN_DB"] = "mysql://svc:REDACTED@h/x"',
    ),
    "password-argument": ('connect(password="hunter2")', 'connect(password="REDACTED")'),
    "password-variable": ('DB_PASSWORD = "5FHq4fSZ85kK"', 'DB_PASSWORD = "REDACTED"'),
    "password-in-a-dict": ('{"password": "Pa$$w0rd!1"}', '{"password": "REDACTED"}'),
    "password-default": ('def f(password="hunter2"): pass', 'def f(password="REDACTED"): pass'),
    "password-annotated": ('password: str = "hunter2"', 'password: str = "REDACTED"'),
    "password-by-environment": (
        'os.getenv("DB_PASSWORD", "hunter2")',
        'os.getenv("DB_PASSWORD", "REDACTED")',
    ),
    "password-in-environment": (
        'os.environ["X_PASSWORD"] = "hunter2"',
        'os.environ["X_PASSWORD"] = "REDACTED"',
    ),
    "variable-set": ('Variable.set("api_token", "a8F3kQ9xLm2Zt7")', 'Variable.set("api_token", "REDACTED")'),
    "password-commented-out": ("# password = 'hunter2'", "# password = 'REDACTED'"),
    "json-extra": (
        f"""x = '{{"aws_secret_access_key": "{AWS_SECRET}"}}'""",
        """x = '{"aws_secret_access_key": "REDACTED"}'""",
    ),
    "aws-id": (f'x = "{AWS_ID}"', 'x = "AKIAIOSFODNN7EXAMPLE"'),
    "aws-secret": (f'aws_secret_access_key="{AWS_SECRET}"', 'aws_secret_access_key="REDACTED"'),
    "aws-account": (
        'x = "arn:aws:iam::998877665544:role/etl"',
        'x = "arn:aws:iam::123456789012:role/etl"',
    ),
    "slack-token": (f'x = "{SLACK}"', 'x = "REDACTED"'),
    "slack-webhook": (f'x = "{HOOK}"', 'x = "REDACTED"'),
    "github-token": (f'x = "{GITHUB}"', 'x = "REDACTED"'),
    "jwt": (f'x = "{JWT}"', 'x = "REDACTED"'),
    "bearer": (
        'h = {"Authorization": "Bearer a8F3kQ9xLm2Zt7Q1"}',
        'h = {"Authorization": "Bearer REDACTED"}',
    ),
    "fernet-key": (f'FERNET_KEY = "{FERNET}"', 'FERNET_KEY = "REDACTED"'),
    "private-key": (
        f'k = """{KEY}"""',
        f'k = """{KEY.partition(chr(10))[0]}REDACTED{KEY[KEY.index("-----END") :]}"""',
    ),
    "public-address": ('host = "52.14.83.200"', 'host = "192.0.2.1"'),
    "public-address-v6": ('host = "2600:1f18:22ba:8c00::1"', 'host = "2001:db8::1"'),
    "telephone": ('to = "+49 30 901820"', 'to = "+12025550100"'),
    "owner-is-a-person": ('{"owner": "Jane Doe"}', '{"owner": "airflow"}'),
    "owner-is-an-account": ('{"owner": "jane.doe"}', '{"owner": "airflow"}'),
    "author-comment": ("# Author: Jane Q. Doe", "# Author: Someone"),
}
KEPT = {
    "documentation-domain": 'x = "jane@example.com"',
    "reserved-ending": 'x = "jane@host.test"',
    "git-over-ssh": 'x = "git@github.com:acme/dags.git"',
    "nobody": 'x = "noreply@acme.io"',
    "decorator": "@task.python\ndef f(): pass",
    "image-digest": f'x = "nginx@sha256:{"9b7b3b8d" * 8}"',
    "documentation-address": 'x = "192.0.2.7 198.51.100.1 203.0.113.9"',
    "private-address": 'x = "10.0.0.5 192.168.1.1 127.0.0.1 0.0.0.0 172.16.3.4"',
    "network-mask": 'x = "255.255.255.0"',
    "version": 'x = "spark-3.1.2.4"',
    "pinned-requirement": 'x = "pandas==21.4.55.1"',
    "described-version": 'x = "version 52.14.83.200"',
    "date": 'x = "2024-01-01T00:00:00+00:00"',
    "cron": 'schedule = "0 12 * * 1-5"',
    "timezone-offset": 'x = "+05:30"',
    "task-id": 'task_id = "load_password_table"',
    "uri-template": 'x = "postgresql://{{ conn.db.login }}:{{ conn.db.password }}@db/x"',
    "uri-f-string": 'x = f"postgresql://{user}:{password}@db/x"',
    "uri-default": 'x = "postgresql+psycopg2://airflow:airflow@postgres/airflow"',
    "uri-port": 'x = "http://localhost:8080/a@b"',
    "secret-name": 'secret_name = "prod/db/credentials1"',
    "secret-by-name": 'x = Secret("env", "SQL_CONN", "airflow-secrets", "sql_alchemy_conn")',
    "password-placeholder": 'password = "your_password_here"',
    "password-template": 'password = "{{ var.value.db_password }}"',
    "password-of-environment": 'password = os.environ["DB_PASSWORD"]',
    "password-variable-name": 'password = "DB_PASSWORD"',
    "password-empty": 'password = ""',
    "password-file": 'password = "/run/secrets/db"',
    "token-words": 'token = "my-service-token"',
    "token-url": 'token_uri = "https://oauth2.googleapis.com/token"',
    "page-token": 'next_page_token = "next_page"',
    "hash-constant": f'checksum = "{"d41d8cd98f00b204" * 2}"',
    "aws-documentation-id": 'x = "AKIAIOSFODNN7EXAMPLE"',
    "aws-documentation-arn": 'x = "arn:aws:s3:::bucket/key"',
    "owner-team": '{"owner": "Data Engineering"}',
    "owner-airflow": '{"owner": "airflow"}',
    "telephone-like-number": 'x = "1234567890"',
    "twilio-test-number": 'x = "+15005550006"',
    "dictionary-of-keys": '{"primary_key": "id", "partition_key": "ds", "sort_key": "event_time"}',
    "xcom-key": 'ti.xcom_push(key="return_value1", value=1)',
    "author-of-book": '"""The author of the file is unknown."""',
}


@pytest.mark.parametrize(("text", "expected"), REDACTED.values(), ids=REDACTED)
def test_secrets_and_personal_data_are_replaced(text, expected):
    redacted, transform = redact(text + "\n")
    assert redacted == expected + "\n"
    assert transform is not None
    assert (transform.name, transform.version) == ("redact", 1)
    ast.parse(redacted)
    assert redact(redacted) == (redacted, None)


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_only_looks_like_it_stays(text):
    assert redact(text + "\n") == (text + "\n", None)


def test_a_redacted_dag_is_the_same_dag():
    text = f'''
# Author: Jane Doe <jane.doe@acme.io>
import datetime
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator

start_date = datetime.datetime(2024, 1, 1)
with DAG("a", default_args={{"owner": "jane.doe", "email": "jane.doe@acme.io"}}, start_date=start_date):
    one = BashOperator(task_id="one", bash_command="curl https://52.14.83.200", env={{"AWS": "{AWS_ID}"}})
    one >> BashOperator(task_id="two", bash_command="true")
'''
    redacted, _ = redact(text)
    for piece in ("Jane", "jane", "acme", "52.14", AWS_ID):
        assert piece not in redacted
    before, after = judge_code(text), judge_code(redacted)
    assert (after.outcome, after.dags) == (before.outcome, before.dags)
    assert after.outcome.value == "loads"


def test_a_file_that_would_change_is_given_up():
    # The tasks are named after the addresses: placeholders would name them otherwise.
    text = (
        "from airflow.sdk import DAG\n"
        "from airflow.providers.standard.operators.empty import EmptyOperator\n"
        'with DAG("a"):\n'
        '    for host in ["52.14.83.200", "52.14.83.201"]:\n        EmptyOperator(task_id=host)\n'
    )
    with pytest.raises(GiveUpError) as caught:
        redact(text)
    assert caught.value.reason == "redaction-changes-outcome"
