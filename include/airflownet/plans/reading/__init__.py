"""From a DAG file to its plan."""
