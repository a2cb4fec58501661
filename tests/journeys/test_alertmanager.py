"""A real Alertmanager fires into a real `paicha serve`, and the stand-in of a chat hears of the end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from tests.journeys.conftest import SCENARIO
from tests.servers.harness import Servers, needs
from tests.servers.metrics import Alertmanager
from tests.servers.process import free_port

from paicha.testing.chats import FeishuSink

pytestmark = needs("alertmanager")

TOKEN = "token-of-the-hook"
#: The last minutes of the reference scenario.
AT = datetime(2025, 12, 19, 2, 47, tzinfo=UTC)
_SETTINGS = """
[service]
data = "data"
listen = "127.0.0.1:{port}"
external_url = "https://paicha.example.com"
[sources.app]
type = "files"
paths = ["{scenario}/app.log"]
[sources.host]
type = "metric_files"
paths = ["{scenario}/metrics.json"]
[profiles.pay]
sources = ["app"]
metrics = ["host"]
zone = "Asia/Shanghai"
language = "zh"
[webhooks.alerts]
kind = "alertmanager"
profile = "pay"
secret = "{token}"
before = "10m"
debounce = "4s"
baseline = "none"
channels = ["duty"]
[channels.duty]
kind = "feishu"
url = "{chat}"
secret = "of-the-robot"
"""


@contextmanager
def serving(folder: Path, port: int) -> Iterator[httpx.Client]:
    """Give a client of `paicha serve` in *folder*; it is asked to end afterwards."""
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "paicha", "serve", "--config", "paicha.toml"],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "en_US.UTF-8"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            waited(lambda: _answers(client), 240)
            yield client
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(120)


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


def waited(look: Callable[[], Any], patience_s: float = 240) -> Any:
    """Return what *look* finds once it finds something."""
    end = time.monotonic() + patience_s
    while not (found := look()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)
    return found


def fire(url: str, *, over: bool = False) -> None:
    """Tell Alertmanager of two alerts of one group, or that they are over."""
    now = datetime.now(UTC)
    ends = now - timedelta(seconds=1) if over else now + timedelta(hours=1)
    alerts = [
        {
            "labels": {
                "alertname": "支付失败率",
                "instance": f"30.189.38.{n}:9100",
                "severity": "warning",
            },
            "annotations": {"summary": "above 5 %"},
            "startsAt": AT.isoformat(),
            "endsAt": ends.isoformat(),
        }
        for n in (149, 150)
    ]
    httpx.post(f"{url}/api/v2/alerts", json=alerts, trust_env=False).raise_for_status()


def test_an_alert_becomes_a_report_in_the_chat_and_its_recovery_a_line(
    servers: Servers, tmp_path: Path
) -> None:
    """
    From Alertmanager to the card: one run of both alerts, its link, and later who recovered.
    """
    port = free_port()
    with FeishuSink(secret="of-the-robot") as chat:
        words = _SETTINGS.format(port=port, scenario=SCENARIO, token=TOKEN, chat=chat.url)
        (tmp_path / "paicha.toml").write_text(words, "utf-8")
        recipe = Alertmanager(f"http://127.0.0.1:{port}/api/v1/webhooks/alerts", TOKEN)
        with serving(tmp_path, port) as paicha, servers.fresh("alertmanager", recipe) as manager:
            fire(manager.url)
            waited(lambda: chat.posted)
            fire(manager.url, over=True)
            [run] = waited(lambda: _with_notes(paicha, 2))
            figures = paicha.get("/metrics").text
    [card] = chat.posted

    assert ("done", "webhook", "alerts", "支付失败率 (+1)") == (
        run["state"], run["trigger"], run["asked_by"], run["request"]["title"],
    )  # fmt: skip
    assert ["30.189.38.149", "30.189.38.150"] == run["request"]["hosts"]
    assert "Started by 2 alerts (worst: warning)" in run["notes"][0]["text"]["en"]
    assert "2 alerts recovered" in run["notes"][1]["text"]["en"]
    assert f"https://paicha.example.com/runs/{run['id']}" in json.dumps(card.body)
    assert "支付系统不可用" in card.whole
    assert [] == card.mentions
    assert 'paicha_messages_total{channel="duty",state="sent"} 1' in figures
    assert 'paicha_alerts_total{hook="alerts",outcome="recovered"} 2' in figures


def _with_notes(client: httpx.Client, n: int) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = client.get("/api/v1/investigations").json()["investigations"]
    return runs if runs and len(runs[0]["notes"]) >= n else []
