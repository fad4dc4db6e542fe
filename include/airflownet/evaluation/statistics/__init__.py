"""The statistics of the report, each a small function with its paper named."""
