"""The laws of hosts that were asked for: large files are counted as if each record had been asked for its own."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.scans import BEFORE, WINDOW, alike, assert_same, read

from paicha.model.question import Scope
from paicha.sources.files.contents import Contents

pytestmark = pytest.mark.usefixtures("kernel", "never_given_up")

NAMELESS = (
    "2025-03-05 01:06:07,123 ERROR [main] shop.Cart - order 12 failed",
    "2025-03-05 01:06:08,123 INFO begun 12",
    "\tat com.foo.Bar(Bar.java:12)",
)
OF_ADDRESS = (
    "Mar  5 01:06:07 10.0.0.2 sshd[712]: Accepted publickey for deploy from 10.9.8.7 port 51234 ssh2",
    '{"time":"2025-03-05T01:06:07Z","level":"warn","host":"10.0.0.2","msg":"took 12ms"}',
)
OF_NAME = (
    "Mar  5 01:06:07 web-12x sshd[712]: Accepted publickey for deploy from 10.9.8.7 port 51234 ssh2",
)
OF_OTHERS = (
    "Mar  5 01:06:07 10.0.0.3 sshd[712]: Accepted publickey for deploy from 10.9.8.7 port 51234 ssh2",
    '{"time":"2025-03-05T01:06:07Z","level":"warn","host":"web-77","msg":"took 12ms"}',
)
FILES = {
    "none named": NAMELESS,
    "the one asked for": OF_ADDRESS,
    "the one and none": NAMELESS + OF_ADDRESS,
    "its name": OF_NAME,
    "two": OF_ADDRESS + OF_NAME,
    "others": NAMELESS + OF_ADDRESS + OF_NAME + OF_OTHERS,
}
ASKED = {
    "an address": ("10.0.0.2",),
    "a name": ("web-12x",),
    "an id": ("40",),
    "both": ("10.0.0.2", "web-12x"),
}


def a_file(path: Path, kinds: tuple[str, ...], seed: int) -> Path:
    drawn = random.Random(seed)
    lines = [drawn.choice(kinds) for _ in range(300)]
    # Stamps and hosts stand before the rest.
    lines = [line[:64] + alike(line[64:], drawn) for line in lines]
    path.write_text("\n".join([kinds[0], *lines]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("kinds", FILES)
def test_records_of_hosts_asked_for_are_counted_as_if_each_was_asked(
    tmp_path: Path, kinds: str, asked: str
) -> None:
    """Whatever hosts the lines name, with and without windows: sums, kept records and coverage."""
    path = a_file(tmp_path / "app.log", FILES[kinds], len(kinds))
    scope = Scope(hosts=ASKED[asked])

    assert_same(path, scope=scope)
    assert_same(path, WINDOW, BEFORE, scope=scope)


@pytest.mark.parametrize(
    ("kinds", "asked", "natively"),
    [
        ("none named", "an address", True),
        ("none named", "an id", True),
        ("the one asked for", "an address", True),
        ("its name", "a name", True),
        ("two", "both", True),
        ("the one and none", "an address", False),
        ("others", "an address", False),
        ("others", "both", False),
    ],
)
def test_a_file_of_the_hosts_asked_for_is_counted_by_the_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kinds: str, asked: str, *, natively: bool
) -> None:
    """One whose lines name others, or one host now and then, is read line by line."""
    took: list[bool] = []
    scanned = Contents._scanned

    def noted(contents: Contents, *arguments: object) -> bool:
        took.append(scanned(contents, *arguments))  # type: ignore[arg-type]
        return took[-1]

    monkeypatch.setattr(Contents, "_scanned", noted)
    read(a_file(tmp_path / "app.log", FILES[kinds], 1), 0, scope=Scope(hosts=ASKED[asked]))

    assert [natively] == took
