"""The laws of joining alerts: none is lost, none counts twice, and a storm is one run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from paicha.model.alerts import Alert, AlertHost, AlertState, Severity
from paicha.service.alerts.joining import (
    HOUR,
    Group,
    Rules,
    Tally,
    Waiting,
    group_key,
    receive,
    turn,
    window_of,
)

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
RULES = Rules(group_by=("strategy",), debounce_s=30, cool_down_s=600, per_hour=3, held_s=7_200)


def alert(
    n: int,
    at: datetime,
    strategy: str = "s",
    severity: Severity = "warning",
    state: AlertState = "firing",
    host: str = "",
) -> Alert:
    """Return one alert."""
    hosts = (AlertHost(ip=host),) if host else ()
    return Alert(str(n), state, state, severity, f"t{n}", at, strategy=strategy, hosts=hosts)


@dataclass
class World:
    """What a hook's ledger would hold."""

    rules: Rules
    groups: dict[str, Group] = field(default_factory=dict)
    starts: list[tuple[datetime, Waiting]] = field(default_factory=list)
    left_out: list[Waiting] = field(default_factory=list)
    runs: dict[str, str] = field(default_factory=dict)  # event -> run
    lines: list[tuple[str, str]] = field(default_factory=list)  # (run, kind)
    unmatched: int = 0

    def tick(self, now: datetime) -> None:
        """Start what is due."""
        for key in sorted(self.groups):
            done = turn(self.groups[key], self.rules, now, [at for at, _ in self.starts])
            self.groups[key] = done.group
            if done.start:
                self.starts.append((now, done.start))
            if done.left_out:
                self.left_out.append(done.left_out)

    def take(self, one: Alert, now: datetime) -> None:
        """Take one alert."""
        key = group_key(self.rules, one)
        group = self.groups.get(key, Group())
        found = receive(
            group, self.rules, one, now, key=key, earlier=self.runs.get(one.event_id, "")
        )
        self.groups[key] = found.group
        if found.run and not one.over:
            self.runs[one.event_id] = found.run
        if found.note:
            self.lines.append((found.run, found.note))
        self.unmatched += found.outcome == "unmatched"


steps = st.lists(
    st.tuples(
        st.integers(0, 900),  # seconds until the next
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from(["critical", "warning", "info"]),
        st.booleans(),  # whether it is a recovery of an earlier one
    ),
    max_size=40,
)


def played(story: list[tuple[int, str, Severity, bool]], rules: Rules = RULES) -> tuple[World, int]:
    """Return the world after *story* and two more days, and how many alerts fired."""
    world, now, fired = World(rules), START, 0
    for n, (wait_s, strategy, severity, over) in enumerate(story):
        for _ in range(wait_s):
            now += timedelta(seconds=1)
            if any(g.waiting and g.waiting.due <= now for g in world.groups.values()):
                world.tick(now)
        if over:
            world.take(alert(n - 1, now, strategy, severity, "recovered"), now)
        else:
            fired += 1
            world.take(alert(n, now, strategy, severity), now)
        world.tick(now)
    for _ in range(48 * 4):
        now += timedelta(minutes=15)
        world.tick(now)
    return world, fired


@settings(max_examples=60)
@given(story=steps)
def test_every_alert_is_in_exactly_one_run(story: list[tuple[int, str, Severity, bool]]) -> None:
    """
    Each fired alert belongs to one run, and each run was started or left out and said to be.
    """
    world, fired = played(story)
    started = [waiting.key for _, waiting in world.starts]
    left = [waiting.key for waiting in world.left_out]

    assert fired == len(world.runs)
    assert len(set(started + left)) == len(started + left)
    assert set(world.runs.values()) <= {*started, *left}
    late = sum(kind == "late" for _, kind in world.lines)
    assert fired == late + sum(w.n for _, w in world.starts) + sum(w.n for w in world.left_out)
    assert all(not group.waiting for group in world.groups.values())


@settings(max_examples=60)
@given(story=steps)
def test_the_cap_holds_but_for_critical_alerts(
    story: list[tuple[int, str, Severity, bool]],
) -> None:
    """
    A run without a critical alert starts only where the hour before has room.
    """
    world, _ = played(story)
    moments = [at for at, _ in world.starts]

    for place, (at, waiting) in enumerate(world.starts):
        before = [moment for moment in moments[:place] if moment > at - HOUR]
        assert waiting.critical or len(before) < RULES.per_hour


@settings(max_examples=60)
@given(story=steps)
def test_a_group_starts_once_in_its_cool_down_unless_it_gets_worse(
    story: list[tuple[int, str, Severity, bool]],
) -> None:
    """
    Only a first critical alert opens a second run within the cool-down.
    """
    world, _ = played(story)
    last: dict[str, tuple[datetime, bool]] = {}

    for at, waiting in world.starts:
        group = waiting.key.partition("-")[0]
        if group in last:
            before, was_critical = last[group]
            soon = waiting.opened < before + timedelta(seconds=RULES.cool_down_s)
            assert not soon or (waiting.critical and not was_critical)
        last[group] = (at, waiting.critical)


def test_a_storm_is_one_run_with_all_its_hosts() -> None:
    """
    What comes within the debounce time starts one run; those after it are lines of it.
    """
    world = World(RULES)
    for n in range(600):
        now = START + timedelta(milliseconds=100 * n)
        world.take(alert(n, START, host=f"10.0.0.{n % 50}"), now)
        world.tick(now)
    [(at, waiting)] = world.starts

    assert (START + timedelta(seconds=30), 301, 50) == (at, waiting.n, len(waiting.hosts))
    assert 299 == len(world.lines)
    assert {waiting.key} == set(world.runs.values())


def test_a_critical_alert_waits_for_nothing() -> None:
    """
    It starts the run that waits, at once.
    """
    world = World(RULES)
    world.take(alert(1, START), START)
    world.tick(START)
    world.take(alert(2, START, severity="critical"), START + timedelta(seconds=3))
    world.tick(START + timedelta(seconds=3))
    [(at, waiting)] = world.starts

    assert (START + timedelta(seconds=3), 2, "critical") == (at, waiting.n, waiting.severity)


def test_a_recovery_is_a_line_of_the_run_of_its_alert() -> None:
    """
    One that nobody knows of starts nothing.
    """
    world = World(RULES)
    world.take(alert(1, START), START)
    world.take(alert(1, START, state="recovered"), START)
    world.take(alert(9, START, state="recovered"), START)

    assert ([(world.runs["1"], "recovered")], 1) == (world.lines, world.unmatched)


def test_an_alert_without_a_host_widens_the_run() -> None:
    """
    What concerns everything is not narrowed to the hosts of the others.
    """
    world = World(RULES)
    world.take(alert(1, START, host="10.0.0.8"), START)
    world.take(alert(2, START), START)
    waiting = world.groups["strategy=s"].waiting

    assert waiting is not None
    assert ((), True) == (waiting.hosts, waiting.hostless)


def test_a_run_never_asks_for_time_that_has_not_come() -> None:
    """
    The window ends now where the alert's own would end later.
    """
    world = World(replace(RULES, debounce_s=0))
    world.take(alert(1, START), START)
    world.tick(START)
    [(at, waiting)] = world.starts

    assert (START - timedelta(minutes=5), START) == (
        window_of(waiting, at).start,
        window_of(waiting, at).end,
    )


def test_lines_of_a_storm_are_told_together() -> None:
    """
    The count is exact, the names are the first five.
    """
    tally = Tally("recovered", START)
    for n in range(7):
        tally = tally.add(alert(n, START + timedelta(seconds=n), host="web-1"))

    assert (
        "7 alerts recovered, seen 2026-01-05 09:00:00 to 09:00:06 (UTC): "
        "t0 (web-1), t1 (web-1), t2 (web-1), t3 (web-1), t4 (web-1)"
    ) == tally.text().en


def test_a_name_too_long_for_a_line_is_told_once() -> None:
    """
    It is cut before it is compared with those that are there.
    """
    long = replace(alert(1, START), title="x" * 500)

    assert ("x" * 200,) == Tally("late", START).add(long).add(long).names
