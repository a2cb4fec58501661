"""The log formats that come with the product, and a user's own."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paicha.errors import KnowledgeError
from paicha.kernel.normalise import LineReader
from paicha.kernel.steps import NotCompilable, packed_steps
from paicha.knowledge import formats_loader
from paicha.knowledge.formats_loader import check_samples, fingerprint, load_formats
from paicha.locales import placeholders
from paicha.sources.files.lines import TextLines
from paicha.sources.files.records import read_records

FORMATS = load_formats()

OWN = """
[ours]
title = {{ zh = "自有", en = "ours" }}
pattern = '''(?P<time>%{{iso}})!(?P<level>%{{level}})!(?P<body>.*)'''
order = 5
matches = ["2025-03-04 05:06:07!WARN!late"]
rejects = ["{reject}"]
"""

OWN_ROWS = """
[ours]
title = { zh = "自有", en = "ours" }
kind = "csv"
pattern = 'id\\d,%{iso},'
columns = ["id", "at", "text", "more"]
fields.time = ["at"]
fields.body = ["text"]
times = ["iso"]
matches = ["id7,2025-03-04 05:06:07,late"]
rejects = ["7,2025-03-04 05:06:07,late"]
"""


def test_no_two_packaged_formats_have_one_name() -> None:
    """The later one would replace the other, and nobody would hear of it."""
    folder = Path(formats_loader.__file__).parent / "formats"
    names = Counter(
        name for path in folder.glob("*.toml") for name in tomllib.loads(path.read_text("utf-8"))
    )

    assert [] == [name for name, n in names.items() if n > 1]


def test_every_sample_fits_or_does_not_fit_as_it_should() -> None:
    """Each format has samples of both kinds, and all hold."""
    assert len(FORMATS) > 40
    assert () == check_samples(FORMATS)


def _is_native(pattern: str) -> bool:
    try:
        packed_steps(pattern, atomic=True)
    except NotCompilable:
        return False
    return True


def test_what_is_asked_of_bodies_without_a_level_is_asked_by_formats_of_fields() -> None:
    """How a pattern reads is remembered of lines that look alike, and that knows ``inner`` alone."""
    assert [] == [one.name for one in load_formats() if one.kind == "pattern" and one.unlevelled]


def test_the_native_kernel_can_read_every_packaged_format() -> None:
    """One that it cannot read is asked of Python wherever a line may be of it, also of another format."""
    parts = [
        (entry.name, part)
        for entry in load_formats()
        for part in (entry.pattern, entry.begins, entry.until)
        if part
    ]
    assert {name for name, pattern in parts if not _is_native(pattern)} == {
        "mysql_slow",  # the kernel has a twin of its own for them
        "mysql_slow_again",
    }


@pytest.mark.parametrize("entry", [e for e in FORMATS if e.kind != "csv"], ids=lambda e: e.name)
def test_a_sample_is_read_by_its_own_format(entry: object) -> None:
    """No format before it takes its lines."""
    several = bool(entry.begins)  # type: ignore[attr-defined]
    from_samples = set()
    for sample in entry.matches:  # type: ignore[attr-defined]
        reader = LineReader(FORMATS, "UTC", datetime(2026, 1, 1, tzinfo=UTC))
        first = sample.partition("\n")[0] if several else sample
        parsed = reader.open_line(first) if several else reader.read_line(first)
        if parsed is not None:
            from_samples.add(parsed.format.partition("/")[0])

    assert {entry.name} == from_samples  # type: ignore[attr-defined]


def test_a_users_format_adds_to_ours_and_changes_the_fingerprint(tmp_path: Path) -> None:
    """One TOML file in a folder is all it takes."""
    (tmp_path / "ours.toml").write_text(OWN.format(reject="no"), "utf-8")
    formats = load_formats([tmp_path])
    parsed = LineReader(formats, "UTC").read_line("2025-03-04 05:06:07!WARN!late")

    assert parsed is not None
    assert ("ours", "WARN", "late") == (parsed.format, parsed.severity_text, parsed.body)
    assert fingerprint() != fingerprint([tmp_path])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (OWN.format(reject="2025-03-04 05:06:07!WARN!x"), "ours.toml: ours: must not match"),
        ("[x]\ntitle = {zh='a', en='a'}\npattern = '(?P<body>(a+)+)'", "repeats a repetition"),
        ("[x]\ntitle = {zh='a', en='a'}\npattern = '(?P<body>['", "x: unterminated character set"),
        ("[x]\npattern = '(?P<body>%{moon})'", "there is no piece %{moon}"),
        ("[x]\nkind = 'xml'\ncolour = 1", "unknown key colour"),
        ("[x]\ntitle = {zh='a', en='a'}\nkind = 'json'", "fields needs time and body"),
        ("[x]\ntitle={zh='a',en='a'}\npattern='(?P<body>a)'\ninner=['y']", "there is no format 'y'"),
        ("[x]\ntitle={zh='a',en='a'}\npattern='(?P<body>a)'\ninner=['@y']", "there is no format '@y'"),
        ("not toml", "ours.toml:"),
    ],
)  # fmt: skip
def test_a_wrong_format_is_refused_naming_its_place(
    tmp_path: Path, content: str, expected: str
) -> None:
    """All mistakes are shown, each with its file."""
    (tmp_path / "ours.toml").write_text(content, "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_formats([tmp_path])

    assert expected in caught.value.what


def test_a_missing_folder_of_formats_is_named(tmp_path: Path) -> None:
    """The settings may name a folder that is gone."""
    with pytest.raises(KnowledgeError, match="gone does not exist"):
        load_formats([tmp_path / "gone"])

    assert frozenset({"path"}) == placeholders("{path}")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            'columns = ["time", "body"]',
            "columns are of a csv, and its pattern says how a row begins",
        ),
        ("headings = '('", "missing ), unterminated subpattern"),
        ("begins = '('", "missing ), unterminated subpattern"),
    ],
    ids=["columns of no rows", "headings", "beginnings"],
)
def test_what_an_own_format_says_wrongly_of_rows_and_headings_is_told(
    tmp_path: Path, more: str, said: str
) -> None:
    """Without a pattern every line of every file would be a row; a mistake is told before a file is read."""
    text = OWN.format(reject="2025-03-04 05:06:07 late") + more + "\n"
    (tmp_path / "ours.toml").write_text(text, encoding="utf-8")

    with pytest.raises(KnowledgeError, match=re.escape(said)):
        load_formats([tmp_path])


def test_a_format_may_name_those_that_stand_in_the_messages_of_another(tmp_path: Path) -> None:
    """One list serves all spellings of syslog."""
    text = OWN.format(reject="2025-03-04 05:06:07 late") + 'inner = ["@syslog_rfc3164", "cri"]\n'
    (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
    known = {entry.name: entry for entry in load_formats([tmp_path])}
    [ours] = (entry for entry in known.values() if entry.inner[-1:] == ("cri",))

    assert (*known["syslog_rfc3164"].inner, "cri") == ours.inner
    assert known["journald_full"].inner == known["syslog_rfc3164"].inner
    assert "json" in ours.inner


def test_an_own_format_reads_rows_without_a_header_and_leaves_out_headings(tmp_path: Path) -> None:
    """Rows are told by how they begin, and quotation marks are those of CSV; lines between records are of none."""
    (tmp_path / "ours.toml").write_text(OWN_ROWS, encoding="utf-8")
    formats = load_formats([tmp_path])
    rows = b'2025-03-04 05:06:07;"late ""12"""\n'.replace(b";", b",")
    records = read_records(
        TextLines([b"id7," + rows + b'id8,2025-03-04 05:06:08,"a\nb"\n'], "rows", offsets=True),
        LineReader(formats, "UTC"),
        named=True,
    )

    assert ['late "12"', "a\nb"] == [record.parsed.body for record in records]
