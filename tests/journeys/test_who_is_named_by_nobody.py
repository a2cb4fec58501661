"""Logs of several programs side by side, some of which say neither service nor module: whose disk was full first."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

import paicha
from paicha.model.findings import Findings

CHINA = timezone(timedelta(hours=8))
START = datetime(2026, 3, 4, 2, 0, tzinfo=CHINA)


def _postgres(at: datetime, *, full: bool) -> str:
    said = (
        'ERROR:  could not extend file "base/16384/23212": No space left on device'
        if full
        else "LOG:  checkpoint complete"
    )
    return f"{at:%Y-%m-%d %H:%M:%S}.000 CST [4711] app@orders {said}"


def _api(at: datetime, *, full: bool) -> str:
    level, said = ("ERROR", "insert of the order failed") if full else ("INFO", "order accepted")
    return json.dumps({"ts": at.isoformat(), "level": level, "service": "order-api", "msg": said})


def _kafka(at: datetime, *, full: bool) -> str:
    if full:
        said = "ERROR Error while appending records to orders-1 (kafka.server.LogDirFailureChannel)\njava.io.IOException: No space left on device"
    else:
        said = "INFO Member joined (kafka.coordinator.group.GroupCoordinator)"
    return f"[{at:%Y-%m-%d %H:%M:%S},000] {said}"


def _investigated(folder: Path, *, api: bool) -> Findings:
    """PostgreSQL fails from 02:32 on, whoever else there is two and six minutes later."""
    logs = {"pg/postgresql.log": (_postgres, 32), "kafka/server.log": (_kafka, 38)}
    if api:
        logs["order/app.log"] = (_api, 34)
    for name, (line, since) in logs.items():
        moments = [START + timedelta(seconds=10 * n) for n in range(360)]
        lines = [line(at, full=at >= START + timedelta(minutes=since)) for at in moments]
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return paicha.investigate(
        folder, start="2026-03-04 02:30", end="2026-03-04 03:00", zone="Asia/Shanghai"
    ).findings


@pytest.mark.parametrize("api", [True, False], ids=["beside a service", "beside a module"])
def test_a_log_that_names_nobody_is_a_suspect_by_its_file(api: bool, tmp_path: Path) -> None:
    """The first whose disk was full is the first suspect, and not who is the only one with a name."""
    suspects = _investigated(tmp_path, api=api).suspects

    assert suspects is not None
    first = suspects.suspects[0]
    assert suspects.conclusive
    assert ("file", True) == (first.unit, first.name.endswith("pg/postgresql.log"))
    assert "168 条" in first.clues[0].text.zh
    assert "日志文件" in suspects.text.zh


def test_the_statement_behind_a_file_counts_what_is_said_of_it(tmp_path: Path) -> None:
    """It runs as it is; it counted all 180 records of the file, of which 168 are told."""
    _investigated(tmp_path, api=True)
    found = paicha.investigate(
        tmp_path, start="2026-03-04 02:30", end="2026-03-04 03:00", zone="Asia/Shanghai"
    )

    assert found.findings.suspects is not None
    sql = found.findings.suspects.suspects[0].clues[0].sql

    assert [168] == found.sql(sql)["n"].to_pylist()


def test_nobody_is_named_before_what_names_nobody(tmp_path: Path) -> None:
    """Two servers write the same words: whose they are is not known, so it is said, and nobody accused."""
    _investigated(tmp_path, api=True)
    shutil.copytree(tmp_path / "pg", tmp_path / "pg2")

    suspects = paicha.investigate(
        tmp_path, start="2026-03-04 02:30", end="2026-03-04 03:00", zone="Asia/Shanghai"
    ).findings.suspects

    assert suspects is not None
    assert not suspects.conclusive
    assert "02:32:00" in suspects.text.en
    assert "do not say which service they are of" in suspects.text.en


def _nginx(folder: Path) -> None:
    """A web server's two logs: from 02:32 on nobody listens behind it."""
    requests, errors = [], []
    for at in (START + timedelta(seconds=10 * n) for n in range(360)):
        bad = at >= START + timedelta(minutes=32)
        client = f"10.1.0.{at.second + 1}"
        status = 502 if bad else 200
        when = f"{at:%d/%b/%Y:%H:%M:%S %z}"
        requests.append(f'{client} - - [{when}] "GET /orders HTTP/1.1" {status} 157 "-" "curl/8.0"')
        said = "connect() failed (111: Connection refused) while connecting to upstream"
        word = f"[error] 31#31: *{at.minute} {said}" if bad else "[notice] 31#31: reopening logs"
        errors.append(
            f"{at:%Y/%m/%d %H:%M:%S} {word}, client: {client}"
            if bad
            else f"{at:%Y/%m/%d %H:%M:%S} {word}"
        )
    (folder / "nginx").mkdir()
    for name, lines in (("access.log", requests), ("error.log", errors)):
        (folder / "nginx" / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")


def test_the_two_logs_of_a_web_server_are_one_suspect(tmp_path: Path) -> None:
    """Its access log and its error log tell of one program; the statement behind it counts in both files."""
    _nginx(tmp_path)
    _investigated(tmp_path, api=False)
    found = paicha.investigate(
        tmp_path, start="2026-03-04 02:30", end="2026-03-04 03:00", zone="Asia/Shanghai"
    )
    suspects = found.findings.suspects

    assert suspects is not None
    of_nginx = [one for one in suspects.suspects if "nginx" in one.name]
    assert [("file", True)] == [
        (one.unit, one.name.endswith("nginx/{access,error}.log")) for one in of_nginx
    ]
    told = [clue for clue in of_nginx[0].clues if clue.kind == "change"]
    assert [168] == found.sql(told[0].sql)["n"].to_pylist()


def test_the_two_logs_of_a_web_server_alone_name_nobody(tmp_path: Path) -> None:
    """Who reads only what one program wrote learns nothing of another."""
    _nginx(tmp_path)
    suspects = paicha.investigate(
        tmp_path, start="2026-03-04 02:30", end="2026-03-04 03:00", zone="Asia/Shanghai"
    ).findings.suspects

    assert suspects is not None
    assert "the access log and the error log of one program" in suspects.text.en


def _java(at: datetime, level: str, said: str) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S},000 {level} [main] {said}"


def _order(at: datetime, n: int) -> str:
    if at < START + timedelta(minutes=33):
        return _java(at, "INFO", f"shop.order.OrderService - order {n} placed")
    if n % 2:
        return _java(at, "ERROR", f"shop.order.OrderService - order {n} could not be placed")
    said = "call to stock failed: HTTP 503 from http://stock:8080/reserve"
    return _java(at, "ERROR", f"shop.order.StockClient - {said}")


def _stock(at: datetime, n: int) -> str:
    if at < START + timedelta(minutes=32):
        return _java(at, "INFO", f"shop.warehouse.Ledger - reserved item {n}")
    said = f"could not write segment {n}: No space left on device"
    return _java(at, "ERROR", f"shop.warehouse.Ledger - {said}")


def test_of_programs_that_name_only_modules_the_one_that_is_asked_is_suspected(
    tmp_path: Path,
) -> None:
    """Lines that call another program tell its name, as its folder does, and not the module that failed in it."""
    for name, line in (("order", _order), ("stock", _stock)):
        moments = [START + timedelta(seconds=10 * n) for n in range(360)]
        (tmp_path / name).mkdir()
        lines = [line(at, n) for n, at in enumerate(moments)]
        (tmp_path / name / "app.log").write_text("".join(f"{one}\n" for one in lines), "utf-8")
    found = paicha.investigate(
        tmp_path, start="2026-03-04 02:30", end="2026-03-04 03:00", zone="Asia/Shanghai"
    )
    suspects = found.findings.suspects

    assert suspects is not None
    assert suspects.conclusive
    assert [("file", "stock", "suspect"), ("file", "order", "symptom")] == [
        (one.unit, Path(one.name).parent.name, one.role) for one in suspects.suspects
    ]
    named = next(clue for clue in suspects.suspects[0].clues if clue.kind == "named")
    assert "order/app.log" in named.text.en
    change = next(clue for clue in suspects.suspects[0].clues if clue.kind == "change")
    assert [168] == found.sql(change.sql)["n"].to_pylist()


def test_stamps_of_whole_seconds_are_not_ahead_of_finer_ones(tmp_path: Path) -> None:
    """Of one second the access logs of two gateways say its beginning; the database failed in it, and they with it."""
    for number in range(360):
        at = START + timedelta(seconds=10 * number, milliseconds=340)
        full = number >= 192
        lines = {"pg/postgresql.log": _postgres(at, full=full).replace(".000 ", ".340 ")}
        code = 500 if full else 201
        lines[f"gw-{1 + number % 2}/access.log"] = (
            f'10.1.0.9 - - [{at:%d/%b/%Y:%H:%M:%S} +0800] "POST /orders HTTP/1.1" {code} 170'
        )
        for name, line in lines.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            with (tmp_path / name).open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")

    suspects = paicha.investigate(
        tmp_path, start="2026-03-04 02:30", end="2026-03-04 03:00", zone="Asia/Shanghai"
    ).findings.suspects

    assert suspects is not None
    assert (True, "pg/postgresql.log") == (
        suspects.conclusive,
        suspects.suspects[0].name[-len("pg/postgresql.log") :],
    )
