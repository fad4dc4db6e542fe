"""The seedling's training stream: files, and some as chats, packed into sequences of equal length.

A pure function of rows, settings and seed, so that an interrupted training finds the same batches again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from airflownet.training.chat_format import END_OF_TEXT, tokenise_chat, tokenise_text
from airflownet.training.training_rows import ChatRow


class PackedSequences:
    """Endless batches of ``batch_size`` sequences of ``length`` tokens; each epoch shows every file once.

    Documents are joined with the end-of-text token. A file appears as it is, or, with the probability
    ``chat_share``, as one of its chats.
    """

    def __init__(
        self,
        rows: Sequence[ChatRow],
        tokenizer: Any,
        *,
        length: int,
        batch_size: int,
        chat_share: float,
        seed: int,
    ) -> None:
        by_file: dict[str, list[ChatRow]] = {}
        for row in rows:
            by_file.setdefault(row.file_id, []).append(row)
        self._by_file: Mapping[str, list[ChatRow]] = by_file
        self._tokenizer = tokenizer
        self._end = tokenizer.convert_tokens_to_ids(END_OF_TEXT)
        self._length, self._batch_size = length, batch_size
        self._chat_share, self._seed = chat_share, seed
        self._files = {
            file_id: [*tokenise_text(chats[0].answer, tokenizer), self._end]
            for file_id, chats in by_file.items()
        }

    @property
    def n_files(self) -> int:
        """Distinct files."""
        return len(self._files)

    @property
    def n_tokens(self) -> int:
        """Tokens of all files, each once."""
        return sum(map(len, self._files.values()))

    def batches(self) -> Iterator[list[list[int]]]:
        """Yields batches; the same ones from every call."""
        order = random.Random(self._seed)  # noqa: S311
        files = sorted(self._files)
        size = self._length * self._batch_size
        buffer: list[int] = []
        while True:
            order.shuffle(files)
            for file_id in files:
                buffer += self._document(file_id, order)
                while len(buffer) >= size:
                    yield [buffer[at : at + self._length] for at in range(0, size, self._length)]
                    del buffer[:size]

    def _document(self, file_id: str, order: random.Random) -> list[int]:
        if order.random() >= self._chat_share:
            return self._files[file_id]
        chat = tokenise_chat(order.choice(self._by_file[file_id]).turns, self._tokenizer)
        return [*chat.input_ids, self._end]
