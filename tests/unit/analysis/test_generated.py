"""Whether a log looks generated: a metronome does, bursts and small samples do not."""

from __future__ import annotations

import random
from typing import Any

_MODULES = ("order_api.py", "cache_store.py", "mail_sender.py", "user_profile.py", "report_job.py")
_MESSAGES = (
    ("ERROR", "Database connection failed: error=network error"),
    ("WARNING", "Disk space low: usage=91%"),
    ("CRITICAL", "Payment system completely unavailable"),
    ("WARNING", "Cache space insufficient, cleaning expired data"),
)


def metronome(case: Any, seconds: int = 600) -> Any:
    """Three records in every second, every fifth abnormal, anywhere."""
    dice = random.Random(7)
    for second in range(seconds):
        for part in range(3):
            if dice.random() < 0.25:
                level, body = dice.choice(_MESSAGES)
            else:
                level, body = "INFO", f"request {second} done in {part} ms"
            case.line(second + part / 3, level, dice.choice(_MODULES), body)
    return case


def waves(case: Any, seconds: int = 600) -> Any:
    """Requests in waves; two failures that begin, peak and end, each where it belongs."""
    dice = random.Random(11)
    at = 0.0
    while at < seconds:
        at += dice.expovariate(0.8 if int(at / 60) % 2 else 5.0)
        case.line(at, "INFO", dice.choice(_MODULES), f"request {int(at)} done in 3 ms")
    for start, n, module, (level, body) in (
        (180, 160, "database_client.py", _MESSAGES[0]),
        (200, 60, "payment_service.py", _MESSAGES[2]),
        (60, 40, "disk_watch.py", _MESSAGES[1]),
        (300, 40, "cache_store.py", _MESSAGES[3]),
    ):
        for _ in range(n):
            case.line(min(599.0, start + abs(dice.gauss(0, 25))), level, module, body)
    return case


def test_a_metronome_with_problems_anywhere_is_suspected(new_case: Any) -> None:
    """
    Even pace, no burst, modules of other trades: all three indications together.
    """
    generated = metronome(new_case()).findings().generated

    assert generated.suspected
    assert {"pace": True, "bursts": True, "relation": True} == {
        one.name: one.suspicious for one in generated.indications
    }


def test_failures_in_waves_are_not_suspected(new_case: Any) -> None:
    """
    Bursts, beginnings and ends are what real failures look like.
    """
    generated = waves(new_case()).findings().generated
    by_name = {one.name: one for one in generated.indications}

    assert not generated.suspected
    assert not any(one.suspicious for one in by_name.values())
    assert by_name["pace"].value > 1
    assert by_name["bursts"].value > by_name["bursts"].limit
    assert 0.0 == by_name["relation"].value


def test_an_even_poller_with_errors_where_they_belong_is_not_suspected(new_case: Any) -> None:
    """
    A metronome alone has innocent reasons.
    """
    case = new_case()
    homes = ("database_client.py", "disk_watch.py", "payment_service.py", "cache_store.py")
    for second in range(600):
        level, body = _MESSAGES[second % 4]
        case.line(second, level, homes[second % 4], body)
        case.line(second + 0.5, "INFO", "poller.py", "poll done")

    generated = case.findings().generated

    assert not generated.suspected
    assert {"pace": True, "bursts": True, "relation": False} == {
        one.name: one.suspicious for one in generated.indications
    }


def test_a_small_sample_says_what_is_missing(new_case: Any) -> None:
    """
    Eight records cannot tell, and the text says how many it takes.
    """
    case = new_case()
    for second in range(8):
        case.line(second, "ERROR", _MODULES[second % 5], _MESSAGES[0][1])

    generated = case.findings().generated

    assert not generated.suspected
    assert () == generated.indications
    assert "8 records" in generated.text.en
    assert "300" in generated.text.en


def test_the_pace_of_a_partial_reading_is_not_judged(new_case: Any) -> None:
    """
    Where abnormal records are read before the rest, the pace is that of the reading.
    """
    case = metronome(new_case())
    case.incomplete = (case.knowledge.problems[0].title,)

    generated = case.findings().generated
    pace = next(one for one in generated.indications if one.name == "pace")

    assert pace.value is None
    assert not generated.suspected
