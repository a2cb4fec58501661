"""Files that say little of how much they are: what they claim is held against what may be taken."""

from __future__ import annotations

import gzip
import lzma
import os
import struct
import threading
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from paicha.errors import InputError
from paicha.knowledge.formats_loader import load_formats
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery, Scope
from paicha.sources.files import FileSource, archives, packing
from paicha.sources.files.discovery import find_files
from paicha.sources.files.lines import TextLines
from paicha.sources.files.weighing import weight

FORMATS = load_formats()
LINE = "2025-03-04 05:06:0{n} ERROR lease {n} lost\n"
#: What `zstd --ultra --long=31` makes of a line: a window of 2 GiB.
_LONG_ZSTD = bytes.fromhex("28b52ffd04a8")


def read(
    *paths: Path, keep_bytes: int | None = None
) -> tuple[list[pa.RecordBatch], SourceCoverage, bool]:
    """Return the records, the coverage, and whether records were summed up."""
    query = LogQuery(None, Scope(), "UTC", 1 << 62, keep_bytes=keep_bytes)
    with FileSource(paths, FORMATS).open(query) as reading:
        batches = [batch for batch in reading if isinstance(batch, pa.RecordBatch)]
        return batches, reading.coverage, reading.reduced is not None


def said(coverage: SourceCoverage) -> str:
    return " ".join(reason.en for reason in coverage.incomplete)


def table(rows: int, **more: object) -> pa.Table:
    time = pa.array([1741064767000000] * rows, pa.timestamp("us", "UTC"))
    return pa.table({"time": time, "level": ["ERROR"] * rows, **more})


def claiming(content: bytes) -> bytes:
    """Return xz whose dictionary claims 1.5 GiB."""
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 20}]
    stored = bytearray(lzma.compress(content, lzma.FORMAT_XZ, filters=filters))
    # Stream header 12, block header: size, flags, filter id, size of properties, dictionary; CRC32 at its end.
    length = (stored[12] + 1) * 4
    stored[16] = 39
    crc = lzma_crc(bytes(stored[12 : 12 + length - 4]))
    stored[12 + length - 4 : 12 + length] = crc
    return bytes(stored)


def lzma_crc(data: bytes) -> bytes:
    import zlib  # noqa: PLC0415 - the same sum as xz has

    return zlib.crc32(data).to_bytes(4, "little")


def test_a_dictionary_that_claims_much_is_gone_along_with_as_far_as_that_is_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small file is read whole, whatever it claims; of a larger one the rest is said to be missing."""
    path = tmp_path / "app.log.xz"
    path.write_bytes(claiming("".join(LINE.format(n=i % 10) for i in range(20_000)).encode()))
    _, whole, _ = read(path)
    monkeypatch.setattr(packing, "UNPACKING_BYTES", 300_000)
    _, part, _ = read(path)

    assert (20_000, ()) == (whole.kept, whole.incomplete)
    assert 0 < part.kept < 20_000
    assert "takes more memory than an unpacker is given" in said(part)


def test_streams_of_xz_one_behind_the_other_are_read(tmp_path: Path) -> None:
    """With zeros between them; one that is cut off is said to be."""
    one = lzma.compress(LINE.format(n=1).encode())
    path = tmp_path / "app.log.xz"
    path.write_bytes(one + bytes(8) + one + bytes(4))
    _, coverage, _ = read(path)
    path.write_bytes(one + one[:-4])
    _, cut, _ = read(path)

    assert (2, ()) == (coverage.kept, coverage.incomplete)
    assert "cut off or damaged" in said(cut)


def test_a_window_that_claims_much_is_no_damage(tmp_path: Path) -> None:
    """Fetching the file again does not help; unpacking it before does."""
    path = tmp_path / "app.log.zst"
    path.write_bytes(_LONG_ZSTD + bytes(64))

    with pytest.raises(InputError, match="takes more memory than an unpacker is given") as refused:
        read(path)
    assert "--long=31" in str(refused.value)


def test_a_member_whose_dictionary_claims_gigabytes_is_said_and_the_rest_is_read(
    tmp_path: Path,
) -> None:
    """What unpacks LZMA takes all of it at once: where memory is short, the run ended."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.log", LINE.format(n=1))
        archive.writestr("b.log", LINE.format(n=2))
    packed = bytearray(path.read_bytes())
    name, more = struct.unpack("<HH", packed[26:30])
    struct.pack_into("<I", packed, 30 + name + more + 5, 0xFFFF_FFF0)
    path.write_bytes(packed)

    (batch,), coverage, _ = read(path)

    assert [f"{path.as_posix()}!/b.log:1"] == batch["locator"].to_pylist()
    assert "a.log takes more memory to unpack" in said(coverage)


def test_a_text_that_rows_share_is_not_spelled_out_for_all_of_them(tmp_path: Path) -> None:
    """A kilobyte that says four gigabytes: reading stops where no log packs so well."""
    shared = pa.DictionaryArray.from_arrays(pa.array([0] * 4000, pa.int32()), ["y" * (1 << 20)])
    path = tmp_path / "logs.parquet"
    pq.write_table(table(4000, message=shared), path, compression="zstd")
    before = pa.total_allocated_bytes()
    _, coverage, summed = read(path, keep_bytes=32 << 20)

    assert summed
    assert 255 == coverage.kept
    assert "no log packs so well" in said(coverage)
    assert pa.total_allocated_bytes() - before < 128 << 20


def test_a_value_that_is_too_long_is_cut_and_counted(tmp_path: Path) -> None:
    """Of a text the beginning is kept, of a list nothing."""
    path = tmp_path / "logs.parquet"
    more = {"message": ["lease lost", "x" * (1 << 20) + "é" * 10], "list": [[1], [0] * 500_000]}
    pq.write_table(table(2, **more), path)
    batches, coverage, _ = read(path)
    rows = [row for batch in batches for row in batch.to_pylist()]

    assert ["lease lost", 1 << 20] == [rows[0]["body"], len(rows[1]["body"])]
    assert "1 row has values that are too long; 4,0" in said(coverage)


def test_a_row_group_that_claims_too_much_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named, the file is an error that says so."""
    monkeypatch.setattr(archives, "BOMB_BYTES", 1 << 20)
    path = tmp_path / "logs.parquet"
    large = table(1, message=["z" * (4 << 20)])
    pq.write_table(large, path, compression="zstd", use_dictionary=False)

    with pytest.raises(InputError, match="out of all proportion to what is stored"):
        read(path)


def varint(number: int, size: int) -> bytes:
    """Return a number as Thrift writes it, in so many bytes."""
    parts = [(number << 1) >> (7 * at) & 0x7F for at in range(size)]
    return bytes([*(part | 0x80 for part in parts[:-1]), parts[-1]])


def test_what_the_pages_of_a_table_say_goes_before_what_its_end_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is taken into memory as a whole; here it holds 4 MB, and the end of the file says 2 KB."""
    monkeypatch.setattr(archives, "BOMB_BYTES", 1 << 20)
    path, rows = tmp_path / "a.parquet", 500_000
    even = table(rows, message=["lost"] * rows, n=pa.array([0] * rows, pa.int64()))
    options = {"compression": "zstd", "write_statistics": False, "data_page_size": 1 << 30}
    texts = ["level", "message"]
    pq.write_table(
        even, path, use_dictionary=texts, max_rows_per_page=rows, write_batch_size=rows, **options
    )
    stored, column = path.read_bytes(), pq.read_metadata(path).row_group(0).column(3)
    said = varint(column.total_uncompressed_size, 4)
    assert said in stored
    path.write_bytes(stored.replace(said, varint(2000, 4)))
    assert 2000 == pq.read_metadata(path).row_group(0).column(3).total_uncompressed_size

    with pytest.raises(InputError) as caught:
        read(path)

    assert "files.bomb" == caught.value.code


@pytest.mark.parametrize("damage", [b"", b"\x15", b"\xff" * 400])
def test_a_page_without_a_header_is_damage(tmp_path: Path, damage: bytes) -> None:
    """Whatever stands where it should be."""
    path = tmp_path / "a.parquet"
    pq.write_table(table(3, message=["lost"] * 3), path, compression="none")
    stored = path.read_bytes()
    at = pq.read_metadata(path).row_group(0).column(0).dictionary_page_offset
    path.write_bytes(stored[:at] + damage.ljust(40, b"\x1a") + stored[at + max(40, len(damage)) :])

    with pytest.raises(InputError) as caught:
        read(path)

    assert "files.damaged" == caught.value.code


def test_text_of_a_table_that_is_no_utf8_is_shown_by_its_bytes(tmp_path: Path) -> None:
    """Arrow does not look when a file is read."""
    path = tmp_path / "logs.parquet"
    text = pa.Array.from_buffers(
        pa.string(),
        1,
        [None, pa.py_buffer(bytes([0, 0, 0, 0, 7, 0, 0, 0])), pa.py_buffer(b"lost \xff!")],
    )
    pq.write_table(table(1, message=text), path)
    batches, _, _ = read(path)

    assert "lost \\xff!" == batches[0].column("body")[0].as_py()


def test_lines_of_a_letter_are_many_records(tmp_path: Path) -> None:
    """A file within the limit by its bytes weighs what its lines do, packed or not."""
    plain, packed = tmp_path / "y.log", tmp_path / "y.log.gz"
    content = b"y\n" * 1_000_000
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    files = find_files([plain, packed])

    assert [True, True] == [weight([file], (), 32 << 20) > 32 << 20 for file in files]
    assert weight(files, (), 256 << 20) == 128_000_000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in folders")
def test_a_pipe_that_is_named_is_summed_up_as_the_standard_input_is(tmp_path: Path) -> None:
    """Its size says nothing, and it may have no end."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    lines = "".join(LINE.format(n=i % 10) for i in range(20_000))
    threading.Thread(target=pipe.write_text, args=(lines,), daemon=True).start()
    batches, coverage, summed = read(pipe, keep_bytes=1 << 20)

    assert (True, 20_000) == (summed, coverage.kept)
    assert sum(batch.num_rows for batch in batches) < 100


def test_folders_inside_folders_have_no_end_that_hurts(tmp_path: Path) -> None:
    """Those whose path is longer than a path may be are said to be unread."""
    (tmp_path / "a.log").write_text(LINE.format(n=1))
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    _, coverage, _ = read(tmp_path)
    # No path is long enough to take it away in one piece.
    for _ in range(3000):
        inner_most = tmp_path / "d"
        deeper = inner_most / "d"
        if deeper.exists():
            deeper.rename(tmp_path / "e")
            inner_most.rmdir()
            (tmp_path / "e").rename(inner_most)

    assert 1 == coverage.kept
    assert "File name too long" in said(coverage)


def test_a_stop_is_heard_within_a_block_of_blank_lines(tmp_path: Path) -> None:
    """A block of many megabytes may be lines of nothing, which take a minute."""
    path = tmp_path / "app.log"
    path.write_bytes(LINE.format(n=1).encode() + b"\n" * (9 << 20))
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 45  # all of it was handed out by then, in 37 chunks

    query = LogQuery(None, Scope(), "UTC", 1 << 62, stop=stop, keep_bytes=0)
    with FileSource([path], FORMATS).open(query) as reading:
        list(reading)
    everything = TextLines([b"\n" * 1_000_000], "app.log", offsets=True)
    some = TextLines([b"\n" * 1_000_000], "app.log", offsets=True, stop=lambda: True)

    assert 1 == reading.coverage.kept
    assert "Reading was stopped" in said(reading.coverage)
    assert [1_000_000, 65_535] == [sum(1 for _ in lines) for lines in (everything, some)]
