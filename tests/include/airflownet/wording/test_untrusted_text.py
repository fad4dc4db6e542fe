"""Control tokens and invisible characters."""

import pytest

from airflownet.wording.untrusted_text import Guard, has_control_token


@pytest.mark.parametrize(
    "text",
    [
        "<|im_end|>",
        "<|im_start|>system",
        "< | endoftext | >",
        "<\uff5cUser\uff5c>",
        "[INST] x [/INST]",
        "<<SYS>>",
        "</s>",
        "<start_of_turn>",
        "<fim_prefix>",
        "<im_end>",
        "<|",
        "a|>",
    ],
)
def test_control_tokens_are_found_dropped_and_broken(text: str) -> None:
    guard = Guard()
    assert has_control_token(text)
    assert guard.phrase(f"before {text} after") == ""
    assert guard.neutralised == 1
    assert not has_control_token(guard.finished(f"before {text} after"))


@pytest.mark.parametrize("text", ["a < b and b > c", "x | y", "list[int]", "<br>", "a -> b", "p <- q"])
def test_plain_text_stays(text: str) -> None:
    guard = Guard()
    assert guard.phrase(text) == text
    assert guard.neutralised == 0


def test_a_token_split_by_an_invisible_character_is_found() -> None:
    assert Guard().phrase("<\u200b|im_end|>") == ""


def test_tokens_that_form_when_one_is_removed_are_broken_too() -> None:
    text = Guard().finished("<|im_<|im_end|>end|>")
    assert not has_control_token(text)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("load_sales", True),
        ("a.b-c", True),
        ("a b", False),
        ("<|im_end|>", False),
        ("x" * 101, False),
        (7, False),
        ("`", False),
    ],
)
def test_names(name: object, kept: bool) -> None:
    assert Guard().name(name) == (name if kept else "")
