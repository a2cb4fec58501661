"""What stands in archives, in tables, and in files that are made to do harm."""

from __future__ import annotations

import bz2
import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from paicha.errors import InputError
from paicha.knowledge.formats_loader import load_formats
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery, Scope
from paicha.sources.files import FileSource
from paicha.sources.files.discovery import FoundFile
from paicha.sources.files.weighing import weight

FORMATS = load_formats()
LINE = "2025-03-04 05:06:0{n} ERROR lease {n} lost\n"


def logged(n: int) -> bytes:
    return "".join(LINE.format(n=i) for i in range(n)).encode()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def read(
    path: Path, stdin: io.BytesIO | None = None
) -> tuple[list[dict[str, object]], SourceCoverage]:
    with FileSource([path], FORMATS, stdin=stdin).open(
        LogQuery(None, Scope(), "UTC", 100_000)
    ) as reading:
        batches = [batch for batch in reading if isinstance(batch, pa.RecordBatch)]
        rows = [row for batch in batches for row in batch.to_pylist()]
        return rows, reading.coverage


TREE = {
    "app/b.log": logged(2),
    "app/a.log": logged(3),
    "__MACOSX/app/._a.log": b"\0\1\2",
    "d/": b"",
}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logs.zip", zipped(TREE)),
        ("logs.tar", tarred(TREE)),
        ("logs.tar.gz", tarred(TREE, "w:gz")),
        ("logs.tgz", tarred(TREE, "w:gz")),
        ("logs.tar.xz", tarred(TREE, "w:xz")),
        ("logs.tar.bz2", tarred(TREE, "w:bz2")),
        ("logs.tar.zst", pa.compress(tarred(TREE), codec="zstd", asbytes=True)),
        ("logs.tar.lz4", pa.compress(tarred(TREE), codec="lz4", asbytes=True)),
        ("named_wrongly.log", zipped(TREE)),
    ],
)
def test_every_member_is_a_file_of_its_own(tmp_path: Path, name: str, content: bytes) -> None:
    """Locators name archive, member and line."""
    path = tmp_path / name
    path.write_bytes(content)
    rows, coverage = read(path)
    shown = path.as_posix()

    assert [(f"{shown}!/app/a.log", 3), (f"{shown}!/app/b.log", 2)] == sorted(
        (file.path, file.records) for file in coverage.files
    )
    assert f"{shown}!/app/a.log:3" in {row["locator"] for row in rows}
    assert "lease 2 lost" in {row["body"] for row in rows}
    assert () == coverage.incomplete


CLOSED = {
    "a.7z": (b"7z\xbc\xaf\x27\x1c\0\4", "is an archive of 7-Zip"),
    "b.rar": (b"Rar!\x1a\x07\x01\0", "is a RAR archive"),
    "c.log.Z": (b"\x1f\x9d\x90", "is packed with compress"),
    "d.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a document of an office program"),
    "e.xlsx": (
        zipped({"[Content_Types].xml": b"<Types/>", "xl/sharedStrings.xml": b"<t>ERROR</t>\n"}),
        "is a document of an office program",
    ),
    "f.ods": (
        zipped({"mimetype": b"application/x", "META-INF/manifest.xml": b"<m/>"}),
        "is a document of an office program",
    ),
}


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("inside", [False, True])
def test_what_may_hold_logs_and_cannot_be_read_is_missing_and_says_what_to_do(
    tmp_path: Path,
    name: str,
    inside: bool,
) -> None:
    """A folder with an archive that stays closed is not a folder without trouble, nor is a sheet's XML a log."""
    content, said = CLOSED[name]
    (tmp_path / "app.log").write_bytes(logged(2))
    place = tmp_path / ("all.tar" if inside else name)
    place.write_bytes(tarred({name: content}) if inside else content)
    rows, coverage = read(tmp_path)
    reasons = [reason.en for reason in coverage.incomplete]

    assert 2 == len(rows)
    assert 1 == len(reasons)
    assert f"{name} {said}" in reasons[0]
    assert "first" in reasons[0]


def test_a_program_of_java_is_no_log_and_nothing_is_missing(tmp_path: Path) -> None:
    """Its manifest and its settings were counted as lines without a time."""
    (tmp_path / "app.log").write_bytes(logged(2))
    manifest = {
        "META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\n",
        "log4j.properties": b"a=ERROR\n",
    }
    (tmp_path / "app.jar").write_bytes(zipped(manifest))
    rows, coverage = read(tmp_path)

    assert 2 == len(rows)
    assert () == coverage.incomplete
    assert any("app.jar is a Java program" in note.en for note in coverage.notes)


@pytest.mark.parametrize("name", ["a.7z", "e.xlsx"])
def test_a_closed_archive_that_is_named_alone_is_an_error_with_a_way_on(
    tmp_path: Path, name: str
) -> None:
    """It says which file it is, and by what to open it."""
    (tmp_path / name).write_bytes(CLOSED[name][0])
    with pytest.raises(InputError) as caught:
        read(tmp_path / name)
    what, _, to_try = str(caught.value).partition("\n")

    assert name in what
    assert {"a.7z": "7z x FILE", "e.xlsx": "as CSV"}[name] in to_try


def test_packed_members_and_archives_in_archives_are_read_to_a_depth(tmp_path: Path) -> None:
    """What lies deeper is said; a zip inside a tar needs to be read from anywhere and is."""
    deep = zipped({"x.log": logged(1)})
    inner = tarred({"deep.zip": zipped({"deeper.zip": deep}), "z.log.gz": gzip.compress(logged(2))})
    path = tmp_path / "bundle.tar.gz"
    path.write_bytes(
        tarred({"host1.tar": inner, "host2.zip": zipped({"y.log": logged(4)})}, "w:gz")
    )
    _, coverage = read(path)
    top = path.as_posix()

    assert {f"{top}!/host1.tar!/z.log.gz": 2, f"{top}!/host2.zip!/y.log": 4} == {
        file.path: file.records for file in coverage.files
    }
    assert [
        f"{top}!/host1.tar!/deep.zip is an archive inside archives, 2 deep, and was not read."
    ] == [reason.en for reason in coverage.incomplete]


def test_no_name_in_an_archive_leads_out_of_it(tmp_path: Path) -> None:
    """Nothing is written; a name is only shown, and equal names are told apart."""
    secret = tmp_path / "secret.log"
    secret.write_bytes(logged(9))
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in ("../../etc/x.log", "same.log", "same.log"):
            entry = tarfile.TarInfo(name)
            entry.size = len(logged(1))
            archive.addfile(entry, io.BytesIO(logged(1)))
        link = tarfile.TarInfo("link.log")
        link.type, link.linkname = tarfile.SYMTYPE, str(secret)
        archive.addfile(link)
    path = tmp_path / "t.tar"
    path.write_bytes(out.getvalue())
    before = sorted(tmp_path.rglob("*"))
    _, coverage = read(path)

    assert [1, 1, 1] == [file.records for file in coverage.files]
    assert 3 == len({file.path for file in coverage.files})
    assert before == sorted(tmp_path.rglob("*"))


class _InCodePage(zipfile.ZipInfo):
    """A member whose name is written as the packers of Windows do: in its code page, which nothing says."""

    encoding = "gbk"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the library's
        return self.filename.encode(self.encoding), 0


class _InUnmarkedUtf8(_InCodePage):
    encoding = "utf-8"


class _InDos(_InCodePage):
    encoding = "cp437"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (_InCodePage, "日志/订单服务.log"),
        (_InCodePage, "堃/支付.log"),
        (_InUnmarkedUtf8, "日志/订单服务.log"),
        (_InDos, "café/Übersicht.log"),
        (zipfile.ZipInfo, "日志/订单服务.log"),
    ],
)
def test_chinese_names_in_a_zip_are_read_as_they_were_written(
    tmp_path: Path, kind: type[zipfile.ZipInfo], name: str
) -> None:
    """Whichever encoding the packer used; a locator names the file as its owner does."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(kind(name), logged(1))

    rows, _ = read(path)

    assert [f"{path}!/{name}:1"] == [row["locator"] for row in rows]


def test_chinese_names_in_a_tar_of_windows_are_read_as_they_were_written(tmp_path: Path) -> None:
    """In GBK with backslashes, and in UTF-8."""
    path = tmp_path / "a.tar"
    for encoding in ("gbk", "utf-8"):
        with tarfile.open(path, "w", format=tarfile.GNU_FORMAT, encoding=encoding) as archive:
            entry = tarfile.TarInfo("日志\\订单服务.log")
            entry.size = len(logged(1))
            archive.addfile(entry, io.BytesIO(logged(1)))

        rows, _ = read(path)

        assert [f"{path}!/日志/订单服务.log:1"] == [row["locator"] for row in rows]


def test_bombs_are_not_unpacked_and_said(tmp_path: Path) -> None:
    """A member out of all proportion, and a stream that never ends."""
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped({"zeros.log": b"0" * (300 << 20), "good.log": logged(2)}))
    _, coverage = read(path)

    assert [2] == [file.records for file in coverage.files]
    refused = f"{path.as_posix()}!/zeros.log would unpack to 314572800 bytes"
    assert [f"{refused}, out of all proportion to what is stored, and was not read."] == [
        reason.en for reason in coverage.incomplete
    ]

    packed = tmp_path / "bomb.log.bz2"
    packed.write_bytes(bz2.compress(logged(3) + b"0" * (300 << 20)))
    rows, coverage = read(packed)

    assert "lease 0 lost" == rows[0]["body"]
    assert "no log packs so well" in coverage.incomplete[0].en


def test_what_is_damaged_or_locked_is_said_and_the_rest_is_read(tmp_path: Path) -> None:
    """A tar that breaks off, a zip that is none, a member with a password."""
    whole = tarred({"a.log": logged(3), "b.log": logged(3) * 2000})
    cut = tmp_path / "cut.tar"
    cut.write_bytes(whole[:60_000])
    _, coverage = read(cut)

    assert "a.log" in coverage.files[0].path
    assert coverage.incomplete

    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04" + b"x" * 1000)
    with pytest.raises(InputError, match="damaged"):
        read(broken)

    locked = bytearray(zipped({"a.log": logged(2)}, zipfile.ZIP_STORED))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + offset] |= 1
    path = tmp_path / "locked.zip"
    path.write_bytes(zipped({"good.log": logged(1), "x.zip": bytes(locked)}, zipfile.ZIP_STORED))
    _, coverage = read(path)

    assert [f"{path.as_posix()}!/x.zip!/a.log is encrypted and was not read."] == [
        reason.en for reason in coverage.incomplete
    ]


def test_a_member_that_claims_too_much_takes_no_other_with_it(tmp_path: Path) -> None:
    """What the first of two says of its size is not counted against the second."""
    data = bytearray(zipped({"a.log": logged(3), "b.log": logged(3)}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (4_000_000_000).to_bytes(4, "little")
    path = tmp_path / "logs.zip"
    path.write_bytes(data)

    rows, coverage = read(path)

    assert 3 == len(rows)
    assert ["a.log would unpack to"] == [
        reason.en.partition("!/")[2][:21] for reason in coverage.incomplete
    ]


#: Three members of a header and a block each.
THREE = tarred({f"{name}.log": logged(3) for name in "abc"})
MEMBER = 2 * tarfile.BLOCKSIZE


def changed(data: bytes, at: int, into: bytes) -> bytes:
    return data[:at] + into + data[at + len(into) :]


@pytest.mark.parametrize(
    ("content", "records", "said"),
    [
        (changed(THREE, MEMBER + 148, b"0000000"), 3, "1 of its members"),
        (changed(THREE, MEMBER, b"\xff" * tarfile.BLOCKSIZE), 3, "1 of its members"),
        (THREE[: 2 * MEMBER], 6, "2 of its members"),
        (THREE[: 2 * MEMBER + 100], 6, "2 of its members"),
        (THREE[: 2 * MEMBER + tarfile.BLOCKSIZE], 6, "2 of its members"),
        (THREE[: 2 * MEMBER + tarfile.BLOCKSIZE + 30], 6, "2 of its members"),
        (changed(gzip.compress(THREE), -8, b"\0" * 4), 9, "3 of its members"),
        (gzip.compress(THREE[:MEMBER])[:-8], 3, "1 of its members"),
    ],
    ids=[
        *(
            "checksum",
            "no header",
            "no end",
            "cut in a header",
            "cut behind one",
            "cut in a member",
        ),
        *("checksum of what is packed", "packed and cut"),
    ],
)
def test_what_follows_damage_in_a_tar_is_said_to_be_missing(
    tmp_path: Path, content: bytes, records: int, said: str
) -> None:
    """An archive that seems to end where its damage is lost members without a word."""
    path = tmp_path / "logs.tar"
    path.write_bytes(content)

    rows, coverage = read(path)

    assert records == len(rows)
    assert any(said in reason.en and "damaged" in reason.en for reason in coverage.incomplete)


def a_sparse_member(size: int, stored: bytes) -> bytes:
    """Return a member of a size that holds little, as GNU tar writes it."""
    entry = tarfile.TarInfo("holes.log")
    entry.type, entry.size = tarfile.GNUTYPE_SPARSE, len(stored)
    header = bytearray(entry.tobuf(tarfile.GNU_FORMAT))
    header[386:410] = b"%011o\0%011o\0" % (0, len(stored))
    header[483:495] = b"%011o\0" % size
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + stored.ljust(tarfile.BLOCKSIZE, b"\0")


def test_a_member_of_little_but_holes_is_not_unpacked(tmp_path: Path) -> None:
    """Four terabytes of zeros stand in one block."""
    path = tmp_path / "logs.tar"
    path.write_bytes(a_sparse_member(7 << 30, logged(3)) + THREE)

    rows, coverage = read(path)

    assert 9 == len(rows)
    assert any("holes.log would unpack to" in reason.en for reason in coverage.incomplete)


def an_endless_map(blocks: int) -> bytes:
    """Return a sparse member whose map of holes goes on and on, as GNU tar writes it."""
    header = bytearray(a_sparse_member(512, b"")[: tarfile.BLOCKSIZE])
    header[482] = 1
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    more = (b"%011o\0%011o\0" % (1, 1)) * 21 + b"\1" + bytes(7)
    return bytes(header) + more * blocks


def an_endless_list(blocks: int) -> bytes:
    """Return the same as POSIX has it: numbers in lines before the content."""
    entry = tarfile.TarInfo("holes.log")
    entry.size = blocks * tarfile.BLOCKSIZE
    told = {"major": "1", "minor": "0", "name": "holes.log", "realsize": "512"}
    entry.pax_headers = {f"GNU.sparse.{name}": value for name, value in told.items()}
    numbers = b"1000000000\n".ljust(tarfile.BLOCKSIZE - 1, b"0") + b"\n"
    return entry.tobuf(tarfile.PAX_FORMAT) + numbers + b"1\n" * (blocks - 1) * 256


@pytest.mark.parametrize("endless", [an_endless_map, an_endless_list])
def test_a_map_of_holes_without_end_is_damage(
    tmp_path: Path, endless: Callable[[int], bytes]
) -> None:
    """It would be held in memory as a whole."""
    path = tmp_path / "logs.tar"
    path.write_bytes(THREE[:MEMBER] + endless(2100) + THREE[MEMBER:])

    rows, coverage = read(path)

    assert 3 == len(rows)
    assert any("map of holes of more than" in reason.en for reason in coverage.incomplete)


@pytest.mark.parametrize("endless", [an_endless_map, an_endless_list])
def test_an_archive_that_ends_in_a_map_of_holes_is_damaged(
    tmp_path: Path, endless: Callable[[int], bytes]
) -> None:
    """What came before it is read."""
    path = tmp_path / "logs.tar"
    path.write_bytes(THREE[:MEMBER] + endless(20)[: -tarfile.BLOCKSIZE])

    rows, coverage = read(path)

    assert 3 == len(rows)
    assert any("unexpected end of data" in reason.en for reason in coverage.incomplete)


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_a_name_of_gigabytes_is_not_read(tmp_path: Path, kind: bytes) -> None:
    """What tells of the next member would be held in memory as a whole."""
    entry = tarfile.TarInfo("x")
    entry.type, entry.size = kind, 2 << 30
    path = tmp_path / "logs.tar"
    path.write_bytes(THREE[:MEMBER] + entry.tobuf(tarfile.GNU_FORMAT) + THREE[MEMBER:])

    rows, coverage = read(path)

    assert 3 == len(rows)
    assert any("1 of its members were read before it broke" in r.en for r in coverage.incomplete)


@pytest.mark.parametrize(
    "before",
    [
        tarfile.TarInfo("x" * 200).tobuf(tarfile.GNU_FORMAT)[: 2 * tarfile.BLOCKSIZE] * 2000,
        tarfile.TarInfo.create_pax_global_header({"GNU.sparse.map": "a,b", "GNU.sparse.size": "7"}),
    ],
    ids=["names without end", "no numbers"],
)
def test_a_tar_that_confuses_its_reader_is_damaged(tmp_path: Path, before: bytes) -> None:
    """Whatever reading a header may raise, the run goes on."""
    path = tmp_path / "logs.tar"
    path.write_bytes(THREE[:MEMBER] + before + THREE[MEMBER:])

    rows, coverage = read(path)

    assert 3 == len(rows)
    assert any("1 of its members were read before it broke" in r.en for r in coverage.incomplete)


def test_archives_come_through_the_standard_input_too(tmp_path: Path) -> None:
    """A tar is read as it comes, a zip from a temporary file."""
    for content in (tarred(TREE, "w:gz"), zipped(TREE)):
        _, coverage = read(Path("-"), io.BytesIO(content))

        assert {"-!/app/a.log": 3, "-!/app/b.log": 2} == {
            file.path: file.records for file in coverage.files
        }


def test_parquet_columns_are_found_by_name(tmp_path: Path) -> None:
    """Times of any unit, with a zone and without; what has no column becomes an attribute."""
    path = tmp_path / "logs.parquet"
    times = pa.array([1741064767891234567, 1741064768000000000]).cast(pa.timestamp("ns"))
    table = {
        "Timestamp": times.cast(pa.timestamp("ns", "UTC")),
        "SeverityText": ["ERROR", None],
        "ServiceName": ["shop", "shop"],
        "Body": ["lease lost", "open"],
        "shard": [12, 13],
    }
    pq.write_table(pa.table(table), path)
    rows, coverage = read(path)
    first = rows[0]

    assert ["2025-03-04T05:06:07.891234+00:00", "ERROR", "shop", "lease lost", '{"shard": 12}'] == [
        first["timestamp"].isoformat(),  # type: ignore[attr-defined]
        *(first[name] for name in ("severity_text", "service_name", "body", "attributes")),
    ]
    assert f"{path.as_posix()}:2" == rows[1]["locator"]
    assert "parquet" == coverage.files[0].encoding


def test_a_table_without_messages_or_a_damaged_one_is_said(tmp_path: Path) -> None:
    """In a folder it is passed over with a note; named, it is an error."""
    pq.write_table(pa.table({"time": [1], "cpu": [2.0]}), tmp_path / "metrics.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1" + b"x" * 100)
    (tmp_path / "a.log").write_bytes(logged(1))
    _, coverage = read(tmp_path)

    assert [1] == [file.records for file in coverage.files]
    assert any("metrics.parquet" in note.en for note in coverage.notes)
    assert any("broken.parquet" in reason.en for reason in coverage.incomplete)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in folders")
@pytest.mark.parametrize("asked", ["", "*.log"])
def test_a_pipe_that_nobody_named_is_not_waited_for(tmp_path: Path, asked: str) -> None:
    """Whoever opens one waits until somebody writes to it."""
    (tmp_path / "a.log").write_bytes(logged(2))
    os.mkfifo(tmp_path / "b.log")

    rows, _ = read(tmp_path / asked)

    assert 2 == len(rows)


def test_a_document_is_weighed_without_being_opened(tmp_path: Path) -> None:
    """How much there is to read is asked before anything is read, and must not fail of what reading says."""
    sheet, packed = tmp_path / "e.xlsx", tmp_path / "app.log.gz"
    sheet.write_bytes(CLOSED["e.xlsx"][0])
    packed.write_bytes(gzip.compress(logged(50)))
    found = [FoundFile(path, named=False) for path in (sheet, packed)]

    assert len(logged(50)) <= weight(found, (), 1 << 20)
