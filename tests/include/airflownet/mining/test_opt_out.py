from __future__ import annotations

import pytest

from airflownet.errors import InputError
from airflownet.mining.opt_out import OptOut, read_opt_out

LIST = """\
owners: [Someone]
repositories: [acme/DAGs]
paths: ["acme/etl:private/*.py"]
blobs: [2fd4e1c67a2d28fced849ee1bb76e7391b93eb12]
"""


@pytest.fixture
def opt_out(tmp_path) -> OptOut:
    (tmp_path / "list.yaml").write_text(LIST)
    return read_opt_out(tmp_path / "list.yaml")


@pytest.mark.parametrize(
    ("repo", "is_out"),
    [
        pytest.param("someone/anything", True, id="owner"),
        pytest.param("SomeOne/anything", True, id="owner-other-case"),
        pytest.param("Acme/dags", True, id="repository-other-case"),
        pytest.param("acme/etl", False, id="other-repository"),
        pytest.param("someone", False, id="a-project-named-like-the-owner"),
        pytest.param("someone-else/x", False, id="owner-with-that-beginning"),
    ],
)
def test_repositories(opt_out, repo, is_out):
    assert opt_out.has_repository(repo) is is_out


@pytest.mark.parametrize(
    ("repo", "path", "blob", "is_out"),
    [
        pytest.param("acme/etl", "private/a.py", "", True, id="path"),
        pytest.param("ACME/ETL", "private/deep/a.py", "", True, id="path-below"),
        pytest.param("acme/etl", "public/a.py", "", False, id="other-path"),
        pytest.param("other/etl", "private/a.py", "", False, id="other-repository"),
        pytest.param("x/y", "a.py", "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", True, id="content-anywhere"),
    ],
)
def test_files(opt_out, repo, path, blob, is_out):
    assert opt_out.has_file(repo, path, blob) is is_out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("owner: [x]", "owner", id="wrong-field"),
        pytest.param("paths: [a.py]", "a.py", id="path-without-repository"),
        pytest.param("owners: [", "cannot be read", id="no-yaml"),
    ],
)
def test_a_wrong_list_names_the_place(tmp_path, text, words):
    (tmp_path / "list.yaml").write_text(text)
    with pytest.raises(InputError, match=words):
        read_opt_out(tmp_path / "list.yaml")


def test_no_list_and_an_empty_one(tmp_path):
    (tmp_path / "empty.yaml").write_text("")
    assert read_opt_out(None) == read_opt_out(tmp_path / "empty.yaml") == OptOut()
