"""What only some runs need is imported by those only: it takes longer than a small source."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"github", "libcst", "pandas", "pyarrow", "pypi_simple", "upath"}


@pytest.mark.parametrize("module", ["airflownet.mining.stage", "airflownet.mining.cleaning"])
def test_importing_is_light(module):
    code = f"import sys, {module}; print(*sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
