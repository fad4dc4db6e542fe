"""llama.cpp's three programs, built once for this machine from the pinned source and kept in the cache.

An interrupted build continues with the steps that are left: the build folder stays until the programs are
published by one rename, and two clones that build at once wait for each other.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

import psutil

from airflownet.cache import cache_dir, require_free_disk
from airflownet.errors import DiskSpaceError, SetupError
from airflownet.progress import progress
from airflownet.toolchain.build_tools import BuildTools, ensure_build_tools
from airflownet.toolchain.cxx_compiler import require_compilers
from airflownet.toolchain.llama_cpp_source import ARCHIVE, BUILD_NUMBER, COMMIT, unpack
from airflownet.toolchain.source_archive import fetch
from airflownet.toolchain.waiting_lock import waiting_lock

log = logging.getLogger(__name__)

PROGRAMS = ("llama-server", "llama-quantize", "llama-batched-bench")
FLAGS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_SHARED_LIBS=OFF",
    "-DLLAMA_CURL=OFF",
    "-DLLAMA_OPENSSL=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_UI=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
    f"-DLLAMA_BUILD_NUMBER={BUILD_NUMBER}",
    f"-DLLAMA_BUILD_COMMIT={COMMIT}",
)
CUDA_VARIABLE = "AIRFLOWNET_LLAMA_CUDA"
CUDA_FLAGS = ("-DGGML_CUDA=ON",)
# Read by cmake within llama.cpp's project() call: which files are compiled together, and how far optimised.
COMPILE_PLAN = Path(__file__).with_name("llama_cpp_compile_plan.cmake")
NEEDED_BYTES = 2_000_000_000
CUDA_NEEDED_BYTES = 6_000_000_000
# The largest translation units take about 1.2 GB in the compiler.
COMPILER_BYTES = 1_500_000_000
_COMPILER_ERROR = re.compile(r"\berror\b:|\bCMake Error\b|\bKilled\b")
_STEP = re.compile(r"^\[(\d+)/(\d+)\] ?(.*)")


def wants_cuda() -> bool:
    """Tells whether AIRFLOWNET_LLAMA_CUDA asks for a build that computes on NVIDIA GPUs."""
    return os.environ.get(CUDA_VARIABLE, "0") not in ("", "0")


def build_flags() -> tuple[str, ...]:
    """Returns cmake's options; the build for CUDA is another build and lies beside that for the CPU.

    ``AIRFLOWNET_LLAMA_CUDA=1`` compiles for this machine's GPU; a list as ``75;80`` for those architectures,
    which a machine without a GPU, as one that builds images, must be told.
    """
    if not wants_cuda():
        return FLAGS
    wanted = os.environ[CUDA_VARIABLE]
    architectures = () if wanted == "1" else (f"-DCMAKE_CUDA_ARCHITECTURES={wanted}",)
    return (*FLAGS, *CUDA_FLAGS, *architectures)


def build_key() -> str:
    """Returns 16 hex digits that change with source, flags, compile plan and processor."""
    facts = [
        ARCHIVE.sha256,
        *build_flags(),
        COMPILE_PLAN.read_text(),
        platform.system(),
        platform.machine(),
        _processor_features(),
    ]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


def program_dir() -> Path:
    """Returns where the built programs lie (or would lie) in the cache."""
    return cache_dir("llama.cpp") / f"build-{build_key()}" / "bin"


def is_built() -> bool:
    """Tells whether a finished build for this machine is in the cache."""
    return all((program_dir() / name).is_file() for name in PROGRAMS)


def ensure_built() -> Path:
    """Returns the folder of the three programs, built when they are not there (about 5 minutes on 2 cores).

    Raises:
        SetupError: no compiler, or the build failed; the message names the log.
        DiskSpaceError: less than 2 GB free.
        NetworkError, IntegrityError: see ``source_archive.fetch``.
    """
    if is_built():
        return program_dir()
    folder = program_dir().parent
    folder.mkdir(parents=True, exist_ok=True)
    with waiting_lock(folder / "build.lock", "Building llama.cpp"):
        if not is_built():
            _require_cuda_compiler()
            require_compilers()
            needed_bytes = CUDA_NEEDED_BYTES if wants_cuda() else NEEDED_BYTES
            require_free_disk(folder, needed_bytes, "Building llama.cpp")
            archive = fetch(ARCHIVE)
            source = folder / "source"
            if not source.is_dir():
                unpack(archive, source)
            _build(ensure_build_tools(), source, folder)
            _publish(folder)
    return program_dir()


def _require_cuda_compiler() -> None:
    """Raises SetupError, before anything is downloaded, when a CUDA build is asked for without nvcc."""
    if wants_cuda() and not (shutil.which("nvcc") or os.environ.get("CUDACXX")):
        raise SetupError(
            f"{CUDA_VARIABLE}={os.environ[CUDA_VARIABLE]} asks for a CUDA build of llama.cpp, but no nvcc is "
            "on PATH",
            "install the CUDA toolkit and put its bin folder on PATH (or name nvcc in CUDACXX); or name a "
            f"folder with CUDA binaries in AIRFLOWNET_LLAMA_CPP_DIR and unset {CUDA_VARIABLE}",
        )


def _build(tools: BuildTools, source: Path, folder: Path) -> None:
    """Compiles by the plan; where another compiler refuses what the plan puts together, file by file."""
    try:
        _compile(tools, source, folder, [f"-DCMAKE_PROJECT_llama.cpp_INCLUDE={COMPILE_PLAN}"])
    except SetupError as error:
        if "error" not in error.message.lower() or "Killed" in error.message:  # it would happen again
            raise
        log.warning("%s\nOnce more without the compile plan, which takes about twice as long.", error.message)
        shutil.rmtree(folder / "build", ignore_errors=True)
        _compile(tools, source, folder, [])


def _compile(tools: BuildTools, source: Path, folder: Path, plan: list[str]) -> None:
    build, log_path = folder / "build", folder / "build.log"
    if not (build / "build.ninja").is_file():
        shutil.rmtree(build, ignore_errors=True)
    configure = [str(tools.cmake), "-S", str(source), "-B", str(build), "-G", "Ninja", *build_flags()]
    configure += [f"-DCMAKE_MAKE_PROGRAM={tools.ninja}", *plan]
    with log_path.open("wb") as log_file:
        if subprocess.run(configure, stdout=log_file, stderr=subprocess.STDOUT, check=False).returncode != 0:
            raise _failed("configuring", log_path)
    jobs = max(1, min(psutil.cpu_count() or 1, psutil.virtual_memory().total // COMPILER_BYTES))
    compile_command = [str(tools.ninja), "-C", str(build), "-j", str(jobs), *PROGRAMS]
    steps = _steps_left([*compile_command, "-n"])
    with log_path.open("a", buffering=1) as log_file, progress("Building llama.cpp", steps, "steps") as bar:
        # ninja's output goes through this process, so ninja stops by itself when this process is killed.
        with subprocess.Popen(
            compile_command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as ninja:
            try:
                for line in ninja.stdout or ():
                    log_file.write(line)
                    if step := _STEP.match(line):
                        bar.update(float(step[1]))
            except BaseException:
                ninja.terminate()
                raise
        if ninja.returncode != 0:
            raise _failed("compiling", log_path)


def _steps_left(dry_run: list[str]) -> float | None:
    answer = subprocess.run(dry_run, capture_output=True, text=True, check=False)
    totals = [int(step[2]) for line in answer.stdout.splitlines() if (step := _STEP.match(line))]
    return float(max(totals)) if totals else None


def _publish(folder: Path) -> None:
    partial = folder / "bin.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    for name in PROGRAMS:
        shutil.copy2(folder / "build" / "bin" / name, partial / name)
    shutil.copy2(folder / "source" / "LICENSE", partial / "LICENSE")
    facts = {"archive": ARCHIVE.filename, "sha256": ARCHIVE.sha256, "commit": COMMIT, "flags": build_flags()}
    (partial / "build.json").write_text(json.dumps(facts, indent=2) + "\n")
    shutil.rmtree(folder / "bin", ignore_errors=True)
    partial.replace(folder / "bin")
    for rest in ("source", "build"):
        shutil.rmtree(folder / rest, ignore_errors=True)


def _processor_features() -> str:
    """The build uses this processor's own instructions, so a home folder shared by two machines needs two."""
    try:
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.startswith(("flags", "Features")):
                return " ".join(sorted(line.partition(":")[2].split()))
    except OSError:
        pass
    return platform.processor()


def _failed(step: str, log_path: Path) -> SetupError | DiskSpaceError:
    output = log_path.read_text(errors="replace")
    if "No space left on device" in output:
        return DiskSpaceError(
            f"the disk became full while {step} llama.cpp",
            "free some space and run `make setup` again: it continues where it stopped",
        )
    if "CUDA::cublas" in output:
        return SetupError(
            f"{step} llama.cpp failed: the CUDA toolkit has no cuBLAS to link with",
            f"install its cuBLAS development files, or unset {CUDA_VARIABLE} for the CPU; see {log_path}",
        )
    lines = output.splitlines() or ["no output"]
    reason = next((line for line in lines if _COMPILER_ERROR.search(line)), lines[-1]).strip()
    return SetupError(
        f"{step} llama.cpp failed: {reason[:300]}",
        f"read {log_path}; after mending the cause `make setup` continues, or install llama.cpp on PATH",
    )
