"""
The laws of files whose records are all kept: whichever of them the native kernel writes, they are those that are read
line by line.

Every file of `tests.scans.assert_same` is read in this way too.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scans import BEFORE, FORMATS, KERNELS, PLAN, STACKS, WINDOW, assert_same

from paicha.kernel.caps import CAPS
from paicha.kernel.scan import Scan
from paicha.kernel.stacks import StackReader
from paicha.model.question import Scope
from paicha.sources.files.discovery import FoundFile
from paicha.sources.files.kept_file import KeptFile
from paicha.sources.files.lines import TextLines
from paicha.sources.files.manner import Manner
from paicha.sources.files.stretch_records import pieces
from paicha.sources.files.tally import Tally

pytestmark = [
    pytest.mark.usefixtures("kernel"),
    pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True),
]

SERVICES = ("cart", "pay", "stock")


def stamp(i: int) -> str:
    """Return a time of the fourth or fifth of March, never going back."""
    return f"2025-03-0{4 + i // 600}T05:{i // 10 % 60:02}:{i % 60:02}"


def a_line(i: int) -> str:
    """Return the message of a line."""
    return f'order {i * 37 % 101} of "shop" took {i} ms'


def spring(i: int) -> str:
    """Return a line of a Java service: a thread, a number in brackets, a logger."""
    return f"{stamp(i).replace('T', ' ')}.123  WARN 7 --- [io-{i % 9}] c.shop.Order{i % 3} : {a_line(i)}"


def nested(i: int) -> str:
    """Return a line of JSON with every kind of value, of which some are empty here and there."""
    return json.dumps(
        {
            "time": f"{stamp(i)}Z",
            "level": ("info", "error")[i % 2],
            "msg": a_line(i),
            "thread": "" if i % 5 == 0 else f"worker-{i % 9}",
            "trace_id": None if i % 7 == 0 else f"{i:032x}",
            "took": i / 8,
            "share": i * 1e-7,
            "n": -i,
            "ok": i % 2 == 0,
            "note": ("", 'say "\u4e2d"\t/', None, "plain")[i % 4],
            "http": {"z": [i, "b\\c", None, {}], "a": {"status": 200 + i % 3, "agent": ""}},
            "tags": [],
        },
        ensure_ascii=i % 3 == 0,
    )


def pairs(i: int) -> str:
    """Return a line of pairs."""
    note = ('""', "plain", r'"say \"a\" \n b"')[i % 3]
    return f'time={stamp(i)}Z level=warn caller=a/b.go:{i % 50} pid={i % 4} note={note} msg="took {i} ms"'


def pod(i: int) -> str:
    """Return a line of a container runtime around one of JSON."""
    return f"{stamp(i)}.123456789Z stdout F {nested(i)}"


def docker(i: int) -> str:
    """Return what Docker writes around such a line."""
    return json.dumps({"log": pairs(i) + "\n", "stream": "stderr", "time": f"{stamp(i)}.1Z"})


def record(i: int) -> str:
    """Return a line that names its service."""
    named = {"ts": f"{stamp(i)}Z", "level": "warn", "service": SERVICES[i % 3], "msg": a_line(i)}
    return json.dumps(named | ({"host": f"10.0.0.{i % 4}"} if i % 4 else {}))


Kind = Callable[[int], str]


def found_by_vector(i: int) -> str:
    """Return a line that names where it was found, or here and there what wrote it, under the same name."""
    file = f"a/b{i % 3}.go:{i % 50}" if i % 40 == 7 else "/var/log/shop/app.log"
    return json.dumps(
        {"timestamp": f"{stamp(i)}Z", "level": "warn", "file": file, "message": a_line(i)}
    )


def siblings(i: int) -> str:
    """Return a line whose level, logger and names stand in objects that say more, mostly."""
    said = {
        "@timestamp": f"{stamp(i)}Z",
        "log": {
            "level": ("info", "error")[i % 2],
            "offset": i * 71,
            "origin": {"file": {"name": f"{i % 9}.go"}, "function": "run"},
            "logger": "" if i % 40 == 5 else "a.b",
        },
        "message": a_line(i),
        "host": {"name": f"web-{i % 3}", "os": {"name": "linux", "n": None}},
        "error": {"type": "E1", "message": "" if i % 40 == 3 else "refused"},
        "trace": {"id": f"{i:032x}"},
    }
    return json.dumps(said)


KINDS = (spring, nested, pairs, pod, docker, record, found_by_vector, siblings)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_the_kernel_writes_nearly_all_records_of_a_kind(kind: Kind) -> None:
    """What is compared is what the kernel writes: of each kind but a few lines that it learns by."""
    data = "".join(f"{kind(i)}\n" for i in range(400)).encode()
    scan = Scan(PLAN, None, None)

    rows = scan.rows(data, 0, 1, len(data))

    assert rows.records.num_rows > 300
    assert rows.records.num_rows == scan.facts.seen.records


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_records_have_all_that_their_lines_say(kind: Kind, tmp_path: Path) -> None:
    """Levels, names, ids of traces, lines of sources and attributes with every kind of value."""
    path = tmp_path / "kind.log"
    path.write_text("".join(f"{kind(i)}\n" for i in range(400)), encoding="utf-8")

    assert_same(path)


@pytest.mark.parametrize(
    "scope",
    [
        Scope(hosts=("10.0.0.1",)),
        Scope(hosts=("10.0.0.1", "10.0.0.3")),
        Scope(services=("pay",)),
        Scope(where="level:>=WARN OR 37"),
    ],
    ids=str,
)
def test_what_is_asked_of_single_records_is_asked_of_those_written(
    scope: Scope, tmp_path: Path
) -> None:
    """Hosts, services and a filter, inside a window and a baseline: the same records and the same coverage."""
    path = tmp_path / "asked.log"
    path.write_text(
        "".join(f"{(record, spring)[i % 5 == 0](i)}\n" for i in range(1200)), encoding="utf-8"
    )

    assert_same(path, WINDOW, BEFORE, scope=scope)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
@pytest.mark.parametrize("end", ["\n", ""])
def test_the_kernel_writes_a_file_to_its_end(kind: Kind, end: str) -> None:
    """Also the last thousand lines of containers, behind which nobody knows what a stream goes on with."""
    data = ("\n".join(map(kind, range(1200))) + end).encode()
    scan = Scan(PLAN, None, None)

    read = list(pieces(scan, iter([data[:150_000], data[150_000:]])))

    assert len(data) == sum(piece.end for piece in read)
    assert len(data) == read[-1].offset + read[-1].end


LATER = {
    "an object over lines": '{\n  "time": "2025-03-04T06:00:00Z",\n  "msg": "pretty"\n}',
    "a slow statement": "# Time: 2025-03-04T06:00:00Z\n# User@Host: a[a] @ b [10.0.0.1]\nselect 1;",
    "a trace": "java.lang.IllegalStateException: closed\n\tat shop.Main.run(Main.java:1)",
    "a damaged line": "2025-03-04 06:00:00 INFO \\udcff",
    "a piece of a line": "2025-03-04T06:00:00.1Z stdout P begins",
    "nothing": "",
}


@settings(max_examples=40)
@given(st.sampled_from(KINDS), st.sampled_from(sorted(LATER)), st.lists(st.integers(200, 20_000)))
def test_blocks_may_end_anywhere(kind: Kind, later: str, sizes: list[int]) -> None:
    """The same records and counts; from a stretch on whose records are joined over lines Python reads them."""
    lines = [*map(kind, range(60)), LATER[later], *map(kind, range(60, 120))]
    data = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")

    begins = len("".join(f"{line}\n" for line in lines[:60]).encode())
    assert read_in_blocks(data, [begins, *sizes]) == read_in_blocks(data, [begins])


def read_in_blocks(data: bytes, sizes: list[int]) -> tuple[pa.Table, Tally]:
    """Return the records of a file that comes in blocks, and what it held; behind the last block stands the rest."""
    lines = TextLines((), "kinds.log", offsets=True)
    tally = Tally(FoundFile(Path("kinds.log"), named=True))
    stacks = StackReader(STACKS)
    manner = Manner(FORMATS, "UTC", stacks, log_format="", latest=None, reference=None, caps=CAPS)
    kept = KeptFile(manner, PLAN.reference, tally, lines, lambda: False)
    ends = [*itertools.accumulate(sizes, initial=0), len(data)]
    first, *blocks = (data[start:end] for start, end in itertools.pairwise(ends))
    batches = list(kept.batches(first, filter(None, blocks)))
    return pa.Table.from_batches(batches).sort_by("locator"), tally
