"""The folder that cases are written into."""

from __future__ import annotations

from pathlib import Path

import pytest

from paicha.errors import LedgerError
from paicha.service.folders import Folders


def test_a_folder_with_room_is_left_as_it_was(tmp_path: Path) -> None:
    """What was tried is gone."""
    Folders(tmp_path).check_room(1)

    assert [] == list(tmp_path.iterdir())


def test_a_disk_with_too_little_room_is_named_with_both_figures(tmp_path: Path) -> None:
    """No disk has as much room as is asked for here."""
    with pytest.raises(LedgerError, match=r"has room for [\d,.]+ MiB only; a run may need") as few:
        Folders(tmp_path).check_room(2**62)

    assert f"{2**42:,.1f} MiB" == few.value.facts["needed"]


def test_a_folder_that_nothing_can_be_written_into_is_named(tmp_path: Path) -> None:
    """It was removed meanwhile; a disk that can only be read is no other case."""
    with pytest.raises(LedgerError, match="gone cannot be used: No such file or directory"):
        Folders(tmp_path / "gone").check_room()
