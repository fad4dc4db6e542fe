"""The judge: would the stated Airflow version load this DAG file, and what is wrong with it."""
