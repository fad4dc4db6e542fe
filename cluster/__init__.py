"""A whole AirflowNet cluster on this machine, without containers: ``make cluster``, ``make cluster-down``.

PostgreSQL, Redis, an S3 server, Airflow's components and two Celery workers, each in a folder of its own, so
that nothing works only because two tasks happen to share a disk. Not part of the installed library.
"""
