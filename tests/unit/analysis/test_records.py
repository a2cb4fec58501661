"""Questions about single records, answered from memory."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from paicha.analysis.grid import buckets_of
from paicha.analysis.membership import membership_of
from paicha.analysis.records import Buckets
from paicha.model.question import Window


def test_examples_are_the_earliest_or_the_latest(new_case: Any) -> None:
    """
    In order of time either way; lines without a time come last.
    """
    case = new_case().line(None, "ERROR", "a.py", "flux is low")
    for second in (30, 10, 20):
        case.line(second, "ERROR", "a.py", "flux is low")
    tables = case.tables()
    rows = membership_of(tables.counts, tables.template_shapes, ()).rows

    earliest = tables.records.examples(rows, 2)
    latest = tables.records.examples(rows, 2, latest=True)
    everything = tables.records.examples(rows, 9)

    assert ["app.log:3", "app.log:4"] == earliest["locator"].to_pylist()
    assert ["app.log:4", "app.log:2"] == latest["locator"].to_pylist()
    assert "app.log:1" == everything["locator"].to_pylist()[-1]


def test_curves_leave_out_what_lies_outside(new_case: Any) -> None:
    """
    Left edge in, right edge out, no time nowhere.
    """
    case = new_case()
    for at in (None, -1, 0, 59.999999, 60, 119, 120):
        case.line(at, "INFO", "a.py", "all fine")

    assert (2, 2) == case.tables().records.pace(Buckets(case.start, 60, 2))


def test_curves_from_counts_and_from_records_agree(new_case: Any) -> None:
    """
    Whole minutes are added up from the counts; the records say the same.
    """
    case = new_case(minutes=120)
    for second in range(0, 7000, 37):
        case.line(second, "ERROR", f"m{second % 3}.py", "flux is low")
    findings = case.findings()
    tables = case.tables()
    rows = membership_of(tables.counts, tables.template_shapes, ()).rows
    totals = findings.totals
    buckets = Buckets(totals.bucket_start, totals.bucket_s, totals.buckets)

    assert 0 == totals.bucket_s % 60
    assert {p.id: p.curve for p in findings.problems} == dict(tables.records.curves(rows, buckets))
    assert {m.name: m.curve for m in findings.modules} == dict(
        tables.records.module_curves(rows, buckets)
    )
    assert totals.curve_all == tables.records.pace(buckets)


def test_buckets_cover_the_window_in_round_steps(new_case: Any) -> None:
    """
    From a second to a year: no bucket missing, at most 46, on round local times.
    """
    start = new_case().start + timedelta(seconds=17)
    for seconds in (1, 59, 500, 900, 3600, 86400, 7 * 86400, 400 * 86400):
        window = Window(start, start + timedelta(seconds=seconds))
        buckets = buckets_of(window, "Asia/Kolkata")
        step = timedelta(seconds=buckets.width_s)

        assert buckets.start <= window.start < buckets.start + step
        assert buckets.start + step * (buckets.number - 1) < window.end
        assert window.end <= buckets.start + step * buckets.number
        assert 1 <= buckets.number <= 46


def test_the_ids_of_hosts_come_from_their_records(new_case: Any) -> None:
    """
    A host that names both is known by both.
    """
    case = new_case().line(1, "INFO", "a.py", "all fine")
    case.rows[0]["host_id"] = "77"

    assert {"10.0.0.1": "77"} == dict(case.tables().records.host_ids())
