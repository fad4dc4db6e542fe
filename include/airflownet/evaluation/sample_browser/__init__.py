"""The sample browser: every prompt of an evaluation with its answers, verdicts and graphs, in one page."""
