"""A pattern that was kept is the pattern that Python compiles, and only patterns of code and knowledge are kept."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from paicha import kept, patterns
from paicha.knowledge.formats_loader import load_formats

#: Imports a module that holds a pattern, and compiles another one in a function of it.
_START = """
import sys
from pathlib import Path
from typing import Any
from paicha import kept, patterns
kept.open_file(Path(sys.argv[1]), Path(sys.argv[1]))
patterns.keep()
made = []
before = patterns._made
patterns._made = lambda *of: (made.append(of[0]), before(*of))[1]
sys.path.insert(0, sys.argv[2])
import held
assert held.WORD.fullmatch("Ab") and held.told("secret").fullmatch("secret")
kept.close_file()
print(*made)
"""
_HELD = """
import re
WORD = re.compile("(?P<word>[a-z]+)", re.IGNORECASE)
def told(text):
    return re.compile(text)
"""


@pytest.fixture(autouse=True)
def nothing_kept_behind() -> Iterator[None]:
    """Leave the process as it was: nothing is kept."""
    yield
    kept.open_file(None)


@pytest.mark.parametrize(
    ("pattern", "flags"),
    [
        *((entry.pattern, re.DOTALL) for entry in load_formats() if entry.pattern),
        (r"(?P<a>[a-z\u4e00-\u9fff]+)(?:(\d)|(?P<b>x))*", re.IGNORECASE),
        (r"(?<!x)(a|bc)\1(?=d)", 0),
        ("(?x) a  # a letter", 0),
        (r"\w+", re.ASCII | re.MULTILINE),
        ("", 0),
        (rb"(?P<word>[^\x00-\x7f]+)\d?", 0),
        ("[é]", re.IGNORECASE),
        ("[é]".encode("latin-1"), 0),
    ],
)
def test_a_pattern_that_was_kept_is_the_one_that_python_compiles(
    tmp_path: Path,
    pattern: Any,
    flags: int,  # text or bytes
) -> None:
    """Flags, groups and their names are the same, and both compare equal: their code is."""
    kept.open_file(tmp_path, tmp_path)
    patterns.compiled(pattern, flags)
    kept.close_file()
    kept.open_file(tmp_path, tmp_path)

    found, wanted = patterns.compiled(pattern, flags), re.compile(pattern, flags)

    assert wanted == found
    assert (wanted.flags, wanted.groups) == (found.flags, found.groups)
    assert wanted.groupindex == found.groupindex


def test_what_is_no_pattern_is_refused_as_ever(tmp_path: Path) -> None:
    """The same error says so, and nothing is kept."""
    kept.open_file(tmp_path, tmp_path)

    with pytest.raises(re.error, match="unterminated"):
        patterns.compiled("(a")


def test_a_second_start_makes_no_pattern_of_a_module_and_keeps_none_of_a_function(
    tmp_path: Path,
) -> None:
    """What a function compiles may have been read in a log: it stands in no file."""
    cache, code = tmp_path / "cache", tmp_path / "code"
    code.mkdir()
    (code / "held.py").write_text(_HELD, encoding="utf-8")

    command = [sys.executable, "-c", _START, str(cache), str(code)]
    first, second = (
        subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2)
    )

    assert "(?P<word>[a-z]+)\n" == first.stdout
    assert "\n" == second.stdout
    (file,) = cache.iterdir()
    assert b"secret" not in file.read_bytes()
