"""Requests as people type them, read clause by clause: what is done, with which service, from where."""
