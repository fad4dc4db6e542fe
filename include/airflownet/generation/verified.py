"""Verified decoding: the answer grows statement by statement, and the judge looks at each.

The model writes on without a stop as long as every statement stands. One that does not is taken back by
token ids and drawn again at a higher temperature, then with a grammar of what the catalogue allows, and
after that one steps back. The end is accepted only where the file loads and has what was asked for. Tokens,
time and steps back are bounded; when a bound is met, the longest accepted beginning that loads is the answer.

The whole beginning is judged again for each statement: half a millisecond in the median, so no state of the
judge is kept (benchmarks/generation/unfinished_files.py).
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Final

from airflownet.errors import ServerError
from airflownet.generation.cards import Cards
from airflownet.generation.draft import Draft, Refusal, Unwatched, Watcher
from airflownet.generation.fallback import call_of, fallback_grammar, import_of_cards, surroundings
from airflownet.generation.growing_text import GrowingText
from airflownet.generation.settings import GenerationSettings
from airflownet.generation.unfinished import Fault, faults_of_finished, faults_so_far
from airflownet.generation.wanted import Wanted
from airflownet.judge.catalogue import load_catalogue
from airflownet.judge.loader import load_source
from airflownet.llama.endpoint import Endpoint
from airflownet.llama.errors import PromptTooLongError, ServerUnavailableError
from airflownet.llama.sampling import Sampling

_FENCE: Final = re.compile(r"^\s*(```|~~~)[^\n]*\n")
_CLOSING_FENCE: Final = re.compile(r"(?:^|\n)[ ]{0,3}(?:```|~~~)")
_REPEATABLE: Final = re.compile(r"^\s*(@|return\b|pass\b|else:|try:|finally:|except\b|if\b|for\b|\"\"\")")
_DAG_HEADER: Final = re.compile(r"\bDAG\(|@dag\b")
_SEVERAL_DAGS: Final = re.compile(r"\b(dags|pipelines|workflows)\b", re.IGNORECASE)
_TASK_MAKERS: Final = frozenset({"task", "task_group"})
_IMPORT: Final = re.compile(r"^\s*(from|import)\s")
_SHOWN_CHARS: Final = 200
_MOST_RECOVERIES: Final = 5
_LONGEST_STEP: Final = 4


@dataclass
class _Try:
    """How the present statement is drawn."""

    temperature: float = 0.0
    grammar: str = ""
    ignores_end: bool = False


@dataclass
class VerifiedWriter:
    """Writes one answer on one slot of a server.

    Attributes:
        endpoint: the server.
        slot: its slot, kept for the whole answer so that its cache holds the beginning.
        prompt_ids: of the conversation, up to where the answer begins.
        wanted: what the request states.
        cards: what the prompt tells of the catalogue.
        settings: budgets.
        lora: scales of the server's adapters.
        seed: of this draft; two drafts with different seeds differ where something was drawn.
        first_temperature: of statements that were not refused; 0 is greedy.
        opening: text that the answer begins with, for models that would talk first.
        watcher: sees the answer grow.
    """

    endpoint: Endpoint
    slot: int
    prompt_ids: Sequence[int]
    wanted: Wanted
    cards: Cards
    settings: GenerationSettings
    lora: Sequence[Mapping[str, float]] = ()
    seed: int = 0
    first_temperature: float = 0.0
    watcher: Watcher = field(default_factory=Unwatched)
    draft: Draft = field(default_factory=Draft)

    def __post_init__(self) -> None:
        self.catalogue = load_catalogue(self.wanted.airflow)
        self._text = GrowingText()
        self._try = _Try(self.first_temperature)
        self._n_tries = 0
        self._n_end_tries = 0
        self._end_fence = False
        self._code_start = 0
        self._n_back_here = 0
        self._deepest = 0
        self._imports_done = False

    async def write(self) -> Draft:
        """Returns the draft; never raises for what the model writes.

        Raises:
            ServerError: the server refuses the request, or stays away before anything stands.
        """
        began = time.monotonic()
        deadline = began + self.settings.max_seconds
        recoveries = 0
        while not self.draft.ended:
            client = self.endpoint.client
            try:
                await self._draw(deadline)
            except PromptTooLongError:
                if not self._text.ids:
                    raise
                self.draft.ended = "context"
            except ServerUnavailableError:
                recoveries += 1
                self._text.cut_to(self._text.last_line_end())
                try:
                    if recoveries > _MOST_RECOVERIES:
                        raise
                    await self.endpoint.recover(client)
                except ServerError:
                    if not self._text.line_ends:
                        raise
                    self.draft.ended = "server"  # what stands is handed over
        self._finish()
        self.draft.seconds = time.monotonic() - began
        return self.draft

    # One stream of the server: until a statement is refused, the answer ends, or a bound is met.

    async def _draw(self, deadline: float) -> None:
        settings, text = self.settings, self._text
        left = min(
            settings.max_drawn_tokens - self.draft.n_tokens_drawn, settings.max_answer_tokens - len(text.ids)
        )
        if left <= 0:
            self.draft.ended = "tokens"
            return
        sampling = Sampling(
            left,
            temperature=self._try.temperature,
            min_p=settings.min_p if self._try.temperature else 0.0,
            seed=(self.seed * 1_000_003 + self.draft.n_requests) % 2**31,
            ignore_eos=self._try.ignores_end,
            grammar=self._try.grammar,
        )
        self.draft.n_requests += 1
        stream = self.endpoint.client.stream_completion(
            [*self.prompt_ids, *text.ids], sampling, lora=self.lora, extra={"id_slot": self.slot}
        )
        async with aclosing(stream) as parts:  # type: ignore[type-var]
            await self._read(parts, deadline)

    async def _read(self, parts: AsyncIterator[dict[str, Any]], deadline: float) -> None:
        async for part in parts:
            tokens = [int(token) for token in part.get("tokens") or []]
            self.draft.n_tokens_drawn += len(tokens)
            if time.monotonic() > deadline:
                self.draft.ended = "time"
                return
            if part.get("stop") and not tokens:
                self._stopped(str(part.get("stop_type", "")))
                return
            for place in self._text.add(tokens, str(part.get("content", ""))):
                if not await self._statement(place):
                    return
            if self._is_fence_closed():
                self._stopped("fence")
                return
            if problem := self._unending():
                self._refuse(Fault("never-ends", problem), self._text.text[self._text.last_line_end() :])
                return

    async def _statement(self, place: int) -> bool:
        """Judges the statement that ends at a place; returns False when the stream must be left."""
        text = self._text
        statement = text.statement_at(place)
        if not text.line_ends and (match := _FENCE.match(text.text)):
            self._code_start = match.end()
            statement = text.text[self._code_start : place]
        if not statement.strip():
            return True
        if "```" in statement or "~~~" in statement:
            return True  # the fence that ends the answer is seen by the caller
        if not self._imports_done and not _IMPORT.match(statement) and not _is_docstring(statement):
            if await self._needs_imports(statement):
                return False
            self._imports_done = True
        code = text.text[self._code_start : place]
        fault = self._fault(code, statement)
        if fault is not None:
            self._refuse(fault, statement)
            return False
        text.accept(place)
        self.watcher.accepted(statement)
        if place > self._deepest:
            self._deepest, self._n_back_here = place, 0
        was_tried = self._n_tries or self._try.grammar or self._try.ignores_end
        self._n_tries, self._n_end_tries = 0, 0 if not self._try.ignores_end else self._n_end_tries
        self._try = _Try(self.first_temperature)
        if was_tried:
            text.cut_to(place)
            return False  # the rest is written as before, not at the temperature of a try
        return True

    def _fault(self, code: str, statement: str) -> Fault | None:
        bare = " ".join(statement.split())
        earlier = [" ".join(line.split()) for line in self._statements()]
        if bare in earlier and not _REPEATABLE.match(bare):
            return Fault("repeated", "the same statement stands there already")
        faults = faults_so_far(code, self.wanted.airflow, packages=self.wanted.packages)
        if faults:
            return faults[0]
        if _DAG_HEADER.search(statement):
            return self._header_fault(code)
        if (
            bare == "pass"
            and statement.startswith((" ", "\t"))
            and _DAG_HEADER.search(self._last_statement())
        ):
            return Fault("trivial", "a DAG without a task is not what was asked for")
        return None

    def _header_fault(self, code: str) -> Fault | None:
        """A DAG whose id or schedule is not the stated one."""
        from airflownet.generation.unfinished import made_whole

        loaded = load_source(made_whole(code), self.wanted.airflow)
        if len(loaded.dags) > 1 and not _SEVERAL_DAGS.search(self.wanted.text):
            return Fault("second-dag", "one DAG was asked for")
        dag = loaded.dags[-1] if loaded.dags else None
        if dag is None:
            return None
        wanted_id = self.wanted.dag_id
        if wanted_id and len(loaded.dags) == 1 and isinstance(dag.dag_id, str) and dag.dag_id != wanted_id:
            return Fault("not-asked-for", f"the request states the DAG id {wanted_id}", dag.dag_id)
        if lacks := self.wanted.header_fits(dag.arguments):
            return Fault("not-asked-for", f"the request states {lacks}")
        return None

    def _statements(self) -> list[str]:
        ends = self._text.line_ends
        starts = [self._code_start, *ends]
        return [self._text.text[a:b] for a, b in zip(starts, ends, strict=False)]

    def _last_statement(self) -> str:
        statements = self._statements()
        return statements[-1] if statements else ""

    def _unending(self) -> str:
        if self._text.scan.problem:
            return self._text.scan.problem
        n = self._text.n_tokens_since_accepted()
        if n > self.settings.max_statement_tokens:
            return f"no statement ended within {n} tokens"
        return ""

    def _is_fence_closed(self) -> bool:
        tail = self._text.text[max(self._text.last_line_end() - 1, self._code_start) :]
        return bool(self._text.line_ends) and _CLOSING_FENCE.search(tail) is not None

    # What happens to a statement that was refused.

    def _refuse(self, fault: Fault, statement: str) -> None:
        text, settings = self._text, self.settings
        place = text.last_line_end()
        code = text.text[self._code_start : place]
        self._n_tries += 1
        answer = "drawn again"
        n_plain, n_grammar = len(settings.temperatures), len(settings.grammar_temperatures)
        built = ""
        if self._n_tries >= n_plain and self._n_tries - n_plain < n_grammar:
            built = fallback_grammar(code, statement, self.catalogue, self.wanted, self.cards)
            if not built:
                self._n_tries = n_plain + n_grammar
        self._told(fault, statement, code, answer if not built else "drawn with a grammar")
        if built:
            at = settings.grammar_temperatures[self._n_tries - n_plain]
            self._try = _Try(at, built, ignores_end=True)
            text.cut_to(place)
        elif self._n_tries < n_plain:
            ignores = self._try.ignores_end
            self._try = _Try(settings.temperatures[self._n_tries], ignores_end=ignores)
            text.cut_to(place)
        else:
            self._step_back()

    def _told(self, fault: Fault, statement: str, code: str, answer: str) -> None:
        shown = " ".join(statement.split())[:_SHOWN_CHARS]
        refusal = Refusal(code.count("\n") + 1, shown, fault.kind, fault.message[:300], answer)
        self.draft.refusals.append(refusal)
        self.watcher.refused(refusal)

    def _step_back(self) -> None:
        if self.draft.n_steps_back >= self.settings.max_steps_back:
            self.draft.ended = "steps back"
            self._text.cut_to(self._text.last_line_end())
            return
        self.draft.n_steps_back += 1
        self._n_back_here += 1
        # Further each time the same place is not passed: the fault may lie before the last statement.
        self._text.step_back(min(self._n_back_here, _LONGEST_STEP))
        self._imports_done = self._imports_done and bool(self._text.line_ends)
        self._n_tries = 1
        hottest = max(self.settings.temperatures)
        self._try = _Try(min(1.2, max(0.7, hottest) + 0.1 * (self._n_back_here - 1)))
        self.watcher.taken_back(self._text.text[self._code_start :])

    # The end of the answer.

    def _stopped(self, stop_type: str) -> None:
        if stop_type == "limit":
            self.draft.ended = "tokens"
            return
        text = self._text
        code = text.text[self._code_start :]
        if match := _CLOSING_FENCE.search(code):
            code = code[: match.start()]
        code = code.rstrip() + "\n"
        faults = faults_of_finished(code, self.wanted.airflow, packages=self.wanted.packages)
        if not faults:
            missing = self.wanted.missing(load_source(code, self.wanted.airflow))
            if not missing:
                self.draft.ended = "accepted"
                self.draft.code = code
                return
            faults = (Fault("not-asked-for", f"not yet there: {'; '.join(missing)}"),)
        self._refuse_end(faults[0], code)

    def _refuse_end(self, fault: Fault, code: str) -> None:
        """The answer may not end here: go on, with a call of what is missing where that is known."""
        text = self._text
        place = text.last_line_end()
        rest = text.text[place:].strip()
        if rest and not rest.startswith(("```", "~~~", "#")):
            self._refuse(fault, text.text[place:])
            return
        self._n_end_tries += 1
        accepted = text.text[self._code_start : place]
        built = self._call_of_missing(accepted) if self._n_end_tries > 1 else ""
        self._told(fault, "(the end)", code, "drawn with a grammar" if built else "goes on")
        if self._n_end_tries > 2 and not built:
            self._n_end_tries = 0
            self._step_back()
            return
        text.cut_to(place)
        self._try = _Try(0.4 if built else 0.3 * self._n_end_tries, built, ignores_end=True)

    def _call_of_missing(self, code: str) -> str:
        """Returns the grammar of a call of a named operator that the file has not called."""
        here = surroundings(code, self.catalogue)
        if not here.has_dag:
            return ""
        left = [
            one.name
            for one in self.wanted.operators
            if one.name in here.operators and f"{one.name}(" not in code
        ]
        if not left and any(f'"{task}"' not in code for task in self.wanted.task_ids):
            left = list(here.operators)
        if not left and not here.tasks:
            left = list(here.operators)
        return call_of(left[:3], here, self.wanted, code) if left else ""

    async def _needs_imports(self, statement: str) -> bool:
        """True when the file lacks imports without which it cannot become what was asked for.

        Operators that the request names are given: the names are the request's, the paths the catalogue's,
        nothing is left to choose. Without any operator the model chooses one of the cards.
        """
        text = self._text
        place = text.last_line_end()
        here = surroundings(text.text[self._code_start : place], self.catalogue)
        named = [
            one
            for one in self.wanted.operators
            if one.name not in here.imported and self.catalogue.class_(f"{one.module}.{one.name}") is not None
        ]
        if named:
            text.cut_to(place)
            lead = "" if not text.text or text.text.endswith("\n") else "\n"
            await self._give(lead + "".join(f"from {one.module} import {one.name}\n" for one in named))
            return True
        if here.operators or here.imported & _TASK_MAKERS or not _DAG_HEADER.search(statement):
            return False
        built = import_of_cards(self.cards, text.text[self._code_start : place])
        if not built or self._n_tries > len(self.settings.temperatures):
            return False
        self._n_tries += 1
        fault = Fault("no-operator", "no operator is imported, so no task can follow")
        self._told(fault, statement, text.text[self._code_start : place], "drawn with a grammar")
        text.cut_to(place)
        self._try = _Try(self.settings.grammar_temperatures[0], built, ignores_end=True)
        return True

    async def _give(self, given: str) -> None:
        """Puts text into the answer as the model's own tokens would stand there."""
        for id_, piece in await self.endpoint.client.token_pieces(given):
            for end in self._text.add([id_], piece):
                statement = self._text.statement_at(end)
                self._text.accept(end)
                self.watcher.accepted(statement)

    def _finish(self) -> None:
        """Settles the code: the accepted end, else the longest accepted beginning that loads."""
        draft, text = self.draft, self._text
        if draft.ended != "accepted":
            draft.code = self._longest_that_loads()
        faults = faults_of_finished(draft.code, self.wanted.airflow, packages=self.wanted.packages)
        draft.faults = tuple(fault.message for fault in faults)
        draft.loads = not faults
        draft.missing = (
            self.wanted.missing(load_source(draft.code, self.wanted.airflow)) if draft.loads else ()
        )
        draft.n_tokens = len(text.ids)

    def _longest_that_loads(self) -> str:
        text = self._text.text
        first = ""
        for end in [*reversed(self._text.line_ends)]:
            code = text[self._code_start : end].rstrip() + "\n"
            if faults_of_finished(code, self.wanted.airflow, packages=self.wanted.packages):
                continue
            if not self.wanted.missing(load_source(code, self.wanted.airflow)):
                return code
            first = first or code
        return first or text[self._code_start : self._text.last_line_end()]


def _is_docstring(statement: str) -> bool:
    return statement.lstrip().startswith(('"""', "'''", '"', "'", "#"))
