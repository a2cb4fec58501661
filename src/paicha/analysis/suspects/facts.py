"""What the tables of a case say for each service: one fact per service and kind, with its strength."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import field

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.suspects.calls import callees, slow_calls, slow_ends
from paicha.analysis.suspects.scores import FAULTS, RESOURCES, Fact, Kind, break_strength
from paicha.analysis.traces.breaks import Break, breaks_of, lines_of, shifts_of
from paicha.analysis.traces.latency import gaps_of, on_one_clock, own_times, slower
from paicha.analysis.traces.links import Links, link
from paicha.analysis.traces.paths import FAILED, Paths, paths_of, shares_by_minute
from paicha.model.schema import SPAN_STEPS, SPANS
from paicha.values import dataclass

#: OpenTelemetry's severity number from where on a line tells of an error.
ERROR = 17
#: Of a share of one hundred less than half is used: nothing runs out [%].
_HALF = 50.0
#: Operations whose name says that they handle a failure.
_FAILING = re.compile(r"error|exception|fail|abort|panic|失败|异常|错误", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Spans, and the log lines inside them, of one stretch of time."""

    spans: pa.Table = field(default_factory=SPANS.empty_table)
    steps: pa.Table = field(default_factory=SPAN_STEPS.empty_table)


@dataclass(slots=True)
class Facts:
    """
    What speaks for each service, and who calls whom.

    Args:
        by_service: Strength (0..1) and fact, per service and kind; the strongest of each kind.
        below: Whom each service calls, directly or through others.
        services: Everyone who was seen.
        breaks: All broken rules, worst first.
    """

    by_service: dict[str, dict[Kind, tuple[float, Fact]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    below: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    services: set[str] = field(default_factory=set)
    breaks: list[Break] = field(default_factory=list)

    def add(self, service: str, kind: Kind, strength: float, fact: Fact) -> None:
        """Keep *fact* if it is the strongest of its kind for *service*."""
        kinds = self.by_service[service]
        if strength > 0 and (kind not in kinds or strength > kinds[kind][0]):
            kinds[kind] = (strength, fact)


def add_moves(facts: Facts, moves: Iterable[Moved], groups: Mapping[str, str]) -> None:
    """
    Add the series that moved to the services they measure.

    Args:
        facts: Added to.
        moves: Strongest first.
        groups: The group of each metric concept.
    """
    for moved in moves:
        if not moved.service:
            continue
        # Less of a resource used is no shortage: it shows a restart or missing work.
        trouble = groups.get(moved.concept) in RESOURCES or moved.concept in FAULTS
        short = moved.unit != "%" or moved.level >= _HALF
        resource = trouble and short and moved.level > moved.usual
        facts.add(moved.service, "resource" if resource else "metric", moved.strength, moved)


def add_slight(facts: Facts, moves: Iterable[Moved], groups: Mapping[str, str]) -> None:
    """Add small but sure steps of resources, as what breaks a tie."""
    for moved in moves:
        if moved.service and groups.get(moved.concept) in RESOURCES:
            facts.add(moved.service, "metric", moved.strength, moved)


def add_traces(facts: Facts, before: Stretch, during: Stretch) -> None:
    """Add broken sequences, slow calls and longer own times, and who calls whom."""
    was, now = link(before.spans), link(during.spans)
    for links in (was, now):
        facts.services.update(links.spans["service_name"].unique().to_pylist())
    _add_breaks(facts, _breaks(was, now))
    broken = {(found.place, found.step) for found in facts.breaks if found.kind == "lost"}
    shifts = shifts_of(shares_by_minute(was), shares_by_minute(now))
    # A rule that broke shifts the share of its step as well: that is no second sign.
    _add_breaks(facts, (one for one in shifts if (one.place, one.step) not in broken))
    if before.steps.num_rows and during.steps.num_rows:
        _add_breaks(facts, _logged_breaks(was, now, before.steps, during.steps))
    gaps_before, gaps_during = on_one_clock(gaps_of(was), gaps_of(now))
    facts.below = callees(set(gaps_before) | set(gaps_during))
    for service, end in slow_ends(slow_calls(gaps_before, gaps_during)).items():
        facts.add(service, "calls", end.strength, end)
    own_before = own_times(was)
    for service, times in sorted(own_times(now).items()):
        longer = slower(own_before.get(service, ()), times)
        if longer is not None:
            facts.add(service, "own_time", longer.strength, longer)


def _add_breaks(facts: Facts, breaks: Iterable[Break]) -> None:
    for found in breaks:
        facts.breaks.append(found)
        kind: Kind = "mix" if found.kind == "shift" else "sequence"
        facts.add(found.place.service, kind, break_strength(found), found)


def _breaks(was: Links, now: Links) -> tuple[Break, ...]:
    before, during = paths_of(was), paths_of(now)
    return breaks_of(before, during, _failing_names(before) | _failing_names(during))


def _logged_breaks(was: Links, now: Links, before: pa.Table, during: pa.Table) -> tuple[Break, ...]:
    """Return what broke among the log lines, for the services that log in both stretches."""
    logging = pc.unique(before["service_name"])
    logging = logging.filter(pc.is_in(logging, value_set=pc.unique(during["service_name"])))
    lines = [
        table.filter(pc.is_in(table["service_name"], value_set=logging))
        for table in (before, during)
    ]
    paths = [paths_of(links, table) for links, table in zip((was, now), lines, strict=True)]
    failing = _failing_names(paths[0]) | _failing_names(paths[1])
    for table in lines:
        worse = table.filter(pc.greater_equal(table["severity_number"], ERROR))
        failing |= set(worse["step"].unique().to_pylist())
    written = {step for table in lines for step in table["step"].unique().to_pylist()}
    return breaks_of(paths[0], paths[1], failing, lines_of(paths[0], paths[1], written))


def _failing_names(paths: Paths) -> set[str]:
    steps = {step for taken in paths.values() for one in taken for step in one}
    return {step for step in steps if step.endswith(FAILED) or _FAILING.search(step)}
