"""What Airflow itself refuses when a file is imported."""
