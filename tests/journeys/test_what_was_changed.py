"""What products write when somebody changes them is told beside the trouble that follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import paicha
from paicha.facade.investigation import Investigation

_BEGAN = datetime(2025, 3, 4, 10, tzinfo=UTC)
#: The trouble begins then, a minute after the change [s].
_SINCE, _CHANGED, _END = 1800, 1740, 3600


def _stamp(second: float) -> str:
    return f"{_BEGAN + timedelta(seconds=second):%Y-%m-%d %H:%M:%S}"


def _investigated(folder: Path, changed: str, metrics: Path | None = None) -> Investigation:
    """Investigate a shop whose pool runs dry a minute after another program wrote a line."""
    calm = [(s, f"{_stamp(s)} INFO shop.Cart: order {s} placed") for s in range(0, _END, 5)]
    dry = "ERROR shop.Stock: connection pool exhausted, waited 3000 ms"
    failing = [(s, f"{_stamp(s)} {dry}") for s in range(_SINCE, _END, 3)]
    (folder / "logs").mkdir()
    lines = sorted([*calm, *failing])
    (folder / "logs" / "shop.log").write_text("".join(f"{line}\n" for _, line in lines), "utf-8")
    idle = [f"{_stamp(s)} INFO saved {s} keys" for s in range(0, _END, 30)]
    idle.insert(_CHANGED // 30, f"{_stamp(_CHANGED)} WARN {changed}")
    (folder / "logs" / "other.log").write_text("".join(f"{line}\n" for line in idle), "utf-8")
    return paicha.investigate(folder / "logs", zone="UTC", metrics=metrics, host="10.0.0.1")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("CONFIG SET maxclients 64", "change of settings"),
        ('parameter "max_connections" changed to "20"', "change of settings"),
        ("Refresh keys changed: [shop.pool.max-active]", "change of settings"),
        ("updating [indices.breaker.total.limit] from [70%] to [20%]", "change of settings"),
        ("ops : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/usr/sbin/tc qdisc add", "command by hand"),
        ("节点 shop-3 已摘除流量", "traffic moved"),
        ("Time has been changed", "clock set"),
    ],
)  # fmt: skip
def test_what_a_product_writes_of_a_change_stands_on_the_first_screen(
    tmp_path: Path, line: str, kind: str
) -> None:
    """
    The change a minute before the first error was one line among many, and nobody's.
    """
    found = _investigated(tmp_path, line).findings.suspects

    assert found is not None
    assert [(line, kind)] == [(one.said, one.title.en) for one in found.interventions]


def test_a_cache_at_its_own_limit_claims_nothing_of_the_memory_of_its_host(tmp_path: Path) -> None:
    """
    "Log and metrics disagree", of a Redis at its maxmemory on a host with memory left.
    """
    metrics = tmp_path / "metrics.csv"
    rows = [
        f"{_BEGAN + timedelta(seconds=s):%Y-%m-%dT%H:%M:%SZ},10.0.0.1,mem_usage,61"
        for s in range(0, _END, 60)
    ]
    metrics.write_text("time,host,metric,value\n" + "\n".join(rows) + "\n", "utf-8")
    found = _investigated(tmp_path, "WARNING: maxmemory limit reached, evicting keys", metrics)

    assert "memory_limit" in {problem.id for problem in found.findings.problems}
    assert found.findings.claims == ()


def test_who_was_stopped_right_before_others_failed_is_suspected_first(tmp_path: Path) -> None:
    """
    The first suspect was who could not reach the database; that it had been stopped stood below, with a third of the points.
    """
    for name, lines in (
        (
            "shop.log",
            [
                f"{_stamp(s)} ERROR shop.Stock: connection to 10.0.0.5:5432 refused"
                if s >= _SINCE
                else f"{_stamp(s)} INFO shop.Stock: order {s} saved"
                for s in range(0, _END, 5)
            ],
        ),
        (
            "database.log",
            [
                *(f"{_stamp(s)} INFO checkpoint {s} complete" for s in range(0, _SINCE, 60)),
                f"{_stamp(_SINCE - 2)} INFO received fast shutdown request",
            ],
        ),
    ):
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    found = paicha.investigate(tmp_path, zone="UTC").findings.suspects

    assert found is not None
    first, *others = found.suspects
    assert (Path(first.name).name, first.role) == ("database.log", "suspect")
    assert "within 2 s others had trouble that is new (shop.Stock)" in first.clues[0].text.en
    assert "2 秒内 shop.Stock 即出现新的异常" in first.clues[0].text.zh
    assert all(one.points < first.points for one in others)
