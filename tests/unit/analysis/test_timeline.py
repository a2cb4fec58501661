"""The turning points: few, inside the window, and only real ones."""

from __future__ import annotations

from typing import Any

from paicha.analysis.timeline import has_peak

_FLUX = "flux capacitor misaligned"


def kinds(case: Any, title: str = _FLUX) -> list[str]:
    return [e.kind for e in case.findings().timeline if title in e.text.en]


def test_a_burst_stands_out_and_an_even_pace_does_not(new_case: Any) -> None:
    """
    Forty records in one step among a few others stand out.
    """
    even, burst = new_case(), new_case()
    for second in range(0, 890, 10):
        even.line(second, "ERROR", "a.py", _FLUX)
        burst.line(second, "ERROR", "a.py", _FLUX)
    for part in range(40):
        burst.line(400 + part / 4, "ERROR", "a.py", _FLUX)

    assert ["first"] == kinds(even)
    assert ["first", "burst"] == kinds(burst)


def test_a_problem_that_stopped_has_an_end_with_its_line(new_case: Any) -> None:
    """
    Ten a minute and then none for ten minutes, while other records go on.
    """
    case = new_case()
    for second in range(0, 240, 6):
        case.line(second, "ERROR", "a.py", _FLUX)
    for second in range(0, 890, 5):
        case.line(second, "INFO", "b.py", "all fine")

    entry = next(e for e in case.findings().timeline if e.kind == "last")

    assert 234 == (entry.timestamp - case.start).total_seconds()
    assert ("a.py", "app.log:40") == (entry.module, entry.locator)


def test_a_metric_beyond_its_threshold_is_on_it(new_case: Any) -> None:
    """
    The moment the disk was full, with value and threshold.
    """
    case = new_case().line(1, "ERROR", "a.py", _FLUX)
    case.metric("disk_usage", [50.0, 60.0, 96.0, 97.0, 98.0, 98.0, 98.0, 98.0])

    (entry,) = [e for e in case.findings().timeline if e.kind == "metric"]

    assert 120 == (entry.timestamp - case.start).total_seconds()
    assert "at 96.00 %" in entry.text.en


def test_chance_makes_no_peaks() -> None:
    """
    The fullest of 31 steps of an even pace is not a peak.
    """
    assert not has_peak([3, 5, 2, 4, 6, 3, 9, 2, 4, 5, 3, 1, 4, 6, 8, 5, 3, 4, 2, 5], 20)


def test_records_without_a_time_make_no_entry(new_case: Any) -> None:
    """
    They count, but nobody knows when.
    """
    findings = new_case().line(None, "ERROR", "a.py", _FLUX).findings()

    assert () == findings.timeline
    assert [(1, None, None)] == [(p.n, p.first, p.peak) for p in findings.problems]


def test_of_a_burst_it_is_said_within_how_long_it_was(new_case: Any) -> None:
    """
    Nobody reads "3600 s".
    """
    case = new_case()
    for second in range(0, 900, 30):
        case.line(second, "ERROR", "a.py", _FLUX)
    for second in range(300, 330):
        case.line(second, "ERROR", "a.py", _FLUX)

    entry = next(e for e in case.findings().timeline if e.kind == "burst")

    assert "burst within 30 s, 62/min (around it 2/min)" in entry.text.en
    assert "30 秒之内突增，62 条/分钟" in entry.text.zh


def test_length_and_rate_of_a_burst_give_its_records(new_case: Any) -> None:
    """
    It began in the last second of its step; the rate is that of the whole step.
    """
    case = new_case()
    for part in range(40):
        case.line(419 + part / 100, "ERROR", "a.py", _FLUX)
    for second in range(0, 890, 10):
        case.line(second, "INFO", "b.py", "all fine")

    (entry,) = [e for e in case.findings().timeline if e.kind == "burst"]

    assert "burst within 30 s, 80/min" in entry.text.en
