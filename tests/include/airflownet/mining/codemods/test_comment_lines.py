"""Comment lines go, blank lines are not doubled, everything else stays."""

from __future__ import annotations

import pytest

from airflownet.mining.codemods.comment_lines import remove_comment_lines


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param("a\n# x\nb\n", "a\nb\n", id="between"),
        pytest.param("a\n\n# x\n\nb\n", "a\n\nb\n", id="blank-on-both-sides"),
        pytest.param("a\n# x\n\n\nb\n", "a\n\n\nb\n", id="more-below"),
        pytest.param("a\n\n\n# x\n\nb\n", "a\n\n\nb\n", id="more-above"),
        pytest.param("a\n\n# x\n\n# x\n\n\nb\n", "a\n\n\nb\n", id="two-removed"),
        pytest.param("# x\n\na\n", "a\n", id="first"),
        pytest.param("a\n\n# x\n", "a\n\n", id="last"),
        pytest.param("a  # x\n", "a  # x\n", id="trailing"),
        pytest.param("s = '''\n# x\n'''\n", "s = '''\n# x\n'''\n", id="in-a-string"),
        pytest.param("a\r\n# x\r\n\r\nb\r\n", "a\r\n\r\nb\r\n", id="crlf"),
        pytest.param("s = '\u2028'\n# x\nb\n", "s = '\u2028'\nb\n", id="line-separator-in-a-string"),
        pytest.param("s = '''\n# x\n", "s = '''\n# x\n", id="unfinished"),
    ],
)
def test_remove_comment_lines(text, after):
    assert (
        remove_comment_lines(text, lambda comments: {n for n, t in comments if t.strip() == "# x"}) == after
    )
