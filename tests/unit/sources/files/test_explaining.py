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


def test_the_header_of_a_usual_web_server_is_none_of_its_records(tmp_path: Path) -> None:
    """It is said to be a header, at the top as well as in mid-file: it neither fails to be read nor continues a record."""
    header = (
        "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2025-03-04 05:00:00\n"
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
        "cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n"
    )
    row = "2025-03-04 05:06:07 10.1.2.4 GET /cart - 443 - 10.1.2.3 probe/2 - 200 0 0 118\n"
    path = tmp_path / "u_ex.log"
    path.write_text(header + row + header + row)
    found = explain_file(path, load_formats(), (), "UTC")

    assert (2, 0, 8) == (found.records, found.joined, found.headers)
    assert ["iis"] == [share.format for share in found.formats]


def test_of_a_batch_on_one_line_the_first_message_is_shown(tmp_path: Path) -> None:
    """No field of the line itself is one of the record's."""
    path = tmp_path / "otlp.json"
    record = '{"timeUnixNano":"1741064767891000000","body":{"stringValue":"lost"}}'
    path.write_text(f'{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{record}]}}]}}]}}\n')
    [share] = explain_file(path, load_formats(), (), "UTC").formats

    assert (("body", "lost"),) == share.example.steps[0].parts
