"""What is said of files that are not as they were when a case read them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from paicha.app.originals import notes_of
from paicha.locales import Text
from paicha.model.reading import STDIN, ReadFile, Reading
from paicha.sources.files.discovery import FoundFile
from paicha.sources.files.originals import FileOriginals
from paicha.sources.files.stopping import read_file
from paicha.stores.case import Case


class Differences:
    """Says of files what it was told to."""

    def __init__(self, told: Mapping[str, str]) -> None:
        self._told = told

    def difference(self, file: ReadFile) -> Text | None:
        """Return what is said of *file*."""
        return Text.same(self._told[file.shown]) if file.shown in self._told else None


def case_of(path: Path, *names: str) -> Case:
    """Return a case that read files of these names to their end."""
    files = tuple(
        ReadFile(name, STDIN if name == STDIN else f"/logs/{name}", 9, 9) for name in names
    )
    case = Case.create(path / "a.case.duckdb")
    case.put_reading(Reading(files, (), None, None, ("", ""), False, 1, ""))  # noqa: FBT003 - stands together
    return case


def test_three_files_are_named_and_the_others_counted(tmp_path: Path) -> None:
    """However many files changed, what is said stays short, and no file is left out of the count."""
    names = [f"{letter}.log" for letter in "edcba"]
    with case_of(tmp_path, *names, "same.log") as case:
        notes = notes_of(case, Differences({name: f"{name} changed" for name in names}))

    assert [
        "a.log changed",
        "b.log changed",
        "c.log changed",
        "2 more files are not as they were read",
    ] == [note.en for note in notes]


def test_around_a_line_its_own_file_alone_counts(tmp_path: Path) -> None:
    """A change of another file is nothing to a reader of this one; an archive holds its members."""
    with case_of(tmp_path, "a.log", "a.log.zip") as case:
        told = Differences({"a.log": "plain", "a.log.zip": "packed"})
        places = ("a.log:7@90", "a.log.zip!/x/a.log:7@90", "other:7@90", "index:0101")
        found = [[note.en for note in notes_of(case, told, place)] for place in places]

    assert [["plain"], ["packed"], [], []] == found


def test_the_standard_input_cannot_be_read_again(tmp_path: Path) -> None:
    """There is no file to go back to, and that is said."""
    with case_of(tmp_path, STDIN) as case:
        [note] = notes_of(case, FileOriginals())

    assert note.en.startswith("The lines came from the standard input")
    assert note.zh.startswith("日志来自标准输入")


def test_every_difference_of_a_file_is_told_apart(tmp_path: Path) -> None:
    """As it was; the same size but written to again; another size; gone; its folder a file now."""
    path = tmp_path / "app.log"
    path.write_text("one\n")
    os.utime(path, ns=(1, 1_000_000_000))
    [before] = read_file(FoundFile(path, named=True))
    originals = FileOriginals()

    said = [originals.difference(before)]
    os.utime(path, ns=(1, 2_000_000_000))
    said.append(originals.difference(before))
    path.write_text("one\ntwo\n")
    said.append(originals.difference(before))
    path.unlink()
    said.append(originals.difference(before))

    shown = path.as_posix()
    fit = "line numbers and offsets may not fit it any more"
    assert [
        None,
        f"{shown} was written to since it was read (4 bytes then and now): {fit}",
        f"{shown} has changed since it was read (4 bytes then, 8 now): {fit}",
        f"{shown} is not where it was read: the lines that the case does not keep cannot be looked up there",
    ] == [note and note.en for note in said]


def test_a_file_that_cannot_be_looked_at_is_not_called_the_same(tmp_path: Path) -> None:
    """A circle of links stands in for a folder that is closed: its state is unknown, and that is said."""
    loop = tmp_path / "loop"
    loop.symlink_to(loop)

    note = FileOriginals().difference(ReadFile("app.log", str(loop / "app.log"), 4, 4))

    assert note is not None
    assert note.en.startswith("app.log cannot be looked at (")
    assert note.zh.startswith("无法查看 app.log（")
