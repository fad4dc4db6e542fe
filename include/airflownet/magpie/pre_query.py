"""The pre-query: the model's own chat template up to where a user's text begins, as token ids.

The template is rendered by the server (POST /apply-template) with a word that occurs nowhere in place of the
user's text, and cut there. Nothing is hard-coded for a model family: what Qwen2.5, Llama 3, Gemma, Phi and
Mistral make of it is kept as golden tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from airflownet.llama.client import LlamaClient
from airflownet.llama.errors import RequestRejectedError, ServerAnswerError

SENTINEL = "qzxairflownetsentinelxzq"
_STEER_MARK = "qzxairflownetsteerxzq"
_UNDERSTOOD = "Understood."


@dataclass(frozen=True, slots=True)
class PreQuery:
    """What stands before and after a user's text."""

    before: str
    """Template text up to the user's text."""
    after: str
    """Template text from the end of the user's text to the beginning of the answer."""
    has_system_role: bool
    """False when the template takes no system message and the steer stands in an exchange before."""


async def read_pre_query(client: LlamaClient, steer: str) -> PreQuery:
    """Returns the template around a user's text, with the steer as the system message.

    Without a steer the template decides what stands there; Qwen2.5 puts its default system message.

    Raises:
        ServerAnswerError: the template shows the user's text not at all or more than once.
    """
    user = {"role": "user", "content": SENTINEL}
    if not steer:
        return _cut(await client.apply_template([user]), has_system_role=True)
    try:
        text = await client.apply_template([{"role": "system", "content": steer}, user])
        if steer.strip() in text:
            return _cut(text, has_system_role=True)
    except RequestRejectedError:
        pass  # Gemma's template raises an error for a system message
    exchange: Sequence[Mapping[str, str]] = (
        {"role": "user", "content": steer},
        {"role": "assistant", "content": _UNDERSTOOD},
        user,
    )
    return _cut(await client.apply_template(exchange), has_system_role=False)


def _cut(text: str, *, has_system_role: bool) -> PreQuery:
    before, found, after = text.partition(SENTINEL)
    if not found or SENTINEL in after:
        raise ServerAnswerError(
            f"the chat template shows a user's text {'twice' if found else 'not at all'}",
            "give the GGUF a plain chat template (ChatML, Llama 3, ...)",
        )
    return PreQuery(before, after, has_system_role)


class PreQueries:
    """Ids of pre-queries by steer; the steer's own text can never become a control token."""

    def __init__(self, client: LlamaClient) -> None:
        self._client = client
        self._ids: dict[str, tuple[int, ...]] = {}
        self._frame: dict[bool, PreQuery] = {}
        self._control: set[int] = set()
        self._pieces: dict[tuple[str, bool, bool], list[int]] = {}

    def use(self, client: LlamaClient) -> None:
        """Reads with another client from now on: a restarted server has a new one."""
        self._client = client

    async def ids(self, steer: str) -> tuple[int, ...]:
        """Returns the ids to complete; BOS is in front once where the model has one."""
        if steer not in self._ids:
            self._ids[steer] = await self._read(steer)
        return self._ids[steer]

    @property
    def control_ids(self) -> frozenset[int]:
        """Ids that the template uses as control tokens, of the frames read so far."""
        return frozenset(self._control)

    async def _read(self, steer: str) -> tuple[int, ...]:
        # The frame is read with a mark in place of the steer: equal frames are asked for once.
        has_steer = bool(steer)
        if has_steer not in self._frame:
            self._frame[has_steer] = await read_pre_query(self._client, _STEER_MARK if has_steer else "")
        frame = self._frame[has_steer]
        head, found, tail = frame.before.partition(_STEER_MARK)
        pieces = [(head, True)]
        if found:
            pieces += [(steer, False), (tail, True)]
        # A space at the end would be a token of its own, where the model expects it to begin a word.
        pieces[-1] = (pieces[-1][0].rstrip(" "), True)
        ids: list[int] = []
        for index, (piece, is_template) in enumerate(pieces):
            ids += await self._tokens(piece, is_template=is_template, is_first=index == 0)
        await self._tokens(frame.after, is_template=True, is_first=False)
        return tuple(ids)

    async def _tokens(self, piece: str, *, is_template: bool, is_first: bool) -> list[int]:
        key = (piece, is_template, is_first)
        if key not in self._pieces:
            self._pieces[key] = await self._ask(*key) if piece or is_first else []
        return self._pieces[key]

    async def _ask(self, piece: str, is_template: bool, is_first: bool) -> list[int]:
        ids = await self._client.tokenize(piece, parse_special=is_template)
        if is_template:
            self._control |= set(ids) - set(await self._client.tokenize(piece, parse_special=False))
        if is_first:
            # The server adds BOS to text, never to ids.
            with_bos = await self._client.tokenize(piece, parse_special=True, add_special=True)
            if with_bos[1:] == ids and with_bos[:1] != ids[:1]:
                ids = with_bos
        return ids
