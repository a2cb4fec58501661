"""Records of several lines, where people read them: the Markdown report, the evidence, an audit of the report."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.conftest import CommandLine

import paicha

_TRACE = (
    "2026-11-25 20:{minute:02d}:07,123 ERROR [exec-1] shop.Orders - 创建订单失败 ```\n"
    "java.lang.IllegalStateException: lease lost\n"
    "\tat shop.Orders.create(Orders.java:142)\n"
    "Caused by: java.net.ConnectException: Connection refused\n"
    "\t... 37 more\n"
)


@pytest.fixture
def found(tmp_path: Path) -> paicha.Investigation:
    """Give the investigation of a log with a trace a minute, and more of them in the middle."""
    log = tmp_path / "app.log"
    minutes = sorted([*range(60), *[30] * 20])
    log.write_text("".join(_TRACE.format(minute=minute) for minute in minutes), "utf-8")
    return paicha.investigate(log, zone="Asia/Shanghai", case=tmp_path / "case.duckdb")


def test_a_stack_trace_keeps_its_lines_in_markdown(found: paicha.Investigation) -> None:
    """
    Every line stands on its own, indented as it was, in a block that nothing in it can close.
    """
    told = found.render("md", "zh").decode()

    assert (
        "\n   ````text\n"
        "   创建订单失败 ```\n"
        "   java.lang.IllegalStateException: lease lost\n"
        "       at shop.Orders.create(Orders.java:142)\n"
        "   Caused by: java.net.ConnectException: Connection refused\n"
        "       ... 37 more\n"
        "   ````\n"
    ) in told


def test_a_stack_trace_keeps_its_lines_in_the_evidence(
    found: paicha.Investigation, tmp_path: Path
) -> None:
    """
    The lines below the first are indented, and the place stands below all of them.
    """
    said = CommandLine(tmp_path)("evidence", str(found.case_path), "1", "--limit", "1")

    assert [
        "    java.lang.IllegalStateException: lease lost",
        "        at shop.Orders.create(Orders.java:142)",
        "    Caused by: java.net.ConnectException: Connection refused",
        "        ... 37 more",
        f"    {tmp_path}/app.log:1@0",
    ] == said.out.splitlines()[1:]


def test_an_audit_counts_each_statement_once(found: paicha.Investigation) -> None:
    """
    What was read of Paicha's own report is supported or not verifiable, and together that is all of it.
    """
    audit = paicha.audit(found.render("md", "zh").decode(), evidence=found).found

    assert len(audit.stated) == len(audit.judgements)
