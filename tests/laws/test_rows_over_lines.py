"""
The laws of tables whose cells go over lines (an export whose messages hold stack traces): read natively such rows are what they
are read line by line, wherever they break off and whatever stands in them.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.scans import BEFORE, KERNELS, WINDOW, assert_same, read, scanned

from paicha.sources.files import scanning

#: Natively; the other kernel leaves such files to be read line by line.
pytestmark = [
    pytest.mark.usefixtures("kernel", "never_given_up"),
    pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True),
]

TRACE = "java.io.IOException: no {n}, left\n\tat a.B.c(B.java:{n})\n\tat a.D.e(D.java:7)\nCaused by: a.F: {k}\n\t... 7 more"
#: Messages, most of one line, and what they seldom are.
USUAL = (
    "order {n} kept",
    'say ""hi"", {n} times',
    "took {n} ms",
    "lost {n}: " + TRACE,
    "SELECT {n},\n  b\n\nFROM c",
)
SELDOM = (
    "\norder {n}", "order {n}\n", "a\r\nb {n}", "bell \x07\n{n}", "\x1b[31mred\x1b[0m\n{n}", "x" * 5000 + "\n{n}", "中文 {n}\né", "",
    "2025-03-05 02:{s:02}:07,INFO,web-3,shop.Cart,inside {n}\nmore", '""\n""', "{n}\nERROR: weak", "a,b,c,d,e,f\nINFO", "\n\n",
    '{{\n  ""a"": {n}\n}}', "INFO a.B - {n}\n  more", "a\n" * 40, "zero \0\n{n}",
)  # fmt: skip
#: What stands between rows, and what breaks them.
ODD = (
    '"', '"open {n}', 'closed {n}"', "", "  ", "of no row {n}", 'a"b,c"d,e,f,g', "2025-03-05 02:{s:02}:07,INFO,web-3,shop.Cart,alone {n}",
    '2025-03-05 02:{s:02}:07,INFO,web-3,shop.Cart,"broken {n}', "{{", "time,level,host,logger,message",
)  # fmt: skip
TABLES = {
    "levelled": ("time,level,host,logger,message", "2025-03-05 02:{s:02}:07", "{level}", "web-{k}", "shop.Cart"),
    "two": ("time,message", "2025-03-05 02:{s:02}:07"),
    "kibana": ("@timestamp,log.level,host.name,message", "Mar 5, 2025 @ 02:{s:02}:07.891", "{level}", "web-{k}"),
    "tabs": ("time\tlevel\tmessage", "2025-03-05 02:{s:02}:07", "{level}"),
    "traced": ('"time","level","traceId","message"', "2025-03-05 02:{s:02}:07", "{level}", "{n}"),
}  # fmt: skip


def _quoted(cells: Sequence[str], delimiter: str, drawn: random.Random) -> str:
    made = io.StringIO()
    dialect: type[csv.Dialect] = csv.unix_dialect if drawn.random() < 0.3 else csv.excel
    csv.writer(made, dialect, delimiter=delimiter, lineterminator="\n").writerow(cells)
    return made.getvalue()[:-1]


def table(drawn: random.Random, name: str, count: int, seldom: float) -> str:
    """Return a table of some rows, one in a few of them unusual, and as many lines between that are none."""
    header, *cells = TABLES[name]
    delimiter = "\t" if "\t" in header else ","
    lines = [header]
    for number in range(count):
        level = drawn.choice(("INFO", "INFO", "WARN", "ERROR"))
        told = {"s": number % 60, "n": drawn.randrange(300), "k": drawn.randrange(3)}
        message = drawn.choice(SELDOM if drawn.random() < seldom else USUAL)
        row = [one.format(level=level, **told) for one in (*cells, message)]
        if drawn.random() < 0.1:
            row.insert(drawn.randrange(len(row)), "\n")
        lines.append(_quoted(row, delimiter, drawn))
        if drawn.random() < seldom / 3:
            lines.append(drawn.choice(ODD).format(**told))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("seldom", [0.0, 0.05, 0.4])
def test_rows_over_lines_are_scanned_as_they_are_read(
    tmp_path: Path, name: str, seldom: float
) -> None:
    """With traces, statements, quotation marks, damage, and rows that break off."""
    path = tmp_path / "table.csv"
    for seed in range(4):
        drawn = random.Random(f"{name} {seldom} {seed}")
        path.write_text(table(drawn, name, drawn.choice((30, 90)), seldom), "utf-8", newline="")

        assert_same(path)
    assert_same(path, WINDOW, BEFORE)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("seldom", [0.0, 0.3])
def test_a_stretch_ends_where_no_row_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, seldom: float
) -> None:
    """Hundreds of rows in stretches of a few."""
    for name in ("VARIED", "BLOCK"):
        monkeypatch.setattr(scanning, name, 2_000)
    path = tmp_path / "table.csv"
    for name in TABLES:
        text = table(random.Random(name), name, 300, seldom)
        path.write_text(text.replace("\n", end), "utf-8", newline="")

        assert_same(path)


def test_rows_over_lines_are_read_natively() -> None:
    """Of a table in which each fifth row holds a trace next to nothing is left to Python, also of what only such rows say."""
    header = TABLES["levelled"][0]
    message = TRACE.format(n=7, k=7)
    rows = [
        f'2025-03-05 02:{n % 60:02}:07,ERROR,web-3,shop.Cart,"lost {n}: {message}"'
        if n % 5 == 0
        else f"2025-03-05 02:{n % 60:02}:07,INFO,web-3,shop.Cart,kept {n}"
        for n in range(1000)
    ]

    scan, runs = scanned(rows, header)

    assert scan.facts.seen.records >= 990
    assert len(runs) <= 3


def test_a_trace_in_a_cell_says_its_exception(tmp_path: Path) -> None:
    """As one does below a line."""
    path = tmp_path / "table.csv"
    text = table(random.Random(1), "levelled", 1, 0.0).splitlines()[0]
    row = _quoted(["2025-03-05 02:00:07", "ERROR", "web-3", "shop.Cart", TRACE.format(n=7, k=8)], ",", random.Random(1))  # fmt: skip
    path.write_text(f"{text}\n{row}\n", "utf-8")

    _, records, _ = read(path, 0)

    [told] = records.column("attributes").to_pylist()
    assert ("java.io.IOException", "a.F") == tuple(
        json.loads(told)[name] for name in ("exception.type", "exception.cause")
    )
