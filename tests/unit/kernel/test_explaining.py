"""Why a line was read as it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from paicha.kernel.explaining import explain_line
from paicha.kernel.normalise import LineReader
from paicha.knowledge.formats_loader import load_formats

READER = LineReader(load_formats(), "UTC", datetime(2026, 1, 1, tzinfo=UTC))


def test_each_part_of_the_pattern_shows_what_it_matched() -> None:
    """And the formats tried before show where they stop fitting."""
    (step,) = explain_line(READER, "2025-03-04 05:06:07,891 WARNING 12 mails wait")
    refused = {other.format: other for other in step.refused}

    assert "time_level" == step.format
    assert (
        ("time", "2025-03-04 05:06:07,891"), ("level", "WARNING"), ("body", "12 mails wait"),
    ) == step.parts  # fmt: skip
    assert ("stops", "2025-03-04 05:06:07,891 WARNING ", "file", "12 mails wait") == (
        refused["python_file_line"].why,
        refused["python_file_line"].fits,
        refused["python_file_line"].expects,
        refused["python_file_line"].found,
    )


def test_a_word_that_is_no_level_is_named() -> None:
    """The shape fits, the word does not."""
    (step,) = explain_line(READER, "[Tue Mar 04 05:06:07 2025] [banana] worker 7 is busy")
    refused = {other.format: other for other in step.refused}

    assert ("no_level", "banana") == (refused["apache_error"].why, refused["apache_error"].found)


def test_what_stands_inside_is_explained_too() -> None:
    """The container's line first, then the application's."""
    line = (
        '{"log":"2025-03-04 05:06:07,891 WARNING [a.py:61] late\\n","stream":"stdout",'
        '"time":"2025-03-04T05:06:07Z"}'
    )

    assert ["docker_json", "python_file_line"] == [s.format for s in explain_line(READER, line)]
    assert () == explain_line(READER, "no format fits this")


def test_every_sample_is_explained_by_the_format_that_reads_it() -> None:
    """The explanation and the reader never differ."""
    for entry in load_formats():
        for sample in entry.matches if entry.kind != "csv" else ():
            parsed = READER.read_line(sample)
            steps = explain_line(READER, sample)

            assert parsed is not None
            assert parsed.format.split("/") == [step.format for step in steps]


def test_hostile_lines_end_soon() -> None:
    """No line makes a format try over and over: this test would not end."""
    for unit in (
        "2025-03-04 05:06:07 ",
        "[",
        'a="',
        "1.",
        "<1>",
        "x: ",
        "\t",
        "CEF:0|",
        "# ",
        "a|",
    ):
        for text in (unit * 20_000, "2025-03-04 05:06:07 " + unit * 20_000, "[" + unit * 20_000):
            READER.read_line(text)


@pytest.mark.parametrize(
    ("line", "formats"),
    [
        ('{"time":"2025-12-19T10:37:33Z","rows":12}', ["json"]),
        ('{"time":"2025-12-19T10:37:33Z","msg":"{\\"msg\\":\\"late\\"}"}', ["json"]),
        (
            '{"time":"2025-12-19T10:37:33Z","msg":"{\\"lvl\\":\\"error\\",\\"msg\\":\\"late\\"}"}',
            ["json", "json"],
        ),
    ],
)
def test_what_stands_inside_json_is_explained_as_it_is_read(line: str, formats: list[str]) -> None:
    """A line without a message is its own and ends there; a message that says neither when nor how bad is one."""
    parsed = READER.read_line(line)

    assert parsed is not None
    assert (
        formats == parsed.format.split("/") == [step.format for step in explain_line(READER, line)]
    )
