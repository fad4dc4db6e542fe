"""What is present and what is missing, each with its remedy: one file per family of checks.

A family is a function that yields ``Finding``s and never raises; ``examine`` runs them all.
"""
