"""Lines of many pods in one file, as `kubectl logs --prefix`, stern and `docker compose logs` write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from paicha.kernel.normalise import LineReader
from paicha.kernel.stacks import StackReader
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.stacks_loader import load_stacks
from paicha.sources.files.joining import Record
from paicha.sources.files.lines import TextLines
from paicha.sources.files.records import read_records

FORMATS = load_formats()
STACKS = StackReader(load_stacks())
CART, ORDERS = "cart-6c9bd7f8d4-x2x9p", "orders-7d9f6b8c5-pq7zt"
TRACE = (
    "2025-03-04 05:06:07.891 ERROR 1 --- [exec-1] shop.Cart : cart 12 lost",
    "java.lang.IllegalStateException: lease lost",
    "\tat shop.Cart.save(Cart.java:77)",
    "Caused by: java.net.SocketTimeoutException: Read timed out",
    "\tat shop.Store.ask(Store.java:41)",
)
SERVED = '{"level":"info","ts":"2025-03-04T05:06:08Z","msg":"order 7 served"}'


def joined(*lines: str) -> list[Record]:
    text = "\n".join([*lines, ""]).encode()
    reader = LineReader(FORMATS, "UTC", datetime(2026, 1, 1, tzinfo=UTC))
    return list(
        read_records(TextLines([text], "x.log", offsets=True), reader, named=True, stacks=STACKS)
    )


def told(record: Record) -> tuple[int, str, str, str]:
    parsed = record.parsed
    first = parsed.body.partition("\n")[0]
    return record.line.number, parsed.service_name, parsed.severity_text, first


@pytest.mark.parametrize(
    "prefix",
    [
        "[pod/{pod}/app] ",
        "[pod/{pod}/app] 2025-03-04T05:06:07.123456789Z ",
        "{pod} app ",
        "shop {pod} app ",
    ],
)
def test_a_trace_of_one_pod_is_one_record_whatever_others_say_in_between(prefix: str) -> None:
    """Each pod is a stream of its own, and belongs to the workload its name says."""
    cart, orders = prefix.format(pod=CART), prefix.format(pod=ORDERS)
    records = joined(*[line for one in TRACE for line in (cart + one, orders + SERVED)])

    assert [
        (1, "cart", "ERROR", "cart 12 lost"),
        *((n, "orders", "INFO", "order 7 served") for n in (2, 4, 6, 8, 10)),
    ] == [told(record) for record in records]
    assert records[0].parsed.body.endswith("\n".join(["", *TRACE[1:]]))
    assert CART == records[0].parsed.attributes["k8s.pod.name"]


def test_the_stamp_of_a_line_is_not_that_of_the_command_before_it() -> None:
    """With a tab behind it the stamp is the program's: a level and a message follow, no line of a trace."""
    line = f"[pod/{CART}/app] 2025-03-04T05:06:07.003Z\tinfo\tapp/main.go:12\tstarted"

    assert [(1, "cart", "INFO", "started")] == [told(one) for one in joined(line)]


def test_two_pods_that_fail_at_once_keep_their_traces_apart() -> None:
    """Line by line in turn: no frame is lost, none is another's."""
    lines = [f"[pod/{pod}/app] {line}" for line in TRACE for pod in (CART, ORDERS)]

    assert [(1, "cart", "\n".join(TRACE[1:])), (2, "orders", "\n".join(TRACE[1:]))] == [
        (one.line.number, one.parsed.service_name, one.parsed.body.partition("\n")[2])
        for one in joined(*lines)
    ]


def test_stamps_in_front_of_each_line_of_a_trace_make_no_records_of_its_frames() -> None:
    """`kubectl logs --timestamps` writes one in front of every line: the record is stamped once, by the first."""
    lines = [f"2025-03-04T05:06:0{n}.123456789Z {line}" for n, line in enumerate(TRACE)]
    records = joined(*lines)

    assert [(1, "", "ERROR", "cart 12 lost")] == [told(record) for record in records]
    assert datetime(2025, 3, 4, 5, 6, 0, 123456, UTC) == records[0].parsed.timestamp


def test_replicas_of_a_service_of_compose_are_told_apart() -> None:
    """Their lines are one service's, their traces each its own."""
    lines = [f"cart-{n}   | {line}" for line in TRACE for n in (1, 2)]

    assert [
        (1, "cart", "ERROR", "cart 12 lost"), (2, "cart", "ERROR", "cart 12 lost"),
    ] == [told(record) for record in joined(*lines)]  # fmt: skip


def test_a_quiet_pod_holds_back_no_more_than_a_thousand_lines() -> None:
    """Its record is whole then; the order of the file is kept."""
    quiet = f"[pod/{CART}/app] {TRACE[0]}"
    lines = [quiet, *[f"[pod/{ORDERS}/app] {SERVED}"] * 1200, quiet]
    records = joined(*lines)

    assert [1, *range(2, 1202), 1202] == [record.line.number for record in records]


@pytest.mark.parametrize(
    "words",
    ["main ERROR lost", "[shop.Cart] ERROR lost", "  ERROR lost", "cart[7]: ERROR lost", "<error> lost", "7 ERROR shop.Cart lost"],
)  # fmt: skip
def test_a_level_behind_a_stamp_of_nanoseconds_is_not_lost(words: str) -> None:
    """Programs write such stamps themselves: then what follows is no line of its own, and a failure stays one."""
    [record] = joined(f"2025-03-04T05:06:07.123456789Z {words}")

    assert "ERROR" == record.parsed.severity_text
    assert datetime(2025, 3, 4, 5, 6, 7, 123456, UTC) == record.parsed.timestamp
