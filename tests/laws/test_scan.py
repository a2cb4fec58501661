"""
The laws of scans of files: counts, kept records and coverage are those of reading line by line.

Each holds for the native kernel and for the Python that scans where it is not built.
"""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.scans import BEFORE, FORMATS, PLAN, WINDOW, assert_same, read

from paicha.kernel import native, recipes
from paicha.kernel.scan import Block, opened
from paicha.kernel.steps import NotCompilable, compile_steps
from paicha.sources.files import scanning

pytestmark = pytest.mark.usefixtures("kernel")

ZOO = Path(__file__).parents[1] / "cases" / "formats" / "zoo"
LOGS = sorted(path for path in ZOO.iterdir() if path.suffix != ".jsonl")
LINES = [line for path in LOGS for line in path.read_bytes().split(b"\n")[:6]]


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_scanned_file_gives_what_its_lines_give(path: Path) -> None:
    """Every kind of log of the zoo: the same tables, kept records and coverage."""
    assert_same(path)


#: Between two lines of a stream, of which the second is part of the first, stands one that surely begins a record; GB18030.
BETWEEN = (
    b'{"log": "2025-03-05 05:06:44,501 ERROR [a.py:0] lost\\n", "stream": "stderr", "time": "2025-03-04T21:06:44.501447123Z"}',
    b"2025-03-05 05:06:14,956 | DEBUG | rebuilt index orders_76357 | shop.mail.Sender | main",
    b"\xaa\x80",
    b'{"log": "Traceback (most recent call last):\\n", "stream": "stderr", "time": "2025-03-04T21:07:10.301322123Z"}',
)


@settings(max_examples=20)
@given(st.lists(st.one_of(st.sampled_from(LINES), st.binary(max_size=40)), max_size=80))
@example(list(BETWEEN))
def test_any_mixture_of_lines_is_scanned_as_it_is_read(lines: list[bytes]) -> None:
    """Lines of a hundred programs and arbitrary bytes in any order, read in stretches of a few lines."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mixture.log"
        path.write_bytes(b"2025-03-04 05:06:07 INFO begun\n" + b"\n".join(lines))

        assert_same(path)


def test_lines_with_many_headers_are_told_apart_by_how_they_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Addresses of every length in front of the time: dozens of headers whose lines differ in digits alone."""
    monkeypatch.setattr(scanning, "REFERENCE_BLOCK", 40_000)
    drawn = random.Random(5)
    addresses = (".".join(str(drawn.randrange(256)) for _ in range(4)) for _ in range(2000))
    path = tmp_path / "access.log"
    path.write_text(
        "".join(
            f"{address} - - [04/Mar/2025:05:{i // 60 % 60:02}:{i % 60:02} +0800] "
            f'"GET /order/{drawn.randrange(5000)} HTTP/1.1" 200 {drawn.randrange(9999)} "-" "curl/8.5"\n'
            for i, address in enumerate(addresses)
        ),
        encoding="utf-8",
    )

    assert_same(path)


def test_window_and_baseline_are_told_apart_in_one_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records of the window, of the stretch before and outside of both, over many stretches and threads."""
    for name in ("VARIED", "BLOCK", "REFERENCE_BLOCK"):
        monkeypatch.setattr(scanning, name, 4096)
    path = tmp_path / "app.log"
    rows = (
        f"2025-03-0{4 + i // 600} 0{i % 9}:{i % 60:02}:0{i % 10},{i % 1000:03} "
        f"{('INFO', 'ERROR', 'WARN')[i % 3]} order {i * 37 % 1009} of shop-{i % 4} took {i % 250} ms"
        + ("\n  at shop.Main.run(Main.java:1)" if i % 50 == 0 else "")
        for i in range(1200)
    )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")

    assert_same(path, WINDOW, BEFORE)


@pytest.mark.parametrize(
    "more",
    [{"unlevelled": ("json",), "inner": ()}, {"says": (("body", "{thread}: {body}"),)}],
    ids=["unlevelled", "says"],
)
def test_a_pattern_of_ones_own_may_say_what_those_of_the_package_do_not(
    more: dict[str, object], tmp_path: Path
) -> None:
    """Formats in messages of lines without a level, and a message put together of several fields."""
    like = next(entry for entry in FORMATS if entry.name == "time_message")
    own = replace(
        like,
        name="own",
        order=1,
        pattern=r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:\[(?P<level>[A-Z]+)\] )?(?P<thread>\w+) (?P<body>.*)",
        **more,  # type: ignore[arg-type]
    )
    path = tmp_path / "own.log"
    path.write_text(
        "".join(
            f"2025-03-04 05:{i // 60:02}:{i % 60:02} {('', '[WARN] ')[i % 3 == 0]}main "
            + (f"took {i} ms", f'{{"level": "error", "msg": "failed {i}"}}')[i % 2]
            + "\n"
            for i in range(200)
        ),
        encoding="utf-8",
    )

    assert_same(path, formats=(own, *FORMATS))


def test_of_a_list_of_addresses_one_is_the_host(tmp_path: Path) -> None:
    """Where a header names them in brackets, as Beats and OpenTelemetry do."""
    path = tmp_path / "hosts.log"
    path.write_text(
        "2025-03-04 05:06:07 INFO begun\n"
        + "".join(
            f'Mar  4 05:06:{i} ["fe80::1","10.0.0.{i}"] app[12]: message {i}\n'
            for i in range(10, 60)
        ),
        encoding="utf-8",
    )

    assert_same(path)


def rows_of_all_kinds() -> bytes:
    """Return records of one line and of several, and one that is longer than the head of a block."""
    rows = []
    for i in range(300):
        rows.append(f"2025-03-04 05:{i % 60:02}:06,{i:03} INFO order {i * 37 % 101} took {i} ms")
        rows += ["  at shop.Main.run(Main.java:1)"] * (i % 13 if i % 20 == 7 else 0)
    rows[150] += "x" * 3000
    return ("\n".join(rows) + "\n").encode()


@settings(max_examples=17)
@given(st.integers(0, 2**32), st.sampled_from((50, 900, 9000)), st.sampled_from((400, 3000)))
def test_a_file_is_cut_into_stretches_wherever_its_blocks_end(
    seed: int, longest: int, size: int
) -> None:
    """Stretches follow one another without a gap, their lines are numbered right, and the sums are those of the whole."""
    draw, data = random.Random(seed), rows_of_all_kinds()
    ends = [0]
    while ends[-1] < len(data):
        ends.append(min(ends[-1] + draw.randrange(1, longest), len(data)))
    whole = scanning.FileScan(PLAN, None, None)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("VARIED", "BLOCK", "REFERENCE_BLOCK"):
            patch.setattr(scanning, name, size)
        patch.setattr(scanning, "_HEAD", draw.choice((90, 1 << 14)))
        cut = scanning.FileScan(PLAN, None, None)
        blocks = [read.block for read in cut.read(data[a:b] for a, b in itertools.pairwise(ends))]
    for _ in whole.read([data]):
        pass

    assert_follow(blocks, data)
    assert [take() for take, _ in whole.close()] == [take() for take, _ in cut.close()]


@settings(max_examples=10)
@given(st.sampled_from((400, 900, 9000, 40_000)), st.booleans())
def test_a_file_read_by_the_threads_is_cut_wherever_they_find_a_record(
    size: int, has_end: bool
) -> None:
    """The same where each thread reads what it counts, whatever it reads at once; of a part of a line nothing is lost."""
    if native.find().extension is None:
        return
    data = rows_of_all_kinds().rstrip(b"\n") + b"\n" * has_end
    whole = scanning.FileScan(PLAN, None, None)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "kinds.log"
        path.write_bytes(data)
        for name in ("VARIED", "BLOCK"):
            patch.setattr(scanning, name, size)
        cut = scanning.FileScan(PLAN, None, None)
        file = opened(path, path.stat())
        assert file is not None
        blocks = [read.block for read in cut.read_opened(file, lambda: False)]
    for _ in whole.read([data]):
        pass

    assert_follow(blocks, data)
    assert list(range(len(blocks))) == [one.number for one in blocks]
    assert [False] * (len(blocks) - 1) + [True] == [one.is_last for one in blocks]
    assert [take() for take, _ in whole.close()] == [take() for take, _ in cut.close()]


def assert_follow(blocks: list[Block], data: bytes) -> None:
    """Assert that stretches follow one another from the beginning of the data to its end, their lines numbered right."""
    offsets = list(itertools.accumulate((one.size for one in blocks), initial=0))

    assert len(data) == offsets.pop()
    assert offsets == [one.offset for one in blocks]
    assert [data.count(b"\n", 0, at) + 1 for at in offsets] == [one.line for one in blocks]


def with_other_digits(line: bytes, draw: random.Random) -> bytes:
    """Return a line with some of its digits changed, here and there one more or one fewer."""

    def run(found: re.Match[bytes]) -> bytes:
        digits = bytearray(found.group())
        for at in range(len(digits)):
            if draw.random() < 0.3:
                digits[at] = draw.choice(b"0123456789")
        change = draw.random()
        return bytes(digits[1:] if change < 0.05 else digits + b"7" if change > 0.95 else digits)

    return re.sub(rb"[0-9]+", run, line)


@settings(max_examples=27)
@given(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=6), st.integers(0, 2**32), st.booleans()
)
def test_lines_like_one_another_are_scanned_as_they_are_read(
    lines: list[bytes], seed: int, forgets: bool
) -> None:
    """The same lines again and again with other digits: what was learned from one holds for the others, or is checked."""
    draw = random.Random(seed)
    begun = b"2025-03-04 05:06:07 INFO begun with 10.0.0.17:80 over ssh2 in 12.5ms"
    many = [with_other_digits(draw.choice([begun, *lines]), draw) for _ in range(120)]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "REFERENCE_BLOCK", draw.choice((1000, 4000, 1 << 20)))
        patch.setattr(recipes, "_ENOUGH", draw.choice((1, 2, 8)))
        patch.setattr(recipes, "_TOGETHER", draw.choice((1, 2, 4)))
        if forgets:
            for name in ("_RECIPES", "_MET"):
                patch.setattr(recipes, name, 3)
        path = Path(folder) / "alike.log"
        path.write_bytes(b"\n".join([begun, *many]) + b"\n")

        assert_same(path)


#: Words and characters that stand where formats look for letters, digits, blanks or none of these.
BEYOND = (
    *("订单服务", "错误", "时间：", "【警告】", "（超时）", "，", "。", "“", "全角１２３", "９", "\u3000", "ＥＲＲＯＲ"),
    *("é", "ß", "İ", "ı", "K", "ſ", "Ω", "Дата", "서버", "サーバー", "ﾊ", "ʼ", "ª", "²", "①", "Ⅻ", "٣", "३", "½"),
    *("\x85", "\xa0", "\u2003", "\u2028", "\u200b", "\u0301", "\ufeff", "€", "→", "—", "😀", "𠮷", "𝟘", "〇"),
    *("\u0378", "\ue000", "\U0003fffd", "\U00040000", "\U000e0041", "\U0010fffd"),
)  # fmt: skip


@settings(max_examples=27)
@given(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=6),
    st.integers(0, 2**32),
    st.sampled_from((0, 10, 40, 200)),
)
def test_lines_beyond_ascii_are_scanned_as_they_are_read(
    lines: list[bytes], seed: int, furthest: int
) -> None:
    """Characters of any script in headers and messages of any format, again and again with other digits."""
    draw = random.Random(seed)
    kinds = [line.decode("utf-8", "replace") for line in lines]
    for at, line in enumerate(kinds):
        for _ in range(draw.randrange(4)):
            start = draw.randrange(min(len(line), furthest) + 1)
            line = line[:start] + draw.choice(BEYOND) + line[start + draw.randrange(3) :]  # noqa: PLW2901
        kinds[at] = line
    begun = b"2025-03-04 05:06:07 INFO begun"
    many = [with_other_digits(draw.choice(kinds).encode(), draw) for _ in range(60)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "beyond.log"
        path.write_bytes(b"\n".join([begun, *many]) + b"\n")

        assert_same(path)


#: Objects over several lines that end, that do not, and what may stand between their lines.
OVER_LINES = (
    *(b"{", b"  {", b"}", b"  },", b"[", b""),
    *(b'  "time": "2025-03-04T05:06:07Z",', b'  "message": "took 12 ms"', b'"level": "error",'),
    *(b'{"time":"2025-03-04T05:06:07Z","msg":"took 12 ms"}', b'{"a":1}', b'  {"a":2},', b"{}"),
    *(b"2025-03-04 05:06:07 INFO took 12 ms", b"Mar  4 05:06:17 host7 sshd[123]: at 12"),
    *(b"  at shop.Main.run(Main.java:1)", b"ERROR: no time", b"level=info ts=2025-03-04T05:06:07Z n=1"),
    b"y" * 1000,
)  # fmt: skip


@settings(max_examples=27)
@example([b"2025-03-04 05:06:07 INFO took 12 ms", b'{"a":1}'], 1, 60)
@given(
    st.lists(st.sampled_from(OVER_LINES), min_size=1, max_size=40),
    st.sampled_from((1, 1, 90)),
    st.sampled_from((60, 400, 1 << 20)),
)
def test_objects_that_never_end_are_scanned_as_they_are_read(
    lines: list[bytes], times: int, size: int
) -> None:
    """Whatever stands between braces, and wherever the file is cut: lines with a time are records of their own."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for name in ("VARIED", "BLOCK", "REFERENCE_BLOCK"):
            patch.setattr(scanning, name, size)
        patch.setattr(scanning, "_HEAD", min(size, 1 << 14))
        patch.setattr(scanning, "_LEFT_SHARE", 2.0)
        path = Path(folder) / "objects.log"
        begun = b"2025-03-04 05:06:07 INFO begun"
        path.write_bytes(b"\n".join([b"{", *lines * times, b"{", begun]) + b"\n")

        assert_same(path)


def test_damage_of_a_first_line_is_counted_once(tmp_path: Path) -> None:
    """That line is looked at before the others, to tell a table by its header."""
    line = b"2025-03-04 05:06:07 INFO took 12 ms"
    path = tmp_path / "damaged.log"
    path.write_bytes(b"\n".join([line + b"\xff", *[line] * 50, line + b"\xfe"]) + b"\n")
    _, _, (covered,) = read(path, 0)

    assert 2 == covered.files[0].damaged_bytes
    assert_same(path)


def test_nearly_every_shipped_pattern_becomes_a_program() -> None:
    """Patterns that do not are left to Python line by line, so there must be few."""
    left = []
    for entry in FORMATS:
        try:
            compile_steps(entry.begins or entry.pattern)
        except NotCompilable:
            left.append(entry.name)

    assert len(left) <= 2, left
    # Which lines hold a text with digits depends on how many digits they have: none could be longer or shorter.
    assert [] == [given.holds for given in PLAN.given[0] if re.search("[0-9]", given.holds)]


def test_a_program_has_the_groups_of_its_pattern() -> None:
    """Numbers and names of groups are those of Python's engine."""
    for entry in FORMATS:
        try:
            _, groups = compile_steps(entry.pattern)
        except NotCompilable:
            continue

        assert dict(re.compile(entry.pattern, re.DOTALL).groupindex) == groups


@pytest.mark.parametrize("other", [True, False], ids=["other columns", "the same columns"])
def test_a_header_of_columns_in_mid_file_is_scanned_as_it_is_read(
    tmp_path: Path,
    other: bool,
) -> None:
    """Rows below columns that are named there are read by these; where they are the usual ones, nothing changes."""
    row = "2025-03-04 05:{:02}:{:02} 10.1.2.4 GET /cart - 443 - 10.1.2.3 probe/2 - {} 0 64 118"
    other_row = "2025-03-04 05:{:02}:{:02} {} GET 7"
    usual = (
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
        "cs(Referer) sc-status sc-substatus sc-win32-status time-taken"
    )
    rows = [
        (other_row if other and i >= 400 else row).format(i // 60, i % 60, 500 + i % 3)
        for i in range(800)
    ]
    named = "#Fields: date time sc-status cs-method time-taken" if other else usual
    path = tmp_path / "u_ex.log"
    path.write_text("\n".join(["#Version: 1.0", usual, *rows[:400], named, *rows[400:]]) + "\n")

    assert_same(path)
