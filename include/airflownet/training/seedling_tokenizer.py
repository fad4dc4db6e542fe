"""The seedling's tokenizer: byte-level BPE with Qwen2's pre-tokenizer (training environment).

``Qwen2Tokenizer`` brings the pre-tokenizer, normaliser and decoder, so that llama.cpp's "qwen2" pre-tokenizer
splits text in the same way; only vocabulary and merges are trained here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from airflownet.training.chat_format import CHAT_TEMPLATE, CONTROL_TOKENS, END_OF_TEXT, TURN_END


def train_tokenizer(texts: Iterable[str], vocab_size: int, model_max_length: int) -> Any:
    """Returns a ``Qwen2Tokenizer`` trained on the texts, with ChatML control tokens and chat template.

    Control tokens have the first ids: 0 end of text, 1 start of turn, 2 end of turn. The same texts in the
    same order give the same tokenizer.
    """
    import json

    from tokenizers import pre_tokenizers, trainers
    from transformers import Qwen2Tokenizer

    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=list(CONTROL_TOKENS),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    blank = Qwen2Tokenizer()
    blank.backend_tokenizer.train_from_iterator(texts, trainer)
    trained = json.loads(blank.backend_tokenizer.to_str())["model"]
    tokenizer = Qwen2Tokenizer(
        vocab=trained["vocab"],
        merges=[tuple(pair) for pair in trained["merges"]],
        eos_token=TURN_END,
        pad_token=END_OF_TEXT,
        unk_token=END_OF_TEXT,
        additional_special_tokens=list(CONTROL_TOKENS),
        model_max_length=model_max_length,
    )
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer
