"""Champion and challenger: a model takes the place of the present one only when the intervals say so.

``gate`` decides from ``comparison.json``, ``shelf`` keeps models and moves the alias ``models/champion``.
"""
