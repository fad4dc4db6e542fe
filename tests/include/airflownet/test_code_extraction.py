import pytest

from airflownet.code_extraction import extract_code


@pytest.mark.parametrize(
    ("text", "code", "method"),
    [
        pytest.param("x = 1\n", "x = 1\n", "whole_text", id="raw"),
        pytest.param("", "", "empty", id="nothing"),
        pytest.param(" \n\t\n", "", "empty", id="white-space"),
        pytest.param("Sure:\n```python\nx = 1\n```\nDone.", "x = 1\n", "python_fence", id="python"),
        pytest.param("```py\nx = 1\n```", "x = 1\n", "python_fence", id="short-name"),
        pytest.param("``` Python\nx = 1\n```", "x = 1\n", "python_fence", id="space-and-case"),
        pytest.param('```python title="a.py"\nx = 1\n```', "x = 1\n", "python_fence", id="info-string"),
        pytest.param("```\nx = 1\n```", "x = 1\n", "other_fence", id="no-language"),
        pytest.param("~~~python\nx = 1\n~~~", "x = 1\n", "python_fence", id="tildes"),
        pytest.param("```python\r\nx = 1\r\n```\r\n", "x = 1\r\n", "python_fence", id="crlf"),
        pytest.param("```python\nx = 1\ny =", "x = 1\ny =", "unclosed_fence", id="cut-at-limit"),
        pytest.param("```python\n```", "", "empty", id="empty-fence"),
        pytest.param("```python\na\n```\n```python\nb = 22\n```", "b = 22\n", "python_fence", id="longest"),
        pytest.param("```python\na\n```\n```python\nb\n```", "a\n", "python_fence", id="first-of-equals"),
        pytest.param(
            "```bash\npip install something-long\n```\n```python\nx\n```",
            "x\n",
            "python_fence",
            id="python-before-longer",
        ),
        pytest.param(
            "```python\nx\n```\n```python\nlonger = 1", "longer = 1", "unclosed_fence", id="longest-is-cut"
        ),
        pytest.param(
            '````python\ndoc = """\n```\n"""\n````',
            'doc = """\n```\n"""\n',
            "python_fence",
            id="longer-fence",
        ),
        pytest.param("```python\n~~~\n```", "~~~\n", "python_fence", id="other-character-does-not-close"),
        pytest.param("  ```python\n  x = 1\n    y\n  ```", "x = 1\n  y\n", "python_fence", id="indented"),
        pytest.param(
            "    ```python\nx = 1\n", "    ```python\nx = 1\n", "whole_text", id="four-spaces-is-no-fence"
        ),
        pytest.param("Use ```x``` inline", "Use ```x``` inline", "whole_text", id="inline-backticks"),
        pytest.param("```python x`y\nz\n", "```python x`y\nz\n", "whole_text", id="backtick-in-info"),
    ],
)
def test_finds_the_code_and_tells_how(text, code, method):
    found = extract_code(text)
    assert (found.code, found.method) == (code, method)


def test_counts_all_blocks():
    assert extract_code("```\na\n```\n```python\nb\n```\n~~~\nc").n_fences == 3


def test_many_fences_stay_linear():
    assert extract_code("```\n" * 200_001).n_fences == 100_001
