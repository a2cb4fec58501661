"""What every test shares: no settings of the desk, the servers, and with CI=true no skips."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings
from tests.servers.harness import session_servers

__all__ = ["session_servers"]

# The settings of whoever runs the tests are not part of what is tested.
for _name in [name for name in os.environ if name.startswith("PAICHA_")]:
    del os.environ[_name]

# How long an example takes says how busy the machine is.
settings.register_profile("paicha", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("paicha")


def pytest_configure() -> None:
    """
    Let signals do what they do: a run under nohup, or in the background of a script, ignores some of them.

    Processes that tests start inherit that.
    """
    for number, usual in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGHUP, signal.SIG_DFL),
    ):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let ``--pictures`` write the pictures of the documents; otherwise they are only taken."""
    parser.addoption("--pictures", action="store_true", help="write docs/images again")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests of one server stand together, so that it starts once."""
    items.sort(key=lambda item: str(_first(item.get_closest_marker("xdist_group"))))


def _first(mark: pytest.Mark | None) -> object:
    return mark.args[0] if mark is not None else ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where CI=true: a missing part must not pass silently."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI=true forbids: {reason}"
    return report
