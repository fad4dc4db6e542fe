"""The inference stage: the test split, answered by base and tuned model through ``airflownet.llama``.

stage.py          the stage: run, start, stop            answering.py     the test split, two models
settings.py       what a recipe may say
"""
