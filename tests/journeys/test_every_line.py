"""`paicha evidence --all`: every line of a problem, read again from files whose case keeps some lines only."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.journeys.conftest import CommandLine

from paicha import Asked, Investigation, carry_out, investigate, open_case, prepare
from paicha.app.evidence import Line
from paicha.errors import CaseError
from paicha.kernel.caps import OTHER
from paicha.sources.files import contents
from paicha.stores.case import Case
from paicha.wiring.settings import General, Settings

START = datetime(2025, 12, 19, 10, tzinfo=UTC)
ORDERS = 60
SECRET = "password=" + "Zx81-kQpL0w9"
EMPTY = Settings.empty()


def _lines(first: int) -> str:
    """Return lines of a service: refused orders with a trace of its stack, a secret, and much that is well."""
    told = []
    for at in range(first, first + ORDERS):
        stamp = f"{START + timedelta(seconds=at):%Y-%m-%d %H:%M:%S},000"
        told.append(f"{stamp} INFO [main] com.acme.Web - answered in {at} ms\n" * 3)
        told.append(
            f"{stamp} ERROR [pool] com.acme.Store - order {at} was refused {SECRET}{at % 2}\n"
            f"java.lang.IllegalStateException: order {at}\n"
            f"\tat com.acme.Store.take(Store.java:{at % 7})\n"
        )
    return "".join(told)


@pytest.fixture
def logs(tmp_path: Path) -> list[Path]:
    """A plain file and a packed one in a folder, both with lines of the same problem."""
    folder = tmp_path / "logs"
    folder.mkdir()
    plain, packed = folder / "app.log", folder / "web.log.gz"
    plain.write_text(_lines(0))
    packed.write_bytes(gzip.compress(_lines(ORDERS).encode(), mtime=0))
    return [plain, packed]


def kept_in_part(
    case: Path, files: Sequence[Path], *, settings: Settings = EMPTY, keep_raw: bool = False
) -> Investigation:
    """Make a case as of files above 32 MiB: of each shape and level it keeps four records."""
    asked = Asked(files=tuple(map(str, files)), zone="UTC", language="en", keep_raw=keep_raw)
    prepared = prepare(asked, settings=settings)
    few = replace(prepared, inquiry=replace(prepared.inquiry, keep_bytes=0))
    return carry_out(few, case=case)


def problem_of(found: Investigation) -> str:
    """Return the id of the only problem."""
    [problem] = found.findings.problems
    return problem.id


def test_a_line_says_which_module_wrote_it_where_only_a_logger_is_named(
    logs: list[Path], tmp_path: Path
) -> None:
    """
    Kept in the case or read again from its files: as the report says it.
    """
    whole = investigate(*logs, zone="UTC")
    part = kept_in_part(tmp_path / "part.duckdb", logs)
    shown = [
        *whole.lines(problem_of(whole)).lines,
        *part.lines(problem_of(part)).lines,
        *part.every_line(problem_of(part), settings=EMPTY),
    ]

    assert {"com.acme.Store"} == {line.module for line in shown}


def by_place(lines: Sequence[Line]) -> list[Line]:
    """Return lines by the place where they stand."""
    return sorted(lines, key=lambda line: line.locator)


@pytest.mark.parametrize("keep_raw", [False, True])
def test_all_lines_are_those_of_a_case_that_keeps_them(
    logs: list[Path], tmp_path: Path, *, keep_raw: bool
) -> None:
    """The same times, texts, covered secrets and places, from a plain file and a packed one."""
    whole = investigate(logs[0].parent, zone="UTC", settings=EMPTY, language="en")
    found = kept_in_part(tmp_path / "few.case.duckdb", [logs[0].parent], keep_raw=keep_raw)
    problem = problem_of(found)

    every = found.every_line(problem, settings=EMPTY)
    lines = list(every)

    expected = [replace(line, body="") for line in by_place(whole.lines(problem).lines)]
    assert expected == [replace(line, body="") for line in by_place(lines)]
    assert (2 * ORDERS, 2 * ORDERS, True, ()) == (
        every.total,
        every.found,
        every.whole,
        every.notes,
    )
    assert found.lines(problem).kept < every.total
    assert not any("Zx81" in line.body for line in lines)
    assert 2 == len({line.body.partition("refused ")[2].split("\n")[0] for line in lines})
    kept = {line.locator: line for line in found.lines(problem).lines}
    assert kept == {line.locator: line for line in lines if line.locator in kept}


@pytest.mark.parametrize("packed", [False, True])
def test_stretches_without_a_line_of_the_problem_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, packed: bool
) -> None:
    """What is found around a burst in a large file is what a case that keeps everything has."""
    monkeypatch.setattr(contents, "LEAST", 0)
    quiet = " INFO [main] com.acme.Web - answered a reader from the near cache\n"
    stamps = [f"{START + timedelta(seconds=at):%Y-%m-%d %H:%M:%S},000" for at in range(400)]
    calm = ["".join(f"{stamp}{quiet}" * 20 for stamp in stamps[at : at + 100]) for at in (0, 300)]
    text = calm[0] * 3 + _lines(100) + calm[1] * 3 + "no header at all\n" + _lines(350) + calm[1]
    log = tmp_path / ("app.log.gz" if packed else "app.log")
    log.write_bytes(gzip.compress(text.encode(), mtime=0) if packed else text.encode())
    whole = investigate(log, zone="UTC", settings=EMPTY, language="en")
    found = kept_in_part(tmp_path / "few.case.duckdb", [log])

    every = found.every_line(problem_of(found), settings=EMPTY)
    lines = list(every)

    expected = [replace(line, body="") for line in by_place(whole.lines(problem_of(whole)).lines)]
    assert expected == [replace(line, body="") for line in by_place(lines)]
    assert every.whole
    assert 2 * ORDERS == len(lines)


def test_a_page_of_them_is_a_part_of_them(logs: list[Path], tmp_path: Path) -> None:
    """Offset and limit count in the order of the files; behind the page nothing is read."""
    found = kept_in_part(tmp_path / "few.case.duckdb", logs)
    problem = problem_of(found)
    lines = list(found.every_line(problem, settings=EMPTY))

    for offset, limit in ((0, 3), (57, 6), (118, 10), (500, 5)):
        page = found.every_line(problem, limit, offset, settings=EMPTY)
        assert lines[offset : offset + limit] == list(page)
        assert page.through == (offset + limit > len(lines))


def test_a_file_that_is_not_as_it_was_gives_no_line(
    paicha: CommandLine, logs: list[Path], tmp_path: Path
) -> None:
    """It is named, the others are read, fewer are found than were counted, and the exit code says so."""
    case = tmp_path / "few.case.duckdb"
    found = kept_in_part(case, logs)
    problem = problem_of(found)
    with logs[0].open("a") as file:
        file.write("one more line\n")

    said = paicha("evidence", case, problem, "--all", "--lang", "en")
    logs[0].unlink()
    gone = paicha("evidence", case, problem, "--all", "--format", "json")

    assert (3, 3) == (said.code, gone.code)
    assert "120 records were counted, 60 were found when the files were read again" in said.err
    assert "app.log has changed since it was read" in said.err
    assert "none of its lines is shown here" in said.err
    assert "app.log:" not in said.out
    told = json.loads(gone.out)
    assert (120, 60, 60, True) == (
        told["total"],
        told["found"],
        len(told["lines"]),
        told["through"],
    )
    assert "已不在读取时的位置" in told["notes"][0]["zh"]


def test_another_content_under_the_same_size_and_time_is_noticed(
    logs: list[Path], tmp_path: Path
) -> None:
    """Lines that the case keeps do not stand where they stood."""
    found = kept_in_part(tmp_path / "few.case.duckdb", logs[:1])
    before = logs[0].stat()
    text = logs[0].read_text()
    logs[0].write_text(text[1:] + "\n")
    os.utime(logs[0], ns=(before.st_atime_ns, before.st_mtime_ns))

    every = found.every_line(problem_of(found), settings=EMPTY)
    list(every)

    [note] = every.notes
    assert "lines that the case keeps were not met where they stood" in note.en
    assert not every.whole


def test_lines_counted_together_are_found_too(tmp_path: Path) -> None:
    """Beyond `max_shapes` errors are one problem; what stands nowhere apart belongs to it."""
    log = tmp_path / "varied.log"
    words = ["".join(chr(97 + at // 26**place % 26) for place in range(3)) for at in range(90)]
    log.write_text(
        "".join(
            f"2025-12-19 10:00:00,001 ERROR [main] a.B - step x{word} ended\n" for word in words
        )
    )
    few = replace(EMPTY, general=General(max_shapes=20))
    found = kept_in_part(tmp_path / "few.case.duckdb", [log], settings=few)
    rows = found.sql(f"select problem from membership where shape = '{OTHER}'")
    [together] = rows["problem"].to_pylist()

    every = found.every_line(together, settings=EMPTY)
    lines = list(every)

    assert every.whole
    assert 70 <= len(lines) == every.total


def test_the_command_line_reads_on_only_as_far_as_it_must(
    paicha: CommandLine, logs: list[Path], tmp_path: Path
) -> None:
    """All lines and how many they are; a page says that it is one; a whole case is not read again."""
    case, whole = tmp_path / "few.case.duckdb", tmp_path / "whole.case.duckdb"
    problem = problem_of(kept_in_part(case, logs))
    investigate(*logs, zone="UTC", case=whole, settings=EMPTY, language="en")
    for log in logs[1:]:
        log.rename(log.with_suffix(".away"))

    usual = paicha("evidence", case, problem, "--lang", "en")
    page = paicha(
        "evidence", case, problem, "--all", "--limit", "2", "--offset", "1", "--lang", "zh"
    )
    kept = paicha("evidence", whole, problem, "--all", "--lang", "en")

    assert "of files --all reads them again" in usual.err
    assert "共计数 120 条，此处显示 2 条。文件未继续往下读" in page.err
    assert 2 == page.out.count("app.log:")
    assert "120 of 120 lines" in kept.err


def test_what_cannot_be_read_again_is_said(tmp_path: Path) -> None:
    """The standard input gives no line; a filter with a secret in it cannot be asked again; a store has no files."""
    log, piped = tmp_path / "app.log", tmp_path / "b.case.duckdb"
    log.write_text(_lines(0))
    asked = Asked(files=(str(log),), zone="UTC", where=f'"{SECRET}1"')
    hidden = carry_out(prepare(asked, settings=EMPTY), case=tmp_path / "a.case.duckdb")
    command = [
        sys.executable,
        "-m",
        "paicha",
        "investigate",
        "-",
        "--tz",
        "UTC",
        "--format",
        "json",
    ]
    subprocess.run(
        [*command, "--case", str(piped)], input=log.read_bytes(), check=True, capture_output=True
    )
    stream = open_case(piped).every_line("1", settings=EMPTY)
    with Case.create(tmp_path / "c.case.duckdb") as bare:  # a case of a store keeps no files
        bare.put_findings(hidden.findings)

    with pytest.raises(CaseError, match="held a secret, which is covered in the case"):
        hidden.every_line("1", settings=EMPTY)
    assert [] == list(stream)
    assert ["The standard input cannot be read again; none of its lines is shown here"] == [
        note.en for note in stream.notes
    ]
    with pytest.raises(CaseError, match="was not made of files on this machine alone"):
        open_case(bare.path).every_line("1", settings=EMPTY)
