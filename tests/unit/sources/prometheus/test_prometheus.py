"""Prometheus as a metric source: figures of exporters, whose host a series is, what an answer lacks."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.servers.harness import Servers, needs
from tests.servers.metrics import PASSWORD, USER, Prometheus, Series, import_series

from paicha.errors import SourceContract, SourceError, SourceRejected, SourceUnreachable
from paicha.knowledge.metrics_loader import load_concepts
from paicha.model.question import MetricQuery, Window
from paicha.sources.prometheus import HostRule, PrometheusMetrics
from paicha.sources.prometheus.source import PrometheusReading
from paicha.sources.web import Place
from paicha.testing.scripted_server import Asked, Reply, ScriptedServer

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(minutes=10))
CONCEPTS = load_concepts()
HOST = "10.0.0.8"
GIB = 2.0**30


def gauge(name: str, value: float | Callable[[int], float], **labels: str) -> Series:
    """Return a series with a sample every 15 s from ten minutes before the window to its end."""
    labels = {"instance": f"{HOST}:9100", "job": "node", **labels}
    at = [15 * n for n in range(-40, 41)]
    values = [value if isinstance(value, float) else value(second) for second in at]
    points = [(START + timedelta(seconds=s), v) for s, v in zip(at, values, strict=True)]
    return Series(name, labels, points)


def counter(name: str, per_second: float, **labels: str) -> Series:
    """Return a counter that grows by *per_second*."""
    return gauge(name, lambda second: 10_000 + second * per_second, **labels)


LINUX = (
    counter("node_cpu_seconds_total", 0.25, mode="idle", cpu="0"),
    counter("node_cpu_seconds_total", 0.70, mode="user", cpu="0"),
    counter("node_cpu_seconds_total", 0.05, mode="iowait", cpu="0"),
    counter("node_cpu_seconds_total", 0.35, mode="idle", cpu="1"),
    counter("node_cpu_seconds_total", 0.50, mode="user", cpu="1"),
    counter("node_cpu_seconds_total", 0.15, mode="iowait", cpu="1"),
    gauge("node_memory_MemTotal_bytes", 16 * GIB),
    gauge("node_memory_MemAvailable_bytes", 4 * GIB),
    gauge("node_memory_MemFree_bytes", 2 * GIB),
    gauge("node_memory_SwapTotal_bytes", 0.0),
    gauge("node_memory_SwapFree_bytes", 0.0),
    gauge("node_filesystem_size_bytes", 100 * GIB, mountpoint="/", fstype="ext4"),
    gauge("node_filesystem_avail_bytes", 40 * GIB, mountpoint="/", fstype="ext4"),
    gauge("node_filesystem_size_bytes", 50 * GIB, mountpoint="/data", fstype="xfs"),
    gauge("node_filesystem_avail_bytes", 1 * GIB, mountpoint="/data", fstype="xfs"),
    gauge("node_filesystem_size_bytes", 1 * GIB, mountpoint="/run", fstype="tmpfs"),
    gauge("node_filesystem_avail_bytes", 0.0, mountpoint="/run", fstype="tmpfs"),
    counter("node_disk_io_time_seconds_total", 0.9, device="sda"),
    gauge("up", 1.0),
    gauge("node_load5", 3.5),
    gauge("machine_cpu_cores", 2.0),
    gauge("node_load1", 4.0),
    counter("node_network_receive_bytes_total", 2000.0, device="eth0"),
    counter("node_network_receive_bytes_total", 9000.0, device="lo"),
    counter("node_network_receive_errs_total", 2.0, device="eth0"),
    counter("node_network_transmit_errs_total", 3.0, device="eth0"),
    gauge("node_uname_info", 1.0, nodename="web-1.shop.example"),
)
_W = {"instance": "10.0.0.9:9182", "job": "windows"}
WINDOWS = (
    counter("windows_cpu_time_total", 0.4, mode="idle", core="0,0", **_W),
    gauge("windows_memory_available_bytes", 2 * GIB, **_W),
    gauge("windows_memory_physical_total_bytes", 8 * GIB, **_W),
    gauge("windows_logical_disk_size_bytes", 100 * GIB, volume="C:", **_W),
    gauge("windows_logical_disk_free_bytes", 5 * GIB, volume="C:", **_W),
    counter("windows_logical_disk_idle_seconds_total", 0.2, volume="C:", **_W),
    gauge("windows_os_hostname", 1.0, hostname="WIN-SHOP", **_W),
)
_K = {"instance": "10.0.0.7:10250", "job": "kubelet"}
_C = {**_K, "namespace": "shop", "pod": "pay-0", "container": "pay"}
KUBELET = (
    counter("container_cpu_usage_seconds_total", 1.0, id="/", **_K),
    gauge("machine_cpu_cores", 4.0, **_K),
    gauge("container_memory_working_set_bytes", 6 * GIB, id="/", **_K),
    gauge("machine_memory_bytes", 8 * GIB, **_K),
    counter("container_cpu_usage_seconds_total", 0.3, id="/kubepods/x", **_C),
    gauge("container_spec_cpu_quota", 50_000.0, **_C),
    gauge("container_spec_cpu_period", 100_000.0, **_C),
    gauge("container_memory_working_set_bytes", 0.9 * GIB, id="/kubepods/x", **_C),
    gauge("container_spec_memory_limit_bytes", 1 * GIB, **_C),
)


def read(url: str, *hosts: str, window: Window = WINDOW, **more: Any) -> PrometheusReading:
    """Return what the server at *url* has for *hosts*."""
    rule = more.pop("rule", HostRule())
    source = PrometheusMetrics(Place(url, **more), CONCEPTS, rule=rule, sleep=lambda _s: None)
    return source.read(MetricQuery(window, hosts, None))


def figures(reading: PrometheusReading) -> dict[tuple[str, str, str], tuple[int, float]]:
    """Return points and mean by concept, host and labels."""
    found: dict[tuple[str, str, str], list[float]] = {}
    for row in reading.series.to_pylist():
        labels = json.loads(row["labels"])
        part = labels.get("mountpoint") or labels.get("device") or labels.get("volume") or ""
        part = labels.get("pod") or part
        found.setdefault((row["concept"], row["host"], part), []).append(row["value"])
    return {key: (len(v), round(sum(v) / len(v), 4)) for key, v in found.items()}


@pytest.fixture(scope="module", name="fleet")
def fleet_server(servers: Servers) -> Iterator[str]:
    """Serve a Linux machine, a Windows machine and a node of a cluster."""
    with servers.fresh("prometheus", Prometheus((*LINUX, *WINDOWS, *KUBELET))) as server:
        yield server.url


class TestFigures:
    """Against a real Prometheus."""

    pytestmark = needs("prometheus")

    def test_a_linux_machine_is_what_its_exporter_counted(self, fleet: str) -> None:
        """Every derivation gives the figure that follows from the samples, ten points each."""
        found = figures(read(fleet, HOST))

        expected = {
            ("cpu_usage", HOST, ""): 70.0,
            ("io_wait", HOST, ""): 10.0,
            ("memory_usage", HOST, ""): 75.0,
            ("physical_memory_usage", HOST, ""): 87.5,
            ("disk_usage", HOST, "/"): 60.0,
            ("disk_usage", HOST, "/data"): 98.0,
            ("io_utilisation", HOST, "sda"): 90.0,
            ("load1", HOST, ""): 4.0,
            ("load5", HOST, ""): 3.5,
            ("load_per_cpu", HOST, ""): 2.0,
            ("network_receive", HOST, "eth0"): 2000.0,
            ("network_errors", HOST, "eth0"): 5.0,
        }
        assert {key: (10, value) for key, value in expected.items()} == found

    def test_a_fleet_is_read_whole_whatever_its_exporters(self, fleet: str) -> None:
        """Linux, Windows and cluster nodes answer for the same concept, each under its own name."""
        found = figures(read(fleet))

        cpu = {host: v for (concept, host, _), (_, v) in found.items() if concept == "cpu_usage"}
        memory = {h: v for (concept, h, _), (_, v) in found.items() if concept == "memory_usage"}
        assert {HOST: 70.0, "10.0.0.9": 60.0, "10.0.0.7": 25.0} == cpu
        assert {HOST: 75.0, "10.0.0.9": 75.0, "10.0.0.7": 75.0} == memory
        assert (10, 95.0) == found["disk_usage", "10.0.0.9", "C:"]
        assert (10, 80.0) == found["io_utilisation", "10.0.0.9", "C:"]
        assert (10, 60.0) == found["container_cpu_usage", "10.0.0.7", "pay-0"]
        assert (10, 90.0) == found["container_memory_usage", "10.0.0.7", "pay-0"]

    @pytest.mark.parametrize(
        "asked", [HOST, f"{HOST}:9100", "web-1", "web-1.shop.example", "WEB-1"]
    )
    def test_a_host_is_known_by_address_and_by_name(self, fleet: str, asked: str) -> None:
        """Instance with and without its port, the machine's own name with and without its domain."""
        reading = read(fleet, asked)

        assert (asked,) == reading.coverage.hosts
        assert (10, 70.0) == figures(reading)["cpu_usage", asked, ""]
        assert () == reading.coverage.incomplete

    def test_a_host_is_known_by_the_name_that_logs_give_its_address(self, fleet: str) -> None:
        """Shippers name both: the exporter may be asked under the name alone. Figures are those of the address."""
        source = PrometheusMetrics(Place(fleet), CONCEPTS, rule=HostRule(), sleep=lambda _s: None)
        known_as = (("web-1", "192.0.2.7"),)

        reading = source.read(MetricQuery(WINDOW, ("192.0.2.7",), None, ids=known_as))

        assert ("192.0.2.7",) == reading.coverage.hosts
        assert (10, 70.0) == figures(reading)["cpu_usage", "192.0.2.7", ""]
        assert () == reading.coverage.incomplete

    def test_a_windows_machine_is_known_by_its_own_name(self, fleet: str) -> None:
        """As windows_exporter tells it."""
        assert ("win-shop",) == read(fleet, "win-shop").coverage.hosts

    def test_a_host_without_series_is_said(self, fleet: str) -> None:
        """Nothing measured is not the same as fine; and a name is no pattern."""
        coverage = read(fleet, HOST, "10.0.0.80", "10x0x0x8").coverage

        said = [reason.en for reason in coverage.incomplete]
        assert (HOST,) == coverage.hosts
        assert 2 == len(said)
        assert "no series at all of host 10.0.0.80" in said[0]
        assert "no series at all of host 10x0x0x8" in said[1]

    def test_what_only_containers_have_is_not_missing_on_a_machine(self, fleet: str) -> None:
        """A concept without a name of node_exporter is missing nowhere."""
        missing = read(fleet, HOST).coverage.missing

        assert "tcp_established" in missing
        assert "container_cpu_usage" not in missing

    def test_the_window_decides_the_step(self, fleet: str) -> None:
        """Thirty days would be 43,200 minutes: wider steps, and the coverage says so."""
        long = Window(START - timedelta(days=29), START + timedelta(days=1))
        reading = read(fleet, HOST, window=long)

        assert "each point stands for 300 s" in reading.coverage.notes[0].en
        assert (4, 70.0) == figures(reading)["cpu_usage", HOST, ""]

    def test_a_machine_that_falls_silent_is_silent_at_once(self, fleet: str) -> None:
        """No point is carried on beyond the last sample, and what lacks is counted."""
        later = Window(START + timedelta(minutes=5), START + timedelta(minutes=15))
        reading = read(fleet, HOST, window=later)

        assert 6 == figures(reading)["load5", HOST, ""][0]
        assert f"host {HOST} lacks points" in reading.coverage.incomplete[0].en

    def test_check_says_that_it_answers(self, fleet: str) -> None:
        """Without scrape targets there is nothing wrong."""
        source = PrometheusMetrics(Place(fleet), CONCEPTS)

        assert [True, True] == [fine for _, fine, _ in source.check()]

    def test_the_pods_of_a_service_are_read_on_whatever_node_they_ran(self, fleet: str) -> None:
        """The logs name a host and a service: its containers belong to the question."""
        source = PrometheusMetrics(Place(fleet), CONCEPTS)
        reading = source.read(MetricQuery(WINDOW, (HOST,), None, services=("pay",)))

        found = figures(reading)
        assert (10, 90.0) == found["container_memory_usage", "10.0.0.7", "pay-0"]
        assert (10, 70.0) == found["cpu_usage", HOST, ""]
        assert ("cpu_usage", "10.0.0.7", "") not in found

    def test_a_rate_is_taken_over_two_scrapes(self, fleet: str) -> None:
        """Scraped every 15 s, a step holds four: the rate is that of the minute alone."""
        queries = " ".join(read(fleet, HOST).coverage.queries)

        assert 'rate(node_cpu_seconds_total{mode="idle",' in queries
        assert "[60s]" in queries
        assert "[120s]" not in queries


def every(seconds: int, *series: Series) -> tuple[Series, ...]:
    """Return *series* as if scraped only every *seconds*, in the middle of a step."""
    at = [
        START + timedelta(seconds=30 + n * seconds) for n in range(-7200 // seconds, 600 // seconds)
    ]
    grown = {"node_cpu_seconds_total": 0.25, "node_disk_io_time_seconds_total": 0.9}
    return tuple(
        replace(
            one,
            points=[
                (
                    stamp,
                    grown[one.name] * (stamp - at[0]).total_seconds() if one.name in grown else 7.0,
                )
                for stamp in at
            ],
        )
        for one in series
    )


class TestOwnServers:
    """Real servers with settings of their own."""

    pytestmark = needs("prometheus", "node_exporter", "victoriametrics")

    def test_victoriametrics_gives_the_same_figures(self, fleet: str, servers: Servers) -> None:
        """Its rates are computed otherwise, and steady ones are the same."""
        with servers.fresh("victoriametrics") as server:
            import_series(server, (*LINUX, *WINDOWS, *KUBELET))
            found = read(server.url)

        assert figures(read(fleet)) == figures(found)
        assert () == found.coverage.incomplete

    @pytest.mark.parametrize("seconds", [60, 120, 300])
    def test_hosts_that_are_seldom_scraped_have_every_point_and_their_rates(
        self, seconds: int, servers: Servers
    ) -> None:
        """Steps are as wide as scrapes are apart, and this is said; none is missing because of it."""
        kept = ("node_cpu_seconds_total", "node_load5", "node_disk_io_time_seconds_total", "up")
        some = every(seconds, *(one for one in LINUX if one.name in kept))
        with servers.fresh("prometheus", Prometheus(some)) as server:
            reading = read(server.url, HOST)

        found = figures(reading)
        assert 600 // seconds == found["load5", HOST, ""][0]
        assert (600 // seconds, 66.6667) == found["cpu_usage", HOST, ""]
        assert (600 // seconds, 90.0) == found["io_utilisation", HOST, "sda"]
        assert not [reason for reason in reading.coverage.incomplete if "lacks" in reason.en]
        said = any("not scraped every minute" in note.en for note in reading.coverage.notes)
        assert (seconds > 60) == said

    def test_a_label_of_ones_own_names_the_host(self, servers: Servers) -> None:
        """Also through what groups by instance."""
        mine = [
            replace(one, labels={**one.labels, "instance": "exporter:9100", "server_ip": HOST})
            for one in LINUX
        ]
        other = [replace(one, labels={**one.labels, "cluster": "b"}) for one in mine]
        rule = HostRule(label="server_ip", matchers='cluster=""')
        with servers.fresh("prometheus", Prometheus((*mine, *other))) as server:
            found = figures(read(server.url, HOST, rule=rule))

        assert ((10, 70.0), (10, 2.0)) == (
            found["cpu_usage", HOST, ""],
            found["load_per_cpu", HOST, ""],
        )

    @pytest.mark.parametrize("asked", ["10.0.0.5", "10.0.0.5:9100"])
    def test_a_federated_host_is_found_under_its_first_instance(
        self, asked: str, servers: Servers
    ) -> None:
        """A Prometheus that scrapes another one keeps whose a series was, port and all, in `exported_instance`."""
        names = {"instance": "prom-a:9090", "exported_instance": "10.0.0.5:9100"}
        with servers.fresh(
            "prometheus", Prometheus((gauge("node_load5", 2.0, **names),))
        ) as server:
            reading = read(server.url, asked, rule=HostRule("exported_instance"))

        assert (asked,) == reading.coverage.hosts
        assert not [said for said in reading.coverage.incomplete if "no series at all" in said.en]

    def test_two_exporters_under_one_instance_spoil_one_query_only(self, servers: Servers) -> None:
        """A join that is ambiguous is said; everything else is read."""
        twin = [
            replace(one, labels={**one.labels, "job": "second"})
            for one in LINUX
            if one.name == "node_load1"
        ]
        with servers.fresh("prometheus", Prometheus((*LINUX, *twin))) as server:
            reading = read(server.url, HOST)

        assert "Load per CPU could not be asked" in reading.coverage.incomplete[0].en
        assert (10, 70.0) == figures(reading)["cpu_usage", HOST, ""]
        jobs = {
            json.loads(row["labels"]).get("job")
            for row in reading.series.to_pylist()
            if row["concept"] == "load1"
        }
        assert {"node", "second"} == jobs

    def test_a_certificate_of_ones_own_and_a_password(
        self, servers: Servers, tmp_path: Path
    ) -> None:
        """TLS is checked against the file, and without it refused."""
        certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
        words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
        names = ["-addext", "subjectAltName=IP:127.0.0.1"]
        subprocess.run(
            ["openssl", *words.split(), *names, "-out", certificate, "-keyout", key],
            check=True,
            capture_output=True,
        )
        recipe = Prometheus(LINUX, password=True, certificate=(certificate, key))
        who: dict[str, Any] = {"username": USER, "password": PASSWORD}
        with servers.fresh("prometheus", recipe) as server:
            reading = read(server.url, HOST, verify=str(certificate), **who)
            with pytest.raises(SourceUnreachable):
                read(server.url, HOST, **who)

        assert (HOST,) == reading.coverage.hosts

    def test_what_is_scraped_now_can_be_read(self, servers: Servers) -> None:
        """A real exporter under a real Prometheus: this machine, by its address."""
        exporter = servers.running("node_exporter")
        recipe = Prometheus(targets=(f"127.0.0.1:{exporter.port}",))
        with servers.fresh("prometheus", recipe) as server:
            reading = _until_scraped(server.url)

        found = {concept for concept, _, _ in figures(reading)}
        assert {"load5", "memory_usage", "disk_usage", "uptime", "cpu_usage"} <= found
        assert ("127.0.0.1",) == reading.coverage.hosts


def _until_scraped(url: str) -> PrometheusReading:
    # Scraped once a second; a rate needs two samples.
    for _ in range(100):
        now = datetime.now(UTC)
        window = Window(now - timedelta(seconds=60), now)
        reading = read(url, "127.0.0.1", window=window)
        if "cpu_usage" in {concept for concept, _, _ in figures(reading)}:
            return reading
    raise AssertionError("Prometheus never scraped the exporter twice")


# What a real server does not do at a wish.


@contextmanager
def answering(document: object, **reply: Any) -> Iterator[ScriptedServer]:
    """Serve the same answer to every question."""

    def script(asked: Asked) -> Reply:
        instant = asked.path.endswith("/query")
        said = {"status": "success", "data": {"resultType": "vector", "result": []}}
        return Reply(body=json.dumps(said if instant else document).encode(), **reply)

    with ScriptedServer(script) as server:
        yield server


def matrix(**more: object) -> Mapping[str, object]:
    """Return an answer with one series of one point, and one "no value"."""
    at = START.timestamp() + 59.999
    series = {
        "metric": {"instance": f"{HOST}:9100"},
        "values": [[at, "1"], [at + 60, "NaN"]],
    }
    return {
        "status": "success",
        "data": {"resultType": "matrix", "result": [series]},
        **more,
    }


def test_warnings_of_a_partial_answer_are_kept() -> None:
    """Thanos' warnings and VictoriaMetrics' isPartial make it incomplete; remarks are notes."""
    document = matrix(warnings=["store gone"], infos=["a gauge, perhaps"], isPartial=True)
    with answering(document) as server:
        coverage = read(server.url, HOST).coverage

    said = " | ".join(reason.en for reason in coverage.incomplete)
    assert "the server warns: store gone" in said
    assert "a part of the data" in said
    assert "the server remarks: a gauge, perhaps" in [note.en for note in coverage.notes]


def test_not_a_number_is_no_value() -> None:
    """It is counted as missing, never drawn."""
    with answering(matrix()) as server:
        reading = read(server.url, HOST)

    load = [row["value"] for row in reading.series.to_pylist() if row["concept"] == "load5"]
    assert [1.0, None] == load
    assert reading.coverage.null_points == reading.series["value"].null_count > 0


def test_the_tenant_is_sent() -> None:
    """As the header that Mimir and Thanos look for, with every request."""
    with answering(matrix()) as server:
        read(server.url, HOST, headers={"X-Scope-OrgID": "shop"})
        tenants = {asked.headers.get("x-scope-orgid") for asked in server.requests}

    assert {"shop"} == tenants


@pytest.mark.parametrize(
    ("document", "code", "kind"),
    [
        (
            {"status": "error", "errorType": "execution", "error": "no"},
            "prometheus.refused",
            SourceRejected,
        ),
        ({"hits": []}, "prometheus.no_api", SourceContract),
        (
            {"status": "success", "data": {"resultType": "vector"}},
            "prometheus.no_matrix",
            SourceContract,
        ),
        (
            matrix(data={"resultType": "matrix", "result": [{"values": ["x"]}]}),
            "prometheus.no_matrix",
            SourceContract,
        ),
    ],
)
def test_an_answer_that_is_none_is_an_error(
    document: object, code: str, kind: type[SourceError]
) -> None:
    """What was never promised is named, not guessed."""
    with answering(document) as server, pytest.raises(SourceError) as raised:
        read(server.url, HOST)

    assert (code, kind) == (raised.value.code, type(raised.value))


def test_a_front_end_that_moves_the_grid_is_read_right() -> None:
    """Thanos' front end evaluates at multiples of the step: such a point speaks of the step before it."""
    at = START.timestamp()
    series = {"metric": {"instance": f"{HOST}:9100"}, "values": [[at + 60, "7"]]}
    document = {"status": "success", "data": {"resultType": "matrix", "result": [series]}}
    with answering(document) as server:
        reading = read(server.url, HOST)

    assert {START} == set(reading.series["timestamp"].to_pylist())


def test_a_cut_answer_is_an_error() -> None:
    """Half a JSON is no answer."""
    with answering(matrix(), cut=True) as server, pytest.raises(SourceUnreachable) as raised:
        read(server.url, HOST)

    assert "web.cut_off" == raised.value.code
