import re

import pytest

from airflownet.evaluation.report_markdown import code_span, fenced, plain


@pytest.mark.parametrize("text", ["x", "```\nx\n```", "`````", "a ```` b", "````\n# h1\n"])
def test_a_fence_is_longer_than_any_run_inside(text):
    block = fenced(text).splitlines()
    assert block[0] == block[-1]
    assert set(block[0]) == {"`"}
    assert len(block[0]) > max((len(run) for run in re.findall("`+", text)), default=2)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        pytest.param("a", "`a`", id="plain"),
        pytest.param("a`b", "``a`b``", id="backtick-inside"),
        pytest.param("`a", "`` `a ``", id="backtick-at-the-edge"),
        pytest.param("a|b\nc", "`a\\|b c`", id="cell-and-line"),
        pytest.param("", "–", id="empty"),
    ],
)
def test_code_span(text, span):
    assert code_span(text) == span


def test_plain_escapes_links_html_and_cells():
    assert plain("[a](b) <b> | `c`\n# d") == r"\[a\]\(b\) \<b\> \| \`c\` \# d"


def outside_code(markdown):
    """Drops fenced blocks and code spans as CommonMark reads them."""
    kept, fence = [], ""
    for line in markdown.splitlines():
        opening = re.match(r"(`{3,})", line)
        if fence:
            if line.strip() == fence:
                fence = ""
        elif opening:
            fence = opening[1]
        else:
            kept.append(re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", line))
    assert not fence
    return "\n".join(kept)


def test_hostile_text_stays_in_its_place(finished_run):
    markdown = (finished_run / "evaluation" / "report.md").read_text(encoding="utf-8")
    assert "alert('x')" in markdown
    rest = outside_code(markdown)
    assert "alert" not in rest
    assert "evil" not in rest
    assert "<b>" not in rest
    assert all(target.startswith("plots/") for target in re.findall(r"(?<!\\)\]\(([^)]*)\)", rest))


def test_every_linked_figure_exists(finished_run):
    folder = finished_run / "evaluation"
    targets = re.findall(r"\]\((plots/[^)]*)\)", (folder / "report.md").read_text())
    assert len(targets) == 7
    assert all((folder / target).is_file() for target in targets)
