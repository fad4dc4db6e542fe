"""Evaluation: base, tuned and ground truth judged alike, compared by paired statistics, told in a report."""
