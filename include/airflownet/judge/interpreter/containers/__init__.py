"""Methods of lists, dicts and sets."""
