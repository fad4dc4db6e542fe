"""Mining: collects DAG files with their provenance and licence, and loses none without a reason.

``run(settings, output)`` in ``stage.py``; one file per kind of source in ``sources/``.
"""
