"""JSON as a type: one thread learns a type at a time, and nobody reads what is half learnt."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

import paicha
from paicha.decoding import convert, decode

#: Learning `Outer` takes a while, in the middle of which the main thread reads it; msgspec alone ends with -11 there.
_TWO_THREADS = """\
from __future__ import annotations
import threading, time
import msgspec
from paicha.decoding import decode

learning = threading.Event()

def number() -> type:
    learning.set()
    time.sleep(0.3)
    return int

class Inner(msgspec.Struct):
    n: number()

class Outer(msgspec.Struct):
    inner: Inner

thread = threading.Thread(target=decode, args=(b'{"inner": {"n": 1}}', Outer))
thread.start()
assert learning.wait(10)
print(decode(b'{"inner": {"n": 2}}', Outer).inner.n)
thread.join()
"""


class Pair(msgspec.Struct, frozen=True):
    """A type of two fields."""

    left: int
    right: tuple[str, ...] = ()


def test_a_type_that_another_thread_is_learning_is_waited_for() -> None:
    """The process lives, and the value is whole."""
    done = subprocess.run(
        [sys.executable, "-c", _TWO_THREADS], capture_output=True, timeout=60, check=False
    )

    assert (0, b"2\n") == (done.returncode, done.stdout), done.stderr.decode()


def test_json_and_plain_values_become_the_type() -> None:
    """Both ways give the same value, and so does the second time."""
    expected = Pair(1, ("a", "b"))

    assert 2 * [expected] == [decode('{"left": 1, "right": ["a", "b"]}', Pair) for _ in range(2)]
    assert expected == convert({"left": 1, "right": ["a", "b"]}, Pair)


@pytest.mark.parametrize("document", ['{"left": "1"}', "{}", "["])
def test_what_says_something_else_is_refused(document: str) -> None:
    """The error is of msgspec, and says what."""
    with pytest.raises(msgspec.DecodeError):
        decode(document, Pair)


def test_nothing_else_lets_msgspec_learn_types_in_threads() -> None:
    """`decoding` is the only module that reads JSON as a type."""
    folder = Path(paicha.__file__).parent
    learns = re.compile(r"msgspec\.convert\(|msgspec\.json\.decode\([^()]*type=")
    found = [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*.py"))
        if learns.search(path.read_text("utf-8"))
    ]

    assert ["decoding.py"] == found
