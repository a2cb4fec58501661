"""Numbers in log lines that leave their own past: which are told, which are not, and what is said of them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from paicha.model.findings import Findings
from paicha.model.stated import MovedNumber


def found(
    new_case: Any, said: Callable[[int], str], n: int = 300, *, level: str = "INFO"
) -> tuple[MovedNumber, ...]:
    """Return what moved in a line every two seconds."""
    case = new_case()
    for at in range(n):
        case.line(2 * at, level, "a.py", said(at), service="inventory")
    return findings_of(case).numbers


def findings_of(case: Any) -> Findings:
    findings = case.findings()
    assert isinstance(findings, Findings)
    return findings


def drawn(
    seed: int, slow: Callable[[int], float], usual: float = 20.0, spread: float = 0.3
) -> Callable[[int], float]:
    """Return values that are spread around *usual*, *slow* times as much."""
    draw = random.Random(seed)
    values = [usual * slow(at) * draw.lognormvariate(0, spread) for at in range(2000)]
    return lambda at: values[at]


def test_what_takes_forty_times_as_long_is_told_though_no_line_complains(new_case: Any) -> None:
    """Since when, from what to what, over how many lines; every figure is one of the values."""
    took = drawn(1, lambda at: 40 if at >= 200 else 1)
    (moved,) = found(new_case, lambda at: f"Sync of store {at} completed in {took(at):.0f} ms")
    before = sorted(round(took(at)) for at in range(200))
    after = sorted(round(took(at)) for at in range(200, 300))

    assert ("duration", "inventory", "ms", "median") == (
        moved.kind,
        moved.service,
        moved.unit,
        moved.of,
    )
    assert (200, 100) == (moved.before.n, moved.after.n)
    assert (before[99] + before[100]) / 2 == moved.before.p50
    assert (before[0], before[189], before[-1]) == (
        moved.before.minimum,
        moved.before.p95,
        moved.before.maximum,
    )
    assert (after[49] + after[50]) / 2 == moved.after.p50
    assert ("app.log:200", "app.log:201") == moved.locators
    assert moved.until is None
    assert not moved.grows


def test_the_first_screen_says_so_and_is_not_calm(new_case: Any) -> None:
    """In both languages, with the lines it was counted over."""
    took = drawn(1, lambda at: 40 if at >= 200 else 1)
    case = new_case(zone="UTC")
    for at in range(300):
        case.line(2 * at, "INFO", "a.py", f"Sync completed in {took(at):.0f} ms", service="stock")
    findings = findings_of(case)
    (said,) = findings.statements

    assert said.kind == "warning"
    assert "In lines of stock, duration went from 20 ms to 816 ms at 08:06:40" in said.text.en
    assert "(medians of 200 and 100 lines)" in said.text.en
    assert "stock 的日志里，耗时在 08:06:40 起从 20 ms 变为 816 ms" in said.text.zh
    assert "calm" not in {one.kind for one in findings.statements}
    entry = next(one for one in findings.timeline if one.kind == "metric")
    assert ("app.log:201", "In lines of stock, duration went from 20 ms to 816 ms") == (
        entry.locator,
        entry.text.en,
    )


def test_lines_that_name_no_service_are_called_log_lines(new_case: Any) -> None:
    """On the first screen and in the timeline."""
    took = drawn(1, lambda at: 40 if at >= 200 else 1)
    case = new_case(zone="UTC")
    for at in range(300):
        case.line(2 * at, "INFO", "a.py", f"Sync completed in {took(at):.0f} ms")
    findings = findings_of(case)
    said = "In log lines, duration went from 20 ms to 816 ms"

    assert findings.statements[0].text.en.startswith(said)
    assert said in [one.text.en for one in findings.timeline]


def test_only_the_slow_end_moves_where_one_request_of_seven_waits(new_case: Any) -> None:
    """The median stays; what one of twenty reaches is told."""
    draw = random.Random(5)
    slow = [draw.random() < (0.15 if at >= 500 else 0.005) for at in range(2000)]
    took = drawn(6, lambda at: 20 if slow[at] else 1, usual=8)
    (moved,) = found(new_case, lambda at: f"GET /cart done, cost={took(at):.1f}ms", 1200)

    assert ("slowest", "cost") == (moved.of, moved.name)
    assert moved.after.p50 < 2 * moved.before.p50
    assert moved.after.p95 > 5 * moved.before.p95
    assert abs(moved.before.n - 500) <= 60


@pytest.mark.parametrize(
    ("line", "name", "kind"),
    [
        ("pool stats active={} idle=3", "active", "held"),
        ("heap used={}MB max=4096MB", "used", "memory"),
        ("consumer lag={}", "lag", "backlog"),
        ("队列积压 {} 条，继续消费", "队列积压", "backlog"),
    ],
)
def test_what_creeps_is_said_to_grow(new_case: Any, line: str, name: str, kind: str) -> None:
    """Step by step, each stretch above the one before."""
    (moved,) = found(new_case, lambda at: line.format(40 + at * at // 40))

    assert (kind, name, True) == (moved.kind, moved.name, moved.grows)


def test_what_is_back_at_the_usual_says_until_when(new_case: Any) -> None:
    """The first line that is back."""
    took = drawn(8, lambda at: 10 if 100 <= at < 160 else 1)
    (moved,) = found(new_case, lambda at: f"handled in {took(at):.0f} ms")

    assert 60 == moved.after.n
    assert moved.until is not None
    assert 120 == (moved.until - moved.at).total_seconds()


@pytest.mark.parametrize(
    "line",
    [
        "retrying in {} ms",
        "request timed out after {} ms",
        "uptime={}s",
        "next run in {} s",
        "progress {}%",
        "lease expires in {} s",
        "order_id={} stored",
        "offset={} committed",
        "read {} rows",
        "任务 {} 秒后重试",
        "max_connections={} at start",
    ],
)
def test_what_measures_nothing_is_not_told_however_it_moves(new_case: Any, line: str) -> None:
    """Limits, plans, places in a stream and names."""
    assert () == found(
        new_case, lambda at: line.format(30 + (3000 + at % 9 if at > 150 else at % 7))
    )


def test_sums_since_the_start_are_no_failures_that_begin(new_case: Any) -> None:
    """They never fall; the same number of each stretch of time does."""
    assert () == found(new_case, lambda at: f"stats: sent={at} failed={at // 2}")
    (moved,) = found(new_case, lambda at: f"stats: failed={at % 3 + (40 if at > 150 else 0)}")
    assert "failures" == moved.kind


def test_what_gets_better_is_not_told(new_case: Any) -> None:
    """Shorter times and a shorter queue disturb nobody; less done in a second does."""
    took = drawn(9, lambda at: 1 if at >= 150 else 30)
    assert () == found(new_case, lambda at: f"handled in {took(at):.0f} ms")
    (moved,) = found(new_case, lambda at: f"throughput {took(at):.0f} rows/s qps={took(at):.0f}")
    assert ("throughput", "qps") == (moved.kind, moved.name)
    assert moved.after.p50 < moved.before.p50


def test_a_few_slow_ones_and_twice_the_noise_are_no_move(new_case: Any) -> None:
    """Outliers have no weight but their rank, and half as much again is not told."""
    took = drawn(10, lambda at: 500 if at % 97 == 96 else 1.5 if at > 150 else 1)

    assert () == found(new_case, lambda at: f"handled in {took(at):.0f} ms")


def test_what_comes_and_goes_is_usual(new_case: Any) -> None:
    """A queue that fills and empties every few minutes, and a course that wanders about."""
    draw = random.Random(13)
    assert () == found(new_case, lambda at: f"queue size={at % 60 * 8 + draw.randrange(9)}", 420)
    wandering = [0.0]
    for _ in range(600):
        wandering.append(0.95 * wandering[-1] + draw.gauss(0, 0.12))
    took = [20 * 2.718 ** (one + draw.gauss(0, 0.2)) for one in wandering]
    assert () == found(new_case, lambda at: f"handled in {took[at]:.0f} ms", 600)


def test_a_problem_tells_its_own_numbers(new_case: Any) -> None:
    """Lines that belong to a problem are left out here."""
    took = drawn(11, lambda at: 40 if at >= 200 else 1)

    assert () == found(new_case, lambda at: f"slow query took {took(at):.0f} ms", level="WARN")


def test_fields_beside_the_message_are_followed_in_whatever_units_they_are(new_case: Any) -> None:
    """`850ms` and `1.2s` are one course, in order of time."""
    case = new_case()
    for at in range(200):
        case.line(at, "INFO", "a.py", "request done", service="pay")
        slow = f"{1.2 + at % 5 / 10:.1f}s" if at % 2 else f"{850 + at % 9}ms"
        value = slow if at > 99 else f"{20 + at % 9}ms"
        case.rows[-1]["attributes"] = json.dumps({"elapsed": value, "status": at, "who": "x"})
    (moved,) = findings_of(case).numbers

    assert ("elapsed", "ms", 200) == (moved.name, moved.unit, moved.n)
    assert "json_extract_string" in moved.sql


def test_services_that_say_the_same_are_followed_one_by_one(new_case: Any) -> None:
    """One slow service among ten is not lost among the others."""
    case = new_case()
    took = drawn(12, lambda at: 1)
    for at in range(1500):
        service = f"svc-{at % 10}"
        slow = 30 if service == "svc-7" and at > 800 else 1
        case.line(at / 2, "INFO", "a.py", f"done in {took(at) * slow:.0f} ms", service=service)
    (moved,) = findings_of(case).numbers

    assert ("svc-7", 150) == (moved.service, moved.n)


def test_where_only_some_records_are_kept_it_is_said_that_nobody_looked(new_case: Any) -> None:
    """No data never looks like good news."""
    took = drawn(1, lambda at: 40 if at >= 200 else 1)
    case = new_case()
    for at in range(300):
        case.line(2 * at, "INFO", "a.py", f"Sync completed in {took(at):.0f} ms")
    case.changes = {"reduced": True}
    findings = findings_of(case)

    assert () == findings.numbers
    said = [one.text.en for one in findings.quality if "followed" in one.text.en]
    assert ["The case keeps only some of its records, so 1 number that lines state"] == [
        one.split(" (")[0] for one in said
    ]


def test_any_order_of_the_records_gives_the_same_numbers(new_case: Any) -> None:
    """They are put in order of time."""
    took = drawn(1, lambda at: 40 if at >= 200 else 1)
    one, other = new_case(), new_case()
    for at in range(300):
        one.line(2 * at, "INFO", "a.py", f"Sync {at} completed in {took(at):.0f} ms")
    other.rows = random.Random(2).sample(one.rows, len(one.rows))

    assert replace(findings_of(one)).numbers == findings_of(other).numbers
