"""
The laws of messages that journald writes as the numbers of their bytes: the native kernel reads what they spell, and it is what
is read in Python, whatever the bytes are.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.scans import BEFORE, KERNELS, WINDOW, assert_same, scanned

from paicha.sources.files import scanning

pytestmark = [
    pytest.mark.usefixtures("kernel", "never_given_up"),
    pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True),
]

MESSAGES = (
    *("用户登录失败 {n}", "took {n} ms", "\x1b[31m红 {n}\x1b[0m", "two\nlines {n}", "bell \x07", "tab\t{n}", "", "ends {n}\r\n", "\x7f", "\u2028 {n}"),
    *('say "{n}" \\ C:\\new', '{"level":"warn","msg":"in {n}"}', "2025-03-04 05:06:07 ERROR inner {n}", "a=b c={n}", "x" * 3000, "\0", " "),
)  # fmt: skip
#: What is no message of bytes, though it is a list, or holds bytes that are no text.
ODD: tuple[object, ...] = (
    *([], [256], [-1], [1.0], [True], [[65]], ["65"], [65, None], {"a": [65]}, None, 65, [255], [0xE4, 0xB8], [65, 0xFF, 0xE4, 0xB8, 0xAD]),
    *([237, 160, 128], [0xC2, 0x85], [10], [13, 10], [32], [27, 91, 109]),
)  # fmt: skip


def entry(drawn: random.Random, at: datetime, n: int, odd: float) -> str:
    """Return a line of journald's."""
    said: dict[str, object] = {"__REALTIME_TIMESTAMP": str(int(at.timestamp() * 1e6))}
    said |= {"PRIORITY": str(drawn.choice((3, 4, 6))), "_HOSTNAME": "web-3"}
    if drawn.random() < 0.8:
        said["SYSLOG_IDENTIFIER"] = drawn.choice(("shop", "cron"))
    text = MESSAGES[0] if drawn.random() > odd else drawn.choice(MESSAGES)
    said["MESSAGE"] = list(text.replace("{n}", str(n)).encode())
    if drawn.random() < odd:
        said[drawn.choice(("MESSAGE", "MESSAGE", "_EXTRA", "PRIORITY"))] = drawn.choice(ODD)
    if drawn.random() < odd:
        said["_CMDLINE"] = {"MESSAGE": [65, 66]}
    marks = drawn.choice(((",", ":"), (",", ":"), (" , ", " : ")))
    line = json.dumps(said, separators=marks)
    if drawn.random() < odd:
        line = drawn.choice(
            (
                line.replace("[", "[0"),
                line.replace("MESSAGE", "MESSAG\\u0045"),
                line[:-1] + ',"MESSAGE":[66]}',
            )
        )
    return line


@pytest.mark.parametrize("odd", [0.0, 0.05, 0.4])
@pytest.mark.parametrize("seed", range(4))
def test_messages_of_bytes_are_scanned_as_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, odd: float
) -> None:
    """Whatever they spell, and whatever is none."""
    drawn = random.Random(seed)
    monkeypatch.setattr(scanning, "VARIED", 5000)
    monkeypatch.setattr(scanning, "BLOCK", 5000)
    at = datetime(2025, 3, 4, 22, tzinfo=UTC)
    lines = [entry(drawn, at + timedelta(minutes=n), n, odd) for n in range(300)]
    path = tmp_path / "journal.log"
    path.write_text("\n".join(lines), "utf-8")

    assert_same(path)
    assert_same(path, WINDOW, BEFORE)


def test_messages_of_bytes_are_soon_read_natively() -> None:
    """However long each of them is, Python reads a few."""
    drawn = random.Random(3)
    at = datetime(2025, 3, 4, 22, tzinfo=UTC)
    lines = [entry(drawn, at + timedelta(seconds=n), n, 0.0) for n in range(1000)]

    scan, _ = scanned(lines)

    assert scan.facts.seen.records >= 0.9 * len(lines)
