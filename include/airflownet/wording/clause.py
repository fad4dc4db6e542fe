"""What one task does, as a clause that can be commanded, told, and counted.

``Clause("create", "GCS bucket", "a")`` is "create a GCS bucket", "creates a GCS bucket" or
"create three GCS buckets".
"""

from __future__ import annotations

from dataclasses import dataclass

from airflownet.wording.english import article, is_plural, is_uncountable, number, plural, third_person


@dataclass(frozen=True, slots=True)
class Clause:
    """A verb with its object."""

    verb: str
    """Base form, with its preposition where it has one: ``wait for``."""
    noun: str = ""
    """Object without article."""
    determiner: str = ""
    """``a`` (spoken form chosen), ``the`` or empty."""
    tail: str = ""
    """What follows the object: ``on Kubernetes``."""
    is_generic: bool = False
    """True when the clause says nothing particular, so that the task's id should be told beside it."""

    @property
    def object(self) -> str:
        """The object with its article."""
        determiner = self.determiner
        if is_uncountable(self.noun) or (determiner == "a" and is_plural(self.noun)):
            determiner = "" if determiner == "a" else determiner
        elif determiner == "a":
            determiner = article(self.noun)
        return " ".join(part for part in (determiner, self.noun, self.tail) if part)

    def imperative(self) -> str:
        """Returns ``create a GCS bucket``."""
        return f"{self.verb} {self.object}".strip()

    def told(self) -> str:
        """Returns ``creates a GCS bucket``."""
        return f"{third_person(self.verb)} {self.object}".strip()

    def times(self, count: int) -> Clause:
        """Returns the clause for several equal tasks: ``create three GCS buckets``."""
        if count == 1:
            return self
        if not self.noun or self.determiner == "" or is_uncountable(self.noun) or is_plural(self.noun):
            return Clause(
                self.verb, self.noun, self.determiner, f"{self.tail} in {number(count)} tasks".strip()
            )
        determiner = f"the {number(count)}" if self.determiner == "the" else number(count)
        return Clause(self.verb, plural(self.noun), determiner, self.tail, self.is_generic)
