"""Folders where files of metrics or traces may be named."""

from __future__ import annotations

from pathlib import Path

import pytest

from paicha.errors import InputError
from paicha.wiring.folders import in_folders


def test_a_folder_stands_for_the_files_in_it(tmp_path: Path) -> None:
    """By name, without hidden ones and without what lies deeper; a file named stays as it is."""
    named = tmp_path / "named.csv"
    folder = tmp_path / "folder"
    (folder / "deeper").mkdir(parents=True)
    for name in ("b.csv", "a.csv", ".hidden", "deeper/c.csv"):
        (folder / name).write_text("x")

    files, found = in_folders([str(named), str(folder)])

    assert (named, folder / "a.csv", folder / "b.csv") == files
    assert {folder / "a.csv", folder / "b.csv"} == found


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """Nothing in it is a mistake of the caller's, not a window without metrics."""
    with pytest.raises(InputError) as refused:
        in_folders([str(tmp_path)])

    assert f"The folder {tmp_path} holds no files." == refused.value.texts.en.splitlines()[0]
