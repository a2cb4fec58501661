"""Applications complain of what they rest on: a database, a cache, a broker. Whom a report blames for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import paicha
from paicha.locales import Language
from paicha.model.findings import Findings
from paicha.model.suspects import SuspectReport

START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
#: Service, host, level, and what it writes before and since 02:30.
Written = tuple[str, str, str, str, str]


def investigated(folder: Path, services: Iterable[Written], others: Mapping[str, str]) -> Findings:
    """Each service writes every ten seconds, for an hour."""
    rows = [
        {"ts": (START + timedelta(seconds=10 * n)).isoformat(), "service": name, "host": host}
        | ({"level": level, "msg": since} if n >= 180 else {"level": "INFO", "msg": before})
        for name, host, level, before, since in services
        for n in range(360)
    ]
    rows.sort(key=lambda row: row["ts"])
    (folder / "app.log").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    for name, content in others.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return paicha.investigate(folder, zone="UTC").findings


def suspected(findings: Findings) -> SuspectReport:
    """Return what is said of suspects."""
    assert findings.suspects is not None
    return findings.suspects


@pytest.mark.parametrize(
    ("server", "own", "cart", "session"),
    [
        (
            "mysql-main",
            "InnoDB: Database page corruption on disk or a failed file read of page 812",
            "dial tcp 10.5.0.2:3306: connect: connection refused",
            "Unable to connect to MySQL server at 10.5.0.2:3306",
        ),
        (
            "redis-1",
            "Asynchronous AOF fsync is taking too long (disk is busy?).",
            "redis connection failed: dial tcp 10.5.0.3:6379: i/o timeout",
            "READONLY You can't write against a read only replica.",
        ),
        (
            "kafka-1",
            "java.io.IOException: Too many open files",
            "kafka: client has run out of available brokers to talk to",
            "TimeoutException: Topic carts not present in metadata after 60000 ms.",
        ),
    ],
)
def test_who_complains_of_a_server_that_has_trouble_of_its_own_is_a_witness(
    server: str, own: str, cart: str, session: str, tmp_path: Path
) -> None:
    """Their lines name it by an address, or not at all; the louder of them stood first."""
    services = [
        ("cart", "10.0.0.5", "ERROR", "cart saved", cart),
        ("session", "10.0.0.6", "ERROR", "session refreshed", session),
        (server, "10.0.0.7", "ERROR", "checkpoint done", own),
    ]

    found = suspected(investigated(tmp_path, services, {}))

    roles = {one.name: one.role for one in found.suspects}
    assert {server: "suspect", "cart": "symptom", "session": "symptom"} == roles
    assert server == found.suspects[0].name


def test_who_complains_of_a_server_that_nobody_logs_is_no_cause(tmp_path: Path) -> None:
    """That the log of the one it speaks of is not there is said."""
    services = [
        ("cart", "10.0.0.5", "ERROR", "cart saved", "Unable to connect to MySQL server"),
        ("session", "10.0.0.6", "INFO", "session refreshed", "session refreshed"),
    ]

    found = suspected(investigated(tmp_path, services, {}))

    assert "tell of another one" in found.text.en


def test_a_server_that_speaks_of_itself_tells_of_nobody_else(tmp_path: Path) -> None:
    """Its log lies here."""
    services = [
        ("redis-1", "10.0.0.5", "WARN", "saved", "Background saving error"),
        ("session", "10.0.0.6", "INFO", "session refreshed", "session refreshed"),
    ]

    found = suspected(investigated(tmp_path, services, {}))

    assert "redis-1" == found.suspects[0].name
    assert "tell of another one" not in found.text.en


def test_a_program_that_names_nobody_is_called_as_its_file(tmp_path: Path) -> None:
    """An error of another one names the program, not the path of its log."""
    lines = "".join(
        f"{START + timedelta(seconds=10 * n):%Y-%m-%d %H:%M:%S},000 "
        + ("ERROR quote failed: division by zero\n" if n >= 180 else "INFO quote computed\n")
        for n in range(360)
    )
    services = [
        ("shop", "10.0.0.5", "ERROR", "page rendered", "pricing returned 500 for a product"),
        ("mail", "10.0.0.6", "INFO", "mail sent", "mail sent"),
    ]

    found = suspected(investigated(tmp_path, services, {"pricing.log": lines}))

    roles = {one.name.rpartition("/")[2]: one.role for one in found.suspects}
    assert {"pricing.log": "suspect", "shop": "symptom"} == roles


def test_a_table_of_metrics_with_empty_cells_has_values(tmp_path: Path) -> None:
    """Half of its cells are empty; it was said that no value came back at all."""
    services = [("cart", "node-1", "ERROR", "cart saved", "cart lost")]
    rows = "".join(
        f"{(START + timedelta(minutes=n)).isoformat()},{host}\n"
        for n in range(60)
        for host in ("node-1,40,", "node-1-disk,,50")
    )

    found = investigated(
        tmp_path, services, {"hosts.csv": f"time,host,cpu_usage,disk_usage\n{rows}"}
    )

    assert () == tuple(
        reason.en for source in found.coverage.metrics for reason in source.incomplete
    )


def test_what_a_kernel_says_of_its_machine_is_why_others_on_it_fail(tmp_path: Path) -> None:
    """Two services on the machine whose table of connections is full; it stood beside them."""
    kernel = "".join(
        f"Mar  4 02:{minute:02d}:{second:02d} node-4 kernel: [8812.1] {said}\n"
        for minute in range(60)
        for second, said in (
            [(0, "nf_conntrack: nf_conntrack: table full, dropping packet")]
            if minute >= 30
            else [(0, "veth1: link becomes ready")]
        )
    )
    services = [
        ("web", "node-4", "ERROR", "page rendered", "dial tcp 10.8.0.31:8080: i/o timeout"),
        ("pay", "node-4", "ERROR", "paid", "connect to bank:9443 timed out after 3000 ms"),
        ("mail", "node-5", "INFO", "mail sent", "mail sent"),
    ]

    found = suspected(investigated(tmp_path, services, {"messages": kernel}))

    roles = {one.name: one.role for one in found.suspects}
    assert {"kernel": "suspect", "pay": "symptom", "web": "symptom"} == roles


def test_the_alarm_of_a_broker_counts_though_it_is_one_warning(tmp_path: Path) -> None:
    """Those whose messages it refuses complain at ERROR, hundreds of times."""
    alarm = "memory resource limit alarm set on node rabbit@mq-1."
    rows = [
        (START + timedelta(minutes=minute), "[info] <0.9.0> accepting AMQP connection")
        for minute in range(60)
    ]
    rows.append((START + timedelta(minutes=29, seconds=59), f"[warning] <0.9.0> {alarm}"))
    broker = "".join(f"{at:%Y-%m-%d %H:%M:%S}.000000+00:00 {said}\n" for at, said in sorted(rows))
    blocked = "publish timed out: connection blocked by broker (low on memory)"
    services = [
        ("orders", "10.0.0.5", "ERROR", "order accepted", blocked),
        ("mail", "10.0.0.6", "INFO", "mail sent", "mail sent"),
    ]

    found = suspected(investigated(tmp_path, services, {"rabbit@mq-1.log": broker}))

    roles = {one.name.rpartition("/")[2]: one.role for one in found.suspects}
    assert {"rabbit@mq-1.log": "suspect", "orders": "symptom"} == roles


def test_logs_beside_metrics_of_another_host_are_no_metrics_that_are_missing(
    tmp_path: Path,
) -> None:
    """It was said of each log that its metrics were no JSON."""
    services = [("cart", "node-1", "ERROR", "cart saved", "cart lost")]
    rows = "".join(f"{(START + timedelta(minutes=n)).isoformat()},db-1,40\n" for n in range(60))

    found = investigated(tmp_path, services, {"hosts.csv": f"time,host,cpu_usage\n{rows}"})

    (reason,) = [reason.en for one in found.coverage.metrics for reason in one.incomplete]
    assert "metrics are for another host" in reason


@pytest.mark.parametrize(
    ("minute", "language", "told"),
    [
        (
            29,
            "en",
            "configuration reloaded, revision 80”): take it back, or look at what it changed",
        ),
        (29, "zh", "configuration reloaded, revision 80”）：先回退，或先核对它改了什么"),
        (4, "en", None),  # half an hour before is another day
    ],
)
def test_what_was_done_right_before_is_taken_back_first(
    minute: int, language: Language, told: str | None, tmp_path: Path
) -> None:
    """The first thing to do was to read a stack trace of what the change had broken."""
    done = {"ts": (START + timedelta(minutes=minute, seconds=50)).isoformat(), "service": "cart"}
    done |= {"host": "10.0.0.5", "level": "INFO", "msg": "configuration reloaded, revision 80"}
    services = [
        ("cart", "10.0.0.5", "ERROR", "cart saved", "panic: index out of range [3] with length 3"),
        ("mail", "10.0.0.6", "INFO", "mail sent", "mail sent"),
    ]
    (tmp_path / "done.jsonl").write_text(json.dumps(done) + "\n", "utf-8")

    investigated(tmp_path, services, {})
    report = paicha.investigate(tmp_path, zone="UTC").render("terminal", language).decode("utf-8")
    report = " ".join(report.split()) if language == "en" else "".join(report.split("\n    "))

    assert (told is not None) == ("take it back" in report or "先回退" in report)
    assert told is None or told in report
