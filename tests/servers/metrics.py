"""How Prometheus, VictoriaMetrics and node_exporter start, and how history gets into them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx
from tests.servers.catalogue import ServerEntry
from tests.servers.process import RunningServer, Start, free_port

USER, PASSWORD = "reader", "letmein"
#: Of `PASSWORD`, at the lowest cost.
_BCRYPT = "$2b$04$DY353Ceewa/7ZxV09xC.i.erIn6mQ6v1qzyNMLwqT064OikThifgW"


@dataclass(frozen=True)
class Series:
    """One series to be found again: its name, labels and points."""

    name: str
    labels: Mapping[str, str]
    points: Iterable[tuple[datetime, float]]

    def lines(self, *, milliseconds: bool) -> list[str]:
        """Return it as exposition text; OpenMetrics stamps seconds, VictoriaMetrics milliseconds."""
        labels = ",".join(f'{name}="{value}"' for name, value in self.labels.items())
        factor = 1000 if milliseconds else 1
        return [
            f"{self.name}{{{labels}}} {value!r} {round(stamp.timestamp() * factor, 3):.3f}".removesuffix(
                ".000"
            )
            for stamp, value in self.points
        ]


@dataclass(frozen=True)
class Prometheus:
    """
    A recipe: Prometheus with history, scrape targets and, where wanted, a password or a certificate.

    Blocks lie in its data before it starts: it answers for them at once.
    """

    series: tuple[Series, ...] = ()
    targets: tuple[str, ...] = ()
    password: bool = False
    certificate: tuple[Path, Path] | None = None  # certificate, key
    more: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, entry: ServerEntry, folder: Path) -> Start:
        """Return how it starts in *folder*."""
        port = free_port()
        (folder / "data").mkdir()
        self._backfill(folder)
        (folder / "web.yml").write_text(self._web(), "utf-8")
        (folder / "prometheus.yml").write_text(self._scrapes(), "utf-8")
        scheme = "https" if self.certificate else "http"
        argv = [
            entry.command,
            f"--config.file={folder}/prometheus.yml",
            f"--web.config.file={folder}/web.yml",
            f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
            "--storage.tsdb.retention.time=36500d",
        ]
        return Start(argv, port, _ready("/-/ready"), {}, scheme=scheme)

    def _backfill(self, folder: Path) -> None:
        by_name = sorted(self.series, key=lambda one: one.name)
        lines = [line for one in by_name for line in one.lines(milliseconds=False)]
        if not lines:
            return
        (folder / "in.om").write_text("\n".join([*lines, "# EOF", ""]), "utf-8")
        subprocess.run(
            [
                *("promtool", "tsdb", "create-blocks-from", "openmetrics"),
                *("--max-block-duration=24h", f"{folder}/in.om", f"{folder}/data"),
            ],
            check=True,
            capture_output=True,
        )

    def _web(self) -> str:
        said = f'basic_auth_users: {{{USER}: "{_BCRYPT}"}}\n' if self.password else ""
        if self.certificate:
            certificate, key = self.certificate
            said += f"tls_server_config: {{cert_file: {certificate}, key_file: {key}}}\n"
        return said or "{}\n"

    def _scrapes(self) -> str:
        if not self.targets:
            return "global: {}\n"
        return (
            "global: {scrape_interval: 1s}\n"
            "scrape_configs:\n"
            f"  - {{job_name: node, static_configs: [{{targets: {list(self.targets)!r}}}]}}\n"
        )


def victoriametrics(entry: ServerEntry, folder: Path, *, password: bool = False) -> Start:
    """Return how VictoriaMetrics starts: it keeps everything and hides nothing of the last seconds."""
    port = free_port()
    argv = [
        entry.command,
        f"-storageDataPath={folder}/data",
        "-retentionPeriod=100y",
        f"-httpListenAddr=127.0.0.1:{port}",
        "-search.latencyOffset=0s",
        *((f"-httpAuth.username={USER}", f"-httpAuth.password={PASSWORD}") if password else ()),
    ]
    return Start(argv, port, _ready("/health"), {})


def import_series(
    server: RunningServer, series: Iterable[Series], *, password: bool = False
) -> None:
    """Put *series* into a VictoriaMetrics and make them visible."""
    lines = [line for one in series for line in one.lines(milliseconds=True)]
    with httpx.Client(auth=(USER, PASSWORD) if password else None) as client:
        url = f"{server.url}/api/v1/import/prometheus"
        client.post(url, content="\n".join(lines) + "\n").raise_for_status()
        client.get(f"{server.url}/internal/force_flush").raise_for_status()


def node_exporter(entry: ServerEntry, _folder: Path) -> Start:
    """Return how node_exporter starts."""
    port = free_port()
    return Start([entry.command, f"--web.listen-address=127.0.0.1:{port}"], port, _ready("/"), {})


def _ready(path: str) -> Callable[[str], bool]:
    def ready(url: str) -> bool:
        try:
            # 401 is an answer too: somebody is there and wants a password.
            return httpx.get(f"{url}{path}", verify=False, timeout=5).status_code in (200, 401)
        except httpx.TransportError:
            return False

    return ready


@dataclass(frozen=True)
class Alertmanager:
    """A recipe: an Alertmanager that sends what it hears to *webhook*, at once and with no peer."""

    webhook: str
    token: str

    def __call__(self, entry: ServerEntry, folder: Path) -> Start:
        """Return how it starts in *folder*."""
        port = free_port()
        (folder / "alertmanager.yml").write_text(
            "route: {receiver: paicha, group_by: [alertname], group_wait: 1s, group_interval: 1s}\n"
            "receivers:\n"
            "  - name: paicha\n"
            "    webhook_configs:\n"
            f"      - url: {self.webhook}\n"
            "        send_resolved: true\n"
            f"        http_config: {{authorization: {{credentials: {self.token}}}}}\n",
            "utf-8",
        )
        argv = [
            entry.command,
            f"--config.file={folder}/alertmanager.yml",
            f"--storage.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",  # else it opens a port on every interface
        ]
        return Start(argv, port, _ready("/-/ready"), {})


def alertmanager(entry: ServerEntry, folder: Path) -> Start:
    """Return how one starts that tells nobody anything."""
    return Alertmanager("http://127.0.0.1:9/", "none")(entry, folder)
