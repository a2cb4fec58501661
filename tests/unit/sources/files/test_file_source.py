"""Files as a source of records."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import os
import tracemalloc
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paicha.analysis.doubts import notes_of
from paicha.errors import InputError, QuestionError
from paicha.knowledge.formats_loader import load_formats
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery, Scope, Window
from paicha.model.schema import RECORDS
from paicha.sources.files import FileSource

FORMATS = load_formats()
CASES = Path(__file__).parents[3] / "cases" / "files" / "hard"
LINE = "2025-12-19 10:37:32,279 ERROR [pay.py:88] charge refused\n"


def read(
    *paths: Path | str,
    window: Window | None = None,
    scope: Scope | None = None,
    max_records: int = 10**9,
    stdin: io.BytesIO | None = None,
    reference: datetime | None = None,
) -> tuple[pa.Table, SourceCoverage]:
    source = FileSource(paths, FORMATS, stdin=stdin, reference=reference)
    query = LogQuery(window, scope or Scope(), "Asia/Shanghai", max_records)
    with source.open(query) as reading:
        batches = list(reading)
        coverage = reading.coverage
    assert reading.store_counts is None
    assert reading.aliases is None
    assert coverage.read == (
        coverage.kept + coverage.outside + coverage.filtered + coverage.duplicates
    )
    table = pa.Table.from_batches(batches, RECORDS)
    assert coverage.kept == table.num_rows
    return table, coverage


def english(texts: Sequence[object]) -> str:
    return "\n".join(text.en for text in texts)  # type: ignore[attr-defined]


def window(start: str, end: str) -> Window:
    return Window(datetime.fromisoformat(start), datetime.fromisoformat(end))


def test_lines_of_many_formats_in_one_file_are_read_and_joined() -> None:
    """A stack trace belongs to its line; each line keeps its own format; nothing is lost."""
    table, coverage = read(CASES / "mixed.log")

    assert ["", "INFO", "ERROR", "WARN", "", "INFO", "警告"] == table["severity_text"].to_pylist()
    assert (
        'charge refused\nTraceback (most recent call last):\n  File "pay.py", line 88, in charge\n\n'
        "ValueError: ERROR in bank answer\nERROR: row 12 is gone"
    ) == table["body"][2].as_py()
    assert [("python_file_line", 3), ("json", 1), ("logfmt", 1), ("syslog_rfc3164", 1)] == list(
        coverage.files[0].formats
    )
    assert (1, 2) == (coverage.without_time, coverage.without_level)
    assert (
        f"{(CASES / 'mixed.log').as_posix()}:1: started without a header"
        == (coverage.files[0].unparsed_examples[0])
    )


def test_csv_rows_may_hold_line_ends_and_a_broken_row_is_kept_without_time() -> None:
    """A quotation mark that never closes does not swallow the rows behind it."""
    table, coverage = read(CASES / "rows.csv")

    assert [
        'first line\nsecond "line", still the first row',
        '2025-12-19 10:37:33,INFO,10.0.0.1,"never closed',
        "after the broken one",
        '2025-12-19 10:37:35,WARN,10.0.0.2,"closed"too early',
        "last",
    ] == table["body"].to_pylist()
    assert [False, True, False, True, False] == table["timestamp"].is_null().to_pylist()
    assert 2 == coverage.without_time
    assert ["ERROR", "", "WARN", "", "INFO"] == table["severity_text"].to_pylist()


def test_a_locator_names_file_line_and_byte(tmp_path: Path) -> None:
    """The bytes at the offset are the line."""
    path = tmp_path / "a.log"
    path.write_text(LINE + "2025-12-19 10:37:33,000 INFO [支付.py:1] 好\n" + LINE, "utf-8")
    table, _ = read(path)
    place, _, offset = table["locator"][2].as_py().rpartition("@")

    assert f"{path.as_posix()}:3" == place
    assert LINE.encode() == path.read_bytes()[int(offset) :]


PACKERS = [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress),
           ("zst", lambda data: pa.Codec("zstd").compress(data, asbytes=True)),
           ("lz4", lambda data: pa.Codec("lz4").compress(data, asbytes=True))]  # fmt: skip


@pytest.mark.parametrize(("ending", "pack"), PACKERS)
def test_a_packed_file_gives_the_same_records(tmp_path: Path, ending: str, pack: object) -> None:
    """Told by its first bytes, not by its name; several members in a row are one file."""
    packed = pack(LINE.encode()) + pack(LINE.encode())  # type: ignore[operator]
    path = tmp_path / f"a.{ending}.1"
    path.write_bytes(packed)
    table, coverage = read(path)

    assert ["charge refused"] * 2 == table["body"].to_pylist()
    assert f"{path.as_posix()}:2" == table["locator"][1].as_py()
    assert len(packed) == coverage.files[0].size
    assert () == coverage.incomplete


@pytest.mark.parametrize(("ending", "pack"), PACKERS)
def test_of_a_truncated_file_what_there_is_is_kept_and_said(
    tmp_path: Path, ending: str, pack: object
) -> None:
    """The report must not look complete."""
    content = "".join(LINE.replace("88]", f"{n * n * 7919 % 99991}]") for n in range(60_000))
    packed = pack(content.encode())  # type: ignore[operator]
    path = tmp_path / f"a.{ending}"
    path.write_bytes(packed[: len(packed) * 9 // 10])
    table, coverage = read(path)

    assert 10_000 < table.num_rows < 60_000
    assert "is cut off or damaged" in english(coverage.incomplete)


@pytest.mark.parametrize(("ending", "pack"), PACKERS)
def test_a_file_damaged_from_its_beginning_is_an_error(
    tmp_path: Path, ending: str, pack: object
) -> None:
    """Nothing could be read, and the error says so."""
    path = tmp_path / f"a.{ending}"
    path.write_bytes(pack(os.urandom(5000))[:12])  # type: ignore[operator]
    with pytest.raises(InputError) as caught:
        read(path)

    assert "files.damaged" == caught.value.code


@pytest.mark.parametrize(
    ("content", "encoding", "body"),
    [
        (codecs.BOM_UTF8 + "2025-12-19 10:37:32 ERROR 支付失败\n".encode(), "utf-8", "支付失败"),
        ("2025-12-19 10:37:32 ERROR 支付接口异常\n".encode("gb18030"), "gb18030", "支付接口异常"),
        ("2025-12-19 10:37:32 ERROR 镕基 pay\n".encode("gbk"), "gb18030", "镕基 pay"),
        ("2025-12-19 10:37:32 ERROR 支付😀\n".encode("utf-16"), "utf-16", "支付😀"),
        (b"2025-12-19 10:37:32 ERROR caf\xe9 refused\n", "utf-8", "caf\\xe9 refused"),
        ("2025-12-19 10:37:32 ERROR 支付接口".encode()[:-1], "utf-8", "支付接\\xe5\\x8f"),
        (b"2025-12-19 10:37:32 ERROR a\0b\n", "utf-8", "a\\x00b"),
        (b"2025-12-19 10:37:32 ERROR a\r\r\n", "utf-8", "a"),
        (b"2025-12-19 10:37:32 ERROR a\r2025-12-19 10:37:33 INFO b\r", "utf-8", "a"),
    ],
)
def test_any_encoding_is_read_and_damage_stays_visible(
    tmp_path: Path, content: bytes, encoding: str, body: str
) -> None:
    r"""What is no text becomes \xNN and is counted."""
    path = tmp_path / "a.log"
    path.write_bytes(content)
    table, coverage = read(path)

    assert (body, "ERROR") == (table["body"][0].as_py(), table["severity_text"][0].as_py())
    assert encoding == coverage.files[0].encoding
    assert (body.count("\\x") > 0) == (coverage.files[0].damaged_bytes > 0)


def test_a_line_of_a_hundred_megabytes_needs_little_memory(tmp_path: Path) -> None:
    """Its head is kept, and the coverage says how much was left out."""
    path = tmp_path / "a.log"
    with path.open("wb") as file:
        file.write(LINE.encode().rstrip() + b" ")
        for _ in range(100):
            file.write(b"x" * (1 << 20))
        file.write(b"\n" + LINE.encode())
    tracemalloc.start()
    table, coverage = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert ["ERROR", "ERROR"] == table["severity_text"].to_pylist()
    cut = path.stat().st_size - len(LINE) - 1 - (1 << 20)
    assert table["body"][0].as_py().endswith(f"x[+{cut} bytes]")
    assert f"1 line is longer than 1 MiB; {cut:,} bytes" in english(coverage.incomplete)
    assert peak < 24 * (1 << 20)
    assert LINE.encode() == path.read_bytes()[int(table["locator"][1].as_py().rpartition("@")[2]) :]


MEBIBYTE = 1 << 20


@pytest.mark.parametrize("mark", [",", "\t"])
@pytest.mark.parametrize("above", ["", "\n"])
def test_a_header_that_is_cut_is_said(tmp_path: Path, mark: str, above: str) -> None:
    """Nobody knows what the columns behind are called; that must not look complete, nor where it stands once more."""
    named = ["timestamp", "level", "message", *(f"measured_{n:06}" for n in range(80_000))]
    header = mark.join(named)
    row = mark.join(["2025-12-19 10:37:32", "ERROR", "charge refused"])
    path = tmp_path / "a.csv"
    path.write_text(f"{above}{header}\n{row}\n{header}\n{row}\n")
    _, coverage = read(path)

    cut = 2 * (len(header) - MEBIBYTE)
    assert f"2 lines are longer than 1 MiB; {cut:,} bytes" in english(coverage.incomplete)


@pytest.mark.parametrize("above", ["", LINE])
def test_of_a_line_that_begins_with_a_mebibyte_of_blanks_the_rest_is_said(
    tmp_path: Path, above: str
) -> None:
    """It is no blank line, though all that is kept of it is blank."""
    path = tmp_path / "a.log"
    path.write_text(above + " " * MEBIBYTE + "charge refused\n" + LINE)
    _, coverage = read(path)

    assert "1 line is longer than 1 MiB; 14 bytes" in english(coverage.incomplete) or (
        "1 further line " in english(coverage.incomplete)
    )


def test_of_a_row_over_lines_what_is_cut_of_any_of_them_is_said(tmp_path: Path) -> None:
    """Not only of the line it begins with."""
    path = tmp_path / "a.csv"
    long = "x" * (MEBIBYTE + 70)
    path.write_text(f'timestamp,level,message\n2025-12-19 10:37:32,ERROR,"charge\n{long}"\n')
    _, coverage = read(path)

    assert "1 line is longer than 1 MiB; 71 bytes" in english(coverage.incomplete)


def test_a_header_of_many_columns_below_a_blank_line_is_read_whole(tmp_path: Path) -> None:
    """It goes on behind what a file is judged by."""
    named = [*(f"measured_{n:06}" for n in range(8_000)), "timestamp", "level", "message"]
    row = ["1"] * 8_000 + ["2025-12-19 10:37:32", "ERROR", "charge refused"]
    path = tmp_path / "a.csv"
    path.write_text("\n" + ",".join(named) + "\n" + (",".join(row) + "\n") * 40)
    table, coverage = read(path)

    assert ["charge refused"] * 40 == table["body"].to_pylist()
    assert () == coverage.incomplete


def test_a_record_of_very_many_lines_is_capped_and_counted(tmp_path: Path) -> None:
    """A dump in the log does not become one endless record."""
    path = tmp_path / "a.log"
    path.write_text(LINE + "  at somewhere\n" * 700 + LINE)
    table, coverage = read(path)

    assert 2 == table.num_rows
    assert table["body"][0].as_py().endswith("  at somewhere\n[+200]")
    assert "200 further lines" in english(coverage.incomplete)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.log", b"", "files.empty"),
        ("a.log", b"\n \n", "files.empty"),
        ("a.log", b"\x7fELF\x02\x01\x01" + b"\0" * 5000, "files.binary"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, "files.binary"),
        ("a.gz", gzip.compress(b"", mtime=0), "files.empty"),
    ],
)
def test_a_named_file_without_text_is_an_error(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    """The error names the file and a way out, in both languages."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(path)

    assert code == caught.value.code
    assert path.as_posix() in caught.value.what
    assert path.as_posix() in caught.value.text("zh")


def test_missing_things_are_named(tmp_path: Path) -> None:
    """A file, a folder without files, a pattern without matches, nothing at all."""
    (tmp_path / "empty").mkdir()
    codes = []
    for paths in ([tmp_path / "no.log"], [tmp_path / "empty"], [tmp_path / "*.log"], []):
        with pytest.raises(InputError) as caught:
            read(*paths)
        codes.append(caught.value.code)
        assert caught.value.hint

    assert ["files.missing", "files.folder_empty", "files.no_match", "files.no_paths"] == codes


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_link_to_nothing_and_a_loop_are_errors_not_crashes(tmp_path: Path) -> None:
    """The operating system's own words are passed on."""
    (tmp_path / "gone.log").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.log").symlink_to(tmp_path / "loop.log")
    for name in ("gone.log", "loop.log"):
        with pytest.raises(InputError) as caught:
            read(tmp_path / name)
        assert "files.unreadable" == caught.value.code


def test_a_folder_is_read_sorted_and_what_is_no_log_is_said(tmp_path: Path) -> None:
    """One bad file among many is no reason to give up; hidden files are left alone."""
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "z.log").write_text(LINE)
    (tmp_path / "b" / "c" / "a.log").write_text(LINE)
    (tmp_path / "b" / "core").write_bytes(b"\0" * 100)
    (tmp_path / "b" / "empty.log").write_bytes(b"")
    (tmp_path / "b" / "cpu.csv").write_text("time,cpu,memory\n2025-12-19 10:37:32,1,2\n")
    (tmp_path / ".hidden").write_text(LINE)
    (tmp_path / "same.log").symlink_to(tmp_path / "z.log")
    (tmp_path / "t.gz").write_bytes(gzip.compress(b"x")[:11])
    table, coverage = read(tmp_path)

    assert ["b/c/a.log", "same.log"] == [
        Path(file.path).relative_to(tmp_path).as_posix() for file in coverage.files
    ]
    assert 2 == table.num_rows
    said = english(coverage.notes)
    assert "core is not text" in said
    assert "empty.log is empty" in said
    assert "cpu.csv is a table" in said
    assert "t.gz is damaged" in english(coverage.incomplete)


def test_an_empty_file_among_several_that_were_named_is_said_and_passed_over(
    tmp_path: Path,
) -> None:
    """A shell names all that `app.log*` fits, right after a rotation too; where all are empty there is nothing to report on."""
    for name in ("app.log", "app.log.2"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "app.log.1").write_text(LINE)
    table, coverage = read(*(tmp_path / name for name in ("app.log", "app.log.1", "app.log.2")))

    assert 1 == table.num_rows
    assert "app.log is empty and was skipped" in english(coverage.notes)
    with pytest.raises(InputError, match=r"app\.log is empty"):
        read(tmp_path / "app.log", tmp_path / "app.log.2")


def test_a_folder_with_nothing_readable_is_an_error(tmp_path: Path) -> None:
    """There is nothing to report on."""
    (tmp_path / "core").write_bytes(b"\0" * 100)
    with pytest.raises(InputError) as caught:
        read(tmp_path)

    assert "files.binary" == caught.value.code


def test_a_pattern_and_a_file_named_twice_are_read_once(tmp_path: Path) -> None:
    """Nothing is counted double."""
    for name in ("a.log", "b.log", "c.txt"):
        (tmp_path / name).write_text(LINE)
    table, _ = read(tmp_path / "*.log", tmp_path / "a.log", tmp_path)

    assert 3 == table.num_rows


def test_the_standard_input_is_a_source() -> None:
    """Its records are found again by line and byte; years come from the caller."""
    table, coverage = read(
        "-",
        stdin=io.BytesIO(b"Dec 19 10:37:35 web-3 agent[7]: up\n"),
        reference=datetime(2026, 1, 5, tzinfo=UTC),
    )

    assert ["-:1@0"] == table["locator"].to_pylist()
    assert "2025-12-19T02:37:35+00:00" == table["timestamp"][0].as_py().isoformat()
    assert 35 == coverage.files[0].size


def test_a_window_is_half_open_and_records_without_time_are_kept() -> None:
    """The end does not belong to the window; what has no time cannot be outside."""
    table, coverage = read(
        CASES / "mixed.log",
        window=window("2025-12-19T10:37:33.100+08:00", "2025-12-19T10:37:36+08:00"),
    )

    assert ["", "ERROR", "WARN", ""] == table["severity_text"].to_pylist()
    assert (7, 4, 3) == (coverage.read, coverage.kept, coverage.outside)
    assert "placed by the window" in english(coverage.notes)


def test_a_window_without_records_is_an_answer(tmp_path: Path) -> None:
    """The coverage says where the data is."""
    path = tmp_path / "a.log"
    path.write_text(LINE)
    table, coverage = read(path, window=window("2020-01-01T00:00+00:00", "2020-01-02T00:00+00:00"))

    assert (0, 1, 0) == (table.num_rows, coverage.outside, coverage.kept)
    assert "reach from 2025-12-19 10:37:32+08:00" in english(coverage.notes)


def test_a_stamp_without_a_year_takes_it_from_the_files_own_date(tmp_path: Path) -> None:
    """No clock is asked, and the report says so."""
    path = tmp_path / "messages"
    path.write_text("Dec 31 23:59:59 web-3 agent: a\nJan  1 00:00:01 web-3 agent: b\n")
    written = datetime(2021, 1, 1, 1, tzinfo=UTC).timestamp()
    os.utime(path, (written, written))
    table, coverage = read(path)

    assert [2020, 2020] == [moment.year for moment in table["timestamp"].to_pylist()]
    assert "2020-12-31T16:00:01+00:00" == table["timestamp"][1].as_py().isoformat()
    assert "2 time stamps do not say their year" in english(coverage.notes)


def test_host_service_and_filter_narrow_what_is_kept() -> None:
    """What is left out is counted; what names no host is kept and said."""
    asked = Scope(hosts=("10.0.0.2",), where="level:>=WARN OR closed")
    table, coverage = read(CASES / "rows.csv", scope=asked)

    assert [
        '2025-12-19 10:37:33,INFO,10.0.0.1,"never closed',
        "after the broken one",
        '2025-12-19 10:37:35,WARN,10.0.0.2,"closed"too early',
    ] == table["body"].to_pylist()
    assert (5, 3, 2) == (coverage.read, coverage.kept, coverage.filtered)
    assert ["10.0.0.2", "10.0.0.2", "10.0.0.2"] == table["host_ip"].to_pylist()
    said = english(notes_of(coverage, asked))
    assert "2 records name no host; they are taken to be from 10.0.0.2" in said
    assert (2, 1) == (coverage.given_host, coverage.elsewhere)


def test_of_two_hosts_none_is_given_to_a_record_that_names_none() -> None:
    """Which of the two it is cannot be known, so it is kept without one."""
    asked = Scope(hosts=("10.0.0.2", "10.0.0.9"))
    table, coverage = read(CASES / "rows.csv", scope=asked)

    assert {"", "10.0.0.2"} == set(table["host_ip"].to_pylist())
    said = english(notes_of(coverage, asked))
    assert "name no host; they were kept although a host was asked for" in said


def test_a_bad_filter_is_the_askers_error(tmp_path: Path) -> None:
    """It is not blamed on the file."""
    (tmp_path / "a.log").write_text(LINE)
    with pytest.raises(QuestionError):
        read(tmp_path / "a.log", scope=Scope(where="(a"))


def test_beyond_the_limit_records_are_counted_and_the_coverage_says_so(tmp_path: Path) -> None:
    """Not every record is read whole, but how many there are is known."""
    path = tmp_path / "a.log"
    path.write_text(LINE * 20_000)
    table, coverage = read(path, max_records=17_000)

    assert (17_000, 17_000, 20_000) == (table.num_rows, coverage.read, coverage.present)
    assert "17,000 of 20,000" in english(coverage.incomplete)


def test_the_check_says_what_is_there(tmp_path: Path) -> None:
    """For `paicha doctor`."""
    (tmp_path / "a.log").write_text(LINE)
    found, missing = FileSource([tmp_path, tmp_path / "no.log"], FORMATS).check()

    assert (tmp_path.as_posix(), True, "can be opened, files: 1") == (
        found[0].en,
        found[1],
        found[2].en,
    )
    assert not missing[1]
    assert "There is no file or folder" in missing[2].en


@settings(max_examples=60)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.sampled_from(
                [
                    LINE.encode(),
                    b"  at x\n",
                    b"\n",
                    b"\r\n",
                    b"{}\n",
                    b'a,"b\n',
                    "支付\n".encode(),
                    "支付\n".encode("gbk"),
                    b"2025-12-19 10:37:40 INFO b\n",
                    b"time,level,message\n",
                ]
            ),
        ),
        min_size=1,
        max_size=30,
    ),
    st.integers(0, 5),
)
def test_no_record_vanishes_unnamed(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], limit: int
) -> None:
    """For any bytes: read = kept + outside + filtered + duplicates, or a named error."""
    path = tmp_path_factory.mktemp("law") / "a.log"
    path.write_bytes(b"".join(parts))
    asked = window("2025-12-19T02:37:00+00:00", "2025-12-19T02:37:35+00:00")
    try:
        table, coverage = read(path, window=asked, scope=Scope(where="NOT at"), max_records=limit)
    except InputError as error:
        named = (
            "files.empty",
            "files.binary",
            "files.damaged",
            "files.evtx",
            "files.journal",
            "files.compress",
        )
        if error.code in named:
            return
        raise
    assert coverage.present is not None
    total = coverage.files[0].records

    assert total == coverage.present + coverage.outside + coverage.filtered
    assert table.num_rows == len(set(table["locator"].to_pylist())) == coverage.kept <= limit


def test_skipped_tables_are_said_once_each_by_name(tmp_path: Path) -> None:
    """A folder of metric tables beside the log gives one note, not one a file."""
    (tmp_path / "app.log").write_text(LINE)
    for name in ("cpu.csv", "memory.csv"):
        (tmp_path / name).write_text("time,usage\n2025-12-19 10:37:32,1\n")
    _, coverage = read(tmp_path)

    said = english(coverage.notes)
    assert 1 == said.count("tables without log messages")
    assert "2 files are tables" in said
    assert "cpu.csv" in said
    assert "memory.csv" in said


def test_of_many_skipped_tables_three_are_named(tmp_path: Path) -> None:
    """How many there are is said, a wall of names is not."""
    (tmp_path / "app.log").write_text(LINE)
    for number in range(5):
        (tmp_path / f"{number}.csv").write_text("time,usage\n2025-12-19 10:37:32,1\n")
    _, coverage = read(tmp_path)

    names = ", ".join(f"{tmp_path.as_posix()}/{number}.csv" for number in range(3))
    expected = f"Tables without log messages, skipped as logs: 5 in all ({names} and 2 more)"
    assert expected in english(coverage.notes)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
def test_every_usual_encoding_is_told_from_the_bytes(tmp_path: Path, encoding: str) -> None:
    """UTF-16 also without its mark; a line of GB18030 with few Chinese characters by those around it."""
    lines = [
        "2025-03-04 05:06:07 错误 磁盘写入失败，剩余 12 %",
        "2025-03-04 05:06:08 信息 ünïcödé ✓",
    ]
    path = tmp_path / "app.log"
    path.write_bytes("\n".join([*lines * 3, ""]).encode(encoding))
    table, coverage = read(path)

    assert ["磁盘写入失败，剩余 12 %", "ünïcödé ✓"] * 3 == table["body"].to_pylist()
    assert ["错误", "信息"] * 3 == table["severity_text"].to_pylist()
    assert 0 == coverage.files[0].damaged_bytes
    assert encoding.removesuffix("-sig")[:6] == coverage.files[0].encoding[:6]


def test_rotated_files_come_oldest_first(tmp_path: Path) -> None:
    """Whatever they are packed with, numbers counted as numbers."""
    for name in ("app.log", "app.log.1", "app.log.10.gz", "app.log.2.gz", "app.log-20250303"):
        (tmp_path / name).write_bytes(b"2025-03-04 05:06:07 ERROR lost\n")
    _, coverage = read(tmp_path)

    assert ["app.log.10.gz", "app.log.2.gz", "app.log.1", "app.log-20250303", "app.log"] == [
        Path(file.path).name for file in coverage.files
    ]
