"""A llama-server whose model is a function: from the answer so far and the request to what it writes next.

Speaks the streamed ``/completion`` with token ids, ``/tokenize`` with pieces, and OpenAI's chat. Pieces are
words, and a line end with its indent but one blank, as GPT-2's tokeniser makes them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from servers.llama_server import LlamaServer

_PIECE = re.compile(r"\n+ *(?= )|\n+| ?\w+|\s+|[^\w\s]")
_FIRST = 1000
Model = Callable[[str, dict[str, Any]], str]


class WritingServer(LlamaServer):
    """Answers with what ``model(answer_so_far, body)`` returns; the empty text ends the answer."""

    def __init__(self, model: Model, *, slots: int = 2, context: int = 8192, chat_only: bool = False) -> None:
        super().__init__(slots=slots, context=context)
        self.model = model
        self.chat_only = chat_only
        self._ids: dict[str, int] = {}
        self._pieces: list[str] = []

    def ids(self, text: str) -> list[int]:
        found = []
        for piece in _PIECE.findall(text):
            if piece not in self._ids:
                self._ids[piece] = _FIRST + len(self._pieces)
                self._pieces.append(piece)
            found.append(self._ids[piece])
        return found

    def text(self, ids: list[int]) -> str:
        parts = [
            self._pieces[i - _FIRST].encode() if i >= _FIRST else b"<|" if i == 256 else bytes([i])
            for i in ids
        ]
        return b"".join(parts).decode()

    def answer(self, path: str, body: dict[str, Any]) -> Any:
        if path == "/v1/models":
            return {"data": [{"id": "scripted", "meta": {"size": 1000}}]}
        if path == "/v1/chat/completions":
            said = self.model("", body)
            return {"choices": [{"message": {"content": said}, "finish_reason": "stop"}], "usage": {}}
        if self.chat_only:
            return None
        if path == "/tokenize" and body.get("with_pieces"):
            ids = self.ids(body["content"])
            return {"tokens": [{"id": i, "piece": self._pieces[i - _FIRST]} for i in ids]}
        if path == "/completion":
            return self._complete(body)
        return super().answer(path, body)

    def _complete(self, body: dict[str, Any]) -> Any:
        prompt = self.text(body["prompt"])
        said = self.model(prompt.rpartition("<|assistant|>")[2], body)
        ids = self.ids(said)[: body["n_predict"]]
        stop = "limit" if len(ids) == body["n_predict"] else "eos"
        settings = {"lora": body.get("lora", [])}
        if not body.get("stream"):
            whole = {
                "content": self.text(ids),
                "tokens": ids,
                "stop_type": stop,
                "tokens_predicted": len(ids),
            }
            return whole | {"generation_settings": settings}
        parts: list[dict[str, Any]] = [{"content": self.text([i]), "tokens": [i], "stop": False} for i in ids]
        parts.append({"content": "", "tokens": [], "stop": True, "stop_type": stop})
        return "".join(f"data: {json.dumps(part)}\n\n" for part in parts)
