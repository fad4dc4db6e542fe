"""Faults planted into DAG files that load: ``plant.py`` says how, ``sites.py`` says where."""
