"""Filters as the help, the API and MCP write them."""

from __future__ import annotations

import re

import pytest

from paicha.facade import Asked, carry_out, prepare
from paicha.interfaces.cli.help_pages import page
from paicha.locales import message
from paicha.wiring.assembly import Assembly
from paicha.wiring.settings import Settings

SCENARIO = str(Assembly.demo_question().log)


def records(where: str) -> int:
    """Return how many records of the built-in scenario are investigated."""
    asked = Asked(files=(SCENARIO,), zone="UTC", where=where, metrics=("none",))
    return carry_out(prepare(asked, settings=Settings.empty(), environ={})).findings.totals.records


@pytest.mark.parametrize("where", ["level>=WARN", "level:>=WARN", "level >= WARN"])
def test_levels_are_compared_however_it_is_written(where: str) -> None:
    """527 records of the scenario are at WARN and above."""
    assert 527 == records(where)


def test_the_example_of_the_help_finds_records() -> None:
    """Whoever copies it, with a word of the log, gets what it says."""
    shown = page(["investigate", "--help"], columns=100, environ={})
    assert shown is not None
    (example,) = re.findall(r"--where FILTER\s+Such as '([^']+)'", shown)

    assert 'level>=WARN AND "timeout"' == example
    assert 37 == records(example.replace("timeout", "Disk space low"))
    assert example in message("mcp.argument.where", "en")
