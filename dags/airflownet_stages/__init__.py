"""The tasks that the stage DAGs and the pipeline share; each body is one call into the library."""
