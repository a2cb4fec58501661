"""Lines joined to records."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from paicha.kernel.normalise import LineReader
from paicha.kernel.stacks import StackReader
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.stacks_loader import load_stacks
from paicha.sources.files import joining
from paicha.sources.files.joining import Record
from paicha.sources.files.lines import TextLines
from paicha.sources.files.records import read_records

FORMATS = load_formats()
STACKS = StackReader(load_stacks())
STAMP = "2025-03-04T05:06:0{n}.123456789Z"
REFERENCE = datetime(2026, 1, 1, tzinfo=UTC)


def joined(*lines: str) -> list[Record]:
    text = "\n".join([*lines, ""]).encode()
    reader = LineReader(FORMATS, "UTC", REFERENCE)
    return list(
        read_records(TextLines([text], "x.log", offsets=True), reader, named=True, stacks=STACKS)
    )


def cri(n: int, stream: str, flag: str, words: str) -> str:
    return f"{STAMP.format(n=n)} {stream} {flag} {words}"


def bodies(records: list[Record]) -> list[tuple[int, str]]:
    return [(record.line.number, record.parsed.body) for record in records]


def test_pieces_of_a_line_become_one_and_are_read_as_one() -> None:
    """Each stream has its own; a piece that never ends is a record too."""
    records = joined(
        cri(1, "stdout", "P", "2025-03-04 05:06:01 ERR"),
        cri(1, "stderr", "F", "between"),
        cri(2, "stdout", "P", "OR lease "),
        cri(3, "stdout", "F", "lost"),
        cri(4, "stdout", "P", "cut off"),
    )

    assert [(1, "lease lost"), (2, "between"), (5, "cut off")] == bodies(records)
    assert ("cri/time_level", "ERROR") == (
        records[0].parsed.format, records[0].parsed.severity_text,
    )  # fmt: skip


def test_pieces_that_nothing_ends_are_held_up_to_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams without number may each begin a line: those that went on least lately are records of their own."""

    def piece(pod: int, flag: str, words: str) -> str:
        said = {"log": words + "\n" * (flag == "F"), "stream": f"s{pod}", "time": STAMP.format(n=1)}
        return json.dumps(said, separators=(",", ":"))

    full = "x" * (16 << 10)
    monkeypatch.setattr(joining, "PIECES", 3 * len(full) + 9)
    records = joined(
        *(piece(pod, "P", f"{pod}{full}") for pod in range(2)),
        piece(0, "P", full),
        piece(2, "P", f"2{full}"),
        piece(0, "F", "end"),
        piece(1, "F", "late"),
    )

    assert [(1, f"0{full}{full}end"), (2, f"1{full}"), (4, f"2{full}"), (6, "late")] == sorted(
        bodies(records)
    )


def test_records_of_a_thousand_streams_come_in_the_order_of_their_lines() -> None:
    """Each line names a stream whose record is open, or one of its own."""
    said = {"stream": "", "time": STAMP.format(n=1)}
    lines = [
        json.dumps(said | {"log": f"order {i} lost\n", "stream": f"s{i % streams}"})
        for streams in (3000, 5)
        for i in range(3000)
    ]

    records = joined(*lines)

    assert [(n + 1, f"order {n % 3000} lost") for n in range(6000)] == bodies(records)


def test_a_time_alone_within_two_containers_is_a_line_that_opens_nothing() -> None:
    """Where nothing followed that it opens, it was read as opening a record again and again."""

    def inside(pod: str, words: str, second: int) -> str:
        said = {"log": words, "stream": "stderr", "time": STAMP.format(n=second)}
        return f"{pod} app {json.dumps(said)}"

    records = joined(
        inside("shop-7d4b9c6f5-x2x4z", "2025-03-04T21:07:40.449282Z ", 1),
        inside("cart-5f6d8", "order lost\n", 2),
    )

    assert [1, 2] == [record.line.number for record in records]
    assert "order lost" == records[1].parsed.body


def test_dockers_pieces_become_one_line() -> None:
    """Docker cuts at 16 KiB; only the last piece ends a line."""

    def docker(words: str) -> str:
        return json.dumps(
            {"log": words, "stream": "stdout", "time": STAMP.format(n=1)}, separators=(",", ":")
        )

    long = "x" * 16_384
    records = joined(docker(long), docker("end\n"), docker("next\n"))

    assert [(1, long + "end"), (3, "next")] == bodies(records)


def test_an_exception_below_a_record_of_no_failure_is_news_of_its_own() -> None:
    """It would be hidden at INFO; below an error it belongs to it."""
    trace = ["java.lang.IllegalStateException: lost", "\tat shop.Keeper.run(Keeper.java:12)"]
    below_info = joined(
        cri(1, "stdout", "F", "2025-03-04 05:06:01 INFO open"),
        *(cri(2, "stdout", "F", t) for t in trace),
    )
    below_error = joined(
        cri(1, "stdout", "F", "2025-03-04 05:06:01 ERROR late"),
        *(cri(2, "stdout", "F", t) for t in trace),
    )

    assert [(1, "open"), (2, "\n".join(trace))] == bodies(below_info)
    assert [(1, "\n".join(["late", *trace]))] == bodies(below_error)
    for found in (below_info[1], below_error[0]):
        assert ("java.lang.IllegalStateException", "shop.Keeper.run", 12) == tuple(
            found.parsed.attributes[name]
            for name in ("exception.type", "code.function.name", "code.line.number")
        )


def test_what_opens_like_a_block_and_is_none_is_read_line_by_line() -> None:
    """No line is lost, and the last of them may still be continued."""
    records = joined(
        "# Time: 2025-03-04T05:06:07Z",
        "2025-03-04 05:06:08 ERROR lost",
        "\tcontinued",
        "panic: at the disco",
        "2025-03-04 05:06:09 INFO open",
    )

    assert [
        (1, "# Time: 2025-03-04T05:06:07Z"),
        (2, "lost\n\tcontinued"),
        (4, "panic: at the disco"),
        (5, "open"),
    ] == bodies(records)


def test_a_block_that_never_ends_swallows_no_record_and_no_other_block() -> None:
    """A line with a time ends it where it cannot stand inside, and so does a block that begins as far left."""
    cut_off = ("{", '  "time": "2025-03-04T05:06:07Z",', '  "message": "cut off')
    whole = ("{", '  "time": "2025-03-04T05:06:08Z",', '  "message": "whole"', "}")
    records = joined(*cut_off, *whole, *cut_off, "2025-03-04 05:06:09 INFO open", "{")
    crashed = joined("panic: lease lost", "2025-03-04 05:06:09 INFO open", "goroutine 1 [running]:")

    lines = [(n, line) for n, line in enumerate(cut_off, 1)]
    assert [*lines, (4, "whole"), *((n + 7, line) for n, line in lines), (11, "open\n{")] == bodies(
        records
    )
    assert [(1, "panic: lease lost"), (2, "open\ngoroutine 1 [running]:")] == bodies(crashed)


def test_a_message_in_xml_keeps_its_lines_with_times() -> None:
    """Strings go over lines there."""
    event = (
        "<Event><System><TimeCreated SystemTime='2025-03-04T05:06:07Z'/></System><EventData><Data>so it was:",
        "2025-03-04 05:06:06 INFO open",
        "</Data></EventData></Event>",
    )
    records = joined(*event, "<Event>", *event)

    assert [1, 4, 5] == [record.line.number for record in records]
    assert [True, False, True] == [record.fits for record in records]


def test_no_line_of_a_block_that_is_too_long_is_lost() -> None:
    """Of a stack the rest is counted; an object that has no end by then is read line by line."""
    stack = joined(
        "panic: lost",
        "goroutine 1 [running]:",
        *["main.main()"] * 600,
        "2025-03-04 05:06:09 INFO open",
    )
    objects = joined("{", "x" * 70_000, "panic: lost", "goroutine 1 [running]:", "y", *["z"] * 600)
    endless = joined("{", *['  "a": 1,'] * 700, "}")

    assert [(1, 101), (603, 0)] == [(record.line.number, record.left_out) for record in stack]
    assert [1, 2, 3] == [record.line.number for record in objects]
    assert 602 - 500 == objects[2].left_out
    assert list(range(1, 703)) == [record.line.number for record in endless]


def test_blank_lines_count_among_those_that_a_record_may_have() -> None:
    """Of a record with more of them, and something behind, only its own line is kept: the file may hold any number."""
    at = "\tat com.acme.Shop.run(Shop.java:7)"
    few, many = (
        joined("2025-03-04 05:06:07 ERROR order lost", *[""] * blank, at) for blank in (499, 500)
    )

    assert [(f"order lost{chr(10) * 500}{at}", 0)] == [
        (one.parsed.body, one.left_out) for one in few
    ]
    assert [("order lost", 1)] == [(one.parsed.body, one.left_out) for one in many]


def test_a_crash_of_the_process_is_fatal() -> None:
    """It has no header; Go prints it as it dies."""
    records = joined(
        "2025-03-04 05:06:08 INFO open",
        "panic: lease lost",
        "",
        "goroutine 1 [running]:",
        "main.main()",
        "\t/srv/shop/main.go:12 +0x1d",
    )

    assert ["INFO", "FATAL"] == [record.parsed.severity_text for record in records]
    assert "main.main" == records[1].parsed.attributes["code.function.name"]


def test_json_over_several_lines_is_one_record_and_below_a_header_part_of_it() -> None:
    """Its braces count only at the indentation of the first."""
    pretty = json.dumps(
        {"time": "2025-03-04T05:06:07Z", "level": "error", "message": "lost", "x": {"y": [{}]}},
        indent=2,
    )
    lines = pretty.split("\n")
    alone = joined(*lines, *lines)
    below = joined("2025-03-04 05:06:08 INFO answer:", *lines)

    assert [(1, "lost"), (len(lines) + 1, "lost")] == bodies(alone)
    assert [(1, "\n".join(["answer:", *lines]))] == bodies(below)


def test_every_line_of_a_collectors_batch_is_a_record() -> None:
    """Each is found again by its own locator."""
    line = json.dumps(
        {
            "dataid": 1,
            "ip": "10.1.2.3",
            "items": [{"data": "a b"}, {"data": "c d"}],
            "time": 1741064767,
        }
    )
    records = joined(line)

    assert [(0, "a b"), (1, "c d")] == [(r.item, r.parsed.body) for r in records]


def test_what_stands_in_each_line_of_a_batch_is_read() -> None:
    """The second says how bad it was as the first does, and a trace in it what was thrown."""
    trace = "java.lang.IllegalStateException: shut\n\tat shop.Pool.take(Pool.java:7)"
    items = ("INFO begun", "plain", '{"level":"warn","msg":"late"}', f"ERROR lost\n{trace}")
    data = [{"data": f"2025-03-04 05:06:07,123 {one}" if " " in one[:6] else one} for one in items]
    records = joined(json.dumps({"dataid": 1, "ip": "x", "items": data, "time": 1741064767}))

    assert [("INFO", "begun"), ("", "plain"), ("WARN", "late"), ("ERROR", f"lost\n{trace}")] == [
        (one.parsed.severity_text, one.parsed.body) for one in records
    ]
    assert "java.lang.IllegalStateException" == records[3].parsed.attributes["exception.type"]


def test_what_postgresql_adds_belongs_to_the_record_of_its_process() -> None:
    """The statement stands in lines with a header of their own."""
    head = "2025-03-04 05:06:07.891 UTC [{pid}] "
    records = joined(
        head.format(pid=8) + "ERROR:  relation is gone",
        head.format(pid=8) + "STATEMENT:  SELECT 12",
        head.format(pid=9) + "STATEMENT:  SELECT 13",
    )

    assert [(1, "relation is gone\nSTATEMENT:  SELECT 12"), (3, "STATEMENT:  SELECT 13")] == bodies(
        records
    )


def test_what_lists_more_objects_than_one_record_may_hold_leaves_each_of_them_one() -> None:
    """The hits of a search, printed over lines: none of those at the top is lost for what stands around it."""
    hits = [
        {
            "_id": f"{number}",
            "_source": {
                "@timestamp": f"2025-03-04T05:06:{number % 60:02}Z",
                "message": f"late {number}",
            },
        }
        for number in range(120)
    ]
    answer = json.dumps({"took": 5, "hits": {"total": 120, "hits": hits}}, indent=2)

    records = joined(*answer.split("\n"))

    said = [record.parsed.body for record in records if record.parsed.timestamp_us is not None]
    assert [f"late {number}" for number in range(120)] == said


def test_a_field_of_journalds_export_that_reads_like_a_line_is_part_of_its_entry() -> None:
    """Its message in logfmt was an entry of its own, without a time; what it says is read once more."""
    entry = (
        "__CURSOR=s=0a;i=1",
        "__REALTIME_TIMESTAMP=1741064767891234",
        "PRIORITY=6",
        'MESSAGE=level=error msg="cannot charge" order=7',
        "SYSLOG_IDENTIFIER=pay",
        "",
    )

    records = joined(*entry, *entry)

    assert [(1, "cannot charge"), (7, "cannot charge")] == bodies(records)
    assert [("ERROR", "pay")] * 2 == [
        (record.parsed.severity_text, record.parsed.service_name) for record in records
    ]
    assert all(record.parsed.timestamp_us for record in records)


def test_what_a_program_prints_without_times_is_a_record_for_each_line_but_for_its_traces() -> None:
    """Lines below "ERROR: …" were swallowed by it, 500 at most, and of a trace each line was a record."""
    records = joined(
        "Starting payment-service v2.3.1",
        "java.lang.IllegalStateException: cache not warm",
        "\tat com.acme.pay.Cache.get(Cache.java:41)",
        "Caused by: java.io.IOException: no route",
        "WARNING: config key retries is deprecated",
        "Listening on :8080",
        "  with 4 workers",
        "ERROR: failed to charge order 992",
        "Traceback (most recent call last):",
        '  File "/app/pay.py", line 22, in charge',
        "ConnectionRefusedError: [Errno 111] Connection refused",
        "Charged order 993 in 14 ms",
        "2025-03-04 05:06:01 INFO up",
        "wrapped",
    )

    assert [1, 2, 5, 6, 8, 12, 13] == [record.line.number for record in records]
    assert [False, False, True, False, True, False, True] == [record.fits for record in records]
    assert ["java.lang.IllegalStateException", "ConnectionRefusedError"] == [
        record.parsed.attributes["exception.type"]
        for record in records
        if "exception.type" in record.parsed.attributes
    ]
    assert "up\nwrapped" == records[-1].parsed.body


def test_what_node_prints_when_it_dies_is_one_record_from_the_error_on() -> None:
    """Five records told of one crash, two of them that the port was taken: so it was counted twice."""
    crash = (
        "node:events:502",
        "      throw er; // Unhandled 'error' event",
        "      ^",
        "",
        "Error: listen EADDRINUSE: address already in use 127.0.0.1:8080",
        "    at Server.setupListenHandle [as _listen2] (node:net:1908:16)",
        "Emitted 'error' event on Server instance at:",
        "    at emitErrorNT (node:net:1944:8) {",
        "  code: 'EADDRINUSE',",
        "  port: 8080",
        "}",
        "",
        "Node.js v20.20.2",
    )

    records = joined(*crash, *crash, "listening")

    assert [1, 5, 14, 18, 27] == [record.line.number for record in records]
    assert records[1].parsed.body.endswith("}\n\nNode.js v20.20.2")


def test_no_indented_line_without_a_time_is_left_out() -> None:
    """What is indented as far as the record above is none of its lines, and behind the most of them each is one."""
    alike = joined(*["  a 1"] * 3)
    deep = joined("head", *["  a 1"] * 600)

    assert [1, 2, 3] == [record.line.number for record in alike]
    assert 601 == sum(1 + record.parsed.body.count("\n") for record in deep)
    assert not any(record.left_out for record in deep)
