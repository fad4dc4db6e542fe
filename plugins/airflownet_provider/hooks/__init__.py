"""Hooks of the AirflowNet provider."""
