"""
Compare the native scan with reading line by line, over random files: compare-native.py [SECONDS] [SEED], with PYTHONPATH=.

A file holds lines of one to six logs of the zoo again and again, with other digits and here and there other words, cut
lines, damaged bytes and lines of other logs between; some are put into containers, colours, other encodings, archives and
folders (mixtures.py), and asked for in part. Each is read in blocks of any size. Prints how many of the lines
the native scan read itself: what it leaves to Python is compared with itself. A file that is read in two ways is kept.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import mixtures
from benchmarks.formats import dumped, otlp, streams
from tests.scans import BEFORE, WINDOW, alike, assert_same, read

from paicha.kernel.count import Partial
from paicha.kernel.scan import Example
from paicha.sources.files import packing, scanning

ZOO = Path(__file__).parents[1] / "tests" / "cases" / "formats" / "zoo"
SIZES = (300, 5000, 60_000, 1 << 20)
#: So much of a file comes at once.
CHUNKS = (3000, 70_000, 1 << 18)
WORDS = (
    "error",
    "x",
    "\x1b[31mred\x1b[0m",
    "\\u001b[1m",
    "10.0.0.9",
    "中文",
    "a=b",
    "web-12",
    '"',
    "took 12ms",
    "{",
    "",
    "2025-03-04",
)
#: What may stand anywhere: letters, digits, blanks and marks of other scripts, and what is none of these.
BEYOND = "中：，。【（“１Ａ\u3000éßİKſΩДサ서ﾊª²①Ⅻ٣½\x85\xa0\u2003\u2028\u200b\u0301\ufeff€→😀𠮷𝟘\u0378\ue000\U000e0041"
#: What is no text, or may be one in another encoding.
HARM = (b"\xff\x00\xfe", b"\x00" * 9, b"caf\xe9 ", "错误".encode()[:-1], "错误".encode("gb18030"))
#: So many characters of a line stay as they are: most stamps with other digits are none.
HEADS = (0, *(30, 40, 60, 80) * 5)
#: Of so many thousandths of the lines something is changed that recipes do not foresee.
STRANGE = (0, 5, 50, 300)


def varied(line: str, draw: random.Random, strange: int) -> str:
    """Return a line with other digits, and now and then with another word, cut off, or twice."""
    head = draw.choice(HEADS)
    line = line[:head] + alike(line[head:], draw)
    if draw.randrange(1000) >= strange:
        return line
    if draw.random() < 0.5:
        at = draw.randrange(len(line) + 1)
        return line[:at] + draw.choice(BEYOND) + line[at + draw.randrange(3) :]
    words = re.split("( )", line)
    words[draw.randrange(len(words))] = draw.choice(WORDS)
    line = "".join(words)
    return draw.choice((line, line[: draw.randrange(len(line) + 1)], line + line))


def a_file(draw: random.Random, logs: list[list[str]]) -> bytes:
    """Return the bytes of a random file."""
    chosen = [draw.choice(logs) for _ in range(draw.choice((1, 2, 6)))]
    strange = draw.choice(STRANGE)
    kinds = [line for log in chosen for line in draw.sample(log, min(len(log), 8))]
    many = (varied(draw.choice(kinds), draw, strange) for _ in range(draw.choice((200, 1500))))
    lines = mixtures.wrapped(["2025-03-04 05:06:07 INFO begun", *many], draw)
    data = mixtures.encoded("\n".join(lines).encode(), draw)
    if draw.random() < 0.3:
        for _ in range(draw.choice((1, 3, 40))):
            at = draw.randrange(len(data))
            harm = draw.choice(HARM)
            data = data[:at] + harm[draw.randrange(len(harm)) :] + data[at:]
    return data + b"\n" * draw.randrange(2)


Closing = Iterator[tuple[Callable[[], Partial], list[Example]]]


class Counting:
    """Counts what the native scans of a process read."""

    def __init__(self) -> None:
        self.records = 0
        self._close = scanning.FileScan.close

    def method(self) -> Callable[[scanning.FileScan], Closing]:
        """Return what closes a scan and counts its records."""

        def close(scan: scanning.FileScan) -> Closing:
            yield from self._close(scan)
            self.records += scan.facts.seen.records

        return close


def compared(seed: int, logs: list[list[str]]) -> tuple[int, bool]:
    """Compare one file; return how many lines it has and whether it is read in one way."""
    draw = random.Random(seed)
    data = a_file(draw, logs)
    scanning.VARIED = scanning.BLOCK = draw.choice(SIZES)
    packing.ByteStream.__init__.__defaults__ = (draw.choice(CHUNKS),)
    with tempfile.TemporaryDirectory() as folder:
        path = mixtures.stored(data, Path(folder), draw)
        windows = (WINDOW, BEFORE) if draw.random() < 0.2 else (None, None)
        scope = mixtures.asked(draw)
        try:
            assert_same(path, *windows, scope=scope)
        except AssertionError as error:
            kept = Path(f"different-{seed}").with_suffix(path.suffix)
            (shutil.copytree if path.is_dir() else shutil.copy)(path, kept)
            print(f"seed {seed} {scope}: {str(error)[:200]!r}; see {kept}", flush=True)
            return data.count(b"\n"), False
    return data.count(b"\n"), True


def read_natively(paths: Iterable[Path], counting: Counting) -> Iterator[list[str]]:
    """Yield the lines of logs of which the native scan reads most."""
    for path in paths:
        lines = path.read_text("utf-8", "replace").splitlines()
        before = counting.records
        read(path, 0)
        if 2 * (counting.records - before) > len(lines):
            yield lines


def main() -> int:
    """Compare until the time is over; return whether anything differed."""
    seconds, seed, *_ = *(int(word) for word in sys.argv[1:]), *(60, 0)[len(sys.argv) - 1 :]
    counting = Counting()
    scanning.FileScan.close = counting.method()  # type: ignore[method-assign, assignment]
    scanning._LEFT_SHARE = 2.0  # noqa: SLF001 - nothing is given up
    logs = list(read_natively(sorted(ZOO.glob("*[!l]")), counting))
    logs += [made.decode().splitlines() for made in (otlp(120, 3), otlp(40, 1), streams(200))]
    logs.append(dumped(100).decode().splitlines())
    print(f"{len(logs)} kinds of logs", flush=True)
    counting.records = total = files = different = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        lines, is_same = compared(seed, logs)
        files, total, different, seed = (
            files + 1,
            total + lines,
            different + (not is_same),
            seed + 1,
        )
    print(
        f"{files} files, {total:,} lines, {counting.records:,} of them native, {different} differ"
    )
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
