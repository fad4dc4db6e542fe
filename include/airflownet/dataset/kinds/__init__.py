"""Rows beside create: one file for each kind, each yields rows or the reason why there is none."""
