"""`paicha serve` as its users run it, in a folder of its own, and a browser in front of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests.journeys.chromium import started

from paicha.facade import prepare_demo
from paicha.locales import Language

LOCALES: dict[Language, str] = {"zh": "zh-CN", "en": "en-US"}
START, END = "2025-12-19 10:32:32", "2025-12-19 10:47:32"
HOST = "30.189.38.149"
ROWS = "table.ranked > tbody > tr[data-target]"
#: How long a run may take on a busy machine [ms].
PATIENCE = 90_000
#: Everything that has ever harmed a reader of a page, as a line of a log would hold it.
HOSTILE = (
    '<script>window.broken=1</script><img src=x onerror="window.broken=2">'
    " '\" onmouseover=window.broken=4 [x](javascript:window.broken=3) {{7*7}} \x1b]0;owned\x07red \u202egnp.exe"
)
SETTINGS = """
zone = "Asia/Shanghai"

[sources.payment-logs]
type = "files"
paths = ["logs/app.log"]

[sources.gateway-logs]
type = "files"
paths = ["logs/gateway.log"]

[sources.gone-logs]
type = "files"
paths = ["logs/gone.log"]

[sources.host-metrics]
type = "metric_files"
paths = ["logs/metrics.json"]

[profiles.payments]
title = "Payments"
sources = ["payment-logs"]
metrics = ["host-metrics"]
"""


@dataclass(frozen=True, slots=True)
class Service:
    """A running service."""

    address: str
    folder: Path


@dataclass(slots=True)
class Reader:
    """One browser's window on the service, and what it complained about or asked for."""

    page: Page
    service: Service
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._heard(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _heard(self, text: str) -> None:
        # Chromium's hint about password managers is none about the page.
        if "Password forms should have" not in text:
            self.complaints.append(text)

    def go(self, path: str) -> Page:
        """Open a page of the service."""
        self.page.goto(self.service.address + path)
        return self.page

    def outside(self) -> list[str]:
        """Return every address asked for that is not the service's."""
        here = self.service.address
        return [u for u in self.requests if not u.startswith((here, "data:", "about:"))]

    def fill(self, title: str = "", source: str = "payment-logs") -> None:
        """Fill in the form that starts an investigation of the reference scenario."""
        page = self.go("/")
        for box in page.locator("input[name=sources]").all():
            box.set_checked(box.get_attribute("value") == source)
        page.locator("input[value=host-metrics]").check()
        page.locator("input[value=range]").check(force=True)
        page.fill("input[name=start]", START)
        page.fill("input[name=end]", END)
        page.fill("input[name=zone]", "Asia/Shanghai")
        page.fill("input[name=hosts]", HOST)
        page.select_option("select[name=baseline]", "none")
        page.fill("input[name=title]", title)

    def start(self, title: str = "", source: str = "payment-logs") -> str:
        """Start it, wait for its report, and return the path of its page."""
        self.fill(title, source)
        self.page.click("form.start button.main")
        self.page.wait_for_url("**/runs/*")
        self.page.wait_for_selector("#problems", timeout=PATIENCE)
        return self.page.url.removeprefix(self.service.address)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A browser for all tests of the page; it ends with them, as no other loop runs beside Playwright's."""
    yield from started("the web page")


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Run `paicha serve` over the reference scenario and a log full of hostile lines."""
    folder = tmp_path_factory.mktemp("service")
    yield from running(folder, SETTINGS)


def running(folder: Path, settings: str) -> Iterator[Service]:
    """Run `paicha serve` in *folder* until the generator ends."""
    prepare_demo("en", folder / "logs")
    lines = [
        f"2025-12-19 10:40:{n:02},100 ERROR [<b>a</b>.py:1] attack {n} {HOSTILE}" for n in range(9)
    ]
    (folder / "logs" / "gateway.log").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "paicha.toml").write_text(settings, "utf-8")
    address = f"127.0.0.1:{_free_port()}"
    command = [sys.executable, "-m", "paicha", "serve", "--listen", address, "--data", "data"]
    with (folder / "service.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "LANG": "en_US.UTF-8",
                "TZ": "UTC",
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _await(f"http://{address}/sign-in", process, folder / "service.log")
        yield Service(f"http://{address}", folder)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the service did not start: {log.read_text('utf-8')}")


Open = Callable[..., Reader]


@pytest.fixture
def opened(browser: Browser, service: Service) -> Iterator[Open]:
    """Give a way to open a browser of its own in front of the service."""
    contexts: list[BrowserContext] = []

    def reader(language: Language = "en", width: int = 1280, **options: object) -> Reader:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale=LOCALES[language],
            **options,  # type: ignore[arg-type]  # as Playwright names them
        )
        contexts.append(context)
        return Reader(context.new_page(), service)

    yield reader
    for context in contexts:
        context.close()


@pytest.fixture(scope="package")
def incident(browser: Browser, service: Service) -> str:
    """Start a run on the reference scenario over the page, and give the path of its report."""
    return _started(browser, service, "payment-logs")


@pytest.fixture(scope="package")
def finished(browser: Browser, service: Service, incident: str) -> tuple[str, str]:
    """Give the paths of that report and of one on a log full of hostile lines."""
    return incident, _started(browser, service, "gateway-logs")


def _started(browser: Browser, service: Service, source: str) -> str:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    path = Reader(context.new_page(), service).start(source=source)
    context.close()
    return path
