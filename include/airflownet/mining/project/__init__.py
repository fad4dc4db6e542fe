"""A mined file in its project: judged there at its ref, without a checkout, and what it needs of it kept.

``texts`` is what a kind of source gives, ``recorded_folder`` the project's files as the judge reads them,
``in_project`` the judging, ``kept_texts`` what of it is written beside the DAG files.
"""
