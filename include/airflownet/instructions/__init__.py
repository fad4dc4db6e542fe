"""From a DAG file to what a user would have asked for to get it.

``describer`` writes without any model: it reads the structure that ``judge.loader`` found (docstrings,
schedule, operators, order, params) and phrases it in several views. ``stage.run`` does so for a table.
"""
