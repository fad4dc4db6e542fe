import json
import multiprocessing
import os
import subprocess

import pytest

from airflownet.cache import cache_dir
from airflownet.errors import DiskSpaceError, SetupError
from airflownet.toolchain import llama_cpp_build
from airflownet.toolchain.build_tools import ensure_build_tools
from airflownet.toolchain.llama_cpp_build import (
    PROGRAMS,
    build_flags,
    build_key,
    ensure_built,
    is_built,
    program_dir,
)

CMAKE = "cmake_minimum_required(VERSION 3.14)\nproject(tiny C CXX)\n" + "".join(
    f"add_executable({name} src/{name}.cpp)\n"
    f"set_target_properties({name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${{CMAKE_BINARY_DIR}}/bin)\n"
    for name in PROGRAMS
)
SOURCE = {
    "CMakeLists.txt": CMAKE,
    "LICENSE": "MIT",
    **{f"src/{name}.cpp": "int main() { return 7; }\n" for name in PROGRAMS},
}


@pytest.fixture(scope="session")
def real_build_tools():
    """cmake and ninja of this machine, or their wheels in the user's own cache."""
    return ensure_build_tools()


@pytest.fixture
def tools(real_build_tools, package_index, monkeypatch):
    """A real cmake, ninja and compiler, with everything else in a cache of the test's own."""
    monkeypatch.setattr(llama_cpp_build, "ensure_build_tools", lambda: real_build_tools)


def test_builds_once_and_leaves_only_the_programs(tools, package_index, offer_source):
    offer_source(SOURCE)
    folder = ensure_built()
    assert subprocess.run([folder / "llama-server"], check=False).returncode == 7
    assert {path.name for path in folder.iterdir()} == {*PROGRAMS, "LICENSE", "build.json"}
    assert not (folder.parent / "source").exists()
    assert not (folder.parent / "build").exists()
    built_at = (folder / "llama-server").stat().st_mtime_ns
    asked = len(package_index.requests)
    assert ensure_built() == folder
    assert (folder / "llama-server").stat().st_mtime_ns == built_at
    assert len(package_index.requests) == asked


def test_compile_error_names_the_log_and_is_mended_by_a_second_run(tools, offer_source):
    offer_source(SOURCE | {"src/llama-quantize.cpp": '#error "no quantising today"\n'})
    with pytest.raises(SetupError, match="no quantising today") as caught:
        ensure_built()
    log = program_dir().parent / "build.log"
    assert str(log) in caught.value.remedy
    assert "no quantising today" in log.read_text()
    assert not is_built()
    # What was compiled before the failure is kept: only the mended file and the links are left to do.
    (program_dir().parent / "source" / "src" / "llama-quantize.cpp").write_text(
        SOURCE["src/llama-quantize.cpp"]
    )
    ensure_built()
    assert is_built()


def test_rest_of_an_interrupted_publication_is_not_taken_for_a_build(tools, offer_source):
    offer_source(SOURCE)
    partial = program_dir().parent / "bin.partial"
    partial.mkdir(parents=True)
    (partial / "llama-server").touch()
    assert not is_built()
    assert subprocess.run([ensure_built() / "llama-server"], check=False).returncode == 7


def test_two_clones_build_once(tools, package_index, offer_source):
    offer_source(SOURCE)
    context = multiprocessing.get_context("fork")
    clones = [context.Process(target=ensure_built) for _ in range(2)]
    for clone in clones:
        clone.start()
    for clone in clones:
        clone.join(120)
    assert [clone.exitcode for clone in clones] == [0, 0]
    assert sum(path.startswith("/files/") for path in package_index.requests) == 1


def test_no_compiler_is_told_before_the_download(package_index, offer_source, tmp_path, monkeypatch):
    offer_source(SOURCE)
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("CC", "CXX"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SetupError, match="compiler"):
        ensure_built()
    assert package_index.requests == []


def test_full_disk_is_told_before_the_download(package_index, offer_source, full_disk):
    offer_source(SOURCE)
    with pytest.raises(DiskSpaceError, match=r"needs 2\.0 GB"):
        ensure_built()
    assert package_index.requests == []


def test_the_compile_plan_is_followed(tools, offer_source, tmp_path, monkeypatch):
    plan = tmp_path / "plan.cmake"
    plan.write_text(
        "function(plan)\n  target_compile_definitions(llama-server PRIVATE ANSWER=9)\nendfunction()\n"
        "cmake_language(DEFER CALL plan)\n"
    )
    monkeypatch.setattr(llama_cpp_build, "COMPILE_PLAN", plan)
    offer_source(
        SOURCE
        | {
            "CMakeLists.txt": CMAKE.replace("project(tiny", 'project("llama.cpp"'),
            "src/llama-server.cpp": "int main() { return ANSWER; }\n",
        }
    )
    assert subprocess.run([ensure_built() / "llama-server"], check=False).returncode == 9


def test_a_plan_that_the_compiler_refuses_is_left_out(tools, offer_source, tmp_path, monkeypatch, caplog):
    plan = tmp_path / "plan.cmake"
    plan.write_text(
        "function(plan)\n  target_compile_definitions(llama-server PRIVATE main=)\nendfunction()\n"
        "cmake_language(DEFER CALL plan)\n"
    )
    monkeypatch.setattr(llama_cpp_build, "COMPILE_PLAN", plan)
    offer_source(SOURCE | {"CMakeLists.txt": CMAKE.replace("project(tiny", 'project("llama.cpp"')})
    assert subprocess.run([ensure_built() / "llama-server"], check=False).returncode == 7
    assert "without the compile plan" in caplog.text


@pytest.fixture
def nvcc(tmp_path, monkeypatch):
    """A program of that name on PATH: it is looked for, and cmake is told; nothing is compiled with it."""
    program = tmp_path / "nvcc"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")


def test_a_cuda_build_is_another_build_beside_the_first(tools, offer_source, nvcc, monkeypatch):
    offer_source(
        SOURCE
        | {
            "CMakeLists.txt": CMAKE
            + "target_compile_definitions(llama-server PRIVATE ANSWER=$<IF:$<BOOL:${GGML_CUDA}>,5,4>)\n",
            "src/llama-server.cpp": "int main() { return ANSWER; }\n",
        }
    )
    on_cpu = ensure_built()
    monkeypatch.setenv("AIRFLOWNET_LLAMA_CUDA", "1")
    assert not is_built()
    on_gpu = ensure_built()
    assert subprocess.run([on_cpu / "llama-server"], check=False).returncode == 4
    assert subprocess.run([on_gpu / "llama-server"], check=False).returncode == 5
    assert "-DGGML_CUDA=ON" in json.loads((on_gpu / "build.json").read_text())["flags"]
    monkeypatch.setenv("AIRFLOWNET_LLAMA_CUDA", "75;80")
    assert build_flags()[-1] == "-DCMAKE_CUDA_ARCHITECTURES=75;80"
    assert program_dir() not in (on_cpu, on_gpu)
    monkeypatch.setenv("AIRFLOWNET_LLAMA_CUDA", "0")
    assert program_dir() == on_cpu


def test_a_toolkit_without_cublas_is_told(tools, offer_source, nvcc, monkeypatch):
    monkeypatch.setenv("AIRFLOWNET_LLAMA_CUDA", "1")
    linked = CMAKE + "target_link_libraries(llama-server PRIVATE CUDA::cublas)\n"
    offer_source(SOURCE | {"CMakeLists.txt": linked})
    with pytest.raises(SetupError, match="no cuBLAS") as caught:
        ensure_built()
    assert "build.log" in caught.value.remedy


def test_a_cuda_build_without_its_compiler_is_told_before_the_download(
    package_index, offer_source, tmp_path, monkeypatch
):
    offer_source(SOURCE)
    monkeypatch.setenv("AIRFLOWNET_LLAMA_CUDA", "1")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CUDACXX", raising=False)
    with pytest.raises(SetupError, match=r"AIRFLOWNET_LLAMA_CUDA=1 .*no nvcc") as caught:
        ensure_built()
    assert "AIRFLOWNET_LLAMA_CPP_DIR" in caught.value.remedy
    assert package_index.requests == []


def test_key_changes_with_flags_plan_and_processor(separate_cache, tmp_path, monkeypatch):
    keys = {build_key()}
    plan = tmp_path / "plan.cmake"
    plan.write_text("")
    monkeypatch.setattr(llama_cpp_build, "COMPILE_PLAN", plan)
    keys.add(build_key())
    monkeypatch.setattr(llama_cpp_build, "_processor_features", lambda: "another processor")
    keys.add(build_key())
    monkeypatch.setattr(llama_cpp_build, "FLAGS", ("-DCMAKE_BUILD_TYPE=Debug",))
    keys.add(build_key())
    assert len(keys) == 4
    assert cache_dir() == separate_cache
    assert os.environ["AIRFLOWNET_CACHE_DIR"] == str(separate_cache)
