"""What the doctor says of llama.cpp: whether answers can come from a GPU."""

import pytest

from airflownet.toolchain.doctor.finding import State
from airflownet.toolchain.doctor.llama import find_llama
from airflownet.toolchain.llama_cpp import OLDEST_BUILD
from airflownet.toolchain.llama_cpp_build import PROGRAMS

CUDA = "Available devices:\n  CUDA0: Tesla T4 (15102 MiB, 14999 MiB free)\n"
CPU = "Available devices:\n  (none)\n"


@pytest.fixture
def server_that_lists(tmp_path, monkeypatch):
    """A folder of programs as llama.cpp's: the version and devices that they print are given."""

    def make(devices: str) -> None:
        for name in PROGRAMS:
            program = tmp_path / name
            program.write_text(
                "#!/bin/sh\n"
                f'if [ "$1" = --version ]; then echo "version: {OLDEST_BUILD} (0c1e570)" >&2; exit 0; fi\n'
                f"cat <<'END'\n{devices}END\n"
            )
            program.chmod(0o755)
        for name in ("convert_hf_to_gguf.py", "convert_lora_to_gguf.py", "conversion", "gguf-py"):
            (tmp_path / name).touch()
        monkeypatch.setenv("AIRFLOWNET_LLAMA_CPP_DIR", str(tmp_path))

    return make


@pytest.mark.parametrize(
    ("devices", "state", "told"),
    [
        pytest.param(CUDA, State.PRESENT, "CUDA0: Tesla T4", id="cuda"),
        pytest.param(CPU, State.OPTIONAL, "on the CPU", id="cpu"),
    ],
)
def test_a_gpu_build_is_what_the_server_itself_lists(server_that_lists, devices, state, told):
    server_that_lists(devices)
    found = {finding.name: finding for finding in find_llama()}
    assert found["llama-quantize"].state is State.PRESENT
    assert found["GPU build"].state is state
    assert told in found["GPU build"].detail
    assert ("AIRFLOWNET_LLAMA_CUDA=1" in found["GPU build"].remedy) == (state is State.OPTIONAL)
