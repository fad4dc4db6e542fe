"""From one Airflow line to another: what breaks in a folder of DAGs, what mends itself, what to do first."""
