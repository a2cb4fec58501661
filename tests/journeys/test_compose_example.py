"""The example for a live stack: its Compose file holds together, and its commands give the figures of the files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.journeys.conftest import SCENARIO, WINDOW, ZONE, CommandLine
from tests.servers.catalogue import ServerEntry, entries
from tests.servers.harness import Servers, needs
from tests.servers.metrics import Prometheus
from tests.servers.process import Start

EXAMPLE = Path(__file__).parents[2] / "examples" / "compose"
COMPOSE: dict[str, Any] = yaml.safe_load((EXAMPLE / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
_KEYS = {
    "image", "command", "entrypoint", "ports", "volumes", "environment", "depends_on", "user",
    "healthcheck",
}  # fmt: skip
_CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_of_the_compose_file_holds_together(name: str) -> None:
    """Known keys, a pinned image, ports of this machine alone, files and volumes that exist."""
    service = SERVICES[name]

    assert set(service) <= _KEYS
    assert re.fullmatch(r"[\w./-]+:v?\d[\w.-]*", service["image"])
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    for volume in service.get("volumes", ()):
        place = volume.split(":")[0]
        assert (EXAMPLE / place).exists() if place.startswith(".") else place in COMPOSE["volumes"]
    for other, wanted in service.get("depends_on", {}).items():
        assert other in SERVICES
        assert wanted["condition"] in _CONDITIONS
    words = [*service.get("command", ()), *service.get("entrypoint", ())]
    assert all(isinstance(word, str) for word in words)


def test_nothing_waits_for_itself() -> None:
    """The order of the start has a first service."""
    waiting = {name: set(service.get("depends_on", {})) for name, service in SERVICES.items()}
    started: set[str] = set()
    while ready := {name for name, others in waiting.items() if others <= started} - started:
        started |= ready

    assert set(SERVICES) == started


def test_the_images_are_the_versions_that_are_tested() -> None:
    """VictoriaLogs as the tests install it, by the same version."""
    pinned = entries()["victorialogs"].go.rpartition("@")[2]

    assert SERVICES["victorialogs"]["image"].endswith(f":{pinned}")


def test_the_readme_and_the_compose_file_give_the_same_commands() -> None:
    """What is run without Docker is what the containers run."""
    readme = (EXAMPLE / "README.md").read_text("utf-8")
    flags = (
        "-retentionPeriod=100y",
        "--max-block-duration=24h",
        "--storage.tsdb.retention.time=36500d",
    )
    containers = " ".join(str(word) for s in SERVICES.values() for word in s.get("command", ()))

    assert [True] * 3 == [flag in readme and flag in containers for flag in flags]


class TestByHand:
    """The commands of the README on loopback."""

    pytestmark = needs("victorialogs", "prometheus", "node_exporter")

    def test_the_report_is_the_one_of_the_files(self, servers: Servers, tmp_path: Path) -> None:
        """Logs from VictoriaLogs and metrics from Prometheus give every figure of the scenario."""
        logs = servers.running("victorialogs").url
        exporter = servers.running("node_exporter")
        load = [sys.executable, str(EXAMPLE / "load.py"), "--logs", logs]
        written = tmp_path / "scenario.om"
        for _ in range(2):  # a second time loads nothing twice
            done = subprocess.run(
                [*load, "--metrics", str(written)], check=True, capture_output=True, text=True
            )
        assert "1800 records in" in done.stdout

        def prometheus(entry: ServerEntry, folder: Path) -> Start:
            how = Prometheus()(entry, folder)
            made = ["promtool", "tsdb", "create-blocks-from", "openmetrics"]
            span = "--max-block-duration=24h"
            subprocess.run(
                [*made, span, str(written), f"{folder}/data"], check=True, capture_output=True
            )
            config = (EXAMPLE / "prometheus.yml").read_text("utf-8")
            here = config.replace("node-exporter:9100", f"127.0.0.1:{exporter.port}")
            (folder / "prometheus.yml").write_text(here, "utf-8")
            return how

        with servers.fresh("prometheus", prometheus) as metrics:
            report = self.asked(
                tmp_path,
                "--config",
                EXAMPLE / "paicha.toml",
                PAICHA_SOURCES_SHOP_URL=logs,
                PAICHA_SOURCES_MACHINES_URL=metrics.url,
            )
        of_files = self.asked(
            tmp_path, SCENARIO / "app.log", "--metrics", SCENARIO / "metrics.json"
        )

        assert self.figures(of_files) == self.figures(report)

    @staticmethod
    def asked(folder: Path, *arguments: str | Path, **environ: str) -> Mapping[str, Any]:
        """Return the JSON report."""
        options = (*WINDOW, *ZONE, "--format", "json")
        said = CommandLine(folder)("investigate", *arguments, *options, **environ)
        assert said.out.startswith("{"), said.err
        found: Mapping[str, Any] = json.loads(said.out)
        return found

    @staticmethod
    def figures(report: Mapping[str, Any]) -> Mapping[str, object]:
        """Return problems, and metrics to the digits that a report shows."""
        return {
            "problems": [(p["id"], p["n"], p["priority"]) for p in report["problems"]],
            "levels": [(level["level"], level["n"]) for level in report["levels"]],
            "claims": sorted((c["concept"], c["verdict"]["kind"]) for c in report["claims"]),
            "metrics": [
                (
                    m["concept"],
                    m["host"],
                    m["points"],
                    m["status"],
                    *(round(m[name], m["digits"]) for name in ("mean", "maximum", "minimum")),
                )
                for m in report["metrics"]
                if m["points"]
            ],
        }
