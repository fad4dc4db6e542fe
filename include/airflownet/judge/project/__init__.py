"""What a project says about itself: packages, versions, Variables, files. Read as text, nothing is run.

``find.find_project`` looks around the DAG files, ``reading.read_project`` reads what lies there into a
``project.Project``, and the loader asks that where a file alone would not tell. A project may be hostile:
every reader is bounded, and ``folder`` reads nothing outside of it.
"""
