"""Any number of models compared on the same prompts, whoever trained them.

``answer_files`` reads answers from JSONL, ``judging`` judges every answer, the real files and a control arm
of trivial DAGs alike, ``compare`` computes, ``stage`` writes tables and report.
"""
