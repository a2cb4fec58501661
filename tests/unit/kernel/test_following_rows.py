"""Rows of a store that are further lines of records: joined within the file or container they were read from."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from paicha.kernel.following_lines import joined_rows
from paicha.kernel.normalise import LineReader
from paicha.kernel.stacks import StackReader
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.stacks_loader import load_stacks
from paicha.model.schema import RECORDS

START = datetime(2026, 11, 28, 10, tzinfo=UTC)
STACKS = StackReader(load_stacks())
PYTHON = (
    "Traceback (most recent call last):",
    '  File "/srv/shop/orders.py", line 88, in place',
    "    store(order)",
    "shop.Refused: lease lost",
)
JAVA = (
    "java.lang.IllegalStateException: lease lost",
    "\tat shop.pay.Till.charge(Till.java:41)",
    "Caused by: java.io.IOException: gone",
    "\t... 7 more",
)


def row(
    body: str, level: int = 0, path: str = "/var/log/orders.log", ms: int = 0, **said: object
) -> dict[str, object]:
    """Return one record of a file; *said*: columns, or attributes where there is no such column."""
    empty: dict[str, object] = dict.fromkeys(RECORDS.names, "")
    columns = {name: value for name, value in said.items() if name in RECORDS.names}
    beside = {name: value for name, value in said.items() if name not in RECORDS.names}
    attributes = {**({"log.file.path": path} if path else {}), **beside}
    return {
        **empty,
        "timestamp": START + timedelta(milliseconds=ms),
        "severity_number": level,
        "body": body,
        "code_line_number": None,
        "locator": f"s:{path}@{ms}/{body}",
        "attributes": json.dumps(attributes) if attributes else "",
        **columns,
    }


def bodies(*rows: dict[str, object]) -> list[str]:
    """Return the messages of the records that are left."""
    joined = joined_rows(pa.Table.from_pylist(rows, schema=RECORDS), STACKS)
    return [str(body) for body in joined["body"].to_pylist()]


def test_a_trace_is_part_of_the_error_above_it_which_tells_its_exception() -> None:
    """Time, level and locator are those of the first line; a level that a shipper found ends it."""
    rows = [row("cannot store order 7", 17), *(row(line, ms=1) for line in PYTHON)]
    rows.append(row("order 8 stored", 9, ms=2))

    joined = joined_rows(pa.Table.from_pylist(rows, schema=RECORDS), STACKS).to_pylist()

    assert ["\n".join(("cannot store order 7", *PYTHON)), "order 8 stored"] == [
        one["body"] for one in joined
    ]
    assert (rows[0]["timestamp"], rows[0]["locator"], 17) == (
        joined[0]["timestamp"],
        joined[0]["locator"],
        joined[0]["severity_number"],
    )
    told = json.loads(joined[0]["attributes"])
    assert ("shop.Refused", 88) == (told["exception.type"], told["code.line.number"])


def test_streams_that_run_side_by_side_keep_their_lines_apart() -> None:
    """Two files, two hosts and two containers, in whatever order the store gives them."""
    rows, whole = [], set()
    for at, (path, host, pod) in enumerate(
        [
            ("/a.log", "web-1", ""),
            ("/b.log", "web-1", ""),
            ("/a.log", "web-2", ""),
            ("", "n", "p-1"),
        ]
    ):
        place = {"kubernetes.pod_name": pod} if pod else {}
        lines = (f"failed {path}{host}", *(JAVA if at % 2 else PYTHON))
        whole.add("\n".join(lines))
        for number, line in enumerate(lines):
            level = 0 if number else 17
            rows.append(row(line, level, path, number, host_id=host, **place))
    random.Random(3).shuffle(rows)

    assert whole == set(bodies(*rows))


def test_lines_of_one_instant_follow_their_offsets() -> None:
    """Filebeat stamps all that it read at once with one time."""
    lines = ("cannot store order 7", *PYTHON)
    rows = [
        {
            **row(line, 0 if at else 17),
            "attributes": json.dumps({"log.file.path": "/a", "log.offset": at * 90}),
        }
        for at, line in enumerate(lines)
    ]

    assert ["\n".join(lines)] == bodies(*reversed(rows))


def test_below_a_record_of_no_failure_an_exception_is_news_of_its_own() -> None:
    """As in the log of a container: the trace is one record, and not that of the order."""
    rows = [row("order 7 received", 9), *(row(line, ms=1) for line in JAVA)]

    assert ["order 7 received", "\n".join(JAVA)] == bodies(*rows)


def test_rows_that_name_no_file_and_no_container_are_left_alone() -> None:
    """Who writes to a store itself sends records, not lines."""
    rows = [row("cannot store", 17, ""), *(row(line, path="", ms=1) for line in PYTHON)]

    assert len(rows) == len(bodies(*rows))


def test_a_row_with_a_level_or_another_service_follows_nothing() -> None:
    """Containers of one pod may share a place, and an indented message may be a record."""
    rows = [
        row("cannot store", 17, service_name="orders"),
        row("  indented, at INFO", 9, ms=1, service_name="orders"),
        row("    at mesh.js:7", ms=2, service_name="mesh"),
    ]

    assert len(rows) == len(bodies(*rows))


def test_what_a_line_says_of_its_service_the_lines_below_it_need_not() -> None:
    """The service stands in the header of Spring Boot's line, not in its trace."""
    rows = [row("charge failed", 17, service_name="pay"), *(row(line, ms=1) for line in JAVA)]

    assert ["\n".join(("charge failed", *JAVA))] == bodies(*rows)


def test_of_a_trace_without_an_end_the_rest_is_counted() -> None:
    """A record holds 500 further lines."""
    rows = [row("stack overflow", 17), *(row(f"\tat a.B.c(B.java:{n})", ms=n) for n in range(700))]

    (body,) = bodies(*rows)

    assert (502, "[+200]") == (len(body.split("\n")), body.split("\n")[-1])


def test_a_record_of_two_lines_has_the_level_of_its_first() -> None:
    """.NET's console says level and category on one line, the message below; so it is read as in a file."""
    read = LineReader(load_formats(), "UTC").read_line
    rows = [
        row("fail: Shop.Orders[0]"),
        row("      Order 7 could not be saved", ms=1),
        row("      System.InvalidOperationException: lease lost", ms=2),
        row("info: Shop.Orders[0]", ms=3),
        row("      Order 8 saved", ms=4),
    ]

    joined = joined_rows(pa.Table.from_pylist(rows, schema=RECORDS), STACKS, read).to_pylist()

    said = [(one["severity_text"], one["scope_name"], one["body"].split("\n")[0]) for one in joined]
    assert [
        ("FAIL", "Shop.Orders", "Order 7 could not be saved"),
        ("INFO", "Shop.Orders", "Order 8 saved"),
    ] == said


def test_what_rails_prints_line_by_line_at_the_level_of_the_failure_is_one_record() -> None:
    """A blank, what was raised over two lines, a blank, the frames; the request's own line is another."""
    raised = ("Shop::Refused (lease lost", "\tis it held?", "):")
    frames = ("app/models/lease.rb:41:in `renew!'", "railties (7.1.3) lib/engine.rb:536:in `call'")
    said = (
        *(("Completed 500 in 9ms", 9), ("  ", 21), (raised[0], 21), (raised[1], 0)),
        *((raised[2], 0), ("  ", 21), *((frame, 21) for frame in frames)),
        *(("Completed 500 in 7ms", 9), ("Shop::Refused (lease lost)", 21)),
    )
    rows = [row(body, level, ms=ms) for ms, (body, level) in enumerate(said)]

    first, failure, *rest = bodies(*rows)

    assert ("Completed 500 in 9ms", 2) == (first, len(rest))
    assert [*raised, *frames] == [line for line in failure.split("\n") if line.strip()]


def test_a_blank_line_inside_a_trace_does_not_end_it() -> None:
    """A store may keep no message of it at all: such a row is told as all that it says."""
    lines = ("cannot store", *PYTHON, "", "During handling of the above exception, gone", *PYTHON)
    rows = [row(line, 0 if ms else 17, ms=ms) for ms, line in enumerate(lines)]
    rows[5]["body"] = rows[5]["attributes"]

    assert ["\n".join(lines)] == bodies(*rows)
