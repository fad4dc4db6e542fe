"""The assets by which the stage DAGs wake each other, one date partition at a time."""

from __future__ import annotations

from airflow.sdk import Asset, AssetAll, PartitionedAssetTimetable

RAW_DAGS = Asset(name="raw_dags", uri="airflownet://mining", group="airflownet")
INSTRUCTIONS = Asset(name="instructions", uri="airflownet://instructions", group="airflownet")
DAG_DATASET = Asset(name="dag_dataset", uri="airflownet://dataset", group="airflownet")
MODELS = Asset(name="models", uri="airflownet://training", group="airflownet")
EVALUATION = Asset(name="evaluation", uri="airflownet://evaluation", group="airflownet")
CHAMPION = Asset(name="champion", uri="airflownet://models/champion", group="airflownet")


def woken_by(asset: Asset) -> PartitionedAssetTimetable:
    """Returns the schedule of a DAG that runs for each date partition of the asset, with the same key."""
    return PartitionedAssetTimetable(assets=AssetAll(asset))
