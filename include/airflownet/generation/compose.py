"""A request to a DAG file: drafts, verified where the server allows it, repaired where that is asked for.

The first draft is greedy; the others, with other seeds, are drawn together on all free slots, and only when
the first is not good. The best by (loads, has what was asked, asked-for score, practice) is the answer.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from airflownet.code_extraction import extract_code
from airflownet.errors import ServerError
from airflownet.generation.cards import Cards, cards_for
from airflownet.generation.checked import ENOUGH_ALONG_OUTLINE, Checked, check
from airflownet.generation.draft import Draft, Refusal, Unwatched, Watcher
from airflownet.generation.model_source import Drawing, LlamaModel, NoModel, Said, WritingModel
from airflownet.generation.not_built import not_built
from airflownet.generation.outline.along_outline import outline_grammar
from airflownet.generation.planned import (
    PlannedFile,
    file_of_outline,
    file_of_plan,
    plan_messages,
    plan_operators,
)
from airflownet.generation.prompt import messages_for, repair_message
from airflownet.generation.request_language import other_language
from airflownet.generation.settings import GenerationSettings
from airflownet.generation.spoken.spoken_outline import read_outline
from airflownet.generation.verified import VerifiedWriter
from airflownet.generation.wanted import Wanted

_CHAT_MARK: Final = re.compile(r"<\|[^|<>\s]{1,40}\|>")
"""How control tokens are spelt: no words of a person who asks for a DAG, so no step is read out of them."""


@dataclass
class Written:
    """What a request came to."""

    checked: Checked
    way: str
    """``verified``, ``plain``, ``repaired``, ``plan``, or ``outline``: a plan along the request's outline."""
    refusals: list[Refusal] = field(default_factory=list)
    request: str = ""
    absent: tuple[str, ...] = ()
    """What the request names and the Airflow line does not have."""
    n_drafts: int = 0
    n_tokens_drawn: int = 0
    n_tokens: int = 0
    """Of the chosen file."""
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    """What the user should know of how it was made."""
    unread: tuple[str, ...] = ()
    """What the request asks for and is not built, or was not understood, a sentence each."""
    is_read_whole: bool = False
    """True where the request was read clause by clause: then ``unread`` is all that is missing."""

    @property
    def has_all(self) -> bool:
        """True when the file loads and every step that the request states is there.

        Where the request was read clause by clause nothing of it may be unread; else the file must have at
        least half of what could be read (an asked-for score of 0.5).
        """
        if not self.checked.is_good or self.unread:
            return False
        asked = self.checked.asked
        return self.is_read_whole or not asked.is_scored or asked.score >= ENOUGH_ALONG_OUTLINE

    @property
    def code(self) -> str:
        """The file."""
        return self.checked.code


@dataclass
class Composer:
    """Writes files with one model.

    Attributes:
        model: who writes.
        settings: budgets and numbers.
        airflow: line or version to write for.
        verified: look at each statement, where the server is a llama-server.
        with_cards: put the catalogue's cards into the prompt.
        working_file: what stands so far is kept there, for whoever kills the process; None keeps nothing.
    """

    model: WritingModel
    settings: GenerationSettings
    airflow: str = "3.3"
    verified: bool = True
    with_cards: bool = True
    working_file: Path | None = None

    async def write(self, request: str, watcher: Watcher | None = None) -> Written:
        """Returns the best file for a request.

        Raises:
            InputError: there is no catalogue for the line.
            ServerError: the server stays away or refuses, and nothing was written before.
        """
        began = time.monotonic()
        marks = tuple(dict.fromkeys(_CHAT_MARK.findall(request)))
        asked = _CHAT_MARK.sub(" ", request)
        wanted = Wanted(asked, self.airflow)
        cards = self._cards(asked)
        first = await self._draft(wanted, cards, 0, watcher or Unwatched())
        results = [first]
        notes: list[str] = []
        if marks:
            notes.append(f"marks of chat templates were taken out of the request: {', '.join(marks[:5])}")
        try:
            if not _is_enough(first) and self.settings.n_drafts > 1:
                await self._until_good(wanted, cards, range(1, self.settings.n_drafts), results)
            for _ in range(self.settings.n_repairs):
                best = max(results, key=lambda one: one.checked.rank)
                if best.checked.is_good:
                    break
                results.append(await self._repair(wanted, cards, best))
        except ServerError as error:
            notes.append(f"the server went away, so this is the best of what there is: {error.message}")
        best = max(results, key=lambda one: one.checked.rank)
        if not wanted.request.deeds and not wanted.operators and not best.is_read_whole:
            notes.append(
                "nothing could be read in the request that a rule can check; look whether it is right"
            )
        if not best.is_read_whole:
            notes.extend(not_built(asked, best.code))
        if language := other_language(request):
            notes.append(
                f"the request seems to be in {language}: only English is read, so what it states of "
                "schedule, order and work is neither held to nor checked; say it in English"
            )
        drawn = sum(one.n_tokens_drawn for one in results)
        return replace(
            best,
            request=request,
            notes=(*best.notes, *notes),
            absent=cards.absent or cards_for(request, self.airflow, budget_tokens=0).absent,
            n_drafts=len(results),
            n_tokens_drawn=drawn,
            seconds=time.monotonic() - began,
        )

    async def draft(self, wanted: Wanted, number: int) -> Written:
        """Returns one draft, whatever it is worth; number 0 is greedy, each other number is another draw.

        Raises:
            ServerError: the server stays away or refuses.
        """
        return await self._draft(wanted, self._cards(wanted.text), number, Unwatched())

    def _cards(self, request: str) -> Cards:
        budget = self.settings.card_tokens if self.with_cards else 0
        return cards_for(request, self.airflow, budget_tokens=budget)

    async def _until_good(self, wanted: Wanted, cards: Cards, numbers: range, found: list[Written]) -> None:
        """Adds the further drafts, started together; once one is good the others are left."""
        tasks = [asyncio.create_task(self._draft(wanted, cards, n, Unwatched())) for n in numbers]
        try:
            for next_one in asyncio.as_completed(tasks):
                found.append(await next_one)
                if found[-1].checked.is_enough:
                    break
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _draft(self, wanted: Wanted, cards: Cards, number: int, watcher: Watcher) -> Written:
        temperature = self.settings.draft_temperature if number else 0.0
        if self.settings.mode == "plan":
            return await self._plan(wanted, cards.airflow, number, temperature, watcher)
        messages = messages_for(wanted.text, cards)
        if self.verified and isinstance(self.model, LlamaModel):
            draft = await self._verified(self.model, messages, wanted, cards, number, temperature, watcher)
            return Written(
                check(draft.code, wanted),
                "verified",
                draft.refusals,
                n_tokens_drawn=draft.n_tokens_drawn,
                n_tokens=draft.n_tokens,
            )
        said = await self.model.say(
            messages,
            Drawing(
                temperature=temperature,
                seed=self.settings.seed + number,
                most_tokens=self.settings.max_answer_tokens,
                most_seconds=self.settings.max_seconds,
            ),
        )
        code = extract_code(said.text).code
        watcher.accepted(code)
        return Written(check(code, wanted), "plain", n_tokens_drawn=said.n_tokens, n_tokens=said.n_tokens)

    async def _plan(
        self, wanted: Wanted, line: str, number: int, temperature: float, watcher: Watcher
    ) -> Written:
        """Returns a file by way of a plan: the first one along the request's outline, the others freely."""
        from airflownet.plans.grammar import plan_grammar

        help_, outline = self.settings.plan_help, None
        if help_.startswith("outline") and number == 0:
            outline = await asyncio.to_thread(read_outline, wanted)
        # Whether a tuned model was trained on plans cannot be seen: every second draft is told the form.
        knows_plans = self.model.is_tuned and number % 2 == 0
        grammar = ""
        if self.model.takes_grammars and help_ != "none":
            if outline is not None:
                grammar = outline_grammar(outline, wanted)
            else:
                grammar = await asyncio.to_thread(plan_grammar, line, plan_operators(wanted))
        said = Said("", 0)
        if outline is None or (outline.is_open and help_ != "outline-only"):
            said = await self.model.say(
                plan_messages(
                    wanted, line, knows_plans=knows_plans, card_tokens=self.settings.plan_card_tokens
                ),
                Drawing(
                    temperature=temperature,
                    seed=self.settings.seed + number,
                    most_tokens=self.settings.max_plan_tokens,
                    most_seconds=self.settings.max_seconds,
                    grammar=grammar,
                ),
            )
        if outline is not None:
            planned = await asyncio.to_thread(file_of_outline, said.text, outline, wanted)
            if said.text:
                # What a model wrote must not be worse than the outline alone.
                alone = await asyncio.to_thread(file_of_outline, "", outline, wanted)
                if check(alone.code, wanted).rank > check(planned.code, wanted).rank:
                    note = (
                        "what the model wrote is worse than the words of the request alone, and was left out"
                    )
                    planned = PlannedFile(alone.code, (note, *alone.assumptions))
            if not outline.is_open:
                note = (
                    "the words of the request leave no choice: the plan was made of them, without the model"
                )
                planned = PlannedFile(planned.code, (note, *planned.assumptions))
        else:
            planned = await asyncio.to_thread(file_of_plan, said.text, wanted)
        if not planned.code and (code := extract_code(said.text).code) and "import" in code:
            # A model that writes code when it is asked for a plan has written code all the same.
            planned = PlannedFile(code, ("the model wrote code where a plan was asked for",))
        watcher.accepted(planned.code)
        if number == 0 and self.working_file is not None:
            self.working_file.write_text(planned.code, encoding="utf-8")
        return Written(
            check(planned.code, wanted),
            "plan" if outline is None else "outline",
            n_tokens_drawn=said.n_tokens,
            n_tokens=said.n_tokens,
            notes=planned.assumptions,
            unread=outline.unread if outline is not None else (),
            is_read_whole=outline is not None and outline.settings is not None,
        )

    async def _verified(
        self,
        model: LlamaModel,
        messages: Sequence[dict[str, str]],
        wanted: Wanted,
        cards: Cards,
        number: int,
        temperature: float,
        watcher: Watcher,
    ) -> Draft:
        async with model.slot() as (endpoint, slot):
            writer = VerifiedWriter(
                endpoint,
                slot,
                await model.prompt_ids(endpoint, messages),
                wanted,
                cards,
                self.settings,
                lora=model.lora,
                seed=self.settings.seed + number,
                first_temperature=temperature * 0.6,
                watcher=_Keeping(watcher, self.working_file) if number == 0 else watcher,
            )
            return await writer.write()

    async def _repair(self, wanted: Wanted, cards: Cards, best: Written) -> Written:
        messages = [
            *messages_for(wanted.text, cards),
            {"role": "assistant", "content": best.code},
            {"role": "user", "content": repair_message(best.checked.told())},
        ]
        said = await self.model.say(
            messages,
            Drawing(
                temperature=0.0,
                seed=self.settings.seed,
                most_tokens=self.settings.max_answer_tokens,
                most_seconds=self.settings.max_seconds,
            ),
        )
        code = extract_code(said.text).code
        return Written(check(code, wanted), "repaired", n_tokens_drawn=said.n_tokens, n_tokens=said.n_tokens)


async def written_without_model(request: str, settings: GenerationSettings, airflow: str) -> Written | None:
    """Returns the file of a request whose words leave no choice; None where a model is needed.

    Nothing is started, so it is there at once, also where no model is.

    Raises:
        InputError: there is no catalogue for the line.
    """
    if settings.mode != "plan" or settings.plan_help != "outline":
        return None
    outline = await asyncio.to_thread(read_outline, Wanted(request, airflow))
    if outline is None or outline.is_open:
        return None
    alone = settings.model_copy(update={"n_drafts": 1, "n_repairs": 0})
    written = await Composer(NoModel(), alone, airflow).write(request)
    return written if _is_enough(written) else None


def _is_enough(first: Written) -> bool:
    """Tells whether no further draft is worth its tokens: along an outline they seldom find more."""
    checked = first.checked
    if first.way == "outline" and checked.is_good:
        return (
            first.is_read_whole or not checked.asked.is_scored or checked.asked.score >= ENOUGH_ALONG_OUTLINE
        )
    return checked.is_enough


class _Keeping:
    """Hands on what it sees and keeps what stands in a file, so that a kill loses nothing."""

    def __init__(self, watcher: Watcher, path: Path | None) -> None:
        self._watcher, self._path, self._text = watcher, path, ""

    def accepted(self, text: str) -> None:
        self._text += text
        self._keep()
        self._watcher.accepted(text)

    def refused(self, refusal: Refusal) -> None:
        self._watcher.refused(refusal)

    def taken_back(self, code: str) -> None:
        self._text = code
        self._keep()
        self._watcher.taken_back(code)

    def _keep(self) -> None:
        if self._path is not None:
            self._path.write_text(self._text, encoding="utf-8")
