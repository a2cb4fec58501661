"""Alerts over the ledger: a restart or a second worker loses none and doubles none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.service.desks import Clock, settings_for
from tests.unit.service.alerts.bodies import alertmanager, callback, firing, raw

from paicha.interfaces.http.hooks import _incoming
from paicha.service.alerts.deciding import Decider
from paicha.service.alerts.hooks import Hook
from paicha.service.desk import Desk
from paicha.service.planned import Handing
from paicha.wiring.alert_settings import WebhookSettings

HOOK = WebhookSettings(
    "monitor", kind="bkmonitor", profile="incident", debounce="10s", host_by="none"
)
GROUPS = WebhookSettings(
    "groups", kind="alertmanager", profile="incident", debounce="10s", per_hour=2
)


@dataclass
class Counted:
    """Keeps the figures that the metrics would show."""

    figures: dict[tuple[str, ...], int]

    def __call__(self, name: str, _about: str, n: int = 1, **labels: str) -> None:
        """Add *n*."""
        key = (name, *(labels[label] for label in sorted(labels)))
        self.figures[key] = self.figures.get(key, 0) + n


@dataclass
class Worker:
    """One process of the service, as far as alerts go, driven by hand."""

    desk: Desk
    clock: Clock
    counted: Counted

    def send(self, settings: WebhookSettings, body: object) -> list[bool]:
        """Take a body as its route does; return for each alert whether it was new."""
        hook = Hook.of(settings, Path())
        incoming = tuple(_incoming(hook, one) for one in hook.read(raw(body), self.clock()))
        return self.desk.ledger.hooks.keep([incoming], self.clock())[0]

    def work(self) -> None:
        """Decide about what came in and what is due, and hand it over."""
        for settings in self.desk.settings.webhooks:
            decider = Decider(Hook.of(settings, Path()), self.desk.ledger.hooks, self.counted)
            while decider.decide(self.clock()):
                pass
        Handing(self.desk, self.desk.ledger.planned, self.counted).hand_over(self.clock())

    def later(self, seconds: float) -> None:
        """Let time pass and work."""
        self.clock.forward(seconds)
        self.work()


def worker(folder: Path, address: str, clock: Clock, *, queue: int = 100) -> Worker:
    """Return a process over one ledger."""
    settings = replace(settings_for(folder, address, queue=queue), webhooks=(HOOK, GROUPS))
    desk = Desk.open(settings, clock)
    desk.ledger.hooks.know(["monitor", "groups"])
    return Worker(desk, clock, Counted({}))


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands at the time of the alerts."""
    made = Clock()
    made.now = datetime.fromisoformat("2026-01-05T09:03:00+00:00")
    return made


@pytest.fixture
def one(tmp_path: Path, address: str, clock: Clock) -> Iterator[Worker]:
    """Give one worker."""
    made = worker(tmp_path, address, clock)
    yield made
    made.desk.stop()


def bk(n: int, **changes: object) -> dict[str, object]:
    """Return the nth callback; a warning, so that it waits for others."""
    body = callback(**changes)
    body["event"] |= {"id": str(n), "level": 2}
    return body


def test_an_alert_becomes_a_run_of_its_profile(one: Worker) -> None:
    """
    Window, title, who asked, and a first line that says why.
    """
    one.send(HOOK, bk(1))
    one.later(0)
    assert () == one.desk.search()
    one.later(10)
    [run] = one.desk.search()

    assert ("incident", "webhook", "monitor", "CPU总使用率") == (
        run.request.profile,
        run.request.trigger,
        run.request.asked_by,
        run.request.title,
    )
    assert run.window is not None
    assert (clock_at(-8), clock_at(-2)) == (run.window.start, run.window.end)
    assert ["Started by one alert (warning) to the webhook monitor: CPU总使用率"] == [
        note.text.en for note in run.notes
    ]


def clock_at(minutes: int) -> datetime:
    """Return a time around 09:03."""
    return datetime.fromisoformat("2026-01-05T09:03:00+00:00") + timedelta(minutes=minutes)


def test_the_same_notice_again_is_the_same_alert(one: Worker) -> None:
    """
    BlueKing repeats every two hours and sends again after a timeout.
    """
    first, again = one.send(HOOK, bk(1)), one.send(HOOK, bk(1))
    one.later(10)
    later = one.send(HOOK, bk(1))
    one.later(7_200)

    assert ([True], [False], [False]) == (first, again, later)
    assert 1 == len(one.desk.search())


def test_a_storm_is_one_run_and_what_comes_after_is_a_line(one: Worker) -> None:
    """
    Two hundred alerts, one run; fifty late ones, one line that counts them.
    """
    for n in range(200):
        one.send(HOOK, bk(n))
    one.later(10)
    for n in range(200, 250):
        one.send(HOOK, bk(n))
    one.later(1)
    one.later(15)
    [run] = one.desk.search()

    assert ["Started by 200 alerts", "50 more alerts of this group"] == [
        note.text.en.partition(" (")[0].partition(",")[0] for note in run.notes
    ]
    assert {"joined": 199, "noted": 50, "opened": 1} == one.desk.ledger.hooks.outcomes("monitor")
    assert [250] == list(one.desk.ledger.hooks.runs("monitor").values())


def test_a_recovery_adds_a_line_and_no_run(one: Worker) -> None:
    """
    It finds the run of its alert, also when it comes before that has started.
    """
    one.send(HOOK, bk(1))
    one.send(HOOK, bk(1, type="RECOVERY_NOTICE"))
    one.later(1)
    one.later(30)
    one.later(61)
    [run] = one.desk.search()

    assert 2 == len(run.notes)
    assert run.notes[1].text.en.startswith("Recovered, seen 2026-01-05 09:00:00 (UTC): CPU总使用率")
    assert run.notes[1].text.zh.startswith("已恢复（2026-01-05 09:00:00 (UTC)）：")


def test_a_restart_between_decision_and_run_loses_nothing(
    tmp_path: Path, address: str, clock: Clock
) -> None:
    """
    What was decided by a process that died is carried out by the next, once.
    """
    dying = worker(tmp_path, address, clock)
    dying.send(HOOK, bk(1))
    clock.forward(10)
    Decider(Hook.of(HOOK, Path()), dying.desk.ledger.hooks, dying.counted).decide(clock())
    [claimed] = dying.desk.ledger.planned.claim(clock())  # and here it is killed
    dying.desk.ledger.close()

    next_one = worker(tmp_path, address, clock)
    next_one.work()
    assert () == next_one.desk.search()  # it is claimed for a minute
    next_one.later(61)
    next_one.later(61)

    assert claimed.request.asked_by == next_one.desk.search()[0].request.asked_by
    assert 1 == len(next_one.desk.search())
    next_one.desk.stop()


def test_two_workers_that_work_at_once_double_nothing(
    tmp_path: Path, address: str, clock: Clock
) -> None:
    """
    They share a ledger, decide at the same time, and there is one run with every alert in it once.
    """
    both = [worker(tmp_path, address, clock), worker(tmp_path, address, clock)]
    for n in range(60):
        both[n % 2].send(HOOK, bk(n))
    for seconds in (0, 10, 16, 61):
        clock.forward(seconds)
        threads = [threading.Thread(target=one.work) for one in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    [run] = both[0].desk.search()

    assert run.notes[0].text.en.startswith("Started by 60 alerts")
    assert [60] == list(both[1].desk.ledger.hooks.runs("monitor").values())
    for one in both:
        one.desk.stop()


def test_a_full_queue_delays_and_loses_nothing(tmp_path: Path, address: str, clock: Clock) -> None:
    """
    A run that finds no place is asked for again until there is one.
    """
    full = worker(tmp_path, address, clock, queue=1)
    full.send(GROUPS, alertmanager(firing("a"), groupKey="g1"))
    full.send(GROUPS, alertmanager(firing("b"), groupKey="g2"))
    full.later(0)
    [first] = full.desk.search()
    full.desk.cancel(first.id)
    full.later(61)

    assert 2 == len(full.desk.search())
    assert {"submitted": 2} == full.desk.ledger.planned.states()
    full.desk.stop()


def test_the_cap_of_an_hour_holds_and_says_so(one: Worker) -> None:
    """
    Two groups start, the third waits for its turn and then says how long it waited.
    """
    for n, group in enumerate(["g1", "g2", "g3"]):
        alert = firing(
            f"h{n}", labels={"alertname": "A", "severity": "warning", "instance": f"h{n}"}
        )
        one.send(GROUPS, alertmanager(alert, groupKey=group, commonLabels={}))
    one.later(0)
    one.later(11)
    assert 2 == len(one.desk.search())
    one.later(3_600)
    last = one.desk.search()[0]

    assert 3 == len(one.desk.search())
    assert (
        "The webhook groups had started 2 runs within an hour: this one waited 3611 s for its turn"
        == (last.notes[1].text.en)
    )


def test_what_the_desk_refuses_is_counted_and_said_once(
    tmp_path: Path, address: str, clock: Clock
) -> None:
    """
    A profile that is gone will not come back by asking again.
    """
    made = worker(tmp_path, address, clock)
    made.desk.settings = replace(made.desk.settings, profiles=())
    made.send(HOOK, bk(1))
    made.later(0)
    made.later(10)
    made.later(600)

    assert {"refused": 1} == made.desk.ledger.planned.states()
    assert 1 == made.counted.figures["paicha_plans_refused_total", "monitor"]
    made.desk.stop()


def test_figures_of_what_the_settings_name_begin_at_nothing(one: Worker) -> None:
    """Hooks and what may become of an alert are known before the first; so are channels and schedules."""
    count = Counted({})
    desk = one.desk
    Decider(Hook.of(HOOK, Path()), desk.ledger.hooks, count).begin_figures()
    Handing(desk, desk.ledger.planned, count).begin_figures(["monitor"])

    assert {0} == set(count.figures.values())
    assert {"opened", "started", "left_out", "unmatched"} <= {key[-1] for key in count.figures}
    assert ("paicha_plans_refused_total", "monitor") in count.figures


def test_hosts_of_the_alerts_narrow_the_run(one: Worker) -> None:
    """
    Addresses of Alertmanager's labels, without their ports; the business of a label.
    """
    labels = {"alertname": "A", "instance": "10.0.0.8:9100", "bk_biz_id": "7"}
    one.send(GROUPS, alertmanager(firing(labels=labels), commonLabels={}))
    one.later(0)
    one.later(10)
    [run] = one.desk.search()

    assert (("10.0.0.8",), 7, ()) == (run.request.hosts, run.request.biz, run.request.services)


def test_what_is_too_old_is_forgotten(one: Worker) -> None:
    """
    Alerts go with the runs they started; those nothing was decided about stay.
    """
    one.send(HOOK, bk(1))
    one.later(0)
    one.later(10)
    one.send(HOOK, bk(2))
    one.clock.forward(86_400)

    assert 1 == one.desk.ledger.hooks.forget_before(one.clock())
    assert 1 == one.desk.ledger.planned.forget_before(one.clock())
    assert {"": 1} == one.desk.ledger.hooks.outcomes("monitor")
