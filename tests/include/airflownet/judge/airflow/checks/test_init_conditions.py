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
POD = "airflow.providers.cncf.kubernetes.operators.pod.KubernetesPodOperator"
GKE_POD = "airflow.providers.google.cloud.operators.kubernetes_engine.GKEStartPodOperator"
GKE_NEW = "airflow.providers.google.cloud.operators.kubernetes_engine.GKECreateClusterOperator"
EXEC = "airflow.providers.google.cloud.operators.kubernetes_engine.GKEPodExecOperator"
EXEC_ARGS = "location='l', cluster_name='c', pod_name='n', command=['c']"
LLM_SQL = "airflow.providers.common.ai.operators.llm_sql.LLMSQLQueryOperator"
EMR = "airflow.providers.amazon.aws.operators.emr.EmrServerlessStopApplicationOperator"
REDSHIFT = "airflow.providers.amazon.aws.operators.redshift_data.RedshiftDataOperator"
DATASET = "airflow.providers.google.cloud.operators.bigquery.BigQueryCreateEmptyDatasetOperator"
COLUMNS = "airflow.providers.common.sql.operators.sql.SQLColumnCheckOperator"
BATCH = "airflow.providers.amazon.aws.sensors.batch.BatchSensor"
REPORT = (
    "airflow.providers.google.marketing_platform.sensors.campaign_manager.GoogleCampaignManagerReportSensor"
)
S3_KEY = "airflow.providers.amazon.aws.sensors.s3.S3KeySensor"
EKS_BASE = "airflow.providers.amazon.aws.sensors.eks.EksBaseSensor"
GKE_POD_ARGS = "cluster_name='c', location='l', name='n', namespace='d', image='i', project_id='p'"
REPORT_ARGS = "profile_id='p', report_id='r', file_id='f'"
ROWS = [
    (
        "base-attribute",
        GKE_POD,
        f"{GKE_POD_ARGS}, config_file='f'",
        "config_file is not an allowed parameter",
    ),
    ("base-attribute-not-given", GKE_POD, GKE_POD_ARGS, ""),
    (
        "kwargs-asked",
        LLM_SQL,
        "prompt='p', llm_conn_id='c', output_type=str",
        "does not accept 'output_type'",
    ),
    ("kwargs-not-given", LLM_SQL, "prompt='p', llm_conn_id='c'", ""),
    ("kwargs-of-the-class-itself", EXEC, f"{EXEC_ARGS}, config_file='f'", "'config_file'"),
    ("iterated", POD, "name='n', image='i', ports=5", "'int' object is not iterable"),
    ("iterated-when-true", POD, "name='n', image='i', ports=0", ""),
    ("part-of-a-pod", POD, "name='n', image='i', ports=[{'a': 1}]", "V1ContainerPort"),
    ("part-or-dict", POD, "name='n', image='i', tolerations=[{'key': 'k'}], affinity={}", ""),
    ("part-and-no-dict", POD, "name='n', image='i', affinity=['a']", "Expected dict or"),
    ("part-not-known", POD, "name='n', image='i', ports=[open('f').read()]", ""),
    ("extended-list", POD, "name='n', image='i', configmaps=['a']", ""),
    ("number", EMR, "application_id='a', waiter_max_attempts=[1]", "int() argument must be"),
    ("number-in-text", EMR, "application_id='a', waiter_max_attempts='x'", "invalid literal for int()"),
    ("number-fits", EMR, "application_id='a', waiter_max_attempts='3'", ""),
    ("order-of-a-branch", REDSHIFT, "sql='s', poll_interval=[5]", "'>' not supported"),
    ("member-by-number", DATASET, "dataset_id='d', if_exists=5", "5 is not a valid IfExistAction"),
    ("items-of-text", COLUMNS, "table='t', column_mapping='c'", "'str' object has no attribute 'items'"),
    ("own-interval", BATCH, "job_id='j', poke_interval=[5]", ""),
    ("own-mode", REPORT, f"{REPORT_ARGS}, mode='other'", ""),
    ("sensor's-mode", S3_KEY, "bucket_key='k', mode='other'", "The mode must be one of"),
    ("abstract-before-arguments", EKS_BASE, "region='r'", "Can't instantiate abstract class EksBaseSensor"),
    (
        "cluster-without-nodes",
        GKE_NEW,
        "location='l', project_id='p', body={'name': 'n'}",
        "incorrect or missing input",
    ),
    (
        "cluster-with-nodes",
        GKE_NEW,
        "location='l', project_id='p', body={'name': 'n', 'initial_node_count': 1}",
        "",
    ),
    (
        "cluster-by-itself",
        GKE_NEW,
        "location='l', project_id='p', body={'name': 'n', 'autopilot': {'enabled': True}}",
        "",
    ),
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
