"""The builtin functions, by what they take."""
