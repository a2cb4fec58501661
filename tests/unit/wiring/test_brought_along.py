"""What the package brings along is all that a start derives of the built-in knowledge."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from paicha import kept

#: Asks in a process of its own, as a start does: what is asked for once is remembered.
_START = """
import pathlib, sys
from paicha import kept
from paicha.wiring.brought_along import derive_all
folder, package = map(pathlib.Path, sys.argv[1:])
kept.open_file(folder, package=package)
derive_all()
kept.close_file()
"""


def started(folder: Path, package: Path) -> None:
    subprocess.run([sys.executable, "-c", _START, str(folder), str(package)], check=True)


def test_the_first_start_with_what_was_brought_along_derives_nothing(tmp_path: Path) -> None:
    """It keeps nothing beside it; without it there would be much to keep."""
    package = tmp_path / "package"
    package.mkdir()
    subprocess.run([sys.executable, "-m", "paicha.wiring.brought_along", str(package)], check=True)

    started(tmp_path / "with", package)
    started(tmp_path / "without", tmp_path)

    assert not (tmp_path / "with").exists()
    assert kept.file_in(tmp_path / "without").stat().st_size > 1_000_000


def test_it_is_written_anew_and_may_be_read_by_everybody(tmp_path: Path) -> None:
    """What stood there before is of another version of the data; an installed package is run by many."""
    place = kept.file_in(tmp_path)
    place.write_bytes(b"former")
    subprocess.run([sys.executable, "-m", "paicha.wiring.brought_along", str(tmp_path)], check=True)

    assert b"former" not in place.read_bytes()[:100]
    assert 0o644 == place.stat().st_mode & 0o777
