"""What keeps a file or a chat out of the dataset, whatever kind of row it would make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from airflownet.dataset.material import Material
from airflownet.dataset.project_texts import shown_project, why_not_shown
from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.token_budget import CONTROL_TEXTS, TokenBudget, control_text
from airflownet.families.family_records import FamilyMember
from airflownet.records import DagFile, Message, Outcome, Severity, Verdict


@dataclass(frozen=True, slots=True)
class Limits:
    """The reasons, with what they are decided on."""

    material: Material
    settings: DatasetSettings
    members: Mapping[str, FamilyMember]
    held_out: Mapping[str, str]
    """Family id -> why it must be in test."""
    budget: TokenBudget | None

    def why_dropped(self, file: DagFile, has_instruction: bool) -> str | None:
        """Returns why no row is made of a file, for example ``fails:AFN301`` or ``too-long``; else None."""
        if file.id in self.material.gone:
            return f"tombstone:{self.material.gone[file.id]}"
        reason = why_not_loading(self.material.verdicts[file.id]) or self._why_on_other_line(file)
        if reason:
            return reason
        if len(file.content) > self.settings.max_code_chars:
            return "too-long"
        if not has_instruction:
            return "no-instruction"
        if file.id not in self.members:
            return "bridges-splits"
        reason = why_not_shown(file, self.material.quotable, self.settings)
        if reason:
            return reason
        if self.control(file.content, shown_project(file, self.material.quotable)):
            return "control-token"
        return self.why_family(self.members[file.id])

    def why_family(self, member: FamilyMember) -> str | None:
        """Returns why a family gives no rows: held out now, trained on in an earlier edition."""
        why = self.held_out.get(member.family_id, "")
        return f"held-out-too-late:{why}" if why and member.split != "test" else None

    def control(self, *texts: str) -> str:
        """Returns the first control token in the texts, empty when there is none."""
        return control_text(texts, self.budget.control_texts if self.budget else CONTROL_TEXTS)

    def n_tokens(self, messages: Sequence[Message]) -> int:
        """Returns the tokens of a chat; 0 where no tokenizer was given."""
        return self.budget.count(messages) if self.budget else 0

    def fits(self, messages: Sequence[Message]) -> bool:
        """Tells whether a chat is within the token budget."""
        most = self.settings.max_tokens
        return most is None or self.n_tokens(messages) <= most

    def valid_on(self, file_id: str) -> tuple[str, ...]:
        """Returns the lines a file loads on: from the label matrix, else the target line alone."""
        label = self.material.labels.get(file_id)
        return label.loads_on if label else (self.settings.airflow,)

    def _why_on_other_line(self, file: DagFile) -> str | None:
        loads_on = set(self.valid_on(file.id))
        missing = [line for line in self.settings.also_loads_on if line not in loads_on]
        return f"not-on:{missing[0]}" if missing else None


def why_not_loading(verdict: Verdict) -> str | None:
    """Returns ``unknown``, ``fails`` or ``fails:<code>``; None for a file that loads."""
    if verdict.outcome is Outcome.UNKNOWN:
        return "unknown"
    if verdict.outcome is Outcome.FAILS:
        codes = [violation.code for violation in verdict.violations if violation.severity is Severity.LOAD]
        return f"fails:{codes[0]}" if codes else "fails"
    return None
