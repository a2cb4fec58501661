"""The table of `kubectl get events` says how long ago an event was, which is no time."""

from __future__ import annotations

from pathlib import Path

import paicha

TABLE = """\
LAST SEEN   TYPE      REASON     OBJECT          MESSAGE
12m         Normal    Pulling    pod/shop-1      Pulling image "shop:1.4"
2m10s       Warning   BackOff    pod/shop-1      Back-off restarting failed container
"""
SAID = (
    "2 events say how long ago they were, not when (kubectl get events, as text), "
    "so they have no time and stand in no curve; kubectl get events -A -o json says when."
)


def test_events_beside_a_log_are_said_to_have_ages_for_times(tmp_path: Path) -> None:
    """They are counted; why they stand in no curve was not said."""
    events, log = tmp_path / "events.txt", tmp_path / "app.log"
    events.write_text(TABLE)
    log.write_text("2026-01-05 10:00:00 ERROR broken\n" * 3)

    (covered,) = paicha.investigate(events, log, zone="UTC").findings.coverage.logs

    assert f"{events}: {SAID}" in [note.en for note in covered.notes]


def test_events_alone_say_what_to_ask_instead(tmp_path: Path) -> None:
    """They are reported without times, and the command is named that says when they were."""
    events = tmp_path / "events.txt"
    events.write_text(TABLE)

    found = paicha.investigate(events, zone="UTC", language="en")

    assert found.findings.question.window is None
    assert "kubectl get events -A -o json says when" in found.render("md").decode()
