"""Which format took which lines of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from paicha.knowledge.formats_loader import load_formats
from paicha.sources.files.explaining import explain_file

_W3C = """#Version: 1.0
#Fields: date time cs-method sc-status
2025-03-04 05:06:07 GET 200
#Fields: date time sc-status cs-method
2025-03-04 05:06:08 500 GET
2025-03-04 05:06:09 GET
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "time,level,message\n2025-03-04 05:06:07,ERROR,lost\n2025-03-04 05:06:08,ERROR\n",
            {"csv", ""},
        ),
        (
            _W3C,
            {"w3c", "w3c_failed", ""},
        ),
    ],
    ids=["csv", "w3c"],
)
def test_no_row_of_a_table_is_said_to_be_read_as_a_line(
    tmp_path: Path, text: str, expected: set[str]
) -> None:
    """Which lines' format would fit a row, whole or broken, is no matter; and headers continue no record."""
    path = tmp_path / "table.log"
    path.write_text(text)
    found = explain_file(path, load_formats(), (), "UTC")

    assert expected == {share.format for share in found.formats}
    assert [()] * len(expected) == [share.example.steps for share in found.formats]
    assert 0 == found.joined


def test_of_a_batch_on_one_line_the_first_message_is_shown(tmp_path: Path) -> None:
    """No field of the line itself is one of the record's."""
    path = tmp_path / "otlp.json"
    record = '{"timeUnixNano":"1741064767891000000","body":{"stringValue":"lost"}}'
    path.write_text(f'{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{record}]}}]}}]}}\n')
    [share] = explain_file(path, load_formats(), (), "UTC").formats

    assert (("body", "lost"),) == share.example.steps[0].parts
