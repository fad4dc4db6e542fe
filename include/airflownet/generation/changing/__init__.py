"""Changing a DAG that is there: to another Airflow line, or as a person asks; judged at the end."""
