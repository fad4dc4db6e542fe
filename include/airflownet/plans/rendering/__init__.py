"""From a plan to a DAG file for one Airflow line."""
