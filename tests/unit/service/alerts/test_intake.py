"""Alerts are kept whatever becomes of who sent them."""

from __future__ import annotations

from pathlib import Path

from tests.service.desks import Clock

from paicha.service.alerts.intake import Intake
from paicha.stores.ledger import hooks, planned
from paicha.stores.ledger.database import Database


def test_a_caller_that_hangs_up_neither_stops_the_intake_nor_takes_back_an_alert(
    tmp_path: Path,
) -> None:
    """
    The one after it is kept and answered as if nothing had happened.
    """
    database = Database(tmp_path / "ledger.sqlite")
    database.create(*hooks.TABLES, *planned.TABLES)
    kept = hooks.Hooks(database)
    intake = Intake(kept, Clock(), lambda: None)
    first, second = (hooks.Incoming("hook", event, "firing", "{}") for event in "ab")

    with database.transaction():  # nothing is kept before the caller has hung up
        intake.start()
        hung_up = intake.put((first,)).cancel()
        answer = intake.put((second,))
    news = answer.result(20)
    intake.stop()

    assert (False, [True]) == (hung_up, news)
    assert {"": 2} == kept.outcomes("hook")
    database.close()
