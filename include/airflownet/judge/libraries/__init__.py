"""Modelled modules, builtins first: what their functions give for values that are known."""
