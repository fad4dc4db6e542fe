"""Settings, environment files and modules of a project lose their secrets and keep what the judge reads."""

from __future__ import annotations

import json

import pytest

from airflownet.mining.redaction.project_texts import redact_project_text

KEY_BEGIN, KEY_END = "-----BEGIN " + "PRIVATE KEY-----", "-----END " + "PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (".env", "DB_PASSWORD=s3cr3tpasswd99\nREGION=eu\n", "DB_PASSWORD=REDACTED\nREGION=eu\n"),
        (".env", "A_PASSWORD=s3#cr,et'9 # mine\nA=b#c\n", "A_PASSWORD=REDACTED # mine\nA=b#c\n"),
        ("a.tfvars", "password: s3cr3tpasswd99,\n", "password: REDACTED,\n"),
        (".env", "AIRFLOW_CONN_CRM=whatever://it/is\n", "AIRFLOW_CONN_CRM=REDACTED\n"),
        (".env", 'export API_TOKEN="c9f1b2a47d8e4f60b3a5" # mine\n', 'export API_TOKEN="REDACTED" # mine\n'),
        (
            "a.yaml",
            "db:\n  password: s3cr3tpasswd99\n  port: 5432\n",
            "db:\n  password: REDACTED\n  port: 5432\n",
        ),
        (
            "a.json",
            '{\n "password": "s3cr3tpasswd99",\n "n": 1\n}',
            '{\n "password": "REDACTED",\n "n": 1\n}',
        ),
        ("a.json", '{"n": 1, "api_token": "c9f1b2a47d8e4f60b3a5"}', '{"n": 1, "api_token": "REDACTED"}'),
        pytest.param(
            ".env",
            'AIRFLOW_CONN_A=aws://AB:w/K,x#y@\nAIRFLOW_CONN_B=\'{"login": "ann", "x": 1}\'\nC=1\n',
            "AIRFLOW_CONN_A=REDACTED\nAIRFLOW_CONN_B='REDACTED'\nC=1\n",
            id="connections with any value",
        ),
        pytest.param(
            "compose.yaml",
            '- "AIRFLOW_CONN_A=db://u:p/w@h"\n- AIRFLOW_CONN_B: x,y\n  AIRFLOW_CONN_C: >-\n- A=b\n',
            '- "AIRFLOW_CONN_A=REDACTED"\n- AIRFLOW_CONN_B: REDACTED\n  AIRFLOW_CONN_C: >-\n- A=b\n',
            id="connections of a compose file",
        ),
        pytest.param(
            "Dockerfile",
            'ENV AIRFLOW_CONN_A="aws://a:b/c,d@" \\\n  B=2\n',
            'ENV AIRFLOW_CONN_A="REDACTED" \\\n  B=2\n',
            id="connection of an image",
        ),
        pytest.param(
            "airflow_settings.yaml",
            "- conn_id: crm\n  conn_type: http\n  conn_host: db.acme.io\n  conn_password:\n"
            "- variable_name: api_token\n  variable_value: c9f1b2a47d8e4f60b3a5\n"
            "- variable_name: bucket\n  variable_value: raw-data\n",
            "- conn_id: crm\n  conn_type: http\n  conn_host: REDACTED\n  conn_password:\n"
            "- variable_name: api_token\n  variable_value: REDACTED\n"
            "- variable_name: bucket\n  variable_value: raw-data\n",
            id="settings of Astro",
        ),
        ("a.yaml", "mail: ann.lee@acme.io\n", "mail: user@example.com\n"),
        ("a.py", "PASSWORD = 's3cr3tpasswd99'\n", "PASSWORD = 'REDACTED'\n"),
        ("a.py", "PASSWORD = 's3cr3tpasswd99'\ndef (:\n", None),
        ("requirements.txt", "furl==2.1.3\n-r more.txt\n", "furl==2.1.3\n-r more.txt\n"),
        pytest.param(
            ".env",
            "A_PASSWORD=abc" + 5_000 * " " + "!\nDB_PASSWORD=s3cr3tpasswd99 , # mine\n",
            "A_PASSWORD=abc" + 5_000 * " " + "!\nDB_PASSWORD=REDACTED , # mine\n",
            id="very many blanks",
        ),
        pytest.param(
            "notes.txt",
            30_000 * KEY_BEGIN + 900 * "x" + KEY_END + KEY_BEGIN + 20_001 * "x" + KEY_END,
            29_293 * KEY_BEGIN + "REDACTED" + KEY_END + KEY_BEGIN + 20_001 * "x" + KEY_END,
            id="very many first lines of keys",
        ),
        ("Dockerfile", "ENV DB_PASSWORD=s3cr3tpasswd99\n", "ENV DB_PASSWORD=REDACTED\n"),
    ],
)
def test_secrets_go_and_the_rest_stays(path, text, expected):
    assert redact_project_text(path, text) == expected


@pytest.mark.parametrize("text", ['{"crm": {"password": "x"}}', "crm:\n  password: x\n"])
def test_of_connections_the_names_stay(text):
    assert json.loads(redact_project_text("config/connections.yaml", text) or "") == {"crm": {}}
