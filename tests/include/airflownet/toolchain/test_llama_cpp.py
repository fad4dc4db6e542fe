import pytest

from airflownet.errors import SetupError
from airflownet.toolchain import llama_cpp
from airflownet.toolchain.llama_cpp import OLDEST_BUILD, find_llama_cpp, read_version
from airflownet.toolchain.llama_cpp_build import PROGRAMS
from airflownet.toolchain.llama_cpp_source import CONVERT_HF, CONVERT_LORA, script_dir


def program(path, says="", exit_code=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit {exit_code}\n")
    path.chmod(0o755)
    return path


def install(folder, version_line, names=PROGRAMS):
    for name in names:
        program(folder / name, version_line)
    return folder


@pytest.fixture
def only_path(tmp_path, monkeypatch, separate_cache):
    """An empty cache, and a PATH with one folder of our own before the system's shell."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin")
    monkeypatch.delenv(llama_cpp.FOLDER_VARIABLE, raising=False)
    return folder


@pytest.fixture
def scripts_in_cache(only_path):
    for name in (CONVERT_HF, CONVERT_LORA):
        script_dir().mkdir(exist_ok=True)
        (script_dir() / name).touch()


NEW = f"version: 0.5.0-dev (build {OLDEST_BUILD}, commit 0c1e570)"
OLD = f"version: {OLDEST_BUILD - 1} (abcdef0)"


@pytest.mark.parametrize(
    ("says", "exit_code", "expected"),
    [
        pytest.param(
            "version: 0.5.0-dev (build 11434, commit 0c1e570)", 0, (11434, "0c1e570"), id="new form"
        ),
        pytest.param("version: 6123 (f738989d)", 0, (6123, "f738989d"), id="old form"),
        pytest.param("version: unknown", 0, None, id="no number"),
        pytest.param("version: 6123 (f738989d)", 1, None, id="does not run"),
    ],
)
def test_read_version(tmp_path, says, exit_code, expected):
    version = read_version(program(tmp_path / "llama-server", says, exit_code))
    assert (version and (version.build_number, version.commit)) == expected


def test_nothing_anywhere_names_make_setup(only_path):
    with pytest.raises(SetupError) as caught:
        find_llama_cpp()
    assert "make setup" in caught.value.remedy


def test_recent_binaries_on_path_are_used_with_scripts_of_the_pinned_source(only_path, scripts_in_cache):
    install(only_path, NEW)
    tools = find_llama_cpp()
    assert tools.origin == "path"
    assert tools.server == only_path / "llama-server"
    assert tools.convert_hf_to_gguf == script_dir() / CONVERT_HF
    assert tools.version == f"b{OLDEST_BUILD} (0c1e570)"


@pytest.mark.parametrize(
    ("version_line", "names"),
    [
        pytest.param(OLD, PROGRAMS, id="too old"),
        pytest.param(NEW, PROGRAMS[:2], id="a program is missing"),
        pytest.param("version: 0 (unknown)", PROGRAMS, id="built without a number"),
    ],
)
def test_unusable_binaries_on_path_are_passed_over(only_path, scripts_in_cache, version_line, names):
    install(only_path, version_line, names)
    with pytest.raises(SetupError, match="not set up yet"):
        find_llama_cpp()


def test_chosen_folder_that_is_too_old_is_an_error_and_not_passed_over(only_path, tmp_path, monkeypatch):
    monkeypatch.setenv(llama_cpp.FOLDER_VARIABLE, str(install(tmp_path / "mine", OLD)))
    with pytest.raises(SetupError, match=f"build {OLDEST_BUILD - 1}.*build {OLDEST_BUILD} or newer"):
        find_llama_cpp()


def test_chosen_checkout_brings_its_own_scripts(only_path, tmp_path, monkeypatch):
    checkout = tmp_path / "llama.cpp"
    install(checkout / "build" / "bin", NEW)
    for name in (CONVERT_HF, CONVERT_LORA):
        (checkout / name).touch()
    for name in ("conversion", "gguf-py"):
        (checkout / name).mkdir()
    monkeypatch.setenv(llama_cpp.FOLDER_VARIABLE, str(checkout / "build" / "bin"))
    assert find_llama_cpp().convert_lora_to_gguf == checkout / CONVERT_LORA
