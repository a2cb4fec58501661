"""A disk that is full at the last moment: no damaged case stands where a case should, and none is lost for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.journeys.conftest import SCENARIO

#: Files may be this large: the case's log of changes still fits, the case itself does not [bytes].
_ROOM = 1_200_000
_AS_EVER = """
import sys
from paicha.interfaces.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
_IN_LITTLE_ROOM = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({_ROOM}, {_ROOM}))
from paicha.interfaces.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("before", [False, True], ids=["new", "again"])
def test_a_case_that_could_not_be_written_whole_is_none(before: bool, tmp_path: Path) -> None:
    """The run ends with the reason; what stood there stays as it was, and nothing lies about beside it."""
    folder = tmp_path / "report"
    if before:
        assert 0 == asked(tmp_path, _AS_EVER)[0]
    whole = {file.name: file.read_bytes() for file in folder.glob("*")}

    code, err = asked(tmp_path, _IN_LITTLE_ROOM)

    assert 1 == code, err
    assert "paicha.case.duckdb cannot be written: File too large." in err
    assert before == folder.exists()
    assert whole == {file.name: file.read_bytes() for file in folder.glob("*")}
    assert [] == [file.name for file in folder.glob(".*")]


def asked(folder: Path, program: str, *to: str) -> tuple[int, str]:
    """Return exit code and words of a run that writes into ``report``, or otherwise as it is told."""
    done = subprocess.run(
        [
            *(sys.executable, "-c", program, "investigate", str(SCENARIO / "app.log")),
            *("--metrics", "none", "--lang", "en", *(to or ("-o", "report"))),
        ],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "en_US.UTF-8"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_report_for_which_there_is_no_room_is_a_failure(tmp_path: Path) -> None:
    """
    Who asked made no mistake: it ended as if the place were none, with the exit code of a wrong usage.
    """
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no device that is always full")

    code, said = asked(tmp_path, _AS_EVER, "--format", "json", "-o", str(full))

    assert 1 == code
    assert "The report could not be written to /dev/full: No space left on device" in said
    assert "free some space" in said
