"""Sentences of a report on an incident whose course is known: they say what was counted, and no more."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import paicha
from paicha.facade.investigation import Investigation
from paicha.interfaces.mcp.speech import investigation_text
from paicha.interfaces.mcp.telling import headline

_BEGAN = datetime(2025, 3, 4, 10, tzinfo=UTC)


def _line(second: float, level: str, service: str, message: str) -> str:
    at = (_BEGAN + timedelta(seconds=second)).isoformat()
    said = {"time": at, "level": level, "service": service, "message": message}
    return json.dumps(said, ensure_ascii=False)


def _chain(callee: str) -> list[tuple[float, str]]:
    """Return what is written where a ledger dies under a service, and a gate waits for that."""
    calm = [
        (second, _line(second, "info", who, f"request {second} done"))
        for second in range(-1200, 1200, 2)
        for who in ("gate", callee, "ledger")
    ]
    dies = "panic: runtime error: index out of range [5] with length 3"
    refused = "调用ledger失败: dial tcp 10.0.1.4:8080: connect: connection refused"
    failed = f"upstream {callee} answered 502"
    return [
        *calm,
        (300, _line(300, "fatal", "ledger", dies)),
        *((301 + n * 7.5, _line(301 + n * 7.5, "error", callee, refused)) for n in range(60)),
        *((303 + n * 2, _line(303 + n * 2, "error", "gate", failed)) for n in range(240)),
    ]


def _investigated(folder: Path, lines: list[tuple[float, str]]) -> Investigation:
    log = folder / "app.json"
    log.write_text("".join(f"{line}\n" for _, line in sorted(lines)), "utf-8")
    return paicha.investigate(log, start=_BEGAN, end=_BEGAN + timedelta(minutes=20), zone="UTC")


@pytest.mark.parametrize("callee", ["till", "oms"])
def test_the_one_at_the_end_of_a_chain_of_failures_is_suspected(
    callee: str, tmp_path: Path
) -> None:
    """
    Names in Latin letters between Chinese ones, and callees of three letters, were taken for no names.
    """
    found = _investigated(tmp_path, _chain(callee)).findings.suspects

    assert found is not None
    assert ["ledger", "suspect"] == [found.suspects[0].name, found.suspects[0].role]
    assert {callee, "gate"} == {one.name for one in found.suspects if one.role == "symptom"}


def test_what_all_have_in_common_is_not_called_most(tmp_path: Path) -> None:
    """
    "HTTP 5xx answers, mostly status 502: all 240 records".
    """
    told = _investigated(tmp_path, _chain("till")).render("md", "en").decode()

    assert "HTTP 5xx answers, status 502: all 240 records" in told
    assert "mostly" not in told


def test_what_changed_is_told_by_what_it_was_before(tmp_path: Path) -> None:
    """
    变多 2 倍 means three times as many, and 变少 0.067 倍 means nothing.
    """
    lines = [
        (start + n * 1200 / count, _line(start + n * 1200 / count, level, "gate", message))
        for start, count, level, message in (
            (-1200, 80, "error", "thumbnail could not be drawn"),
            (0, 160, "error", "thumbnail could not be drawn"),
            (-1200, 300, "warn", "packet is sent again"),
            (0, 20, "warn", "packet is sent again"),
        )
        for n in range(count)
    ]

    told = _investigated(tmp_path, lines)

    report = {language: told.render("md", language).decode() for language in ("zh", "en")}
    assert "thumbnail could not be drawn（80 → 160 条，为此前的 2 倍）" in report["zh"]
    assert "packet is sent again（300 → 20 条，为此前的 6.7%）" in report["zh"]
    assert "**变多，为此前的 2 倍**" in report["zh"]
    assert "**变少，为此前的 6.7%**" in report["zh"]
    assert "packet is sent again (300 → 20 records, 6.7 % of what it was)" in report["en"]
    assert "—起" not in report["zh"].replace(" ", "")
    assert "first at —" not in report["en"]


def test_times_that_clocks_show_twice_say_which_of_the_two(tmp_path: Path) -> None:
    """
    A window of the night in which clocks are set back ended before it began, and a last record came before the first.
    """
    began = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    lines = [
        json.dumps({"time": at.isoformat(), "level": "error", "message": "lease lost"})
        for at in (began + timedelta(minutes=minute) for minute in range(2, 60))
    ]
    log = tmp_path / "a.json"
    log.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    end = began + timedelta(hours=1)

    found = paicha.investigate(log, start=began, end=end, zone="Europe/Berlin", baseline="none")

    told = found.render("md", "en").decode()
    assert "**2025-10-26 02:30:00 CEST – 02:30:00 CET (1 h, Europe/Berlin" in told
    assert "**02:32:00 CEST** first seen" in told
    assert "**02:29:00 CET** last seen" in told
    assert "`02:32:00.000 CEST`" in told
    assert "still going on at the end of the records (02:29:00 CET)" in told
    elsewhere = found.render("md", "en", zone="Asia/Shanghai").decode()
    assert "First seen 08:32:00 (" in elsewhere
    assert "CES" not in elsewhere


def test_what_is_nearly_all_is_not_all(tmp_path: Path) -> None:
    """
    A disk at 99.996 % stood there as 100.00 %, as minimum and as average.
    """
    log, metrics = tmp_path / "a.json", tmp_path / "m.csv"
    log.write_text(_line(60, "error", "gate", "lease lost") + "\n", "utf-8")
    rows = [f"{_BEGAN + timedelta(minutes=n):%FT%TZ},10.6.0.1,99.996" for n in range(20)]
    metrics.write_text("\n".join(["time,host,disk_usage", *rows, ""]), "utf-8")

    found = paicha.investigate(
        log, metrics=[metrics], start=_BEGAN, end=_BEGAN + timedelta(minutes=20), zone="UTC"
    )

    told = found.render("md", "en").decode()
    assert "| **99.996 %** | 99.996 % | 99.996 % |" in told
    assert "reached 99.996 %, beyond its threshold of 95 %" in told


def test_values_that_are_not_each_counted_are_no_ranking(tmp_path: Path) -> None:
    """
    One user of 700 had a third of the failures and was not among the most frequent, because a hash kept 256 of them.
    """
    users = [*(f"{'abcdefghij'[n // 100]}{'klmnopqrst'[n // 10 % 10]}{'uvwxyzabcd'[n % 10]}"
               for n in range(700)), *["zelda"] * 350]  # fmt: skip
    waits = [0.001 * (n % 60 + 1) for n in range(len(users))]
    lines = [
        (float(n), _line(n, "error", "gate", f"session of '{user}' lost after {wait:.3f} s"))
        for n, (user, wait) in enumerate(zip(users, waits, strict=True))
    ]

    told = _investigated(tmp_path, lines).render("md", "en").decode()

    (row,) = [row for row in told.splitlines() if row.startswith("| **1,050**")]
    found = re.search(r"value: about (\d+) different ones, too many to count each, such as", row)
    assert found is not None
    assert 600 < int(found[1]) < 800
    assert "distinct in all" not in row
    assert "value: 0.001 – 0.06 s, mean 0.03" in row  # it was 0


def test_a_quantile_that_a_sketch_knows_is_called_about(tmp_path: Path) -> None:
    """
    A median of 691.2 was that of no value: all were whole.
    """
    lines = [
        (n / 10, _line(n / 10, "error", "gate", f"answer after {n} ms")) for n in range(1, 2001)
    ]

    told = _investigated(tmp_path, lines).render("md", "en").decode()

    found = re.search(r"mean 1,000.5, median about ([\d,]+), p95 about", told)
    assert found is not None
    assert 990 <= int(found[1].replace(",", "")) <= 1010
    assert "(2,000 values; quantiles to within 1 %)" in told


def test_numbers_closer_together_than_a_quantile_is_known_have_none(tmp_path: Path) -> None:
    """
    The median of orders that fail one after the other stood at the lowest, the 95th percentile below their mean.
    """
    orders = [
        (n / 10, _line(n / 10, "error", "gate", f"order {71450 + n} is lost")) for n in range(300)
    ]
    sizes = [
        (n / 10, _line(n / 10, "error", "gate", f"answer of {800_000 + n * 9} bytes"))
        for n in range(300)
    ]

    told = _investigated(tmp_path, sorted(orders + sizes)).render("md", "en").decode()

    assert "71,450 – 71,749" not in told
    assert "71450 – 71749 (300 values)" in told
    assert "800,000 – 802,691 bytes, mean 801,345.5 (300 values)" in told


def test_levels_are_told_as_they_were_counted(tmp_path: Path) -> None:
    """
    Most records were said to be at ERR, of which there were three of eight: ERROR and E are the same level.
    """
    spelt = ["err"] * 3 + ["error"] * 2 + ["e"] + ["warn"] * 2
    lines = [(float(n), _line(n, level, "gate", "lease lost")) for n, level in enumerate(spelt)]

    told = _investigated(tmp_path, lines)

    why = {problem.n: problem.why.en for problem in told.findings.problems}
    assert "most records at ERR;" in why[8]
    lines = [(float(n), _line(n, level, "gate", "lease lost")) for n, level in enumerate(
        ["warn"] * 4 + ["error"] * 3 + ["fatal"] * 2)]  # fmt: skip
    (problem,) = _investigated(tmp_path, lines).findings.problems
    assert "most often at WARN;" in problem.why.en
    (problem,) = _investigated(tmp_path, lines[-1:]).findings.problems
    assert "; at FATAL; 1 record" in problem.why.en
    assert "；级别为 FATAL；共 1 条" in problem.why.zh


def test_what_is_louder_than_a_thin_baseline_is_no_calm(tmp_path: Path) -> None:
    """
    Three times the errors of the minute before, and nothing was said to show that anybody suffered.
    """
    lines = [
        *((n / 2, _line(n / 2, "error", "gate", "lease lost")) for n in range(120)),
        *((n * 1.5 - 60, _line(n * 1.5 - 60, "error", "gate", "lease lost")) for n in range(40)),
    ]
    log = tmp_path / "a.json"
    log.write_text("".join(f"{line}\n" for _, line in sorted(lines)), "utf-8")

    found = paicha.investigate(log, start=_BEGAN, end=_BEGAN + timedelta(minutes=1), zone="UTC")

    change, suspects = found.findings.problems[0].change, found.findings.suspects
    assert change is not None
    assert suspects is not None
    assert ("louder", False) == (change.kind, change.firm)
    assert "Inconclusive" in suspects.text.en


def test_a_claim_that_one_host_confirms_and_another_contradicts_is_both(tmp_path: Path) -> None:
    """
    The priority said that the metrics confirm it, the table that they contradict it.
    """
    lines = [
        json.dumps(
            {
                "time": (_BEGAN + timedelta(seconds=5 * n)).isoformat(),
                "level": "error",
                "host": f"10.6.0.{1 + n % 2}",
                "message": f"Disk space low: usage={90 + n % 9}%",
            }
        )
        for n in range(40)
    ]
    log, metrics = tmp_path / "a.json", tmp_path / "m.csv"
    log.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    rows = [
        f"{_BEGAN + timedelta(minutes=n):%FT%TZ},10.6.0.{host},{value}"
        for n in range(20)
        for host, value in ((1, 97.5), (2, 22.0))
    ]
    metrics.write_text("\n".join(["time,host,disk_usage", *rows, ""]), "utf-8")

    found = paicha.investigate(log, metrics=[metrics], zone="UTC")

    (problem,) = found.findings.problems
    assert "confirm part of its claims and contradict another" in problem.why.en
    assert "；主机指标证实一部分说法，与另一部分矛盾（" in problem.why.zh
    spoken = investigation_text(headline("7", found.findings, "en", ""), "en")
    assert "1 claim in the logs is contradicted by metrics." in spoken
    assert "according to 20 records; Disk space usage on 10.6.0.2 measured" in spoken
