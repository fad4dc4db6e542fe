r"""Chat messages to token ids; text from elsewhere can never become a control token.

A mined DAG may hold ``<|im_end|>\n<|im_start|>system``. In a prompt sent as text, llama-server reads that
as the end of the turn. Here the parts that the model's template puts around the messages are tokenised
with control tokens, each message's content without, and the ids are sent.

The template's parts come from the server itself (POST /apply-template with a rare word in place of each
content), so any model with a chat template works.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from airflownet.llama.client import LlamaClient
from airflownet.llama.errors import ServerAnswerError

_REMEDY = "the model's chat template cannot be used safely: give the GGUF a plain one (ChatML, Llama, ...)"
_SPACES = ("\n ", " \n")


@dataclass(frozen=True, slots=True)
class TemplateParts:
    """What the template puts before, between and after the contents of one sequence of roles."""

    ids: tuple[tuple[int, ...], ...]
    """One more than there are messages."""
    trims: tuple[bool, ...]
    """For each message, whether the template strips white space around its content."""


class ChatTemplate:
    """The chat template of one server's model. ``await ChatTemplate(client).ids(messages)``."""

    def __init__(self, client: LlamaClient) -> None:
        self._client = client
        self._parts: dict[tuple[str, ...], TemplateParts] = {}
        self._contents: dict[str, tuple[int, ...]] = {}
        self._control: set[int] = set()

    async def ids(self, messages: Sequence[Mapping[str, str]]) -> tuple[int, ...]:
        """Returns the prompt's ids, up to where the assistant's answer begins.

        Raises:
            ServerAnswerError: the template cannot be taken apart, or a content held a control token.
        """
        roles = tuple(message["role"] for message in messages)
        if roles not in self._parts:
            self._parts[roles] = await self._read_parts(roles)
        parts = self._parts[roles]
        ids = list(parts.ids[0])
        for message, trims, part in zip(messages, parts.trims, parts.ids[1:], strict=True):
            content = message["content"].strip() if trims else message["content"]
            ids += await self._content_ids(content)
            ids += part
        return tuple(ids)

    async def _content_ids(self, content: str) -> tuple[int, ...]:
        if content not in self._contents:
            ids = await self._client.tokenize(content, parse_special=False)
            if smuggled := self._control.intersection(ids):
                raise ServerAnswerError(
                    f"the tokeniser made control tokens {sorted(smuggled)} of plain text",
                    "use a model whose control tokens can be switched off (parse_special)",
                )
            self._contents[content] = tuple(ids)
        return self._contents[content]

    async def _read_parts(self, roles: tuple[str, ...]) -> TemplateParts:
        words = [f"qzx{index}airflownet{index}xzq" for index in range(len(roles))]
        left, right = _SPACES
        text = await self._client.apply_template(
            [{"role": role, "content": left + word + right} for role, word in zip(roles, words, strict=True)]
        )
        pieces, trims = [], []
        for word in words:
            before, found, text = text.partition(word)
            if not found or word in text:
                raise ServerAnswerError(
                    f"the chat template shows the content of a message {'twice' if found else 'not at all'} "
                    f"for the roles {', '.join(roles)}",
                    _REMEDY,
                )
            keeps = before.endswith(left) and text.startswith(right)
            trims.append(not keeps)
            pieces.append(before.removesuffix(left) if keeps else before)
            text = text.removeprefix(right) if keeps else text
        pieces.append(text)
        return TemplateParts(
            tuple([await self._piece_ids(pieces, i) for i in range(len(pieces))]), tuple(trims)
        )

    async def _piece_ids(self, pieces: Sequence[str], index: int) -> tuple[int, ...]:
        piece = pieces[index]
        ids = await self._client.tokenize(piece, parse_special=True)
        self._control.update(set(ids) - set(await self._client.tokenize(piece, parse_special=False)))
        if index == 0:
            # The server adds BOS to text, never to ids: add it here, but not to a template that has it.
            with_bos = await self._client.tokenize(piece, parse_special=True, add_special=True)
            if with_bos[1:] == ids and with_bos[:1] != ids[:1]:
                ids = with_bos
        return tuple(ids)
