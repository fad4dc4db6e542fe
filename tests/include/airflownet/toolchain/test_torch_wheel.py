import platform
import sys
from pathlib import Path

import pytest

from airflownet.errors import NetworkError, SetupError
from airflownet.toolchain.torch_wheel import gpu_libraries, refuse_cuda_wheel, torch_requirement
from airflownet.toolchain.training_environment import REQUIREMENTS

HERE = f'platform_system == "{platform.system()}"'


@pytest.mark.parametrize(
    ("requires", "expected"),
    [
        pytest.param(["filelock", "sympy>=1.13.3"], [], id="cpu wheel"),
        pytest.param([f"nvidia-cudnn-cu13==9.20.0.48; {HERE}", "jinja2"], ["nvidia-cudnn-cu13"], id="nvidia"),
        pytest.param([f"cuda-toolkit[cublas]==13.0.3; {HERE}"], ["cuda-toolkit"], id="toolkit"),
        pytest.param([f"triton==3.7.1; {HERE}"], ["triton"], id="triton"),
        pytest.param(['triton==3.7.1; platform_system == "Plan9"'], [], id="marker of another system"),
        pytest.param(['nvidia-ml-py; extra == "gpu"'], [], id="extra that nobody asks for"),
        pytest.param(["tritonclient"], [], id="another name that begins alike"),
    ],
)
def test_gpu_libraries(requires, expected):
    assert gpu_libraries(requires) == expected


@pytest.fixture
def requirements(tmp_path) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text("filelock==1.0\ntorch==2.13.0\n")
    return path


def test_cuda_wheel_is_refused_with_three_ways_on(package_index, requirements):
    package_index.add_wheel("torch", "2.13.0", (f"nvidia-cublas==13.1; {HERE}",))
    with pytest.raises(SetupError, match="nvidia-cublas") as caught:
        refuse_cuda_wheel(Path(sys.executable), requirements)
    for way in ("PIP_FIND_LINKS", "AIRFLOWNET_ALLOW_CUDA_TORCH=1", "AIRFLOWNET_TRAIN_PYTHON"):
        assert way in caught.value.remedy


def test_local_cpu_wheel_is_preferred_to_the_cuda_wheel(package_index, requirements):
    package_index.add_wheel("torch", "2.13.0", (f"nvidia-cublas==13.1; {HERE}",))
    package_index.add_wheel("torch", "2.13.0+cpu", ("filelock",))
    refuse_cuda_wheel(Path(sys.executable), requirements)


def test_no_network_names_the_remedies(package_index, requirements, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")
    with pytest.raises(NetworkError) as caught:
        refuse_cuda_wheel(Path(sys.executable), requirements)
    assert "PIP_INDEX_URL" in caught.value.remedy


def test_index_without_torch_is_not_taken_for_no_network(package_index, requirements):
    with pytest.raises(SetupError, match="No matching distribution"):
        refuse_cuda_wheel(Path(sys.executable), requirements)


def test_lock_pins_torch_for_every_wheel_and_no_gpu_library():
    lines = [line for line in REQUIREMENTS.read_text().splitlines() if line and not line.startswith("#")]
    assert torch_requirement(REQUIREMENTS) == "torch==2.13.0"
    assert all("==" in line and "+" not in line and "@" not in line for line in lines)
    assert not [line for line in lines if line.startswith(("nvidia", "cuda", "triton", "pytorch-triton"))]
