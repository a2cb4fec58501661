"""Hands what hooks and schedules decided on to the desk: each run once, each line once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from paicha.errors import LedgerError, PaichaError, QueueFull, RunMissing
from paicha.locales import Text
from paicha.service.desk import Desk
from paicha.stores.ledger.planned import Plan, Planned
from paicha.values import dataclass

#: A desk that cannot take a run now is asked again after this [s].
_AGAIN_S = 10.0
_REFUSED = "Runs that hooks and schedules asked for and the desk refused, by who asked."
_LOG = logging.getLogger("paicha.service")


@dataclass(frozen=True, slots=True)
class Handing:
    """
    Carries plans out.

    Args:
        desk: Takes the runs.
        planned: What was decided on.
        count: Takes figures for the metrics.
    """

    desk: Desk
    planned: Planned
    count: Callable[..., None]

    def begin_figures(self, names: Iterable[str]) -> None:
        """Let the figures of hooks and schedules of some *names* begin at 0."""
        for name in names:
            self.count("paicha_plans_refused_total", _REFUSED, 0, by=name)

    def hand_over(self, now: datetime) -> None:
        """
        Submit plans that are due and write lines whose runs are there.

        Raises:
            LedgerError: If the ledger cannot be read or written.
        """
        for plan in self.planned.claim(now):
            self._submit(plan, now)
        for note in self.planned.claim_notes(now):
            self._note(note.run_id, note.words)
            self.planned.noted(note.id)

    def _submit(self, plan: Plan, now: datetime) -> None:
        try:
            run = self.desk.submit(plan.request, key=f"plan:{plan.key}")
        except QueueFull:
            self.planned.again(plan.key, now + timedelta(seconds=_AGAIN_S))
            return
        except LedgerError:
            raise
        except PaichaError as refused:
            # Settings that do not fit will not fit later: it is said once, and counted.
            self.planned.refused(plan.key)
            _LOG.error(
                "plan.refused",
                extra={"plan": plan.key, "by": plan.request.asked_by, "reason": refused.what},
            )
            self.count("paicha_plans_refused_total", _REFUSED, 1, by=plan.request.asked_by)
            return
        for words in plan.words:
            self._note(run.id, words)
        self.planned.submitted(plan.key, run.id)

    def _note(self, run_id: str, words: Text) -> None:
        try:
            run = self.desk.get(run_id)
            if all(note.text != words for note in run.notes):
                self.desk.note(run_id, words)
        except RunMissing:
            _LOG.info("note.without_run", extra={"run": run_id})  # it was deleted meanwhile
