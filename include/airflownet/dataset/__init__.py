"""Dataset assembly: chat samples in splits that cannot leak, with the proof beside them.

``run(settings, dag_files, verdicts, instructions, output)`` in ``stage.py``.
"""
