"""The laws of encodings: whichever a file is in, it is scanned as it is read, and says what it says in UTF-8."""

from __future__ import annotations

import codecs
import gzip
import itertools
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scans import BEFORE, FORMATS, KERNELS, PLAN, STACKS, WINDOW, assert_same

from paicha.model.question import LogQuery, Scope
from paicha.sources.files import FileSource, contents
from paicha.sources.files.discovery import FoundFile
from paicha.sources.files.encodings import changed_lines
from paicha.sources.files.feeds import feed_of
from paicha.sources.files.lines import TextLines
from paicha.sources.files.packing import ByteStream
from paicha.sources.files.scanning import FileScan

CHINESE = (
    "订单服务连接超时",
    "磁盘写入失败，剩余 12 %",
    "“全角１２３”",
    "—— 完成。",
    "镕基",
    "ünïcödé ✓ 😀",
)
KINDS = (
    "2025-03-04 05:{0:02}:{1:02}.123 ERROR [main] com.acme.Order - {2}，第 {1} 次",
    "2025-03-04 05:{0:02}:{1:02}.123  INFO [main] com.acme.Order - order {1} took {1} ms",
    "2025-03-04 05:{0:02}:{1:02},001 警告 {2}\n\tat com.acme.Shop.run(Shop.java:{1})\nCaused by: {2}",
    '{{"time": "2025-03-04T05:{0:02}:{1:02}Z", "level": "warn", "msg": "{2} {1}"}}',
    "{2} {1}",
    "",
)


def written(picks: Sequence[int]) -> list[str]:
    """Return lines of several kinds."""
    return [
        line
        for i, pick in enumerate(picks)
        for line in KINDS[pick % len(KINDS)]
        .format(i // 60, i % 60, CHINESE[pick % len(CHINESE)])
        .split("\n")
    ]


def encoded(lines: Sequence[str], encoding: str, end: str = "\n") -> bytes:
    """Return lines as a file holds them; "mixed": every third that can be in GB18030 is."""
    if encoding != "mixed":
        return "".join(line + end for line in lines).encode(encoding)
    return b"".join(
        (line + end).encode("gb18030" if i % 3 == 0 and "订单" in line else "utf-8")
        for i, line in enumerate(lines)
    )


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "mixed")
MANY = [0, *range(60), *(i * 7 % 11 for i in range(60)), 0]


def records(
    path: Path | str, window_of_all: LogQuery | None = None, stdin: bytes = b"", **wanted: object
) -> pa.Table:
    """Return all records of a file, or of what stands on the standard input."""
    query = window_of_all or LogQuery(None, Scope(), "UTC", sys.maxsize)
    source = FileSource([path], FORMATS, stacks=STACKS, stdin=BytesIO(stdin), **wanted)  # type: ignore[arg-type]
    with source.open(query) as reading:
        batches = [batch for batch in reading if isinstance(batch, pa.RecordBatch)]
    return pa.Table.from_batches(batches)


def unplaced(table: pa.Table) -> pa.Table:
    """Return records in their order, without where they stand."""
    lines = [
        int(place.rpartition(":")[2].partition("@")[0]) for place in table["locator"].to_pylist()
    ]
    return table.append_column("row", pa.array(lines)).sort_by("row").drop_columns(["locator"])


@pytest.mark.usefixtures("kernel", "never_given_up")
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_in_any_encoding_says_what_it_says_in_utf8(
    encoding: str, end: str, tmp_path: Path
) -> None:
    """Scanned, written by the kernel and read line by line: the same, in a window and its baseline too."""
    plain, path = tmp_path / "plain.log", tmp_path / "app.log"
    lines = written(MANY)
    plain.write_bytes(encoded(lines, "utf-8", end))
    path.write_bytes(encoded(lines, encoding, end))

    assert_same(path)
    assert_same(path, WINDOW, BEFORE)
    assert unplaced(records(plain)).equals(unplaced(records(path)))


@pytest.mark.usefixtures("kernel", "never_given_up")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_of_records_of_one_time_the_first_by_their_locators_are_kept(
    encoding: str, packed: bool, tmp_path: Path
) -> None:
    """Line 102 stands before line 1029 where nothing follows its number, and behind it where an offset does."""
    path = tmp_path / ("app.log.gz" if packed else "app.log")
    kind = "2025-03-04 05:06:07.123 ERROR [main] com.acme.Order - 订单 {0} 超时 {0} ms"
    data = encoded([kind.format(i) for i in range(1200)], encoding)
    path.write_bytes(gzip.compress(data) if packed else data)

    assert_same(path)


@pytest.mark.usefixtures("kernel", "never_given_up")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_evidence_is_found_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    """Where all stretches are wanted, every record is handed out with the place it has when it is read."""
    path = tmp_path / "app.log"
    path.write_bytes(encoded(written(MANY), encoding))
    whole = records(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contents, "LEAST", 0)
        found = records(path, wanted=lambda _: True)

    assert whole.sort_by("locator").equals(found.sort_by("locator"))


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_in_any_encoding_is_read_by_the_kernel(encoding: str, tmp_path: Path) -> None:
    """Line by line it would say the same, many times slower."""
    path = tmp_path / "app.log"
    lines = [KINDS[n % 2].format(n // 60, n % 60, CHINESE[0]) for n in range(600)]
    path.write_bytes(encoded(lines, encoding))
    scan = FileScan(PLAN, None, None)

    with path.open("rb") as raw:
        feed = feed_of(raw, FoundFile(path, named=True), ByteStream(raw), lambda: False)
        scan.check(feed.sample())
        left = [one for read in feed.reads(scan) for one in read.block.left]
    for take, _ in scan.close():
        take()

    assert [] == left
    assert len(lines) == scan.facts.seen.records


DAMAGED = (
    b"2025-03-04 05:06:07 ERROR caf\xe9 refused",
    "2025-03-04 05:06:07 ERROR 支付接口".encode()[:-1],
    "2025-03-04 05:06:07 ERROR 支付接口".encode("gb18030")[:-1],
    "2025-03-04 05:06:07 错误 \0\x1b[31m支付\x1b[0m接口".encode("gb18030"),
    b"2025-03-04 05:06:07 ERROR \xd6\0\xd0 \xd6\x1b[0m\xd0",
    b"\xff\xfe\xfd",
)


@pytest.mark.usefixtures("kernel", "never_given_up")
@settings(max_examples=17)
@given(
    st.sampled_from(("gb18030", "mixed", "utf-8-sig")),
    st.lists(st.one_of(st.sampled_from(DAMAGED), st.binary(max_size=20)), max_size=12),
    st.integers(0, 2**16),
)
def test_damage_is_the_same_however_a_file_is_read(
    encoding: str, damaged: list[bytes], at: int
) -> None:
    """Bytes that are no text, in and between lines of GB18030 and UTF-8: shown, counted, and told the same."""
    lines = encoded(written(range(40)), encoding).split(b"\n")
    for more, line in enumerate(damaged):
        lines.insert(1 + (at * (more + 1)) % len(lines), line)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "damaged.log"
        path.write_bytes(b"\n".join(lines))

        assert_same(path)


def cut(data: bytes, ends: Sequence[int]) -> Iterator[bytes]:
    """Yield a file's bytes in pieces."""
    places = [0, *sorted(end % (len(data) + 1) for end in ends), len(data)]
    return (data[start:end] for start, end in itertools.pairwise(places))


@settings(max_examples=100)
@given(
    st.sampled_from(ENCODINGS), st.lists(st.integers(0, 9), max_size=12), st.lists(st.integers(0))
)
def test_a_file_may_come_in_any_pieces(encoding: str, picks: list[int], ends: list[int]) -> None:
    """The same lines with the same places, the same encoding and damage."""
    data = encoded(written(picks), encoding)
    if not encoding.startswith("utf-16"):  # a few odd bytes of it are no text
        data += DAMAGED[len(picks) % len(DAMAGED)]
    whole, pieces = (
        TextLines(chunks, "app.log", offsets=True) for chunks in ([data], cut(data, ends))
    )

    assert list(whole) == list(pieces)
    assert (whole.encoding, whole.damaged_bytes) == (pieces.encoding, pieces.damaged_bytes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_an_offset_is_that_of_a_lines_first_byte(encoding: str) -> None:
    """A byte order mark stands before the first line."""
    data = encoded(written(MANY), encoding)

    for line in TextLines([data], "app.log", offsets=True):
        assert line.offset is not None
        assert data.startswith(line.text.encode(), line.offset)
    assert data.startswith(codecs.BOM_UTF8) == (encoding == "utf-8-sig")


@given(st.lists(st.binary(max_size=12)), st.lists(st.integers(0)))
def test_lines_are_changed_as_far_as_they_are_kept(lines: list[bytes], ends: list[int]) -> None:
    """Wherever a file is cut: of each line its beginning, as many lines as there were, nothing beyond is lost."""
    data = b"\n".join(lines)
    expected = [line[:4].swapcase() + line[4:] for line in data.split(b"\n")]
    changed = changed_lines(cut(data, ends), bytes.swapcase, lambda _: 4, 6)

    assert b"\n".join(expected) == b"".join(changed)


STAMPS = (
    "2025-03-04 05:{0:02}:{1:02} INFO order {1} took {1} ms",
    "Mar  4 05:{0:02}:{1:02} host7 sshd[123]: accepted {1} of {0}",
    "05:{0:02}:{1:02}.123 [main] INFO com.acme.Order - order {1}",
    "I0304 05:{0:02}:{1:02}.123456 1 main.go:42] took {1} ms",
)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("stamps", [STAMPS[:1], STAMPS], ids=["with years", "without"])
def test_the_standard_input_is_written_as_it_is_read(encoding: str, stamps: Sequence[str]) -> None:
    """Nothing places a stamp there that does not say its year: such records have no time, whoever reads them."""
    lines = [stamps[i % 7 % len(stamps)].format(i // 60, i % 60) for i in range(400)]
    data = encoded([*lines[:200], *written(MANY), *lines[200:]], encoding)
    found = []
    for least in (sys.maxsize, 1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(contents, "WRITTEN", least)
            found.append(records("-", stdin=data))

    assert unplaced(found[0]).equals(unplaced(found[1]))
    assert (len(stamps) > 1) == (found[0]["timestamp"].null_count > 20)
