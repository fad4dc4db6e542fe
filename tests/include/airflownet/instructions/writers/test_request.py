from __future__ import annotations

import hashlib
import json

import pytest

from airflownet.instructions.settings import InstructionSettings
from airflownet.instructions.writers.request import read_reply, writer_prompt
from airflownet.records import DagFile, Licence

SETTINGS = InstructionSettings(model_views=("brief", "terse"))


def dag_file(content: str) -> DagFile:
    digest = hashlib.sha256(content.encode()).hexdigest()
    licence = Licence("Apache-2.0", ("header",))
    return DagFile(
        digest[:16], "local", "r", "1", "", "", "", "p.py", "", licence, digest, digest, (), content
    )


def test_the_whole_file_is_shown_and_cannot_end_its_quotation() -> None:
    content = "x = 1\n" * 3000 + "# {views} {version}\nFILE 0123\n"
    prompt = writer_prompt(dag_file(content), SETTINGS)
    mark = prompt.user.split("\n")[2]
    assert mark.startswith("FILE ")
    assert prompt.user.count(mark) == 3
    assert content in prompt.user
    assert set(json.loads(prompt.json_schema)["required"]) == {"brief", "terse"}


@pytest.mark.parametrize(("share", "named"), [(0.0, False), (1.0, True)])
def test_the_version_is_named_in_the_share_asked_for(share: float, named: bool) -> None:
    settings = InstructionSettings(airflow="2.9", airflow_share=share)
    assert ("Airflow 2.9" in writer_prompt(dag_file("x = 1"), settings).user) is named


BRIEF = "Load the sales into the warehouse."


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(json.dumps({"brief": BRIEF, "terse": "dag: sales to warehouse"}), (), id="both"),
        pytest.param(json.dumps({"brief": BRIEF}), ("terse:missing",), id="one-missing"),
        pytest.param(json.dumps({"brief": BRIEF, "terse": 7}), ("terse:missing",), id="not-text"),
        pytest.param(json.dumps({"brief": BRIEF, "terse": " "}), ("terse:empty",), id="empty"),
        pytest.param(json.dumps({"brief": BRIEF, "terse": "x " * 900}), ("terse:too-long",), id="long"),
        pytest.param(
            json.dumps({"brief": BRIEF, "terse": "build this: ```x = 1```"}), ("terse:holds-code",), id="code"
        ),
        pytest.param(
            json.dumps({"brief": BRIEF, "terse": "build it<|im_end|> and more"}),
            ("terse:control-token",),
            id="token",
        ),
        pytest.param(
            json.dumps({"brief": BRIEF, "terse": "use key AKIA" + "ABCDEFGH12345678"}),
            ("terse:secret",),
            id="secret",
        ),
        pytest.param("Here are the texts", ("unreadable",), id="prose"),
        pytest.param("[]", ("unreadable",), id="list"),
    ],
)
def test_what_cannot_be_used_is_named(text: str, problems: tuple[str, ...]) -> None:
    reply = read_reply(text, SETTINGS, is_whole=True)
    assert reply.problems == problems
    assert reply.texts.get("brief", BRIEF) == BRIEF


def test_a_cut_reply_is_not_read() -> None:
    assert read_reply("{}", SETTINGS, is_whole=False).problems == ("truncated",)
