"""`paicha formats`, and a format named by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.journeys.conftest import CommandLine

from paicha import investigate

LINES = """2025-03-04 05:06:07,891 WARNING [mail_queue.py:61] 12 mails wait
2025-03-04 05:06:08,000 ERROR lease lost
\tand more of it
"""


@pytest.fixture
def paicha(tmp_path: Path) -> CommandLine:
    """Give a folder with a log of two formats."""
    (tmp_path / "app.log").write_text(LINES, "utf-8")
    return CommandLine(tmp_path)


def test_explain_says_which_format_took_which_lines_and_why(paicha: CommandLine) -> None:
    """What each part matched, where the others stopped, and what was read."""
    said = paicha("formats", "explain", "app.log")

    assert (0, "") == (said.code, said.err)
    assert "app.log: 3 lines, 2 records, utf-8" in said.out
    assert "1 line continues the record above them" in said.out
    assert "python_file_line" in said.out
    assert "file   mail_queue.py" in said.out
    assert "fits up to column 31, where it expects “file”; there stands “lease lost”" in said.out


def test_explain_speaks_chinese_and_json(paicha: CommandLine) -> None:
    """The same facts for a reader and for a program."""
    assert "各部分匹配到的内容" in paicha("formats", "explain", "app.log", "--lang", "zh").out
    found = json.loads(paicha("formats", "explain", "app.log", "--format", "json").out)

    assert [("python_file_line", 1), ("time_level", 2)] == [
        (share["format"], share["first_line"]) for share in found["formats"]
    ]


def test_a_file_that_no_format_fits_is_said_and_counts_as_incomplete(paicha: CommandLine) -> None:
    """The exit code is that of an incomplete source."""
    (paicha.folder / "words.txt").write_text("only words\nand more\n", "utf-8")
    said = paicha("formats", "explain", "words.txt")

    assert 3 == said.code
    assert "no format" in said.out


def test_list_names_every_format(paicha: CommandLine) -> None:
    """In the order they are tried."""
    said = paicha("formats", "list")

    assert 0 == said.code
    assert "mysql_slow" in said.out
    assert "PostgreSQL" in said.out


def test_a_format_named_by_hand_is_the_only_one(paicha: CommandLine) -> None:
    """Lines that are not in it continue the record above; a wrong name is refused with those like it."""
    said = paicha("investigate", "app.log", "--log-format", "python_file_line", "--format", "json")
    report = json.loads(said.out)
    (file,) = report["coverage"]["logs"][0]["files"]
    wrong = paicha("investigate", "app.log", "--log-format", "python_line")

    assert (1, [["python_file_line", 1]]) == (file["records"], file["formats"])
    assert 2 == wrong.code
    assert "There is no log format called python_line." in wrong.err
    assert "python_file_line" in wrong.err


@pytest.mark.parametrize("indent", [None, 2, 4])
def test_the_items_of_a_list_are_records(tmp_path: Path, indent: int | None) -> None:
    """What stands between brackets, one item behind the other with commas, is what an export gives."""
    items = [
        {"timestamp": f"2025-03-04T05:06:{n:02}Z", "level": "ERROR", "message": "lease is late"}
        for n in range(5)
    ]
    whole = json.dumps(items, indent=indent) if indent else ",\n".join(map(json.dumps, items))
    log = tmp_path / "export.json"
    log.write_text(whole if indent else f"[\n{whole}\n]\n")

    found = investigate(log, zone="UTC", metrics="none")

    assert [("lease is late", 5)] == [(p.title.en, p.n) for p in found.findings.problems]
