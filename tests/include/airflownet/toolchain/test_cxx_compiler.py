import pytest

from airflownet.errors import SetupError
from airflownet.toolchain.cxx_compiler import find_compiler, require_compilers


@pytest.fixture
def empty_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("CC", "CXX"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_finds_the_compilers_this_machine_builds_with():
    assert find_compiler("c")
    assert find_compiler("c++")
    require_compilers()


def test_no_compiler_names_both_and_a_remedy(empty_path):
    with pytest.raises(SetupError, match=r"no working C and C\+\+ compiler") as caught:
        require_compilers()
    assert "make setup" in caught.value.remedy or "xcode-select" in caught.value.remedy


def test_program_that_only_refuses_is_no_compiler(empty_path):
    # What /usr/bin/c++ does on a Mac without the command line tools.
    stub = empty_path / "c++"
    stub.write_text("#!/bin/sh\nexit 1\n")
    stub.chmod(0o755)
    assert find_compiler("c++") is None


def test_compiler_of_the_environment_comes_first(empty_path, monkeypatch):
    chosen = empty_path / "my-c++"
    chosen.write_text("#!/bin/sh\nexit 0\n")
    chosen.chmod(0o755)
    monkeypatch.setenv("CXX", "my-c++ -O2")
    assert find_compiler("c++") == str(chosen)
