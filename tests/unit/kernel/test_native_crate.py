"""The crate of the native kernel: what its own tests say of the parts that Python does not see."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

CRATE = Path(__file__).parents[3] / "native"
CARGO = shutil.which("cargo")


@pytest.mark.skipif(
    CARGO is None, reason="cargo is not installed, and the kernel is not built then either"
)
def test_the_tests_of_the_crate_pass() -> None:
    # Not optimised, so sums that overflow are told, and beside what was built for use.
    command = [str(CARGO), "test", "--lib", "--no-default-features", "--quiet"]
    done = subprocess.run(command, cwd=CRATE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"test result: ok\. (\d+) passed; 0 failed; 0 ignored", done.stdout)
    assert passed is not None, done.stdout
    assert int(passed[1]) > 50
