"""Copies of one program, each with a log of its own that names no service: whose is what stands in several of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import paicha
from paicha import Investigation
from paicha.composition.brief import compose_chat
from paicha.model.report import Bullets, Report
from paicha.model.suspects import SuspectReport

START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
TROUBLE = timedelta(minutes=32)


def _moments(step_s: int = 10) -> Iterable[tuple[datetime, bool]]:
    for n in range(3600 // step_s):
        at = START + timedelta(seconds=step_s * n)
        yield at, at >= START + TROUBLE


def _written(folder: Path, logs: dict[str, list[str]]) -> None:
    for name, lines in logs.items():
        (folder / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _tariff(at: datetime, *, bad: bool) -> str:
    said = "ERROR tariff failed: java.lang.NullPointerException" if bad else "INFO tariff found"
    level, text = said.split(" ", 1)
    return f"{at:%Y-%m-%d %H:%M:%S},000 {level} [exec-1] c.s.tariff.TariffController - {text}"


def _order(at: datetime, *, bad: bool) -> str:
    level, said = (
        ("ERROR", "GET http://tariff:8080/v1 returned 500") if bad else ("INFO", "order placed")
    )
    return json.dumps(
        {"timestamp": at.isoformat(), "level": level, "service": "order", "message": said}
    )


def _investigated(folder: Path) -> Investigation:
    return paicha.investigate(folder, start="2026-03-04 02:30", end="2026-03-04 03:00", zone="UTC")


def _suspects(found: Investigation) -> SuspectReport:
    assert found.findings.suspects is not None
    return found.findings.suspects


def said_of(report: Report) -> list[str]:
    """Return the lines of a short report."""
    bullets = [block for block in report.sections[0].blocks if isinstance(block, Bullets)]
    return ["".join(span.text for span in line) for line in bullets[0].items]


def test_what_copies_of_a_program_write_is_the_programs(tmp_path: Path) -> None:
    """It was said to be of nobody, so that nobody was named; the statement behind it counts what is told."""
    logs = {
        f"tariff-{n}.log": [_tariff(at, bad=bad) for at, bad in _moments()] for n in range(1, 4)
    }
    logs["order.log"] = [_order(at + timedelta(seconds=1), bad=bad) for at, bad in _moments()]
    _written(tmp_path, logs)

    found = _investigated(tmp_path)
    first = _suspects(found).suspects[0]

    assert _suspects(found).conclusive
    assert ("file", True) == (first.unit, first.name.endswith("/tariff-*.log"))
    clue = next(one for one in first.clues if one.kind == "change")
    assert "504 records" in clue.text.en
    assert [504] == found.sql(clue.sql)["n"].to_pylist()
    assert "null_reference" == found.findings.problems[0].class_id


def test_what_one_copy_alone_writes_is_that_copys(tmp_path: Path) -> None:
    """Only the second one fails: the first two share all other lines."""
    logs = {
        f"tariff-{n}.log": [_tariff(at, bad=bad and n == 2) for at, bad in _moments()]
        for n in range(1, 4)
    }
    logs["order.log"] = [_order(at + timedelta(seconds=1), bad=bad) for at, bad in _moments()]
    _written(tmp_path, logs)

    first = _suspects(_investigated(tmp_path)).suspects[0]

    assert first.name.endswith("/tariff-2.log")


def test_records_that_name_a_module_are_not_said_to_name_none(tmp_path: Path) -> None:
    """Two programs that are no copies write the same words: which service they are of is not known, but their module is."""
    _written(
        tmp_path,
        {
            "north.log": [_tariff(at, bad=bad) for at, bad in _moments()],
            "south.log": [_tariff(at, bad=bad) for at, bad in _moments()],
            "order.log": [_order(at + timedelta(minutes=1), bad=bad) for at, bad in _moments()],
        },
    )

    found = _investigated(tmp_path)
    told = _suspects(found).text
    lines = said_of(compose_chat(found.findings, "en"))

    assert lines.index(told.en) > next(n for n, line in enumerate(lines) if "attention" in line)
    assert "do not say which service they are of" in told.en
    assert "没有标明属于哪个服务" in told.zh


def _kernel(host: str, said: str) -> list[str]:
    lines = []
    for at, bad in _moments():
        lines.append(f"{at:%b %d %H:%M:%S} {host} systemd[1]: Started Session 12 of User ops.")
        if bad:
            lines.append(f"{at:%b %d %H:%M:%S} {host} kernel: {said}")
    return lines


@pytest.mark.parametrize("folder", [False, True], ids=["in its name", "in its folder's"])
def test_a_log_whose_path_names_a_host_stands_on_it(folder: bool, tmp_path: Path) -> None:
    """Its records name none; the kernel of that host alone tells that connections are dropped."""
    logs = {}
    for host in ("gw-1", "gw-2", "gw-3"):
        bad_here = host == "gw-2"
        kernel = _kernel(host, "nf_conntrack: nf_conntrack: table full, dropping packet")
        logs[host, "messages"] = (
            kernel if bad_here else [line for line in kernel if "kernel" not in line]
        )
        logs[host, "gate.log"] = [
            f"{at + timedelta(seconds=2):%Y/%m/%d %H:%M:%S} [error] 31#31: *{at.minute} upstream timed out (110: Connection timed out)"
            if bad and bad_here
            else f"{at + timedelta(seconds=2):%Y/%m/%d %H:%M:%S} [notice] 31#31: signal process {at.minute} done"
            for at, bad in _moments()
        ]
    for host, _ in logs if folder else ():
        (tmp_path / host).mkdir(exist_ok=True)
    mark = "/" if folder else "-"
    _written(tmp_path, {f"{host}{mark}{name}": lines for (host, name), lines in logs.items()})

    suspects = _suspects(_investigated(tmp_path))

    assert ("kernel", True) == (suspects.suspects[0].name, suspects.conclusive)
    assert "symptom" == next(one.role for one in suspects.suspects if "gw-2" in one.name)


@pytest.mark.parametrize(("host", "sure"), [("db-01", True), ("web-01", False)])
def test_a_database_that_cannot_be_reached_is_the_machine_called_after_it(
    host: str, sure: bool, tmp_path: Path
) -> None:
    """Its link goes down; who asks it names no address. A machine called otherwise need not be it."""
    down = "ixgbe 0000:5e:00.1 eth1: NIC Link is Down"
    logs = {"system.log": _kernel(host, down)}
    for name in ("order", "member"):
        logs[f"{name}.log"] = [
            f"{at:%Y-%m-%d %H:%M:%S}.100 [exec-1] ERROR com.mall.{name}.Dao - 数据库访问异常：Communications link failure，最后一次成功收包在 {at.minute} 毫秒之前"
            if bad
            else f"{at:%Y-%m-%d %H:%M:%S}.100 [exec-1] INFO  com.mall.{name}.Api - 请求处理完成，耗时={at.minute}ms"
            for at, bad in _moments()
        ]
    _written(tmp_path, logs)

    found = _investigated(tmp_path)
    suspects = _suspects(found)

    assert sure == suspects.conclusive
    if sure:
        assert "kernel" == suspects.suspects[0].name
        assert "network_interface_down" == found.findings.problems[0].class_id


def test_the_same_version_that_starts_again_is_a_restart(tmp_path: Path) -> None:
    """Nothing new comes with it; another version that starts is a release, and the first one that is seen may be either."""
    starts = {10: "3.4.1", 44: "3.4.1", 52: "3.4.2"}
    lines = []
    for at, bad in _moments():
        if at.second == 0 and at.minute in starts:
            said = f"starting parcel version {starts[at.minute]}"
            lines.append(
                json.dumps(
                    {"ts": at.isoformat(), "level": "info", "service": "parcel", "msg": said}
                )
            )
        lines.append(_order(at, bad=bad))
    _written(tmp_path, {"all.log": lines})

    found = paicha.investigate(tmp_path, start="2026-03-04 02:00", end="2026-03-04 03:00")
    told = {one.said: one.kind for one in _suspects(found).interventions}
    at_once = [one.kind for one in _suspects(found).interventions if "3.4.1" in one.said]

    assert "release" == told["starting parcel version 3.4.2"]
    assert ["restart", "start"] == sorted(at_once)
