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


def test_an_exception_that_rails_prints_line_by_line_is_one_record(tmp_path: Path) -> None:
    """A blank, what was raised, a blank and the frames have headers and tags of their own; the request's own lines stay."""
    lines: list[str] = []
    for second in range(60):
        tag = f"[7e0b{second:04d}-4c1d]"
        stamp = f"[2025-03-04T05:06:{second:02d}.891234 #812]"
        lines += [
            f"I, {stamp}  INFO -- : {tag} Completed 500 Internal Server Error in 9ms",
            f"F, {stamp} FATAL -- : {tag}   ",
            f"F, {stamp} FATAL -- : {tag} ActiveRecord::ConnectionNotEstablished (connection to 10.0.0.7 failed: Connection refused",
            "\tIs the server running?",
            "):",
            f"F, {stamp} FATAL -- : {tag}   ",
            f"F, {stamp} FATAL -- : {tag} app/models/lease.rb:41:in `renew!'",
            f"F, {stamp} FATAL -- : {tag} railties (7.1.3) lib/rails/engine.rb:536:in `call'",
            f"I, {stamp}  INFO -- : {tag} renewed at app/models/lease.rb:41:in `renew!'",
        ]
    log = tmp_path / "production.log"
    log.write_text("".join(f"{line}\n" for line in lines), "utf-8")

    found = paicha.investigate(log, zone="UTC")

    (problem,) = found.findings.problems
    assert ("Connection refused", 60, 180) == (
        problem.title.en,
        problem.n,
        found.findings.totals.records,
    )
    assert "lease.rb:41:in `renew!'\n" in problem.examples[0].body
