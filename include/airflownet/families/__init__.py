"""Families of near-identical files: found exactly, named stably, never on two sides of a split.

``shingles.py`` says what is compared, ``similarity_join.py`` finds every pair, ``family_table.py`` makes
families of them. Several stages use it, so it stands beside them.
"""
