"""AirflowNet: from real Airflow DAGs to a small language model that writes DAGs which load.

The library never imports Airflow. Each folder is a stage (``mining``, ``instructions``, ``dataset``,
``training``, ``inference``, ``evaluation``) or a service that stages use (``judge``, ``llama``,
``toolchain``).
Stages never import each other: they meet in ``records.py`` and in files (``artifacts.py``).
"""

__version__ = "0.1.0"
