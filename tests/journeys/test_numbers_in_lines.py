"""Nothing complains, and everything takes forty times as long: an engineer who asks is told so, and can count it again."""

from __future__ import annotations

import json
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from tests.journeys.conftest import CommandLine

_BEGAN = datetime(2026, 11, 20, 10, tzinfo=UTC)
_SLOW_FROM = 900


def _written(path: Path) -> list[float]:
    """Write the log of a service that gets slow without a word, and return how long each of its lines says it took."""
    draw = random.Random(3)
    took = [draw.lognormvariate(3, 0.4) * (40 if at >= _SLOW_FROM else 1) for at in range(1500)]
    with path.open("w", encoding="utf-8") as out:
        for at, value in enumerate(took):
            stamp = f"{_BEGAN + timedelta(seconds=2 * at):%Y-%m-%d %H:%M:%S}"
            out.write(f"{stamp} INFO [stock] Sync of store {at % 90} completed in {value:.0f} ms\n")
            if at % 5 == 0:
                out.write(f"{stamp} INFO [stock] uptime={2 * at}s, retrying in {at} ms\n")
    return [float(f"{value:.0f}") for value in took]


def test_a_service_that_gets_slow_without_a_word_is_told_and_can_be_counted_again(
    paicha: CommandLine,
) -> None:
    """First screen, table, timeline, JSON; the query in the report gives the same medians."""
    took = _written(paicha.folder / "stock.log")
    before, after = median(took[:_SLOW_FROM]), median(took[_SLOW_FROM:])
    done = paicha("investigate", "stock.log", "--tz", "UTC", "-o", "out")
    report = json.loads((paicha.folder / "out" / "report.json").read_text("utf-8"))
    (moved,) = report["numbers"]

    assert 0 == done.code
    assert (900, 600) == (moved["before"]["n"], moved["after"]["n"])
    assert (before, after) == (moved["before"]["p50"], moved["after"]["p50"])
    assert moved["at"].startswith("2026-11-20T10:30:00")
    assert "duration went from 20 ms to" in done.out
    assert "at 10:30:00 (medians of 900 and 600 lines)" in re.sub(r"\s+", " ", done.out)
    assert "uptime" not in done.out
    for name in ("report.md", "report.html"):
        assert "median 20 ms" in (paicha.folder / "out" / name).read_text("utf-8")

    case = paicha.folder / "out" / "paicha.case.duckdb"
    number = "cast(regexp_extract(stated, 'in (\\d+) ms', 1) as double)"
    again = f"select median({number}) as half, count(*) as n from ({moved['sql']}) where timestamp < '{moved['at']}'"
    counted = paicha("sql", case, again, "--format", "json")

    assert [{"half": before, "n": 900}] == json.loads(counted.out)


def test_it_is_said_in_chinese_as_well(paicha: CommandLine) -> None:
    """The same figures."""
    _written(paicha.folder / "stock.log")
    done = paicha("investigate", "stock.log", "--tz", "UTC", "--lang", "zh", "-o", "out")

    assert "日志里的耗时：10:30:00 起从 20 ms 变为" in re.sub(r"\s+", " ", done.out)
    assert "偏离自身历史的日志数值：1 个" in (paicha.folder / "out" / "report.md").read_text(
        "utf-8"
    )
