"""Operators refuse what the checks of their own ``__init__`` refuse, and nothing that is not known."""

from __future__ import annotations

import pytest

from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

EC2 = "airflow.providers.amazon.aws.sensors.ec2.EC2InstanceStateSensor"
GKE = "airflow.providers.google.cloud.operators.kubernetes_engine.GKEDeleteClusterOperator"
KAFKA = "airflow.providers.apache.kafka.operators.consume.ConsumeFromTopicOperator"
REPOS = "airflow.providers.databricks.operators.databricks_repos.DatabricksReposUpdateOperator"
EXTERNAL = "airflow.providers.standard.operators.python.ExternalPythonOperator"
RUN = "airflow.providers.google.cloud.operators.cloud_run.CloudRunListJobsOperator"
ROWS = [
    ("not-in", EC2, "instance_id='i', target_state='gone'", "Invalid target_state: gone"),
    ("in", EC2, "instance_id='i', target_state='running'", ""),
    ("not-known", EC2, "instance_id='i', target_state=open('x').read() or other", ""),
    ("empty", GKE, "project_id='p', cluster_name='', location='l'", "incorrect or missing input"),
    ("default", GKE, "cluster_name='c', location='l'", ""),
    ("both", REPOS, "branch='b', tag='t', repo_id='1'", "not both"),
    ("one", REPOS, "branch='b', repo_id='1'", ""),
    ("handed-on", EXTERNAL, "python='p', python_callable=other, serializer='xml'", "serializer"),
    ("no-order", RUN, "region='r', project_id='p', limit={}", "'<' not supported"),
    ("mapped", EC2, "", ""),
]


@pytest.mark.parametrize(
    ("path", "arguments", "said"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_guard(path: str, arguments: str, said: str) -> None:
    module, _, name = path.rpartition(".")
    call = f"{name}(task_id='t', {arguments})"
    if not arguments:
        call = f"{name}.partial(task_id='t', target_state='gone').expand(instance_id=['i'])"
    head = f"from airflow.sdk import DAG\nfrom {module} import {name}\ndef other():\n    ...\n"
    code = f"{head}with DAG('d'):\n    {call}\n"
    verdict = judge_code(code, airflow="3.3")
    if said:
        assert verdict.outcome is Outcome.FAILS
        assert said in verdict.reason
    else:
        assert verdict.outcome is not Outcome.FAILS


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("from kubernetes.client import models as k8s\nk8s.V1Podd()", "V1Podd"),
        ("from requests import gett", "gett"),
        ("import pandas as pd\npd.DataFrme({})", "DataFrme"),
        ("import requests\nrequests.get", ""),
        ("from kubernetes.client import models as k8s\nk8s.V1Pod()", ""),
        ("from google.cloud.exceptions import NotFound", ""),
        ("import vertexai", ""),
    ],
)
def test_names_of_well_known_libraries(statement: str, missing: str) -> None:
    verdict = judge_code(f"from airflow.sdk import DAG\n{statement}\nDAGX = DAG('d')\n", airflow="3.3")
    assert verdict.outcome is (Outcome.FAILS if missing else Outcome.LOADS)
    assert missing in verdict.reason
