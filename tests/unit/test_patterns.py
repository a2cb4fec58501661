"""Patterns that are kept are the patterns that Python compiles."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from paicha import kept
from paicha.knowledge.formats_loader import load_formats
from paicha.patterns import compiled

_ODD = (
    ("", 0), ("a|b", 0), (r"(?P<n>\d+)(?P<m>x)?(?(n)y|z)", 0), ("ß|ſ", re.IGNORECASE), ("(?i:Ä)b", 0), ("(?s).", re.DOTALL),
    (r"[\w一-龥]++(?>x)", 0), ("^a$", re.MULTILINE), (r"(?<!\w)a\b # no", re.VERBOSE), (r"\w", re.ASCII),
)  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_kept_behind() -> Iterator[None]:
    """Leave the process as it was: nothing is kept."""
    yield
    kept.open_file(None)


def test_patterns_that_were_kept_equal_those_that_python_compiles(tmp_path: Path) -> None:
    """Of every format, and odd ones: flags, groups and their names are the same as well."""
    every = [(one.pattern, int(re.DOTALL)) for one in load_formats() if one.pattern]
    every += [(pattern, int(flags)) for pattern, flags in _ODD]
    for _ in range(2):
        kept.open_file(tmp_path)
        for pattern, flags in every:
            found, fresh = compiled(pattern, flags), re.compile(pattern, flags)

            assert fresh == found
            assert (fresh.flags, fresh.groups) == (found.flags, found.groups)
            assert dict(fresh.groupindex) == dict(found.groupindex)
        kept.close_file()
    assert any(tmp_path.iterdir())


def test_a_kept_pattern_knows_the_name_of_the_last_group(tmp_path: Path) -> None:
    """The name of a group is told by its number."""
    for _ in range(2):
        kept.open_file(tmp_path)
        match = compiled(r"(b)(?P<a>\d)").fullmatch("b1")
        kept.close_file()

        assert match is not None
        assert ("a", {"a": "1"}) == (match.lastgroup, match.groupdict())


def test_what_is_no_pattern_is_an_error_as_ever(tmp_path: Path) -> None:
    """It is not kept either."""
    kept.open_file(tmp_path)

    with pytest.raises(re.error, match="unterminated"):
        compiled("(a")


def test_modules_compile_as_ever_while_their_patterns_are_kept(tmp_path: Path) -> None:
    """A pattern at the head of a module is kept; one that a function makes is not."""
    (tmp_path / "some_module.py").write_text(
        "import re\nHEAD = re.compile('he(a)d')\ndef made(): return re.compile('ma(d)e')\nBYTES = re.compile(b'x')\n"
    )
    program = f"""
import sys
from pathlib import Path
from paicha import kept, patterns
kept.open_file(Path({str(tmp_path / "cache")!r}))
patterns.keep_those_of_modules()
sys.path.insert(0, {str(tmp_path)!r})
import some_module as m
print(m.HEAD.fullmatch("head")[1], m.made().fullmatch("made")[1], m.BYTES.pattern, len(kept._things))
kept.close_file()
"""

    said = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]

    assert ["a d b'x' 1\n"] * 2 == [one.stdout for one in said]
