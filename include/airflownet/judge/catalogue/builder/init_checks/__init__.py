"""What an `__init__` refuses, read from its source as conditions over its parameters."""
