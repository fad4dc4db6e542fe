"""Triggers of the AirflowNet provider."""
