"""The Windows event log, as people export it: whatever the form, the same events are found."""

from __future__ import annotations

from pathlib import Path

import pytest

import paicha
from paicha.errors import InputError

_XML = (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{who}'/>"
    "<EventID>{id}</EventID><Level>2</Level><TimeCreated SystemTime='2026-11-25T12:20:0{n}Z'/>"
    "<Computer>WIN-1</Computer></System><EventData><Data>{data}</Data></EventData></Event>"
)
_EVENTS = (
    ("Service Control Manager", 7031, "LobbySvc 服务意外地终止，这种情况已经出现了 1 次。"),
    ("Application Error", 1000, "错误应用程序名称: lobby.exe，版本: 1.4.0.0"),
    ("Service Control Manager", 7031, "LobbySvc 服务意外地终止，这种情况已经出现了 2 次。"),
)


def _each(template: str) -> str:
    return "".join(
        template.format(who=who, id=number, data=data, n=n)
        for n, (who, number, data) in enumerate(_EVENTS)
    )


_WEVTUTIL = (
    "Event[{n}]:\n  Log Name: System\n  Source: {who}\n  Date: 2026-11-25T20:20:0{n}.000\n  Event ID: {id}\n"
    "  Task: N/A\n  Level: 错误\n  Opcode: N/A\n  Keyword: Classic\n  User: N/A\n  User Name: N/A\n"
    "  Computer: WIN-1\n  Description: \n{data}\n\n"
)
_LIST = (
    "\nTimeCreated  : 2026/11/25 20:20:0{n}\nProviderName : {who}\nId           : {id}\n"
    "LevelDisplayName : 错误\nMessage      : {data}\n               请检查\n\n"
)
_WHOLE_LIST = (
    "\nMessage      : {data}\nId           : {id}\nProviderName : {who}\n"
    "TimeCreated  : 2026/11/25 20:20:0{n}\nLevelDisplayName : 错误\n\n"
)
_EXPORTS = {
    "one line of XML": ("<Events>" + _each(_XML) + "</Events>").encode("utf-16"),
    "lines of XML": _each(_XML + "\n").encode(),
    "CSV of the viewer": (
        "级别,日期和时间,来源,事件 ID,任务类别\n" + _each('错误,2026/11/25 20:20:0{n},{who},{id},无,"{data}\n请检查"\n')
    ).encode("utf-8-sig"),
    "tabs of the viewer": (
        "级别\t日期和时间\t来源\t事件 ID\t任务类别\n" + _each("错误\t2026/11/25 20:20:0{n}\t{who}\t{id}\t无\t{data}\n")
    ).encode("gb18030"),
    "wevtutil": _each(_WEVTUTIL).replace("\n", "\r\n").encode("gb18030"),
    "Format-List": _each(_LIST).encode("utf-16"),
    "Format-List *": _each(_WHOLE_LIST).encode("utf-8-sig"),
}  # fmt: skip


@pytest.mark.parametrize("form", sorted(_EXPORTS))
def test_every_export_of_windows_events_gives_the_same_report(form: str, tmp_path: Path) -> None:
    """
    Three crashes are three crashes, at their times, with source and number of the event as the module.
    """
    path = tmp_path / "events.txt"
    path.write_bytes(_EXPORTS[form])

    found = paicha.investigate(path, zone="Asia/Shanghai")

    assert [("service_crashed", 3, "P1")] == [
        (one.id, one.n, one.priority) for one in found.findings.problems
    ]
    rows = found.sql(
        "select strftime(timestamp, '%H:%M:%S'), scope_name, body from records order by 1"
    )
    assert [(f"12:20:0{n}", f"{who} {number}") for n, (who, number, _) in enumerate(_EVENTS)] == [
        tuple(row.values())[:2] for row in rows.to_pylist()
    ]
    assert [f"{who} {number}: {data}" for who, number, data in _EVENTS] == [
        row["body"].partition("\n")[0] for row in rows.to_pylist()
    ]


@pytest.mark.parametrize(
    ("magic", "way"),
    [(b"ElfFile\0\0\0", "wevtutil qe"), (b"LPKSHHRH\0\0", "journalctl --file")],
)
def test_a_binary_log_is_refused_with_the_way_to_export_it(
    magic: bytes, way: str, tmp_path: Path
) -> None:
    """
    Named, it is refused; found in a folder, the report is incomplete, for a log was not read.
    """
    (tmp_path / "System.evtx").write_bytes(magic + b"x" * 100)
    (tmp_path / "app.log").write_text("2026-11-25 20:00:00 INFO main - all fine\n", "utf-8")

    with pytest.raises(InputError) as refused:
        paicha.investigate(tmp_path / "System.evtx")
    found = paicha.investigate(tmp_path)

    assert way in str(refused.value)
    (reason,) = found.findings.coverage.logs[0].incomplete
    assert way in reason.zh
    assert way in reason.en
    assert ["incomplete"] == [one.kind for one in found.findings.statements]
