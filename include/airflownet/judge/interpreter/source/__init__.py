"""The source text: parsed, and compiled as far as Python would refuse it."""
