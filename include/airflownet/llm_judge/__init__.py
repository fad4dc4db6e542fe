"""The LLM judge: does an answer do what was asked, is it whole, is it good practice?

``stage.run(settings, evaluation, output)`` grades the rows of ``results.parquet``. A model only states facts
with their findings; the grades, 1 to 5, are computed here. It is never asked for a number.
"""
