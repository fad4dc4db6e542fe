"""Classes of the file: how they are made, looked up in and called, and what their instances do."""
