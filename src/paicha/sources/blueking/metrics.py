"""BlueKing's monitor as a `paicha.ports.MetricSource`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from operator import gt, lt

import pyarrow as pa

from paicha.errors import PaichaError, QuestionError, SourceRejected
from paicha.kernel.parsed_line import host_name
from paicha.locales import Text, text
from paicha.model.coverage import MetricCoverage
from paicha.model.knowledge import MetricConcept, MetricName
from paicha.model.question import MetricQuery
from paicha.sources.blueking.client import BluekingClient
from paicha.sources.blueking.gateway import Gateway, shown
from paicha.sources.blueking.hosts import Host, read_host
from paicha.sources.blueking.points import Point, gaps, read_series, shown_host, table_of
from paicha.sources.blueking.shapes import mapping, mappings
from paicha.values import dataclass

_DAY_S = 86_400
_HOSTS_AT_ONCE = 50  # keeps a query text well below what a gateway takes
_PATHS = {"mcp": "/mcp/execute_range_query/", "app": "/app/data_query/graph_promql_query/"}
#: What the query engine refuses may be one metric that this installation has not, or not like that.
_OF_ONE_QUERY = frozenset({"blueking.upstream", "blueking.bad_request"})
#: Labels that address and cloud area have, as the collectors set them and as other data sources do.
_LABELS = (("bk_target_ip", "bk_target_cloud_id"), ("ip", "bk_cloud_id"))
#: So many concepts are asked for under other labels before that is given up.
_TRIES = 3
#: A series and a time of it.
_Key = tuple[tuple[str, str, str], int]
_PROBE = "bkmonitor:system:load:load5"


@dataclass(frozen=True, slots=True)
class BluekingMetricReading:
    """One answer of `BluekingMetrics`, whole."""

    series: pa.Table
    coverage: MetricCoverage


@dataclass(frozen=True, slots=True)
class BluekingMetrics:
    """
    The host metrics of one business.

    Args:
        gateway: Where and as whom.
        concepts: What to ask for; only names of the system ``blueking`` are used, the first one
            that has points.
        name: Its name in the settings.
        bk_biz_id: Business to use where the question names none.
        sleep: Waits between two tries.
        now: Epoch seconds; `check` looks at the last ten minutes.
    """

    gateway: Gateway
    concepts: tuple[MetricConcept, ...]
    name: str = "blueking"
    bk_biz_id: int | None = None
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time

    def read(self, query: MetricQuery) -> BluekingMetricReading:
        """
        Read every concept for the hosts asked for; all hosts of the business where none is named.

        A point stands for the step it begins, so the step that holds the window's start is read
        too, and the end is left out.

        Raises:
            QuestionError: If no business is said.
            SourceError: If the gateway lets us down.
        """
        business = query.bk_biz_id if query.bk_biz_id is not None else self.bk_biz_id
        if business is None:
            raise QuestionError("blueking.no_business")
        with BluekingClient(self.gateway, sleep=self.sleep) as client:
            asking = _Asking(client, business, query)
            for concept in self.concepts:
                asking.ask(concept)
            if asking.turn_to_ids():
                for concept in self.concepts:
                    asking.ask(concept)
            if asking.turn_to_other_labels():
                for place, concept in enumerate(self.concepts):
                    asking.ask(concept)
                    if place + 1 == _TRIES and not asking.hears_more:
                        break
        if asking.refusals and not asking.points:
            raise next(iter(asking.refusals.values()))
        return BluekingMetricReading(
            table_of(asking.points),
            self._coverage(asking),
        )

    def _coverage(self, asking: _Asking) -> MetricCoverage:
        points = asking.points
        base = shown(self.gateway.monitor_url).rstrip("/")
        return MetricCoverage(
            source=self.name,
            kind="blueking_metrics",
            series=len({point.series for point in points}),
            points=len(points),
            null_points=sum(point.value is None for point in points),
            missing=tuple(asking.missing),
            hosts=tuple(sorted({point.host for point in points})),
            incomplete=tuple(asking.incomplete()),
            notes=tuple(asking.gap_texts(fewest=1, most=1)),
            queries=tuple(
                f"POST {base}{_PATHS[self.gateway.road]} {words}" for words in asking.queries
            ),
        )

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """
        Return whether the monitor answers, and how many hosts' series of the last ten minutes it has.

        None at all is no fault of the source: an unknown metric and silent hosts look the same.
        """
        what = text("blueking.check.metrics")
        end_s = int(self.now()) // 60 * 60
        asked = _body(self.bk_biz_id or 0, _PROBE, end_s - 600, end_s, 60)
        try:
            if self.bk_biz_id is None:
                raise QuestionError("blueking.no_business")
            with BluekingClient(self.gateway, sleep=self.sleep) as client:
                data = mapping(
                    client.post("monitor", _PATHS[self.gateway.road], asked), "range_query.data"
                )
                found = mappings(data.get("series"), "range_query.series")
        except PaichaError as error:
            return [(what, False, error.texts)]
        key = "blueking.check.series_found" if found else "blueking.check.no_series"
        return [(what, True, text(key, n=len(found), metric=_PROBE))]


@dataclass(slots=True)
class _Asking:
    """One `read` under way."""

    client: BluekingClient
    business: int
    query: MetricQuery
    points: list[Point] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    refusals: dict[str, SourceRejected] = field(default_factory=dict)
    _titles: dict[str, Text] = field(default_factory=dict)
    _seen: set[_Key] = field(default_factory=set)
    _twofold: dict[tuple[str, str], None] = field(default_factory=dict)  # hosts and metrics
    _hosts: list[Host] = field(default_factory=list)
    _heard: dict[str, set[str]] = field(default_factory=dict)  # by concept: names of hosts
    _labels: tuple[str, str] = _LABELS[0]
    _points_before: int = 0

    def __post_init__(self) -> None:
        """Begin with the hosts as they are asked for."""
        self._hosts = [read_host(words) for words in self.query.hosts]

    def turn_to_ids(self) -> bool:
        """
        Ask for the ids of those of whom nothing was heard by their addresses; return whether there are such.

        The monitor may know a host by its id alone (addresses that are given out anew).
        """
        heard = set().union(*self._heard.values())
        asked = {host.host_id for host in self._hosts}
        self._hosts = [
            Host(host_id=one)
            for one, address in self.query.ids
            # The monitor knows hosts by numbers, not by the names that machines give themselves.
            if one.isdigit() and one not in asked and not {one, address} & heard
        ]
        return bool(self._hosts)

    def turn_to_other_labels(self) -> bool:
        """Ask for those of whom nothing was heard by the labels of other data sources; return whether there are such."""
        heard = set().union(*self._heard.values())
        asked = [read_host(words) for words in self.query.hosts]
        self._hosts = [host for host in asked if host.ip and not _names(host) & heard]
        self._labels, self._points_before = _LABELS[1], len(self.points)
        return bool(self._hosts)

    @property
    def hears_more(self) -> bool:
        """Whether anything came since it was turned to other labels."""
        return len(self.points) > self._points_before

    @property
    def missing(self) -> list[str]:
        """Concepts of which no host has points."""
        silent = (concept for concept, heard in self._heard.items() if not heard)
        return [concept for concept in silent if concept not in self.refusals]

    @property
    def span(self) -> tuple[int, int]:
        """First and end second on the grid, the end left out."""
        step = self.query.step_s
        start_s = int(self.query.window.start.timestamp()) // step * step
        end = self.query.window.end
        end_s = int(end.timestamp()) + (1 if end.microsecond else 0)
        return start_s, -(-end_s // step) * step

    def ask(self, concept: MetricConcept) -> None:
        """Read a concept; where the query engine refuses that one, the others go on without it."""
        self._titles[concept.id] = concept.title
        try:
            self.read(concept)
        except SourceRejected as refusal:
            if refusal.code not in _OF_ONE_QUERY:
                raise
            self.refusals[concept.id] = refusal

    def read(self, concept: MetricConcept) -> None:
        """Ask the names of a concept in order, until one has points."""
        names = [name for name in concept.names if name.system == "blueking"]
        if not names:
            return
        heard = self._heard.setdefault(concept.id, set())
        for name in names:
            found = self._read_name(concept, name)
            if found:
                self.points += found
                self._seen |= {(point.series, point.stamp_ms) for point in found}
                for point in found:
                    heard |= {point.host, point.host_id, _bare(point.ip)}
                return

    def incomplete(self) -> Iterator[Text]:
        """Yield why this is not the whole truth."""
        for concept, refusal in self.refusals.items():
            why = refusal.facts["answer"]
            yield text("blueking.metric_refused", concept=self._titles[concept], why=why)
        for host, concepts in sorted(self._silent().items()):
            lacking = Text.list_of([self._titles[concept] for concept in concepts])
            yield text("blueking.silent_host", host=host, concepts=lacking)
        for host, metric in sorted(self._twofold):
            yield text("blueking.twofold", host=host, metric=metric)
        yield from self.gap_texts(fewest=2)

    def gap_texts(self, *, fewest: int, most: int | None = None) -> Iterator[Text]:
        """Yield by host which series lack so many points; one may just not have come in yet."""
        start_s, end_s = self.span
        by_host: dict[str, dict[str, tuple[int, int]]] = {}
        for series, absent, expected in gaps(self.points, start_s, end_s, self.query.step_s):
            if fewest <= absent and (most is None or absent <= most):
                by_host.setdefault(shown_host(series), {})[series[0]] = absent, expected
        for host, lacking in sorted(by_host.items()):
            absent, expected = max(lacking.values())
            facts: dict[str, object] = {"host": host, "n": absent, "expected": expected}
            if len(lacking) == 1:
                yield text("blueking.gaps", metric=next(iter(lacking)), **facts)
            else:
                names = ", ".join(lacking)
                yield text("blueking.gaps_of_host", series=len(lacking), metrics=names, **facts)

    def _read_name(self, concept: MetricConcept, name: MetricName) -> list[Point]:
        found: dict[_Key, Point] = {}
        for matchers in _matchers(self._hosts, *self._labels):
            promql = expression(name, matchers, self.query.step_s)
            self.queries.append(promql)
            for start_s, end_s in self._chunks():
                asked = _body(self.business, promql, start_s, end_s, self.query.step_s)
                path = _PATHS[self.client.gateway.road]
                data = mapping(self.client.post("monitor", path, asked), "range_query.data")
                for entry in mappings(data.get("series"), "range_query.series"):
                    self._take(found, read_series(entry, concept, name), concept)
        return [point for key, point in found.items() if key not in self._seen]

    def _chunks(self) -> Iterator[tuple[int, int]]:
        start_s, end_s = self.span
        # A day less what is over the last whole step, so that every piece begins on the grid.
        piece = _DAY_S // self.query.step_s * self.query.step_s or self.query.step_s
        while start_s < end_s:
            yield start_s, min(start_s + piece, end_s)
            start_s += piece

    def _take(
        self, found: dict[_Key, Point], points: Iterator[Point], concept: MetricConcept
    ) -> None:
        # A host asked for by id and by address answers twice, and one whose agent was installed anew has a series for
        # each: what one of them measured counts, and of two values the worse. The grid's edges may answer more.
        start_s, end_s = self.span
        worse = gt if concept.comparison == "above" else lt
        for point in points:
            if not start_s * 1000 <= point.stamp_ms < end_s * 1000:
                continue
            key = (point.series, point.stamp_ms)
            known = found.get(key)
            if known is None or known.value is None:
                found[key] = point
            elif point.value is not None and point.value != known.value:
                self._twofold[point.host, point.metric] = None
                if worse(point.value, known.value):
                    found[key] = point

    def _silent(self) -> dict[str, list[str]]:
        """Return by host the concepts of which others have points, and it has none under any of its names."""
        silent: dict[str, list[str]] = {}
        for words in self.query.hosts:
            host = read_host(words)
            name = host_name(host.ip, host.cloud) or host.host_id
            names = _names(host).union(*(pair for pair in self.query.ids if name in pair))
            lacking = [
                concept for concept, heard in self._heard.items() if heard and not names & heard
            ]
            if lacking:
                silent[words] = lacking
        return silent


def _names(host: Host) -> set[str]:
    name = host_name(host.ip, host.cloud) or host.host_id
    return {name, "" if host.cloud else _bare(host.ip)} - {""}


def _bare(ip: str) -> str:
    # An address asked for without its area means the host in any of them.
    return f"{ip}|" if ip else ""


def _body(business: int, promql: str, start_s: int, end_s: int, step_s: int) -> dict[str, object]:
    return {
        "bk_biz_id": business,
        "promql": promql,
        "start_time": start_s,
        "end_time": end_s,
        "step": f"{step_s}s",
        "format": "time_series",
        "type": "range",
        "down_sample_range": "",
        "time_alignment": True,
    }


def expression(name: MetricName, matchers: str, step_s: int) -> str:
    """
    Return the PromQL for a metric and the matchers of some hosts.

    Example:
        >>> expression(MetricName("bkmonitor:system:mem:pct_used", "blueking"), 'bk_host_id="42"', 60)
        'avg_over_time(bkmonitor:system:mem:pct_used{bk_host_id="42"}[1m])'
    """
    if name.query:
        filled = name.query.replace("{host}", matchers)
        return filled if matchers else filled.replace(",}", "}").replace("{}", "")
    selector = f"{name.name}{{{matchers}}}" if matchers else name.name
    span = f"{step_s // 60}m" if step_s % 60 == 0 else f"{step_s}s"
    return f"avg_over_time({selector}[{span}])"


def _matchers(hosts: list[Host], ip_label: str, area_label: str) -> Iterator[str]:
    # Ids exactly; addresses with their cloud area where it is known. Nothing asked: one empty text.
    if not hosts:
        yield ""
        return
    ids = sorted({host.host_id for host in hosts if host.host_id})
    for start in range(0, len(ids), _HOSTS_AT_ONCE):
        yield _matcher("bk_host_id", ids[start : start + _HOSTS_AT_ONCE])
    areas = sorted({host.cloud for host in hosts if host.ip})
    for area in areas:
        ips = sorted({host.ip for host in hosts if host.ip and host.cloud == area})
        for start in range(0, len(ips), _HOSTS_AT_ONCE):
            matcher = _matcher(ip_label, ips[start : start + _HOSTS_AT_ONCE])
            yield f'{matcher},{area_label}="{area}"' if area else matcher


def _matcher(label: str, values: list[str]) -> str:
    if len(values) == 1:
        return f'{label}="{_escape(values[0])}"'
    joined = "|".join(_escape(value.replace(".", r"\.")) for value in values)
    return f'{label}=~"{joined}"'


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
