"""A folder of logs fetched from many hosts: which host is sick stands on the first screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import paicha
from paicha.composition.digest import compose_digest
from paicha.facade import Asked, carry_out, prepare
from paicha.sources.files.place_hosts import host_of_place

_HOSTS = [f"10.3.7.{n}" for n in range(21, 31)]


def _write(folder: Path, place: str, *, lines: int = 3) -> None:
    for host in _HOSTS:
        path = folder / place.format(host=host)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(
            f"2026-11-25 20:00:{n % 60:02d} INFO SaveMgr - 存盘完成 uid={n}\n" for n in range(lines)
        )
        if host == "10.3.7.24":
            text += "".join(
                f"2026-11-25 20:10:0{n} ERROR SaveMgr - 存盘失败: 数据库连接失败 uid={n}\n"
                for n in range(7)
            )
        path.write_text(text, "utf-8")


@pytest.mark.parametrize("place", ["{host}/game.log", "game_{host}.log", "{host}.log"])
def test_the_one_sick_host_of_ten_stands_on_the_first_screen(place: str, tmp_path: Path) -> None:
    """
    Lines that name no host are of the host in their path, and the verdict says which one it is.
    """
    _write(tmp_path, place)

    found = paicha.investigate(tmp_path, zone="Asia/Shanghai")

    assert 10 == found.findings.totals.hosts
    assert [("10.3.7.24", 7)] == [(one.name, one.n) for one in found.findings.problems[0].hosts]
    words = found.findings.statements[1].text
    assert "只出现在 10.3.7.24 这一台主机上（共 10 台）" in words.zh
    assert "on 10.3.7.24 alone (of 10 hosts)" in words.en
    told = compose_digest(found.findings, "zh").problems[0].course
    assert told.startswith("仅 1/10 台主机（10.3.7.24）；")
    (note,) = [one.en for one in found.findings.coverage.logs[0].notes if "path" in one.en]
    assert "(10 hosts: 10.3.7.21, 10.3.7.22, " in note


def test_large_files_give_their_hosts_the_same_counts(tmp_path: Path) -> None:
    """
    Files that are counted while they are read name the same hosts, and one host can be asked for.
    """
    _write(tmp_path, "{host}/game.log", lines=40)
    prepared = prepare(Asked((str(tmp_path),), zone="Asia/Shanghai"))
    large = replace(prepared, inquiry=replace(prepared.inquiry, keep_bytes=0))
    sql = "select host, sum(n) as n from counts group by all order by all"

    counted = [carry_out(each).sql(sql).to_pylist() for each in (prepared, large)]
    one = paicha.investigate(tmp_path, zone="Asia/Shanghai", host="10.3.7.24")

    assert [(host, 47 if host == "10.3.7.24" else 40) for host in _HOSTS] == [
        (row["host"], row["n"]) for row in counted[0]
    ]
    assert counted[0] == counted[1]
    assert 47 == one.findings.totals.records


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("logs/10.3.7.24/app.log", "10.3.7.24"),
        ("30.189.38.149/app.log", "30.189.38.149"),
        ("all.tar.gz!/192.168.1.9/var/log/messages", "192.168.1.9"),
        ("app-10.3.7.24.log.1.gz", "10.3.7.24"),
        ("10.3.7.24_20261125.log", "10.3.7.24"),
        ("mysql-8.0.34.1/error.log", ""),
        ("app-10.3.7.24.5.log", ""),
        ("10.3.7.24-10.3.7.30.log", ""),
        ("127.0.0.1.log", ""),
        ("300.1.2.3/app.log", ""),
        ("0.0.0.0/app.log", ""),
        ("app.log", ""),
    ],
)
def test_only_what_is_an_address_for_sure_is_a_host(place: str, expected: str) -> None:
    """
    Versions, ranges and what is no address name no host.
    """
    assert expected == host_of_place(place)
