"""Rows to records, one by one: names, times, types, odd values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from paicha.kernel.normalise import LineReader
from paicha.kernel.query_text import all_of, any_of, translate
from paicha.kernel.row_times import micros_of, moment_of
from paicha.kernel.times import to_micros
from paicha.knowledge.formats_loader import load_formats
from paicha.model.aliases import AliasSetting, AliasSettings
from paicha.model.question import Window
from paicha.sources.blueking.fields import FieldMap, settings_of
from paicha.sources.blueking.records import AliasCounter, fits, row_builder
from paicha.sources.blueking.windows import MOST_ROWS, Slice, of_window, readable
from paicha.wiring.field_names import field_map as named


def field_map(*pairs: tuple[str, str], real: tuple[str, ...]) -> FieldMap:
    declared = tuple(AliasSetting(name, alias, "keyword") for name, alias in pairs)
    types = tuple((name, "keyword") for name in real)
    return FieldMap(AliasSettings(1, "demo", declared, real, types), named((), "blueking"))


def built(row: dict[str, object], fields: FieldMap | None = None) -> dict[str, object]:
    """Return the one record of *row*; lines are read by every known format."""
    builder = row_builder(fields or JOINED, LineReader(load_formats(), "UTC"))
    builder.add_at(row, None, "bk:1")
    (record,) = builder.take().to_pylist()
    return dict(record)


JOINED = field_map(
    ("level", "log_level"),
    ("severity", "log_level"),
    ("level", "lvl"),
    real=("level", "severity", "file", "log"),
)


def test_a_value_is_read_by_alias_then_original_then_other_members() -> None:
    """That order, without repeats, before any other candidate."""
    assert JOINED.keys("level")[:4] == ("log_level", "level", "severity", "lvl")


def test_queries_name_real_fields_only() -> None:
    """An alias becomes its members, a field with aliases their members too."""
    assert JOINED.queried("level") == ("level", "severity")
    assert JOINED.queried("file") == ("file",)
    assert JOINED.queried("service") == ()


def test_an_alias_that_hides_a_real_field_means_the_field() -> None:
    """A filter on a real name is not turned into another one."""
    shadow = field_map(("severity", "level"), real=("level", "severity"))

    assert translate("level:ERROR", shadow.members) == "level:ERROR"


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("log_level:ERROR", "(level:ERROR OR severity:ERROR)"),
        ("lvl:ERROR", "level:ERROR"),
        ('-log_level:"a b"~2 x', '-(level:"a b"~2 OR severity:"a b"~2) x'),
        ("log_level:(A OR (B AND C)) y", "(level:(A OR (B AND C)) OR severity:(A OR (B AND C))) y"),
        ("_exists_:log_level", "(_exists_:level OR _exists_:severity)"),
        ("log_level>10", "(level>10 OR severity>10)"),
        ("log_level:>=10", "(level:>=10 OR severity:>=10)"),
        ("log_level:[1 TO 5}", "(level:[1 TO 5} OR severity:[1 TO 5})"),
        ('"log_level:ERROR"', '"log_level:ERROR"'),
        ('msg:"log_level:x \\" y"', 'msg:"log_level:x \\" y"'),
        (r"msg:a\ log_level\:b", r"msg:a\ log_level\:b"),
        ("等级 log_level:错误", "等级 (level:错误 OR severity:错误)"),
        ("log_levels:ERROR", "log_levels:ERROR"),
        ("a.log_level:ERROR", "a.log_level:ERROR"),
    ],
)
def test_only_field_names_are_translated(where: str, expected: str) -> None:
    """Not what stands in quotes, after a backslash, or is part of a longer name."""
    assert expected == translate(where, JOINED.members)


def test_clauses_are_joined_without_changing_their_meaning() -> None:
    """Brackets around each, nothing around nothing."""
    assert all_of("", "*") == "*"
    assert all_of("a OR b", "", any_of(["x", "y"], ['1"2'])) == (
        r'(a OR b) AND ((x:"1\"2" OR y:"1\"2"))'
    )
    assert any_of(["x"], []) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1767603600123", "2026-01-05T09:00:00.123000+00:00"),
        (1767603600123, "2026-01-05T09:00:00.123000+00:00"),
        ("1767603600", "2026-01-05T09:00:00+00:00"),
        (1767603600123456, "2026-01-05T09:00:00.123456+00:00"),
        ("1767603600123456789", "2026-01-05T09:00:00.123456+00:00"),
        (1767603600123.0, "2026-01-05T09:00:00.123000+00:00"),
        (1767603600.123, "2026-01-05T09:00:00.123000+00:00"),
        ("1766112120123.0", "2025-12-19T02:42:00.123000+00:00"),
        ("2026-01-05T17:00:00.5+08:00", "2026-01-05T17:00:00.500000+08:00"),
        ("2026-01-05 09:00:00", "2026-01-05T09:00:00+00:00"),
        ("yesterday", None),
        ("", None),
        (None, None),
        (True, None),
    ],
)
def test_a_time_is_read_from_whatever_holds_it(value: object, expected: str | None) -> None:
    """Seconds to nanoseconds, text or number, or ISO 8601; else there is none."""
    found = moment_of(value)

    assert expected == (found.isoformat() if found else None)
    assert micros_of(value) == (None if found is None else to_micros(found))


def test_of_several_addresses_the_first_is_the_host_and_all_are_kept() -> None:
    """A host called `["10.0.0.8", "fe80::1"]` is one that no metric knows."""
    record = built({"serverIp": ["", "10.0.0.8", "fe80::1"], "message": "x"})

    assert "10.0.0.8" == record["host_ip"]
    assert '{"serverIp": ["", "10.0.0.8", "fe80::1"]}' == record["attributes"]


def test_odd_values_become_records_all_the_same() -> None:
    """Half a surrogate, lists, a line number that is none, an unknown level, another cloud area."""
    builder = row_builder(JOINED, None)
    row: dict[str, object] = {
        "level": "s1",
        "message": "half \ud800 pair",
        "line": "99999999999",
        "tags": ["a", {"b": 1}],
        "cloudId": 3,
        "file": "",
        "trace_id": 12,
    }
    builder.add_at(row, None, "bk:1", {"cloudId": 3})

    record = builder.take().to_pylist()[0]
    assert record["severity_number"] == 0
    assert record["severity_text"] == "S1"
    assert record["body"] == "half ? pair"
    assert record["code_line_number"] is None
    assert record["trace_id"] == "12"
    assert record["attributes"] == '{"cloudId": 3, "tags": ["a", {"b": 1}]}'
    assert builder.without_level == 1
    assert builder.take().num_rows == 0


LINE = "2026-01-05 09:00:00,123 ERROR [db.py:12] pool is empty"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"log": LINE}, (17, "ERROR", "pool is empty", "db.py")),
        ({"log": LINE, "level": "warn"}, (13, "WARN", "pool is empty", "db.py")),
        ({"log": LINE, "msg": "pool"}, (17, "ERROR", "pool", "db.py")),
        ({"log": LINE, "msg": "pool", "level": "warn"}, (13, "WARN", "pool", "")),
        ({"log": LINE, "code_file": "a.py"}, (17, "ERROR", "pool is empty", "a.py")),
        ({"log": "pool is empty"}, (0, "", "pool is empty", "")),
        ({"log": "", "msg": LINE}, (17, "ERROR", "pool is empty", "db.py")),
        ({"log": "x", "severity_number": 17, "msg": "pool"}, (17, "ERROR", "pool", "")),
        ({"log": "pool is empty", "level": "warn", "line": 12}, (13, "WARN", "pool is empty", "")),
        ({"log": "", "level": "warn"}, (13, "WARN", '{"level": "warn"}', "")),
    ],
)
def test_the_line_is_read_where_the_fields_say_no_level_or_no_message(
    row: dict[str, object], expected: tuple[object, ...]
) -> None:
    """What fields say is better than what the line says; a line that fits no format is the message."""
    record = built(row)

    columns = ("severity_number", "severity_text", "body", "code_file_path")
    assert expected == tuple(record[name] for name in columns)
    assert "" == record["attributes"]


def test_rows_say_what_went_wrong_and_where_they_were_found_as_those_of_every_store() -> None:
    """A trace in a field of its own belongs to the message, a log file is no module, lists stay whole."""
    record = built(
        {
            "msg": "lost",
            "level": ["", "error", "x"],
            "stack_trace": "E: y\n\tat z",
            "file": "/data/app.log",
        }
    )

    assert "lost\nE: y\n\tat z" == record["body"]
    assert (17, "") == (record["severity_number"], record["code_file_path"])
    said = '{"level": ["", "error", "x"], "log.file.name": "/data/app.log"}'
    assert said == record["attributes"]


def test_an_alias_of_the_line_is_no_message_of_its_own() -> None:
    """The gateway adds the alias to every row, with the whole line under it."""
    fields = field_map(("log", "msg"), real=("log",))

    record = built({"log": LINE, "msg": LINE}, fields)

    assert ("ERROR", "pool is empty") == (record["severity_text"], record["body"])


def test_rows_are_counted_per_alias_field_and_table() -> None:
    """Fields missing, aliases missing, differing and mistyped values; a pair declared twice is one."""
    fields = FieldMap(
        AliasSettings(1, "demo", (AliasSetting("line", "code_line", "integer"),) * 2, (), ()),
        named((), "blueking"),
    )
    counter = AliasCounter(fields)
    for row in ({"line": 1, "code_line": 1}, {"line": "x", "code_line": 2}, {"line": 3}, {}):
        counter.add({"__index": "a", **row})

    assert counter.table().to_pylist() == [
        {
            "alias": "code_line",
            "field": "line",
            "result_table": "a",
            "rows": 4,
            "with_field": 3,
            "with_alias": 2,
            "with_both": 2,
            "differing": 1,
            "mistyped": 1,
        }
    ]


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (1, "long", True),
        (1.5, "long", False),
        (1.5, "double", True),
        ("inf", "integer", False),
        (True, "integer", False),
        ("true", "boolean", True),
        ({}, "object", True),
        ({}, "keyword", False),
        ([1, "x"], "integer", False),
        (None, "integer", True),
        ("2026", "date", True),
    ],
)
def test_a_value_fits_its_declared_type_or_not(value: object, kind: str, *, expected: bool) -> None:
    """As the storage would accept it."""
    assert expected == fits(value, kind)


def test_display_columns_and_mapping_aliases_are_no_real_fields() -> None:
    """Virtual fields cannot be searched; the mapping repeats aliases as fields of type alias."""
    entries = [
        {"field_name": "__module__", "field_type": "__virtual__"},
        {"field_name": "pod", "field_type": "alias"},
        {"field_name": "__ext.pod", "field_type": "keyword", "query_alias": "pod"},
    ]

    found = settings_of(entries, None, index_set_id=1, index_set_name="")

    assert found.real_fields == ("__ext.pod",)
    assert found.pairs == (AliasSetting("__ext.pod", "pod", "keyword"),)


def test_a_window_finer_than_a_millisecond_is_covered_outwards() -> None:
    """The rows are trimmed afterwards."""
    start = datetime(2026, 1, 5, 9, 0, 0, 500, tzinfo=UTC)

    piece = of_window(Window(start, start + timedelta(microseconds=1)))

    assert piece == Slice(1767603600000, 1767603600001)
    assert piece.last_ms == piece.start_ms


def test_slices_cover_everything_once_and_hold_what_can_be_read() -> None:
    """Half a million rows a second: 10,000 fit a slice, except in the one full millisecond."""

    def count(piece: Slice) -> int:
        full = 20_000 if piece.start_ms <= 700 < piece.end_ms else 0
        return piece.length_ms * 500 + full

    pieces = list(readable(Slice(0, 1000), count))

    assert [p.start_ms for p, _ in pieces] == [0, *(p.end_ms for p, _ in pieces[:-1])]
    assert pieces[-1][0].end_ms == 1000
    assert [(p, n) for p, n in pieces if n > MOST_ROWS] == [(Slice(700, 701), 20_500)]


def test_a_comparison_of_levels_names_the_levels() -> None:
    """The engine would compare letters: CRITICAL comes before WARN there, and nothing would tell."""
    found = translate("log_level>=ERROR AND x>WARNING1", JOINED.members)
    same = translate("log_level:>=error AND x>WARNING1", JOINED.members)

    assert found == same
    assert found.startswith("(level:(")
    assert " OR severity:(" in found
    for word in ('"ERROR"', '"error"', '"CRITICAL"', '"Fatal"', '"E"'):
        assert word in found
    assert '"WARN"' not in found
    assert '"INFO"' not in found
    assert found.endswith(" AND x>WARNING1")
