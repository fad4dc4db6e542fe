"""Every stage in one run: where each stands, and the order in which they follow each other."""
