"""Access logs whose header names their columns."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from paicha.knowledge.formats_loader import load_formats
from paicha.model.question import LogQuery, Scope
from paicha.model.schema import RECORDS
from paicha.sources.files import FileSource

_IIS = """#Software: Microsoft Internet Information Services 10.0
#Version: 1.0
#Date: 2025-03-04 05:06:00
#Fields: {}
"""
_USUAL = (
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) "
    "sc-status sc-substatus sc-win32-status time-taken"
)


def read(path: Path, text: str) -> list[tuple[str, int, str]]:
    """Return time, severity and message of each record that has a time, as a reader in Shanghai has them."""
    path.write_text(text, "utf-8")
    source = FileSource([path], load_formats())
    with source.open(LogQuery(None, Scope(), "Asia/Shanghai", 1000)) as answer:
        rows = pa.Table.from_batches(list(answer), RECORDS).to_pylist()
    return [
        (f"{row['timestamp']:%H:%M:%S}", row["severity_number"], row["body"])
        for row in rows
        if row["timestamp"] is not None
    ]


@pytest.mark.parametrize(
    ("fields", "row", "expected"),
    [
        (_USUAL, "10.1.2.4 GET /cart - 443 - 10.1.2.3 probe/2 - 503 0 64 118", "GET /cart"),
        (
            "date time cs-method cs-uri-stem c-ip sc-status",
            "GET /cart 10.1.2.3 503",
            "GET /cart 503 10.1.2.3",
        ),
        ("date time sc-status cs-method cs-uri-stem", "503 GET /cart", "GET /cart 503"),
    ],
    ids=["usual", "fewer", "other order"],
)
def test_times_are_utc_and_5xx_an_error_whatever_the_columns(
    tmp_path: Path, fields: str, row: str, expected: str
) -> None:
    """What a server writes may be chosen; its times are UTC for a reader anywhere."""
    [(time, severity, message)] = read(
        tmp_path / "u_ex.log", _IIS.format(fields) + f"2025-03-04 05:06:07 {row}\n"
    )

    assert ("05:06:07", 17) == (time, severity)
    assert message.startswith(expected)


def test_a_header_in_mid_file_names_other_columns(tmp_path: Path) -> None:
    """A server that starts anew writes its header again; neither header is a record."""
    text = (
        _IIS.format("date time cs-method sc-status")
        + "2025-03-04 05:06:07 GET 200\n"
        + _IIS.format("date time sc-status cs-method time-taken")
        + "2025-03-04 05:06:08 502 GET 7\n"
    )

    expected = [("05:06:07", 0, "GET 200"), ("05:06:08", 17, "GET 502 7")]
    assert expected == read(tmp_path / "u_ex.log", text)


def test_a_header_below_usual_rows_names_other_columns(tmp_path: Path) -> None:
    """Who begins with IIS' usual columns may choose others later: times stay UTC, 5xx stay errors."""
    text = (
        _IIS.format(_USUAL)
        + "2025-03-04 05:06:07 10.1.2.4 GET /cart - 443 - 10.1.2.3 probe/2 - 200 0 64 118\n"
        + _IIS.format("date time sc-status cs-method time-taken")
        + "2025-03-04 05:06:08 502 GET 7\n"
        + _IIS.format(_USUAL)
        + "2025-03-04 05:06:09 10.1.2.4 GET /cart - 443 - 10.1.2.3 probe/2 - 503 0 64 118\n"
    )
    found = read(tmp_path / "u_ex.log", text)

    assert [("05:06:07", 0), ("05:06:08", 17), ("05:06:09", 17)] == [
        (time, severity) for time, severity, _ in found
    ]
    assert "GET 502 7" == found[1][2]


def test_a_quotation_mark_joins_no_rows(tmp_path: Path) -> None:
    """Nothing is quoted in these files: whoever asks may send any mark."""
    rows = [f'2025-03-04\t05:06:0{n}\tLHR50\tGET\t/a"{n}\t200' for n in range(3)]
    header = "#Version: 1.0\n#Fields: date time x-edge-location cs-method cs-uri-stem sc-status\n"
    found = read(tmp_path / "E1.log", header + "\n".join(rows) + "\n")

    assert [f'GET /a"{n} 200 LHR50' for n in range(3)] == [body for _, _, body in found]


def test_logs_of_no_requests_keep_their_local_times(tmp_path: Path) -> None:
    """A firewall's file of the same form says that its times are local."""
    text = "#Version: 1.5\n#Time Format: Local\n#Fields: date time action protocol src-ip\n"
    found = read(tmp_path / "pfirewall.log", text + "2025-03-04 13:06:07 DROP TCP 10.1.2.3\n")

    assert [("05:06:07", 0, "DROP TCP 10.1.2.3")] == found
