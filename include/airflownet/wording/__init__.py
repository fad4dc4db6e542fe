"""Names and values in code as people write them, and the words people use for operators and schedules."""
