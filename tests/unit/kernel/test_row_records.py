"""Rows of stores as RECORDS."""

import json
from datetime import UTC, datetime

import pytest

from paicha.kernel.field_map import FieldMap, flatten
from paicha.kernel.normalise import LineReader
from paicha.kernel.row_records import RowBuilder
from paicha.kernel.row_times import moment_of
from paicha.kernel.store_counts import StoreCounts
from paicha.knowledge.fields_loader import load_field_names
from paicha.knowledge.formats_loader import load_formats

MOMENT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def built(row: dict[str, object], *, lines: bool = False) -> dict[str, object]:
    """Return the one record of *row*."""
    reader = LineReader(load_formats(), "UTC") if lines else None
    builder = RowBuilder(FieldMap(load_field_names()), reader, frozenset({"_id"}))
    builder.add(flatten(row), MOMENT, "here")
    (record,) = builder.take().to_pylist()
    return dict(record)


def test_an_ecs_document_fills_every_column() -> None:
    """Nested objects are dotted names, the rest are attributes."""
    record = built(
        {
            "message": "pool is empty",
            "log": {
                "level": "warn",
                "logger": "db",
                "origin": {"file": {"name": "db.py", "line": 7}},
            },
            "service": {"name": "pay"},
            "host": {"name": "web-3", "ip": ["10.0.0.8"]},
            "trace": {"id": "t1"},
            "span": {"id": "s1"},
            "user": {"id": 5},
            "_id": "x",
        }
    )

    assert {
        "timestamp": MOMENT,
        "severity_number": 13,
        "severity_text": "WARN",
        "body": "pool is empty",
        "service_name": "pay",
        "host_ip": "10.0.0.8",
        "host_id": "web-3",
        "code_file_path": "db.py",
        "code_line_number": 7,
        "scope_name": "db",
        "trace_id": "t1",
        "span_id": "s1",
        "locator": "here",
        "attributes": '{"user.id": 5}',
    } == record


def test_a_number_is_a_level_where_no_word_is() -> None:
    """OpenTelemetry's own numbers are read; what is none stays a word without a number."""
    assert (17, "ERROR") == _level({"SeverityNumber": 17, "Body": "x"})
    assert (17, "CATASTROPHE") == _level({"SeverityText": "catastrophe", "SeverityNumber": 17})
    assert (0, "CATASTROPHE") == _level({"level": "catastrophe", "msg": "x"})
    assert (0, "") == _level({"severity_number": 99, "msg": "x"})


def _level(row: dict[str, object]) -> tuple[object, object]:
    record = built(row)
    return record["severity_number"], record["severity_text"]


def test_a_message_that_is_a_whole_line_is_read_as_one() -> None:
    """Filebeat ships lines as they are."""
    record = built(
        {"message": "2026-01-05 09:00:00,123 ERROR [db.py:12] pool is empty"}, lines=True
    )

    assert ("ERROR", "pool is empty") == (record["severity_text"], record["body"])


def test_a_row_without_a_message_says_all_it_has() -> None:
    """Nothing is lost."""
    assert '{"a": 1, "b.c": [2, 3]}' == built({"a": 1, "b": {"c": [2, 3]}, "_id": "x"})["body"]


@pytest.mark.parametrize(
    "value",
    [1767603600, "1767603600000", 1767603600.0, "2026-01-05T09:00:00Z", "2026-01-05T17:00+08:00"],
)
def test_times_are_read_whatever_their_unit(value: object) -> None:
    """Seconds to nanoseconds, and ISO 8601."""
    assert MOMENT == moment_of(value)


@pytest.mark.parametrize("value", [None, True, "", "yesterday", {}, [1, 2]])
def test_what_is_no_time_is_none(value: object) -> None:
    """Nothing is guessed."""
    assert moment_of(value) is None


def test_store_counts_add_up_by_key() -> None:
    """Levels are counted in upper case, as records write them."""
    counts = StoreCounts("es")
    assert counts.table() is None
    counts.add("severity_text", "warn", 2)
    counts.add("severity_text", "WARN", 3)
    counts.add("severity_text", "50", 4)
    counts.add_minute(MOMENT, 5)
    table = counts.table()

    assert table is not None
    assert [
        {"source": "es", "dimension": "minute", "value": "2026-01-05T09:00:00Z", "n": 5},
        {"source": "es", "dimension": "severity_text", "value": "ERROR", "n": 4},
        {"source": "es", "dimension": "severity_text", "value": "WARN", "n": 5},
    ] == table.to_pylist()


@pytest.mark.parametrize(
    ("said", "host"),
    [
        (["10.0.0.8", "fe80::1"], "10.0.0.8"),
        (["fe80::1", "::1", "2001:db8::7", "127.0.0.1", "10.0.0.8"], "10.0.0.8"),
        (["fe80::1", "2001:db8::7"], "2001:db8::7"),
        (["127.0.0.1"], "127.0.0.1"),
        ('["10.0.0.8","fe80::1"]', "10.0.0.8"),
        (["web-1", "10.0.0.8"], '["web-1", "10.0.0.8"]'),
        ("[broken", "[broken"),
    ],
)
def test_a_host_that_names_all_its_addresses_is_the_one_that_others_know_it_by(
    said: object, host: str
) -> None:
    """Beats write every address of every interface; no metric is found by a list."""
    record = built({"message": "disk full", "host": {"name": "web-1", "ip": said}})

    assert host == record["host_ip"]


def test_a_time_in_a_list_of_one_is_a_time() -> None:
    """Whoever writes every value as a list writes the time so, too."""
    assert MOMENT == moment_of([MOMENT.isoformat()])


@pytest.mark.parametrize(
    ("level", "read"),
    [(50, (17, "ERROR")), ("30", (9, "INFO")), (60, (21, "FATAL")), (3, (0, "3"))],
)
def test_levels_of_bunyan_and_pino_are_numbers(level: object, read: tuple[int, str]) -> None:
    """Fifty is an error; what 3 means depends on who wrote it, and is left as it is."""
    record = built({"message": "disk full", "level": level})

    assert read == (record["severity_number"], record["severity_text"])


def test_a_store_counts_a_host_as_the_records_name_it() -> None:
    """The list that a store groups by is the one address that the records are of."""
    counts = StoreCounts("store")
    counts.add("host", '["10.0.0.8","fe80::1"]', 3)
    counts.add("host", "10.0.0.8", 1)
    table = counts.table()

    assert table is not None
    assert [("10.0.0.8", 4)] == [(row["value"], row["n"]) for row in table.to_pylist()]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            {"@t": "x", "@m": "disk full", "@l": "Warning", "MachineName": "web-1"},
            {"severity_text": "WARNING", "body": "disk full", "host_id": "web-1"},
        ),
        (
            {"PRIORITY": "3", "MESSAGE": "disk full", "_HOSTNAME": "web-1", "_COMM": "keeper"},
            {"severity_text": "ERR", "severity_number": 17, "service_name": "keeper"},
        ),
        (
            {"message": "disk full", "log": {"syslog": {"priority": 28}}},
            {"severity_text": "WARNING", "severity_number": 13},
        ),
        (
            {"short_message": "disk full", "level": 3, "host": "web-1"},
            {"severity_text": "ERROR", "severity_number": 17, "body": "disk full"},
        ),
        (
            {"message": "disk full", "level": 4, "gl2_message_id": "01"},
            {"severity_text": "WARN", "severity_number": 13},
        ),
        (
            {"textPayload": "disk full", "severity": "ERROR"},
            {"severity_text": "ERROR", "body": "disk full"},
        ),
        (
            {"body": "disk full", "severity": {"text": "WARN", "number": 13}},
            {"severity_text": "WARN", "severity_number": 13},
        ),
        (
            {"Body": "disk full", "Resource": {"service": {"name": "pay"}}},
            {"service_name": "pay", "body": "disk full"},
        ),
        (
            {"msg": "disk full", "level": "warn", "caller": "pay/main.go:12", "logger": "db"},
            {"code_file_path": "pay/main.go", "code_line_number": 12, "scope_name": "db"},
        ),
        (
            {"event": "disk full", "level": "error"},
            {"body": "disk full", "attributes": ""},
        ),
        (
            {"message": "disk full", "event": "night", "name": "n", "logger": "db"},
            {
                "body": "disk full",
                "scope_name": "db",
                "attributes": '{"event": "night", "name": "n"}',
            },
        ),
        ({"_line": "disk full", "service_name": "unknown_service"}, {"service_name": ""}),
        (
            {"message": "disk full", "app": "pay", "job": "shop/pay"},
            {"service_name": "pay"},
        ),
    ],
)
def test_a_row_is_read_by_the_names_that_its_logger_or_shipper_uses(
    row: dict[str, object], said: dict[str, object]
) -> None:
    """Serilog, journald, syslog, GELF, Google, the exporters of OpenTelemetry, zap, structlog, Promtail."""
    record = built(row)

    assert said == {name: record[name] for name in said}


def test_what_went_wrong_belongs_to_the_message_as_in_a_line_of_a_file() -> None:
    """A problem is often told by the exception alone; a store must find what the file of the same records shows."""
    row: dict[str, object] = {
        "time": "2026-01-05T09:00:00Z",
        "level": "ERROR",
        "message": "not paid",
        "stack_trace": "java.net.SocketTimeoutException: Read timed out\n\tat a.B.c(B.java:7)",
    }
    line = LineReader(load_formats(), "UTC").read_line(json.dumps(row))

    assert line is not None
    assert line.body == built(row)["body"]
    assert "not paid error=disk full" == built({**row, "stack_trace": "disk full"})["body"]
    assert "disk full" == built({"level": "ERROR", "error": "disk full"})["body"]


def test_the_file_that_a_line_was_found_in_is_not_the_code_that_wrote_it() -> None:
    """Promtail's `filename` and Vector's `file` are paths of logs; the line itself says who wrote it."""
    line = "2026-01-05 09:00:00,123 ERROR [db.py:12] pool is empty"
    record = built({"_line": line, "filename": "/var/log/pods/pay_1/pay/0.log"}, lines=True)
    code = built({"_line": line, "filename": "pool.py"}, lines=True)

    assert ("db.py", 12) == (record["code_file_path"], record["code_line_number"])
    assert '{"log.file.name": "/var/log/pods/pay_1/pay/0.log"}' == record["attributes"]
    assert "pool.py" == code["code_file_path"]


def test_a_level_that_a_shipper_did_not_know_is_read_from_the_line() -> None:
    """Promtail and others write "unknown"."""
    line = "2026-01-05 09:00:00,123 ERROR [db.py:12] pool is empty"
    record = built({"message": line, "level": "unknown"}, lines=True)

    assert ("ERROR", "pool is empty") == (record["severity_text"], record["body"])
    assert (0, "") == _level({"msg": "x", "level": "unknown"})


def test_a_log_file_is_no_module_of_the_stores_counts() -> None:
    """As it is none of the records."""
    counts = StoreCounts("store")
    counts.add("module", "/var/log/pay.log", 3)
    counts.add("module", "pay.py", 1)
    table = counts.table()

    assert table is not None
    assert [("", 3), ("pay.py", 1)] == [(row["value"], row["n"]) for row in table.to_pylist()]


def test_the_end_of_a_line_is_no_part_of_its_message() -> None:
    """Container runtimes ship lines with their ends; a blank line stays one, and no text of the whole row."""
    assert "pool is empty" == built({"log": "pool is empty\r\n", "stream": "stderr"})["body"]
    line = built({"log": "2026-01-05 09:00:00 ERROR pool is empty\n"}, lines=True)
    assert (17, "pool is empty") == (line["severity_number"], line["body"])
    assert "\n" == built({"log": "\n", "stream": "stderr"})["body"]
