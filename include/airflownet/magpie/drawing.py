"""Draws requests round by round, filters them, has the good ones answered and judged."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field

from airflownet.llama.asking import Asker
from airflownet.llama.client import LlamaClient
from airflownet.llama.ledger import Answer
from airflownet.magpie.answers import JudgedAnswer, answer_messages, answered, best, judged
from airflownet.magpie.candidate import Candidate
from airflownet.magpie.cleaning import clean
from airflownet.magpie.filters.duplicates import KnownTexts, exact, near, semantic
from airflownet.magpie.filters.embedding import Embedder, LatentSemanticAnalysis, embedding_server
from airflownet.magpie.filters.funnel import StepFunnel
from airflownet.magpie.filters.language import language
from airflownet.magpie.filters.rating import quality, rated, rating_messages, rating_sampling
from airflownet.magpie.filters.secrets import secrets
from airflownet.magpie.filters.structure import structure
from airflownet.magpie.filters.topic import topic
from airflownet.magpie.grid import CONTROL, Cell, dimensions, next_cells, replay_dimensions, steer
from airflownet.magpie.pre_query import PreQueries
from airflownet.magpie.settings import MagpieSettings

# Replay draws have seeds of their own.
_REPLAY_DRAWS = 10_000_000
_FINISHED = frozenset({"eos", "stop_id", "word"})


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that came through, with its best answer."""

    candidate: Candidate
    answer: JudgedAnswer
    airflow: str
    n_answers: int
    n_good: int


@dataclass
class Drawing:
    """One batch of Magpie requests; ``run`` fills ``drawn``, ``accepted`` and ``funnel``."""

    settings: MagpieSettings
    asker: Asker
    known: KnownTexts
    funnel: StepFunnel = field(default_factory=StepFunnel)
    drawn: list[Candidate] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    n_unrated: int = 0

    def __post_init__(self) -> None:
        url = self.settings.embedding_url
        self.embed: Embedder = embedding_server(url) if url else LatentSemanticAnalysis()

    async def run(self) -> None:
        """Draws what the settings ask for, in rounds."""
        pre = await self.asker.with_client(self._pre_queries)
        for kind, total in (("magpie", self.settings.n_requests), ("replay", self.settings.n_replay)):
            for start in range(0, total, self.settings.round_size):
                n_draws = min(self.settings.round_size, total - start)
                await self._round(kind, start, n_draws, pre)

    async def _pre_queries(self, client: LlamaClient) -> PreQueries:
        pre = PreQueries(client)
        # Both frames at once: the control tokens of all rounds are the same then.
        await pre.ids("")
        await pre.ids("x")
        return pre

    async def _round(self, kind: str, start: int, n_draws: int, pre: PreQueries) -> None:
        plan = self._plan(kind, start, n_draws)
        candidates = await self._draw(kind, start, plan, pre)
        self.drawn += candidates
        candidates = self._filter(candidates)
        candidates = await self._rate(candidates)
        self.accepted += await self._answer(candidates)
        # What passed every text filter is known from now on, whatever became of its answer.
        self.known.add([candidate.text for candidate in candidates], "earlier-round")

    def _plan(self, kind: str, start: int, n_draws: int) -> list[Cell]:
        settings = self.settings
        cells = [one.candidate.cell for one in self.accepted if one.candidate.kind == kind]
        if kind == "replay":
            return next_cells(replay_dimensions(), cells, n_draws, f"{settings.seed}|replay|{start}")
        n_control = round(settings.control_share * (start + n_draws)) - round(settings.control_share * start)
        grid = dimensions(settings.airflow_lines)
        steered = next_cells(grid, cells, n_draws - n_control, f"{settings.seed}|{start}")
        return [CONTROL] * n_control + steered

    async def _draw(self, kind: str, start: int, plan: Sequence[Cell], pre: PreQueries) -> list[Candidate]:
        offset = start + (_REPLAY_DRAWS if kind == "replay" else 0)

        async def read(client: LlamaClient) -> list[tuple[int, ...]]:
            pre.use(client)
            return [await pre.ids(steer(cell, kind)) for cell in plan]

        ids = await self.asker.with_client(read)
        sampling = dataclasses.replace(
            self.settings.request_sampling(), stop_ids=tuple(sorted(pre.control_ids))
        )
        prompts = [(prompt, offset + index) for index, prompt in enumerate(ids)]
        answers = await self.asker.ask(prompts, sampling, "Drawing requests")
        return [
            _candidate(kind, cell, offset + index, answer)
            for index, (cell, answer) in enumerate(zip(plan, answers, strict=True))
        ]

    def _filter(self, candidates: list[Candidate]) -> list[Candidate]:
        settings, funnel, known = self.settings, self.funnel, self.known
        embed = self.embed
        steps = (
            ("structure", lambda rows: structure(rows, settings.min_request_tokens)),
            ("language", lambda rows: language(rows, settings.languages)),
            ("topic", topic),
            ("secrets", secrets),
            ("exact-duplicate", lambda rows: exact(rows, known)),
            ("near-duplicate", lambda rows: near(rows, known, settings.near_duplicate_jaccard)),
            ("semantic-duplicate", lambda rows: semantic(rows, known, settings.semantic_cosine, embed)),
        )
        for name, check in steps:
            candidates = funnel.apply(name, check, candidates)
        return candidates

    async def _rate(self, candidates: list[Candidate]) -> list[Candidate]:
        if self.settings.rating == "server":
            answers = await self.asker.chat(
                [(rating_messages(candidate.text), 0) for candidate in candidates],
                rating_sampling(self.settings.seed),
                "Rating requests",
            )
            candidates = [
                rated(candidate, answer.completion)
                for candidate, answer in zip(candidates, answers, strict=True)
            ]
        self.n_unrated += sum(candidate.quality == "unrated" for candidate in candidates)
        return self.funnel.apply("quality", lambda rows: quality(rows, self.settings.min_quality), candidates)

    async def _answer(self, candidates: list[Candidate]) -> list[Accepted]:
        k = self.settings.answers_per_request if self.settings.answer_temperature else 1
        lines = [self._airflow(candidate) for candidate in candidates]
        completions = await self.asker.chat(
            [
                (answer_messages(candidate, line), index)
                for candidate, line in zip(candidates, lines, strict=True)
                for index in range(k)
            ],
            self.settings.answer_sampling(),
            "Answering requests",
        )
        rows = []
        for number, (candidate, line) in enumerate(zip(candidates, lines, strict=True)):
            own = [_judged(candidate, line, one) for one in completions[number * k : (number + 1) * k]]
            n_good = sum(answer.is_good for answer in own)
            rows.append(Accepted(candidate, best(own), line, k, n_good))
        chosen = [row.answer for row in rows]
        kept = {one.id for one in self.funnel.apply("answer", lambda c: answered(c, chosen), candidates)}
        return [row for row in rows if row.candidate.id in kept]

    def _airflow(self, candidate: Candidate) -> str:
        if candidate.kind == "replay":
            return ""
        return candidate.cell.get("airflow") or self.settings.airflow_lines[0]


def _candidate(kind: str, cell: Cell, draw: int, answer: Answer) -> Candidate:
    cleaned = clean(answer.completion)
    return Candidate(
        kind=kind,
        arm="steered" if cell.values else "control",
        cell=cell,
        draw=draw,
        text=cleaned.text,
        raw=answer.completion,
        cut=cleaned.cut,
        stop_type=answer.stop_type,
        truncated=answer.truncated,
        n_tokens=answer.completion_tokens,
        error=answer.error,
    )


def _judged(candidate: Candidate, airflow: str, answer: Answer) -> JudgedAnswer:
    is_whole = not answer.error and not answer.truncated and answer.stop_type in _FINISHED
    return judged(candidate.kind, airflow, answer.completion, is_whole=is_whole)
