"""Which good answers become rows: no copies, none near what is held out, few of a prompt and a family."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from airflownet.families.cross_similarity import Collection
from airflownet.families.shingles import Shingles, code_shingles
from airflownet.improvement.judged_draw import JudgedDraw
from airflownet.improvement.settings import SelectionSettings
from airflownet.plans.sample_code import code_of
from airflownet.records import Sample, stable_id

COPY = "copy-of-a-training-file"
HELD_OUT = "near-a-held-out-file"
REPEATED = "repeats-a-kept-answer"
PROMPT_FULL = "prompt-has-enough"
FAMILY_FULL = "family-has-enough"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer with its end."""

    draw: JudgedDraw
    reason: str
    """Why it is no row; empty for a row."""
    likeness: float = -1.0
    """To the nearest file of the dataset, of any split; -1 where it was not looked at."""


@dataclass
class Chooser:
    """Chooses among answers, the best first; deterministic in the set of answers."""

    settings: SelectionSettings
    samples: Sequence[Sample]
    _kept: dict[str, list[Shingles]] = field(default_factory=dict)

    def choose(self, draws: Sequence[JudgedDraw]) -> list[Choice]:
        """Returns every answer with its end, in the order given.

        Of several good answers the one is preferred that does more of what was asked, then the one whose
        length is nearest to the original's: among correct answers no reward pays for being short.
        """
        length = self.settings.shingle_tokens
        train = self._collection("train")
        held_out = self._collection("validation", "test")
        order = sorted(range(len(draws)), key=lambda place: self._rank(draws[place]))
        per_prompt: Counter[str] = Counter()
        per_family: Counter[str] = Counter()
        found: dict[int, Choice] = {}
        for place in order:
            draw = draws[place]
            if draw.reason:
                found[place] = Choice(draw, draw.reason)
                continue
            own = code_shingles(draw.code, length)
            near_train, near_held_out = _nearest(train, own), _nearest(held_out, own)
            reason = self._against(draw, near_train, near_held_out, per_prompt, per_family, own)
            found[place] = Choice(draw, reason, max(near_train, near_held_out))
            if not reason:
                per_prompt[draw.row.id] += 1
                per_family[draw.row.family_id] += 1
                self._kept.setdefault(draw.row.family_id, []).append(own)
        return [found[place] for place in range(len(draws))]

    def _collection(self, *splits: str) -> Collection:
        codes = dict.fromkeys(code_of(sample) for sample in self.samples if sample.split in splits)
        return Collection([code_shingles(code, self.settings.shingle_tokens) for code in codes])

    def _against(
        self,
        draw: JudgedDraw,
        near_train: float,
        near_held_out: float,
        per_prompt: Counter[str],
        per_family: Counter[str],
        own: Shingles,
    ) -> str:
        settings = self.settings
        if near_held_out >= settings.copy_threshold:
            return HELD_OUT
        if near_train >= settings.copy_threshold:
            return COPY
        if per_prompt[draw.row.id] >= settings.most_per_prompt:
            return PROMPT_FULL
        if per_family[draw.row.family_id] >= settings.most_per_family:
            return FAMILY_FULL
        kept = Collection(self._kept.get(draw.row.family_id, []))
        return REPEATED if _nearest(kept, own) >= settings.copy_threshold else ""

    @staticmethod
    def _rank(draw: JudgedDraw) -> tuple[bool, float, float, str]:
        return bool(draw.reason), -draw.asked_for, draw.off_length, stable_id(draw.drawn.key, draw.row.id)


def _nearest(known: Collection, own: Shingles) -> float:
    return float(known.jaccards(own).max()) if len(known) else 0.0
