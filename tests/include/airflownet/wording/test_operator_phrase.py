"""Operator names to clauses."""

import pytest

from airflownet.wording.operator_phrase import operator_phrase


@pytest.mark.parametrize(
    ("operator", "phrase"),
    [
        pytest.param("GCSCreateBucketOperator", "create a GCS bucket", id="verb-inside"),
        pytest.param("S3DeleteBucketOperator", "delete the S3 bucket", id="known-thing"),
        pytest.param(
            "BigQueryCreateEmptyDatasetOperator", "create an empty BigQuery dataset", id="adjective-first"
        ),
        pytest.param("S3CreateBucketOperator", "create an S3 bucket", id="an"),
        pytest.param(
            "BatchCreateComputeEnvironmentOperator",
            "create a batch compute environment",
            id="batch-is-a-noun",
        ),
        pytest.param(
            "RedshiftDeleteClusterSnapshotOperator",
            "delete the Redshift cluster snapshot",
            id="second-verb-is-a-noun",
        ),
        pytest.param("ManagedKafkaListClustersOperator", "list the managed Kafka clusters", id="plural"),
        pytest.param("S3ToRedshiftOperator", "load data from S3 into Redshift", id="in-the-table"),
        pytest.param(
            "AzureBlobStorageToGCSOperator",
            "copy files from Azure Blob Storage to GCS",
            id="files-between-stores",
        ),
        pytest.param("PrestoToGCSOperator", "export data from Presto to GCS", id="from-a-database"),
        pytest.param("GCSToBigQueryOperator", "load data from GCS into BigQuery", id="into-a-database"),
        pytest.param(
            "LocalFilesystemToGoogleDriveOperator", "upload a local file to Google Drive", id="upload"
        ),
        pytest.param("EksClusterStateSensor", "wait for the EKS cluster to be ready", id="sensor-state"),
        pytest.param("DataflowJobStatusSensor", "wait for the Dataflow job to finish", id="sensor-job"),
        pytest.param(
            "GCSObjectExistenceSensor", "wait for an object to appear in GCS", id="sensor-in-the-table"
        ),
        pytest.param(
            "RdsSnapshotExistenceSensor", "wait for the RDS snapshot to exist", id="sensor-existence"
        ),
        pytest.param("SageMakerTrainingSensor", "wait for the SageMaker training to finish", id="sensor-ing"),
        pytest.param("SparkSubmitOperator", "submit a Spark job", id="spark"),
        pytest.param("GlueDataBrewStartJobOperator", "start a Glue data brew job", id="start"),
        pytest.param("MyCompanyOperator", "run a my company step", id="unknown"),
        pytest.param("Operator", "run a task", id="nothing-left"),
        pytest.param("@task", "run a Python function", id="taskflow"),
        pytest.param(
            "@task.kubernetes", "run a Python function in a Kubernetes pod", id="taskflow-kubernetes"
        ),
        pytest.param("@task.my_own", "run a Python function", id="taskflow-unknown"),
    ],
)
def test_phrase(operator: str, phrase: str) -> None:
    assert operator_phrase(operator).imperative() == phrase
