"""
The laws of lines that are alike but for digits: what a few of them taught is never held for others whose digits
or their number decide otherwise.

Each holds for the native kernel and for the Python that scans where it is not built.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.scans import alike, assert_same

from paicha.knowledge.formats_loader import load_formats

pytestmark = pytest.mark.usefixtures("kernel")


#: What digits and hexadecimal letters decide, or might: each stands for many lines that are alike but for them.
DECIDED = (
    *("10.0.0.1", "300.1.1.1", "192.168.255.254", "ssh2", "utf9", "k8s", "802.11", "http/1.1", "5xx"),
    *("930d6eaf", "7EBFF206", "0xd70820fe", "38101a0b-2096-447d-96ea-a692162415ae", "abcdef1a=1"),
    *("Jun 17 10:00:00 2005", "Fri Jun 17 10:00:00 UTC 1999", "2025-12-19", "999999999999999.9", "9.9e-300", "1e+14", "1.5e+12"),
    *("5 B7EBFF206", "12ms", "83%", "1,234", "930d6eaf,12", ".930d6eaf", "eth0=up", "f1()", "1 2 3 4 5 6 7"),
    *("a", " ", " ", ": ", "=", '"', "user", "(", ")", "/", "，"),
    *("1.2.3.4,5.6.7.8", "10.0.0.1:8080", "50/50", "core.2275", "blk_-123456", "/a/b12/c", "x=12", "x12="),
    *("10:37:32,279", "2025-12-19T10:37:32Z", "19/Dec/2025:10:37:32", "19-Dec-2025", "1e-05/12", "-5"),
    *("1e+12345", "9.5e-12345", "7E+3", "1  2 3 4 5 6 7 2005", "1, 2, 3, 4, 5, 6", "930d6eaf/12", "930d6eaf:12", "0x1f.12"),
    *("enabled.....12", "12:34", "1:2:3", "db22", "'x12'", '"a 12 b"', "Sun Jul  7 10:00:00 1999", "12 a1b2c3d4"),
    *("CPU#3", "10.0.0.1#53", "k8s#12#3", "Page@3f2a1", "P.Q@12345678", "a1@3f2a1b7", "web/10.0.0.1", "s3/10.0.0.1:80", "10.0.0.1/300.0.0.2"),
)  # fmt: skip
HEADERS = (
    "2025-03-04 05:06:17,123 INFO ",
    "Mar  4 05:06:17 host7 sshd[123]: ",
    "<34>1 2025-03-04T05:06:07.003Z machine8 app 12 ID47 - ",
    "1741064767 ",
    "1741064767.123 WARN ",
    "2025-03-04 05:06:17,123 ERROR2 ",
    "INFO3 2025-03-04 05:06:17 ",
    "time=2025-03-04T05:06:17Z level=WARN4 msg=",
    "2025-03-04 05:06:17.123 10.0.0.1 DEBUG req-38101a0b-2096-447d-96ea-a692162415ae ",
)


@pytest.mark.parametrize("header", HEADERS)
def test_what_digits_decide_is_asked_of_every_line(tmp_path: Path, header: str) -> None:
    """Each text whose digits decide something, a hundred times with other digits, and all texts mixed."""
    drawn = random.Random(3)
    lines = [
        f"{header if drawn.random() < 0.9 else alike(header, drawn)}at {alike(text, drawn)} now"
        for text in DECIDED * 100
    ]
    drawn.shuffle(lines)
    path = tmp_path / "decided.log"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert_same(path)


def named(number: int) -> str:
    """Return a word of its own for a number, none that could be hexadecimal."""
    word = "w"
    while number:
        number, letter = divmod(number, 19)
        word += "ghijklmnopqrstuvwyz"[letter]
    return word


def in_rounds(groups: Sequence[Sequence[str]]) -> str:
    """
    Return the first lines of all groups, then the second ones, and so on.

    Lines are looked up several at once: what the first of a group teach must be known when the next are read.
    """
    rounds = zip(*groups, strict=True)
    return "".join(f"{line}\n" for lines in rounds for line in lines)


def test_what_digits_decide_is_asked_whichever_line_comes_first(tmp_path: Path) -> None:
    """Groups of lines alike, each with a word of its own: what the first two teach meets digits of every kind."""
    drawn = random.Random(11)
    groups = []
    for number, text in enumerate(DECIDED * 15):
        first = f"{HEADERS[0]}at {named(number)} {alike(text, drawn)} now"
        groups.append([first, first, *(alike(first, drawn) for _ in range(4))])
    path = tmp_path / "first.log"
    path.write_text(in_rounds(groups), encoding="utf-8")

    assert_same(path)


#: Formats of one's own that count digits: far into a line, near its beginning, inside a message; and one whose
#: logger is the rest of the message.
COUNTING = """
[far]
title = { zh = "远", en = "far" }
order = 10
pattern = '''(?P<time>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d) INFO [a-z ]+ took \\d{3} ms and (?P<body>.+)'''
matches = ["2025-03-04 05:06:07 INFO the nightly copy of all the tables took 123 ms and ended well"]
rejects = ["2025-03-04 05:06:07 INFO the nightly copy of all the tables took 12 ms and ended well"]

[near]
title = { zh = "近", en = "near" }
order = 11
pattern = '''(?P<time>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d) WARN [(]no \\d{3} of (?P<body>.+)'''
matches = ["2025-03-04 05:06:07 WARN (no 123 of them"]
rejects = ["2025-03-04 05:06:07 WARN (no 12 of them"]

[around]
title = { zh = "外", en = "around" }
order = 12
pattern = '''(?P<time>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d) NOTE (?P<body>.+)'''
inner = ["inside", "beside"]
matches = ["2025-03-04 05:06:07 NOTE ended well"]
rejects = ["2025-03-04 05:06:07 INFO ended well"]

[inside]
title = { zh = "内", en = "inside" }
order = 13
pattern = '''[(]no [a-z ]+ \\d{3} of (?P<logger>[a-z]+): (?P<body>.+)'''
matches = ["(no more than 123 of them: ended"]
rejects = ["(no more than 12 of them: ended"]

[beside]
title = { zh = "旁", en = "beside" }
order = 13
pattern = '''[(]no [a-z ]+ \\d{3} or (?P<logger>[a-z]+): (?P<body>.+)'''
matches = ["(no more than 123 or them: ended"]
rejects = ["(no more than 12 or them: ended"]

[tail]
title = { zh = "尾", en = "tail" }
order = 14
pattern = '''(?P<time>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d) TAIL (?P<body>[(]of (?P<logger>.+))'''
matches = ["2025-03-04 05:06:07 TAIL (of disk 3"]
rejects = ["2025-03-04 05:06:07 INFO (of disk 3"]
"""
#: Two lines of each that differ in how many digits a number has: the first two of one teach, or of the other. Shipped
#: formats that are tried before do not look beyond a bracket, and no more than 64 characters tell which are tried.
COUNTED = (
    ("INFO the nightly copy of all the tables of {} to the other side took {} ms and 3 ended", "12", "123"),
    ("WARN (no {1} of {0}: 3 ended", "12", "123"),
    ("INFO {} ended {}", "3", "4"),  # a line that Python reads takes the one before with it
    ("NOTE (no copy of all the tables has been made of {1} of {0}: 3 ended", "12", "123"),
    ("TAIL (of {} disk {}", "3", "1234"),
)  # fmt: skip


@pytest.mark.usefixtures("never_given_up")
def test_how_far_a_format_looked_is_where_numbers_may_not_grow(tmp_path: Path) -> None:
    """A line with three digits is of the format, others alike are not: no recipe of one holds for the other."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "counting.toml").write_text(COUNTING, encoding="utf-8")
    groups = []
    for number, (text, one, other) in enumerate(COUNTED * 6):
        first, then = (one, other) if number % 10 < 5 else (other, one)
        form = f"2025-03-04 05:06:07 {text}"
        groups.append([form.format(named(number), n) for n in (first, first, then, then, first)])
    path = tmp_path / "counted.log"
    path.write_text(in_rounds(groups), encoding="utf-8")

    assert_same(path, formats=load_formats((tmp_path / "own",)))


#: What stands where a format looks for a level: words of a sentence, levels, what a digit makes one, and identifiers.
WORDS = (
    *("order", "GET", "ERROR", "[ERROR]", "[error7]", "[order]", "INFO", "WARN1", "deadbeef", "abc12def", "[930d6eaf]", "main.go:7:"),
    *("错误", "订单", "[错误]", "level:", "info:", "took:", "E1234", "[main]", "[7]", "- INFO -", "- order -", "| WARN |"),
)  # fmt: skip
OPENINGS = (
    "2025/03/04 05:06:17 {} ", "2025-03-04 05:06:17,123 {} ", "2025-03-04 05:06:17 12 {} ", "[2025-03-04 05:06:17] {} [x1] ",
    "Mar  4 05:06:17 host7 app[12]: {} ", "{} 2025-03-04 05:06:17 ", "2025年3月4日 05:06:17 {} ",
)  # fmt: skip


@pytest.mark.parametrize("opening", OPENINGS)
def test_a_word_that_is_no_level_is_one_in_no_line_alike(tmp_path: Path, opening: str) -> None:
    """What one line's word refuses is refused of lines with other digits, and of no line with another word."""
    drawn = random.Random(5)
    texts = ("took 12 ms", "x.py:12 said", "[930d6eaf] {n}", "- 12 - lost", "12", "user 7: a=1 b=2")
    lines = [
        alike(opening.format(word) + drawn.choice(texts), drawn)
        for word in drawn.choices(WORDS, k=12) * 12
    ]
    drawn.shuffle(lines)
    path = tmp_path / "words.log"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert_same(path)
