"""The phrasings: each view turns the same facts into one text of its own shape.

``brief`` is one sentence about the purpose, ``specification`` a list that settles names and order,
``workflow`` prose in the order of the tasks, ``terse`` what a hurried engineer types, ``data_processing``
what is read, done and written, ``change_request`` a ticket with acceptance criteria, ``spoken`` one breath of
somebody who never read a specification.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from airflownet.instructions.facts import FileFacts
from airflownet.instructions.variation import Variation
from airflownet.instructions.views.brief import write_brief
from airflownet.instructions.views.change_request import write_change_request
from airflownet.instructions.views.data_processing import write_data_processing
from airflownet.instructions.views.specification import write_specification
from airflownet.instructions.views.spoken import write_spoken
from airflownet.instructions.views.terse import write_terse
from airflownet.instructions.views.workflow import write_workflow

View = Callable[[FileFacts, Variation, int], str]

VIEWS: Final[dict[str, View]] = {
    "brief": write_brief,
    "specification": write_specification,
    "workflow": write_workflow,
    "terse": write_terse,
    "data_processing": write_data_processing,
    "change_request": write_change_request,
    "spoken": write_spoken,
}
"""Name -> writer; a writer takes the facts, the wording choices and the most characters allowed."""
