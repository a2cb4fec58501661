"""Lines to what they say."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from paicha.kernel.csv_rows import split_row
from paicha.kernel.line_formats import is_address, service_of_pod
from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.kernel.record_batches import RecordBuilder
from paicha.knowledge.formats_loader import load_formats
from paicha.model.schema import RECORDS

REFERENCE = datetime(2025, 12, 31, tzinfo=UTC)


def read(text: str, zone: str = "UTC") -> ParsedLine:
    parsed = LineReader(load_formats(), zone, REFERENCE).read_line(text)
    assert parsed is not None
    return parsed


def test_the_reference_layout_gives_time_level_file_line_and_message() -> None:
    """Nothing of the header stays in the body."""
    parsed = read("2025-12-19 10:37:32,279 WARN [auth.py:228] login took 812ms", "Asia/Shanghai")

    assert ("2025-12-19T02:37:32.279000+00:00", 13, "WARN", "auth.py", 228, "login took 812ms") == (
        parsed.timestamp.isoformat() if parsed.timestamp else "",
        parsed.severity_number,
        parsed.severity_text,
        parsed.code_file_path,
        parsed.code_line_number,
        parsed.body,
    )


def test_the_word_error_in_a_sentence_is_no_level() -> None:
    """Levels come from the level position only."""
    parsed = read("Mar 14 05:06:07 web-3 agent[7]: error of the lease, fatal: problem CRITICAL")

    assert (0, "", "agent", "web-3") == (
        parsed.severity_number, parsed.severity_text, parsed.service_name, parsed.host_id,
    )  # fmt: skip


def test_a_syslog_priority_is_a_level() -> None:
    """The last three bits of the priority are the severity."""
    parsed = read("<11>1 2025-03-04T05:06:07Z 10.1.2.3 db 7 - - cannot sync")

    assert (17, "ERR", "10.1.2.3", "db") == (
        parsed.severity_number, parsed.severity_text, parsed.host_ip, parsed.service_name,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("message", "level"),
    [
        ("error: kex_exchange_identification: closed", "ERROR"),
        ("fatal: no lease in the configuration", "FATAL"),
        ("keeperd: fatal: no lease in the configuration", "FATAL"),
        ("warning: lease is late", "WARN"),
        ("fatal: Timeout before authentication for 10.0.0.4 port 812", "ERROR"),
        ("errors: 12", ""),
    ],
)
def test_what_a_daemon_calls_an_error_first_is_one_and_stays_in_its_message(
    message: str, level: str
) -> None:
    """Its lines of syslog say no other level: all of its errors were as good as none. Of sshd a connection ends, not the daemon."""
    line = read(f"Mar 14 05:06:07 web-3 pay[7]: {message}")

    assert (level, message) == (line.severity_text, line.body)


def test_formats_may_change_from_line_to_line_and_the_order_of_lines_does_not_matter() -> None:
    """A generic format that fitted last takes no line of a specific one."""
    lines = [
        "2025-12-19 10:37:32,279 only a message",
        "2025-12-19 10:37:32,280 ERROR [auth.py:228] login refused",
        '{"time":"2025-12-19T10:37:33Z","level":"warn","msg":"retry"}',
        "2025-12-19 10:37:32,281 ERROR no file here",
        "Mar 14 05:06:07 web-3 agent[7]: started",
        '{"log":"2025-12-19 10:37:34 INFO [a.py:1] x\\n","stream":"stdout","time":"2025-12-19T02:37:34Z"}',
    ]

    def all_of(order: list[str]) -> dict[str, ParsedLine | None]:
        reader = LineReader(load_formats(), "UTC", REFERENCE)
        return {line: reader.read_line(line) for line in order}

    assert all_of(lines) == all_of(lines[::-1])
    assert all_of(lines) == all_of(sorted(lines))


def test_the_outer_time_wins_over_the_inner_one() -> None:
    """What the container runtime stamped is UTC; the application's clock may be in any zone."""
    parsed = read(
        '{"log":"13:06:07.891 WARN  c.s.Pay#44 TraceID: 00aa11bb22cc33dd SpanID: 4455 kept\\n",'
        '"stream":"stdout","time":"2025-03-04T05:06:07.900123456Z"}'
    )

    assert ("2025-03-04T05:06:07.900123+00:00", "WARN", "c.s.Pay", 44) == (
        parsed.timestamp.isoformat() if parsed.timestamp else "",
        parsed.severity_text,
        parsed.scope_name,
        parsed.code_line_number,
    )
    assert ("kept", "00aa11bb22cc33dd", "4455") == (parsed.body, parsed.trace_id, parsed.span_id)
    assert not parsed.time_assumed


def test_json_fields_are_found_under_their_usual_names_also_nested() -> None:
    """What has no column becomes an attribute; the error field joins the message."""
    parsed = read(
        '{"@timestamp":"2025-03-04T05:06:07Z","log":{"level":"error","logger":"a.B"},'
        '"message":"call failed","error":"refused","host":{"ip":"10.1.2.3"},"cost_ms":12,'
        '"kubernetes":{"pod_name":"cart-api-6c9bd7f8d4-x2x9p"}}'
    )

    assert (17, "call failed error=refused", "a.B", "10.1.2.3", "cart-api") == (
        parsed.severity_number, parsed.body, parsed.scope_name, parsed.host_ip, parsed.service_name,
    )  # fmt: skip
    assert '{"cost_ms": 12, "k8s.pod.name": "cart-api-6c9bd7f8d4-x2x9p"}' == parsed.attributes_json


def test_what_stands_beside_a_field_in_an_object_stays() -> None:
    """
    Of an object one of whose values was the level, the host or what went wrong all others were lost.
    """
    parsed = read(
        '{"@timestamp":"2025-03-04T05:06:07Z","log":{"level":"error","origin":{"function":"run","file":{"name":"a.go"}},"offset":71},'
        '"message":"late","http":{"client":{"verb":"GET"},"status":500},"container":{"name":"cart","id":"ab"},'
        '"error":{"message":"refused","type":"IOError"},"trace":{"id":"c6d07ef7"},"kubernetes":{"container_name":"cart","container":{"id":""}}}'
    )

    assert ("ERROR", "late error=refused", "a.go", "cart", "c6d07ef7") == (
        parsed.severity_text, parsed.body, parsed.code_file_path, parsed.service_name, parsed.trace_id,
    )  # fmt: skip
    assert {
        "log": {"origin": {"function": "run"}, "offset": 71},
        "http": {"client": {"verb": "GET"}, "status": 500},
        "k8s.container.name": {"name": "cart", "id": "ab"},
        "error": {"type": "IOError"},
        "kubernetes": {"container": {"id": ""}},
    } == parsed.attributes


@pytest.mark.parametrize(
    "line",
    [
        "1970-01-01T00:00:05Z ERROR disk sda is gone",
        "1970-01-01 08:00:05,123 ERROR [main] disk sda is gone",
        "1969-12-31 19:00:05 ERROR disk sda is gone",
        "Thu Jan  1 00:00:05 1970 ERROR disk sda is gone",
        "1970年1月1日 08:00:05 ERROR disk sda is gone",
        '{"time":"1970-01-01T00:00:05Z","level":"error","disk":"sda"}',
        "time=1970-01-01T00:00:05Z level=error disk=sda",
    ],
)
def test_a_line_of_a_clock_that_was_never_set_is_read(line: str) -> None:
    """A device without a battery counts from 1970 until it hears the time: that is no time, and the line is a record."""
    parsed = read(line)

    assert (None, True, "ERROR") == (parsed.timestamp_us, parsed.unset, parsed.severity_text)


def test_a_date_long_before_all_logs_opens_no_line() -> None:
    """A birthday or a placeholder in a printed table is part of what is printed."""
    reader = LineReader(load_formats(), "UTC")
    for day in ("0001-01-01", "1963-05-04", "9999-12-31", "1970-13-01"):
        parsed = reader.read_line(f"{day} 00:00:00 ERROR late")
        assert parsed is None or not parsed.is_stamped


@pytest.mark.parametrize(
    "text",
    ["", "plain words", "{", "[" * 100_000, '{"a":' * 50_000, "\x00\x01", "{}", "<999>", "=" * 50],
)
def test_what_fits_nothing_is_none(text: str) -> None:
    """No input makes the reader fail."""
    assert LineReader(load_formats(), "UTC", REFERENCE).read_line(text) is None


def test_a_very_long_line_keeps_its_whole_body() -> None:
    """A pattern looks at the head only; the rest is not lost."""
    words = "x" * 300_000

    assert words == read(f"2025-12-19 10:37:32,279 WARN [auth.py:228] {words}").body


def test_without_a_reference_a_level_is_still_read() -> None:
    """A raw field of a log platform has its time elsewhere."""
    parsed = LineReader(load_formats(), "UTC").read_line("05:06:07.891 [main] WARN c.s.Pay - kept")

    assert parsed is not None
    assert (None, "WARN", "kept") == (parsed.timestamp_us, parsed.severity_text, parsed.body)
    assert parsed == LineReader(load_formats(), "UTC")("05:06:07.891 [main] WARN c.s.Pay - kept")


def test_pods_belong_to_their_workload() -> None:
    """Deployments, daemon sets and stateful sets; other names stay."""
    assert ["cart-api", "node-agent", "kafka", "my-service"] == [
        service_of_pod(pod)
        for pod in ("cart-api-6c9bd7f8d4-x2x9p", "node-agent-x2x9p", "kafka-0", "my-service")
    ]
    assert [True, True, False] == [is_address(w) for w in ("10.1.2.3", "fe80::1", "web-3")]


def test_a_broken_row_is_none() -> None:
    """Text behind a closing quotation mark, or a mark that never closes."""
    assert split_row('a,"b"c,d', ",") is None
    assert split_row('a,"b', ",") is None
    assert ["", "", ""] == split_row(",,", ",")


def test_a_batch_has_the_schema_and_survives_half_a_surrogate_pair() -> None:
    """JSON may escape what is no text; it stays visible."""
    builder = RecordBuilder()
    builder.add(read('{"time":"2025-03-04T05:06:07Z","msg":"half \\ud83d pair"}'), "a:1")
    batch = builder.take()

    assert RECORDS == batch.schema
    assert ["half \\ud83d pair"] == batch.column("body").to_pylist()
    assert 0 == builder.take().num_rows


JAVA = "2025-12-19 10:37:32,279 ERROR [worker-3] c.s.Orders - cannot reach 10.1.2.3"


@pytest.mark.parametrize(
    ("line", "format_name"),
    [
        ({"@timestamp": "2025-12-19T10:37:33Z", "message": JAVA}, "json/log4j_level_logger"),
        ({"time": "2025-12-19T10:37:33Z", "stream": "stderr", "log": JAVA}, "json/log4j_level_logger"),
        (
            {
                "kubernetes": {"pod_name": "orders-6c9bd7f8d4-x2x9p", "labels": {"app": "orders"}},
                "log": json.dumps({"level": "error", "msg": "cannot reach 10.1.2.3"}),
                "time": "2025-12-19T10:37:33Z",
            },
            "json/json",
        ),
    ],
)  # fmt: skip
def test_a_line_that_a_shipper_put_into_json_is_read_as_if_it_stood_alone(
    line: dict[str, object], format_name: str
) -> None:
    """The outer says when and where, the inner how bad and what."""
    parsed = read(json.dumps(line))

    assert (format_name, 17, "ERROR", "cannot reach 10.1.2.3", 33) == (
        parsed.format,
        parsed.severity_number,
        parsed.severity_text,
        parsed.body,
        parsed.timestamp.second if parsed.timestamp else None,
    )


def test_a_line_of_a_program_in_syslog_says_how_bad_it_is() -> None:
    """Also where the daemon that took it knew no priority."""
    parsed = read(f"Dec 19 10:37:33 web-3 orders[812]: {JAVA}")

    assert ("ERROR", "cannot reach 10.1.2.3", "orders", "web-3", "c.s.Orders") == (
        parsed.severity_text, parsed.body, parsed.service_name, parsed.host_id, parsed.scope_name,
    )  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        {"time": "2025-12-19T10:37:33Z", "level": "info", "message": "ERROR is printed in red"},
        {"time": "2025-12-19T10:37:33Z", "level": "info", "message": JAVA},
        {"time": "2025-12-19T10:37:33Z", "message": "user: logged in at noon"},
    ],
)
def test_a_message_stays_whole_where_its_level_is_told_or_no_format_reads_it(
    line: dict[str, str],
) -> None:
    """What a program says of its own level counts, whatever its message begins with."""
    parsed = read(json.dumps(line))

    assert ("json", line["message"], line.get("level", "")) == (
        parsed.format, parsed.body, parsed.severity_text.lower(),
    )  # fmt: skip


def test_a_line_of_json_without_a_message_is_read_once() -> None:
    """It is its own message: nothing stands in it but itself."""
    line = '{"time":"2025-12-19T10:37:33Z","rows":12}'
    parsed = read(line)

    assert ("json", line) == (parsed.format, parsed.body)
    assert "docker_json/json" == read(json.dumps({"log": line, "stream": "stdout", "time": "2025-12-19T10:37:33Z"})).format  # fmt: skip


def test_the_file_a_line_was_found_in_is_no_module() -> None:
    """Vector calls it as loggers call the file that wrote a record; one of those may stand beside it."""
    said = '"timestamp":"2025-03-04T05:06:07Z","level":"warn","message":"lease lost"'
    reader = LineReader(load_formats(), "UTC")

    found = reader.read_line('{"file":"/var/log/shop/app.log",' + said + "}")
    both = reader.read_line('{"file":"/var/log/shop/app.log","caller":"a/b.go:12",' + said + "}")

    assert found is not None
    assert both is not None
    assert ("", {"log.file.name": "/var/log/shop/app.log"}) == (
        found.code_file_path,
        found.attributes,
    )
    assert ("a/b.go", 12) == (both.code_file_path, both.code_line_number)
    assert "/var/log/shop/app.log" == both.attributes["log.file.name"]


@pytest.mark.parametrize(
    ("message", "level", "body"),
    [
        ("ERROR cannot charge", "ERROR", "cannot charge"),
        ("[WARN] lease is late", "WARN", "lease is late"),
        ('nginx: [emerg] module "geo.so" is of another version', "EMERG", 'module "geo.so" is of another version'),
        ("CRITICAL:pay.gate:cannot charge", "CRITICAL", "cannot charge"),
        ("2025-03-04 05:06:07,123 - pay.gate - ERROR - cannot charge", "ERROR", "cannot charge"),
        ("lease held", "", "lease held"),
    ],
)  # fmt: skip
def test_what_a_program_prints_under_systemd_has_the_level_it_states(
    message: str, level: str, body: str
) -> None:
    """In lines of syslog, which state none, and in journald's JSON, to which all that is printed is informational."""
    printed = {
        "__REALTIME_TIMESTAMP": "1741064767891234", "PRIORITY": "6", "SYSLOG_IDENTIFIER": "pay", "MESSAGE": message,
    }  # fmt: skip
    line = read(f"Mar 14 05:06:07 web-3 pay[7]: {message}")
    entry = read(json.dumps(printed))

    assert (level, body) == (line.severity_text, line.body)
    assert (level or "INFO", body) == (entry.severity_text, entry.body)


def test_a_collectors_level_that_says_something_is_kept() -> None:
    """What a collector calls an error is one, also where the message calls itself informational."""
    printed = {"__REALTIME_TIMESTAMP": "1741064767891234", "PRIORITY": "3", "MESSAGE": "INFO lease held"}  # fmt: skip

    assert "ERR" == read(json.dumps(printed)).severity_text
