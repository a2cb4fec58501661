"""An extension that cannot be used is said by every run, not by `paicha doctor` alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.journeys.conftest import SCENARIO, WINDOW, ZONE

#: A program that finds an extension of another version where Paicha's own would be.
_WITH_AN_OLD_ONE = """
import sys, types
old = types.ModuleType("paicha._native")
old.TWIN = 1
sys.modules["paicha._native"] = old
from paicha.interfaces.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "the same figures but slower"), ("zh", "结果相同但速度较慢")],
)
def test_a_run_says_that_an_old_extension_is_refused_and_what_to_do(
    lang: str, words: str, tmp_path: Path
) -> None:
    """One line before the reading, with the command that mends it; the figures are the same."""
    done = with_an_old_extension(
        tmp_path,
        "investigate",
        SCENARIO / "app.log",
        *WINDOW,
        *ZONE,
        "--lang",
        lang,
        "--format",
        "json",
    )

    [line] = [line for line in done.stderr.splitlines() if words in line]
    assert "pip install --force-reinstall --no-deps paicha" in line
    assert "make native" in line
    assert '"records":1800' in done.stdout.replace(" ", "")


def test_doctor_says_the_same(tmp_path: Path) -> None:
    """Which version the extension is of, which one is needed, and the command."""
    done = with_an_old_extension(tmp_path, "doctor", "--lang", "en")

    assert "kernel:   Python reference, slower: the native extension is of another" in done.stdout
    assert "pip install --force-reinstall --no-deps paicha" in done.stdout


def with_an_old_extension(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command line beside an extension of another version."""
    return subprocess.run(
        [sys.executable, "-c", _WITH_AN_OLD_ONE, *map(str, words)],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "en_US.UTF-8"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
