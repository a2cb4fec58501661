"""Prometheus, VictoriaMetrics, Thanos and Mimir as a `paicha.ports.MetricSource`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field

import pyarrow as pa

from paicha.errors import PaichaError, SourceRejected
from paicha.locales import Text, text
from paicha.model.coverage import MetricCoverage
from paicha.model.knowledge import MetricConcept, MetricName
from paicha.model.question import MetricQuery, Window
from paicha.sources.prometheus.answers import (
    Answer,
    Line,
    lines_of,
    read_answer,
    scalar_of,
    table_of,
)
from paicha.sources.prometheus.hosts import (
    NAMERS,
    HostRule,
    Wanted,
    find_instances,
    machine_names,
    pod_matchers,
)
from paicha.sources.prometheus.queries import (
    PACE_RANGES_S,
    Grid,
    expression,
    grid_of,
    pace_of,
    pace_query,
    paced,
    systems,
)
from paicha.sources.web import Place, WebClient, shown
from paicha.values import dataclass

_SYSTEM = "Prometheus"
#: Whose series come and go with what runs: an end is no gap.
_COME_AND_GO = "container"
#: Refusals that speak of one query.
_OF_ONE_QUERY = frozenset({"web.bad_request", "prometheus.refused"})


@dataclass(frozen=True, slots=True)
class PrometheusReading:
    """One answer of `PrometheusMetrics`, whole."""

    series: pa.Table
    coverage: MetricCoverage


@dataclass(frozen=True, slots=True)
class PrometheusMetrics:
    """
    The metrics of one server that speaks Prometheus' query API.

    Args:
        place: Where and as whom; the address before ``/api/v1``.
        concepts: What to ask for, under the names of node_exporter, windows_exporter and cAdvisor.
        name: Its name in the settings.
        rule: How a series says which host it belongs to.
        sleep: Waits between two tries.
        now: Epoch seconds; `check` looks at the last ten minutes.
    """

    place: Place
    concepts: tuple[MetricConcept, ...]
    name: str = "prometheus"
    rule: HostRule = field(default_factory=HostRule)
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time

    def read(self, query: MetricQuery) -> PrometheusReading:
        """
        Read every concept for the hosts asked for; all hosts there are where none is named.

        A concept has names of several exporters: each is asked for the hosts that no earlier one
        knew, so that a fleet of Linux and Windows machines is read whole.

        Raises:
            SourceError: If the server lets us down.
        """
        first = grid_of(query.window, query.step_s)
        with WebClient(self.place, _SYSTEM, sleep=self.sleep) as client:
            asking = _Asking(client, first, self.rule, query.services)
            asking.find_hosts(query.hosts, query.ids)
            asking.find_pace(query.window)
            for concept in self.concepts:
                asking.read(concept)
        if asking.refusals and not asking.lines:
            raise asking.refusals[0]
        table = table_of(asking.lines, self.rule)
        return PrometheusReading(table, self._coverage(asking, table))

    def _coverage(self, asking: _Asking, table: pa.Table) -> MetricCoverage:
        base = f"{shown(self.place.url).rstrip('/')}/api/v1/query_range"
        grid = asking.grid
        asked = f"start={grid.first_asked} end={grid.last_asked} step={grid.step_s}s"
        return MetricCoverage(
            source=self.name,
            kind="prometheus",
            series=len(asking.lines),
            points=table.num_rows,
            null_points=table["value"].null_count,
            missing=tuple(asking.missing),
            hosts=tuple(sorted({line.host for line in asking.lines})),
            incomplete=tuple(dict.fromkeys(asking.incomplete())),
            notes=tuple(dict.fromkeys(asking.notes())),
            queries=tuple(f"POST {base} {asked} query={words}" for words in asking.queries),
        )

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Return whether the server answers, and how many targets it scraped in the last ten minutes."""
        lines: list[tuple[Text, bool, Text]] = []
        what = text("prometheus.check.reachable")
        try:
            with WebClient(self.place, _SYSTEM, sleep=self.sleep) as client:
                asked = {"query": "vector(1)", "time": int(self.now())}
                read_answer(client.post("/api/v1/query", asked))
                lines.append((what, True, text("prometheus.check.answers")))
                what = text("prometheus.check.hosts")
                found = self._targets(client)
        except PaichaError as error:
            return [*lines, (what, False, error.texts)]
        # None at all is no fault of the server: a store of recorded series scrapes nothing.
        return [*lines, (what, True, text("prometheus.check.targets", n=found))]

    def _targets(self, client: WebClient) -> int:
        selector = f"up{{{self.rule.matchers}}}" if self.rule.matchers else "up"
        asked = {
            "query": f"count(last_over_time({selector}[10m]))",
            "time": int(self.now()),
        }
        return int(scalar_of(read_answer(client.post("/api/v1/query", asked)).data))


@dataclass(slots=True)
class _Asking:
    """One `read` under way."""

    client: WebClient
    grid: Grid
    rule: HostRule
    services: Sequence[str] = ()
    lines: list[Line] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    refusals: list[SourceRejected] = field(default_factory=list)
    seldom_scraped: bool = False
    _wanted: Wanted = field(default_factory=lambda: Wanted((), {}))
    _warnings: dict[Text, None] = field(default_factory=dict)
    _infos: dict[Text, None] = field(default_factory=dict)
    _heard: dict[str, set[str]] = field(default_factory=dict)  # concept -> hosts

    def find_hosts(self, hosts: Sequence[str], ids: Iterable[tuple[str, str]] = ()) -> None:
        """Decide which instances the hosts asked for are; *ids*: other names of addresses, as the logs say."""
        asked = tuple(sorted({host for host in hosts if host}))
        aliases = {
            one.lower(): address for one, address in ids if address in asked and one not in asked
        }
        self._wanted = Wanted(asked, {}, aliases)
        names = (*asked, *sorted(aliases))
        pattern = "" if self.rule.label else machine_names(names)
        if not pattern:
            return
        found, unclear = find_instances(names, self._machines(pattern))
        instances = {place: aliases.get(name, name) for place, name in found.items()}
        self._wanted = Wanted(asked, instances, aliases)
        for host, machines in unclear.items():
            said = text("prometheus.unclear_host", host=host, names=", ".join(machines))
            self._warnings[said] = None

    def find_pace(self, window: Window) -> None:
        """Decide over how long rates are taken and how wide steps are, by how often the hosts asked for are scraped."""
        slowest: list[float] = []
        fastest: list[float] = []
        for matchers in self._wanted.matchers(self.rule):
            for range_s in PACE_RANGES_S:
                fewest = self._samples(pace_query(matchers, range_s, "min"))
                if fewest >= 2:
                    most = self._samples(pace_query(matchers, range_s, "max"))
                    slowest.append(pace_of(fewest, range_s))
                    fastest.append(range_s / max(most, fewest))
                    break
        if slowest:
            before = self.grid.step_s
            self.grid = paced(self.grid, window, max(slowest), min(fastest))
            self.seldom_scraped = self.grid.step_s > before

    def _samples(self, words: str) -> float:
        asked = {"query": words, "time": self.grid.last_asked, "nocache": "1"}
        try:
            data = self._take(read_answer(self.client.post("/api/v1/query", asked)))
        except SourceRejected as refusal:
            if refusal.code not in _OF_ONE_QUERY:
                raise
            return 0.0  # a server that does not like the question: the usual pace is taken
        return scalar_of(data)

    def _machines(self, pattern: str) -> Iterator[tuple[str, str]]:
        more = f",{self.rule.matchers}" if self.rule.matchers else ""
        asked = {
            "match[]": [f'{metric}{{{label}=~"{pattern}"{more}}}' for metric, label in NAMERS],
            "start": self.grid.start_s,
            "end": self.grid.end_s,
        }
        data = self._take(read_answer(self.client.post("/api/v1/series", asked)))
        label_of = dict(NAMERS)
        for labels in data if isinstance(data, list) else ():
            label = label_of.get(labels.get("__name__", ""), "")
            if labels.get(label) and labels.get("instance"):
                yield labels[label], labels["instance"]

    def read(self, concept: MetricConcept) -> None:
        """Ask the names of a concept in order, each for the hosts that no earlier one knew."""
        names = systems(concept.names)
        heard = self._heard.setdefault(concept.id, set())
        for name in names:
            silent = tuple(host for host in self._wanted.hosts if host not in heard)
            if self._wanted.hosts and not silent:
                break
            found = [
                line
                for line in self._read_name(concept, name, self._wanted.of(silent))
                if line.host not in heard
            ]
            heard |= {line.host for line in found}
            self.lines += found
        if concept.group == _COME_AND_GO and self._wanted.hosts:
            self.lines += self._read_pods(concept, names)
        # What only a container has is not missing on machines without containers.
        if not heard and any(name.system == "node_exporter" for name in names):
            self.missing.append(concept.id)

    def _read_pods(self, concept: MetricConcept, names: Sequence[MetricName]) -> list[Line]:
        """Return what the pods of the services have, on whatever node they ran."""
        pods = pod_matchers(self.services, self.rule)
        known = {(line.metric, tuple(sorted(line.labels.items()))) for line in self.lines}
        return [
            line
            for name in names
            if pods
            for line in self._ask(concept, name, Wanted((), {}), [pods])
            if (line.metric, tuple(sorted(line.labels.items()))) not in known
        ]

    def _read_name(
        self, concept: MetricConcept, name: MetricName, wanted: Wanted
    ) -> Iterator[Line]:
        return self._ask(concept, name, wanted, wanted.matchers(self.rule))

    def _ask(
        self,
        concept: MetricConcept,
        name: MetricName,
        wanted: Wanted,
        several: Iterable[str],
    ) -> Iterator[Line]:
        for matchers in several:
            promql = expression(name, matchers, self.grid, self.rule)
            self.queries.append(promql)
            asked = {
                "query": promql,
                "start": self.grid.first_asked,
                "end": self.grid.last_asked,
                "step": f"{self.grid.step_s}s",
                # VictoriaMetrics moves the evaluations onto multiples of the step otherwise.
                "nocache": "1",
            }
            try:
                data = self._take(read_answer(self.client.post("/api/v1/query_range", asked)))
            except SourceRejected as refusal:
                if refusal.code not in _OF_ONE_QUERY:
                    raise
                self._refuse(concept, refusal)
                continue
            yield from lines_of(data, (concept, name), self.grid, wanted, self.rule)

    def _refuse(self, concept: MetricConcept, refusal: SourceRejected) -> None:
        # Two exporters under one instance make one query ambiguous, not the others.
        self.refusals.append(refusal)
        said = text("prometheus.query_refused", concept=concept.title, why=refusal.facts["answer"])
        self._warnings[said] = None

    def _take(self, answer: Answer) -> object:
        self._warnings |= dict.fromkeys(answer.warnings)
        self._infos |= dict.fromkeys(answer.infos)
        return answer.data

    def incomplete(self) -> Iterator[Text]:
        """Yield why this is not the whole truth."""
        yield from self._warnings
        everybody = {host for hosts in self._heard.values() for host in hosts}
        for host in self._wanted.hosts:
            if host not in everybody:
                yield text("prometheus.silent_host", host=host)
        yield from self._gaps(fewest=2)

    def notes(self) -> Iterator[Text]:
        """Yield what is worth knowing and harmless."""
        yield from self._infos
        if self.seldom_scraped:
            yield text("prometheus.seldom_scraped", seconds=self.grid.step_s)
        elif self.grid.step_s > 60:
            yield text("prometheus.wide_step", seconds=self.grid.step_s)
        yield from self._gaps(fewest=1, most=1)
        for host in self._wanted.hosts:
            lacking = sorted(
                concept
                for concept, hosts in self._heard.items()
                if hosts and host not in hosts and concept not in self.missing
            )
            if lacking and any(host in hosts for hosts in self._heard.values()):
                yield text("prometheus.lacking", host=host, concepts=", ".join(lacking))

    def _gaps(self, *, fewest: int, most: int | None = None) -> Iterator[Text]:
        # Per host: how many of its series lack points, and how many points the worst one lacks.
        worst: dict[str, tuple[int, int]] = {}
        for line in self.lines:
            values = sum(value is not None for value in line.values)
            absent = self.grid.points - values
            fits = fewest <= absent and (most is None or absent <= most)
            if fits and line.concept.group != _COME_AND_GO:
                n, most_absent = worst.get(line.host, (0, 0))
                worst[line.host] = (n + 1, max(most_absent, absent))
        for host, (n, absent) in sorted(worst.items()):
            expected = self.grid.points
            yield text("prometheus.gaps", host=host, series=n, n=absent, expected=expected)
