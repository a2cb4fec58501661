"""A file copied long after it was written says in other lines which year its stamps without one are of."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from tests.scans import FORMATS, STACKS, assert_same

from paicha.kernel.times import Reference, TimeReader
from paicha.model.question import LogQuery, Scope, Window
from paicha.sources.files import FileSource
from paicha.sources.files.explaining import explain_file

COPIED = datetime(2026, 11, 28, 5, tzinfo=UTC)
DATED = "2024-03-01 00:00:0{},123 INFO  [main] shop.Cart - order {} taken"
PLAIN = "Mar  1 00:00:0{} web-1 sshd[12]: session closed for user app"


def mixed(lines: int = 40) -> str:
    return "".join(f"{(PLAIN if at % 2 else DATED).format(at % 10, at)}\n" for at in range(lines))


def written(path: Path, data: bytes, at: datetime = COPIED) -> Path:
    path.write_bytes(data)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def times_of(source: FileSource, window: Window | None = None) -> set[datetime]:
    query = LogQuery(window, Scope(), "UTC", 10_000)
    with source.open(query) as reading:
        batches = [one for one in reading if isinstance(one, pa.RecordBatch)]
    moments = (moment for one in batches for moment in one.column("timestamp").to_pylist())
    return {moment for moment in moments if moment}


def years(source: FileSource, window: Window | None = None) -> set[int]:
    return {moment.year for moment in times_of(source, window)}


def in_tar(text: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("var/log/app.log")
        member.size, member.mtime = len(text), int(COPIED.timestamp())
        archive.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("app.log", mixed().encode()),
        ("app.log", mixed(40_000).encode()),
        ("app.log", mixed().encode("utf-16")),
        ("app.log.gz", gzip.compress(mixed().encode())),
        ("host.tar.gz", in_tar(mixed())),
    ],
    ids=["plain", "large", "utf-16", "gzip", "tar"],
)
def test_stamps_without_a_year_are_of_the_year_that_other_lines_say(
    tmp_path: Path, name: str, data: bytes
) -> None:
    path = written(tmp_path / name, data)

    source = FileSource([path], FORMATS, stacks=STACKS)

    assert years(source) == {2024}


def test_so_are_those_of_the_standard_input() -> None:
    source = FileSource(
        [Path("-")], FORMATS, stacks=STACKS, stdin=io.BytesIO(mixed().encode()), reference=COPIED
    )

    assert years(source) == {2024}


def test_coverage_says_by_what_they_were_placed(tmp_path: Path) -> None:
    path = written(tmp_path / "app.log", mixed().encode())
    source = FileSource([path], FORMATS, stacks=STACKS)

    with source.open(LogQuery(None, Scope(), "UTC", 10_000)) as reading:
        list(reading)
        notes = " ".join(note.en for note in reading.coverage.notes)

    assert "20 time stamps do not say their year or day; as other lines of the file" in notes


def test_large_files_are_scanned_as_they_are_read(tmp_path: Path) -> None:
    """What places stamps is found before either kernel reads."""
    assert_same(written(tmp_path / "app.log", mixed(3000).encode()))


def test_a_window_places_them_all_the_same(tmp_path: Path) -> None:
    window = Window(datetime(2023, 3, 1, tzinfo=UTC), datetime(2023, 3, 2, tzinfo=UTC))
    path = written(tmp_path / "app.log", mixed().encode())

    assert years(FileSource([path], FORMATS, stacks=STACKS), window) == {2023}


def test_a_log_that_is_still_written_is_placed_by_its_time(tmp_path: Path) -> None:
    """It began three years ago: its end says that it was not copied."""
    now = "Nov 28 04:59:01 web-1 sshd[12]: session closed\n2026-11-28 04:59:02,000 INFO  [main] a.B - done\n"
    filling = "2025-06-01 00:00:00,000 INFO  [main] a.B - done\n" * 200
    path = written(tmp_path / "app.log", (mixed() + filling + now).encode())
    times = times_of(FileSource([path], FORMATS, stacks=STACKS))

    assert datetime(2026, 11, 28, 4, 59, 1, tzinfo=UTC) in times


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.format(1, 1) + "\n",
        # The year is part of what is said.
        "Mar  1 00:00:01 web-1 app[1]: licence of 2019 found, valid since 2019-05-01 00:00:00\n",
        # A year that is not over for as long.
        mixed().replace("2024-", "2026-"),
        "2024\n" + PLAIN.format(1, 1) + "\n",
    ],
    ids=["none", "inside", "fresh", "number"],
)
def test_without_such_lines_the_time_of_the_file_places_them(tmp_path: Path, text: str) -> None:
    path = written(tmp_path / "app.log", text.encode())

    assert years(FileSource([path], FORMATS, stacks=STACKS)) == {2026}


def test_an_explanation_shows_the_same_times(tmp_path: Path) -> None:
    path = written(tmp_path / "app.log", mixed().encode())

    explained = explain_file(path, FORMATS, STACKS, "UTC")

    assert "2026" not in str(explained)
    assert "2024-03-01" in str(explained)


def test_a_stamp_without_a_day_is_placed_by_the_later_of_both_moments() -> None:
    reader = TimeReader("UTC", Reference(COPIED, datetime(2025, 2, 19, tzinfo=UTC)))

    assert reader.moment("04:00:00") == datetime(2026, 11, 28, 4, tzinfo=UTC)
    assert reader.moment("Mar  1 04:00:00") == datetime(2024, 3, 1, 4, tzinfo=UTC)


def beside(tmp_path: Path, *others: str, at: datetime = COPIED) -> FileSource:
    """Return a log without a year in a folder with *others*, all copied together."""
    folder = tmp_path / "logs"
    folder.mkdir()
    written(folder / "messages", "".join(f"{PLAIN.format(n)}\n" for n in range(9)).encode(), at)
    for number, text in enumerate(others):
        written(folder / f"other-{number}.log", text.encode(), at)
    return FileSource([folder], FORMATS, stacks=STACKS)


OLD = DATED.format(1, 1) + "\n"


@pytest.mark.parametrize(
    ("others", "found"),
    [
        ((OLD, OLD.replace("-03-01", "-03-20")), {2024}),
        ((OLD, "Mar  2 00:00:01 web-1 sshd[12]: x\n"), {2024}),
        # of two years; of today; of another season; nobody says
        ((OLD, OLD.replace("2024", "2023")), {2023, 2024, 2026}),
        ((OLD, OLD.replace("2024-03-01", "2026-11-27")), {2024, 2026}),
        ((OLD.replace("-03-01", "-09-01"),), {2024, 2026}),
        (("Mar  2 00:00:01 web-1 sshd[12]: x\n",), {2026}),
    ],
)
def test_a_file_without_a_year_is_of_the_year_that_the_others_of_its_folder_say(
    tmp_path: Path, others: tuple[str, ...], found: set[int]
) -> None:
    """Where they are from one stretch of less than a year, long before all of it was copied."""
    assert found == years(beside(tmp_path, *others))


def test_coverage_says_that_the_folder_said_it(tmp_path: Path) -> None:
    """It is an inference, and the reader is told so."""
    source = beside(tmp_path, OLD)
    with source.open(LogQuery(None, Scope(), "UTC", 10_000)) as reading:
        list(reading)
        notes = [note.en for note in reading.coverage.notes]

    [note] = [one for one in notes if "messages: 9 time stamps" in one]
    assert "other files of the folder" in note


def test_a_log_still_written_beside_old_ones_is_of_its_own_time(tmp_path: Path) -> None:
    """What was written last in March 2025 is not of the year before."""
    at = datetime(2024, 3, 2, tzinfo=UTC)
    assert {2024} == years(beside(tmp_path, OLD, at=at))
