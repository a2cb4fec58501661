"""What a running service does by itself beside runs: alerts, schedules, messages; each in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import timedelta
from functools import partial

from paicha.errors import PaichaError
from paicha.service.alerts.deciding import Decider
from paicha.service.alerts.hooks import Hook
from paicha.service.alerts.intake import Intake
from paicha.service.desk import Desk
from paicha.service.outbox import Postman
from paicha.service.planned import Handing
from paicha.service.schedules import Timetable
from paicha.values import dataclass
from paicha.wiring.channels import outlet

#: How often each looks whether something is due [s].
_LOOK_EVERY_S = 0.5
#: How long it leaves a ledger alone that did not answer [s].
_PAUSE_S = 2.0
#: What comes in within this time is decided about together: one commit, one flush of the disk [s].
_TOGETHER_S = 0.25
#: How often it looks for what is too old, and for messages whose sender went away [s].
_SWEEP_EVERY_S = 300.0
_LOG = logging.getLogger("paicha.service")


def _uncounted(_name: str, _about: str, _n: int = 1, **_labels: str) -> None:
    """Count nothing: nobody asks for figures."""


@dataclass(slots=True)
class Errands:
    """
    The service's own errands.

    Args:
        desk: Takes runs, and says when they end.
        hooks: The webhooks by name.
        count: Takes figures for the metrics: name, what it is, how many, labels.
    """

    desk: Desk
    hooks: Mapping[str, Hook]
    count: Callable[..., None] = _uncounted
    intake: Intake = field(init=False)
    _postman: Postman = field(init=False)
    _wake: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    @staticmethod
    def of(desk: Desk, count: Callable[..., None] = _uncounted) -> Errands:
        """
        Return the errands that the desk's settings ask for.

        Raises:
            ConfigError: If a mapping cannot be used.
        """
        settings = desk.settings
        zone = settings.general.zone or "UTC"
        hooks = {one.name: Hook.of(one, settings.folder, zone) for one in settings.webhooks}
        return Errands(desk, hooks, count)

    def __post_init__(self) -> None:
        """Make what works."""
        ledger, settings = self.desk.ledger, self.desk.settings
        self.intake = Intake(ledger.hooks, self.desk.clock, self._wake.set)
        outlets = {one.name: outlet(one, settings.folder) for one in settings.channels}
        self._postman = Postman(self.desk, ledger.outbox, outlets, self.count, self.desk.clock)
        self.desk.on_end(self._postman.take)

    def start(self) -> None:
        """
        Begin.

        Raises:
            LedgerError: If the ledger cannot be used.
        """
        ledger = self.desk.ledger
        ledger.hooks.know(self.hooks)
        ledger.outbox.know(self._postman.outlets)
        alone = not self.desk.settings.service.database
        self._postman.give_up_lost(alone=alone)
        self._begin_figures()
        self.intake.start()
        self._thread("alerts", self._decide)
        self._thread("sweep", self._sweep)
        if self.desk.settings.schedules:
            self._thread("schedules", self._look)
        for name in self._postman.outlets:
            # One for each: a silent chat holds up nobody else.
            self._thread(f"channel {name}", partial(self._send, name))

    def _begin_figures(self) -> None:
        self._postman.begin_figures()
        for hook in self.hooks.values():
            Decider(hook, self.desk.ledger.hooks, self.count).begin_figures()
        asking = (*self.hooks, *(one.name for one in self.desk.settings.schedules))
        Handing(self.desk, self.desk.ledger.planned, self.count).begin_figures(asking)

    def stop(self) -> None:
        """Come to an end; what is in hand is finished first."""
        self.intake.stop()
        self._stopping.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(15)

    def _thread(self, name: str, work: Callable[[], float]) -> None:
        thread = threading.Thread(target=self._again, args=(work,), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _again(self, work: Callable[[], float]) -> None:
        while not self._stopping.is_set():
            try:
                wait_s = work()
            except PaichaError as err:
                _LOG.error("errand.failed", extra={"reason": err.what})
                wait_s = _PAUSE_S
            if wait_s:
                self._stopping.wait(wait_s)

    def _decide(self) -> float:
        """Decide about alerts, hand runs over; return how long to wait [s]."""
        self._wake.wait(_LOOK_EVERY_S)
        self._wake.clear()
        ledger = self.desk.ledger
        for hook in self.hooks.values():
            decider = Decider(hook, ledger.hooks, self.count)
            while decider.decide(self.desk.clock()) and not self._stopping.is_set():
                pass
        Handing(self.desk, ledger.planned, self.count).hand_over(self.desk.clock())
        return _TOGETHER_S

    def _look(self) -> float:
        """See whether the time of a schedule has come; return how long to wait [s]."""
        timetable = Timetable(self.desk.settings, self.desk.ledger.schedules)
        if timetable.look(self.desk.clock()):
            self._wake.set()
        return _LOOK_EVERY_S

    def _send(self, name: str) -> float:
        """Send one message of a channel; return how long to wait [s]."""
        return 0.0 if self._postman.send_due(name) else _LOOK_EVERY_S

    def _sweep(self) -> float:
        """Remove what is older than runs are kept, end what nobody sends any more; return how long to wait [s]."""
        self._postman.give_up_lost(alone=False)
        days = self.desk.settings.service.keep_days
        if days:
            before = self.desk.clock() - timedelta(days=days)
            for kept in (self.desk.ledger.hooks, self.desk.ledger.planned, self.desk.ledger.outbox):
                kept.forget_before(before)
        return _SWEEP_EVERY_S
