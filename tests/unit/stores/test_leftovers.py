"""What a killed process left beside a case is taken away by the next."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from paicha.stores.case import Case

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="it says of no file who has it open"
)

_HOLDS = """
import sys
from pathlib import Path
from paicha.stores.case import Case
case = Case.create(Path(sys.argv[1]), overwrite=True)
print("open", flush=True)
sys.stdin.read()
"""


def unfinished(folder: Path) -> list[Path]:
    return sorted(folder.glob(".paicha.case.duckdb.*.part"))


def aged(files: list[Path]) -> None:
    for file in files:
        os.utime(file, (1, 1))


def test_an_unfinished_case_is_removed_once_nobody_has_it_open(tmp_path: Path) -> None:
    """While its process lives it stays, in another process as in this one, and so does what is young."""
    path = tmp_path / "paicha.case.duckdb"
    command = [sys.executable, "-c", _HOLDS, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        theirs = unfinished(tmp_path)
        aged(theirs)
        ours = Case.create(path, overwrite=True)
        beside = unfinished(tmp_path)
        other.kill()
    aged(beside)
    while_ours_is_open = Case.create(path, overwrite=True)
    left = unfinished(tmp_path)
    while_ours_is_open.close()
    ours.close()

    assert (1, 2) == (len(theirs), len(beside))
    assert len(left) == 2
    assert theirs[0] not in left
    assert [] == unfinished(tmp_path)
