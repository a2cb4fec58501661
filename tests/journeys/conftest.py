"""The command line run as its users run it: a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from paicha.testing.blueking import DEMO_APP_CODE, DEMO_APP_SECRET, DEMO_BK_TOKEN, BluekingStandIn

SCENARIO = Path(__file__).parents[2] / "src" / "paicha" / "testing" / "scenario"
WINDOW = ("--from", "2025-12-19T10:32:32+08:00", "--to", "2025-12-19T10:47:32+08:00")
ZONE = ("--tz", "Asia/Shanghai")
HOST = "30.189.38.149"


@dataclass(frozen=True, slots=True)
class Said:
    """What a run of the command line left behind."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Runs `paicha` in one folder."""

    folder: Path

    def __call__(self, *arguments: str | Path, lang: str = "en_US.UTF-8", **environ: str) -> Said:
        """Run `paicha` with *arguments*, and nothing of our own environment but the path."""
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-m", "paicha", *map(str, arguments)],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder / "home"),
                "LANG": lang,
                "TZ": "UTC",
                "PYTHONWARNINGS": "error",
                **environ,
            },
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def paicha(tmp_path: Path) -> CommandLine:
    """Give the command line, in an empty folder."""
    return CommandLine(tmp_path)


Serve = Callable[..., BluekingStandIn]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Give a way to start stand-in gateways with faults; they stop with the test."""
    running: list[BluekingStandIn] = []

    def start(*faults: str) -> BluekingStandIn:
        server = BluekingStandIn(SCENARIO, faults).__enter__()
        running.append(server)
        return server

    yield start
    for server in running:
        server.__exit__(None, None, None)


def gateway_settings(server: BluekingStandIn, token: str = DEMO_BK_TOKEN) -> str:
    """Return settings with a log and a metric source at *server*."""
    shared = f"""
monitor_url = "{server.monitor_url}"
log_url = "{server.log_url}"
bk_app_code = "{DEMO_APP_CODE}"
bk_app_secret = "{DEMO_APP_SECRET}"
bk_token = "{token}"
bk_biz_id = 2
attempts = 2
timeout_s = 20
"""
    return (
        f'[sources.logs]\ntype = "blueking_logs"\nindex_set_id = 2545\n{shared}'
        f'[sources.host]\ntype = "blueking_metrics"\n{shared}'
    )
