"""Objects of Airflow as a file builds them: DAGs, groups, tasks, assets, and how they relate."""
