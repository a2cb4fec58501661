"""Reading an index set: windows, slices, pages, scope, aliases, and what is said when it is not all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl

import pytest

from paicha.analysis.aliases import verify
from paicha.errors import PaichaError, QuestionError
from paicha.kernel.normalise import LineReader
from paicha.knowledge.formats_loader import load_formats
from paicha.model.question import LogQuery, Scope, Window

ROADS = ("mcp", "app")
DAY = timedelta(days=1)
START = datetime.fromisoformat("2025-12-19T10:37:32.279+08:00")  # of the first record
LONG = Window(START, START + timedelta(hours=1))


def english(texts: tuple[Any, ...]) -> list[str]:
    return [text.en for text in texts]


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("rows", [9_999, 10_000, 10_001, 25_000])
def test_any_number_of_rows_is_read_whole(bench: Callable[..., Any], road: str, rows: int) -> None:
    """Paging ends at 10,000 rows, so a fuller slice is cut; every row comes once."""
    table, coverage, _ = bench(f"rows={rows}", road=road).read(window=LONG)

    assert rows == table.num_rows
    assert rows == len(set(table["locator"].to_pylist()))
    assert (coverage.present, coverage.kept, coverage.duplicates) == (rows, rows, 0)
    assert coverage.incomplete == ()


def test_one_table_may_not_be_paged_past_its_end(bench: Callable[..., Any]) -> None:
    """The storage refuses offset and limit above 10,000 together; they are never asked for."""
    place = bench("rows=10001", "one_table")

    table, _, _ = place.read(window=LONG)

    ends = [int(str(b["offset"])) + int(str(b["limit"])) for b in place.asked("/search_logs/")]
    assert table.num_rows == 10_001
    assert max(ends) <= 10_000


@pytest.mark.parametrize("road", ROADS)
def test_a_full_millisecond_is_an_explicit_truncation(bench: Callable[..., Any], road: str) -> None:
    """It cannot be cut any further: 10,000 rows come, the rest is named with its number."""
    table, coverage, _ = bench("crowded=10007", road=road).read()

    assert table.num_rows == 10_000
    assert coverage.present == 10_007
    assert english(coverage.incomplete) == [
        (
            "10,007 records share the millisecond 2025-12-19 10:37:32.279; "
            "no more than 10,000 of them can be fetched"
        )
    ]


def test_a_window_over_a_day_is_cut(bench: Callable[..., Any]) -> None:
    """No request spans more than a day, ends are 13 digits, and slices leave their end out."""
    place = bench()

    table, coverage, _ = place.read(window=Window(START - DAY * 2, START + DAY))

    spans = [
        (int(str(b["start_time"])), int(str(b["end_time"]))) for b in place.asked("/analyze_field/")
    ]
    assert table.num_rows == 1800
    assert coverage.present == 1800
    assert [end - start for start, end in spans] == [86_399_999] * 3
    assert all(len(str(end)) == 13 for _, end in spans)
    assert [second[0] - first[1] for first, second in pairwise(spans)] == [1, 1]


def test_a_storage_that_rounds_the_end_up_doubles_nothing(bench: Callable[..., Any]) -> None:
    """Rows past a slice's end are trimmed: they come again with the next one, or lie outside."""
    cut = Window(START, START + timedelta(minutes=5, milliseconds=377))
    exact, _, _ = bench().read(window=cut)

    table, coverage, _ = bench("seconds_end").read(window=cut)

    assert table.equals(exact)
    assert coverage.outside > 0
    assert coverage.read == coverage.kept + coverage.outside + coverage.duplicates


@pytest.mark.parametrize("road", ROADS)
def test_rows_that_come_twice_are_kept_once(bench: Callable[..., Any], road: str) -> None:
    """The key is index and id together: ids alone repeat between indexes."""
    table, coverage, _ = bench("repeated_rows=7", road=road).read()

    assert len(set(table["locator"].to_pylist())) == table.num_rows
    assert coverage.duplicates > 100
    assert coverage.read == coverage.kept + coverage.outside + coverage.duplicates


def test_rows_that_were_counted_but_not_given_are_missed(bench: Callable[..., Any]) -> None:
    """With their number."""
    table, coverage, _ = bench("lost_rows=3").read()

    assert table.num_rows == 1797
    assert english(coverage.incomplete) == ["the store counted 3 more records than it gave"]


@pytest.mark.parametrize(
    ("fault", "road", "reason"),
    [
        (
            "partial",
            "mcp",
            (
                "search_logs answered in part only (QUERY_RAW_PARTIAL: "
                "one of two storages did not answer)"
            ),
        ),
        ("is_partial", "mcp", "analyze_field answered in part only (is_partial)"),
        ("shards_failed=2", "app", "2 shards of the storage did not answer"),
        ("timed_out", "app", "the search ran out of time in the storage; rows may be missing"),
    ],
)
def test_half_an_answer_is_said_to_be_half(
    bench: Callable[..., Any], fault: str, road: str, reason: str
) -> None:
    """It is a success with a mark; the mark goes into coverage, once."""
    _, coverage, _ = bench(fault, road=road).read()

    found = english(coverage.incomplete)
    assert reason in found
    assert len(found) == len(set(found))


@pytest.mark.parametrize("fault", ["integer_times", "string_code"])
def test_numbers_and_texts_are_read_alike(bench: Callable[..., Any], fault: str) -> None:
    """Times are text in one kind of table and numbers in another; so are codes."""
    plain, _, _ = bench().read()

    odd, _, _ = bench(fault).read()

    assert odd.equals(plain)


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("host", ["96568", "30.189.38.149", "30.189.38.149|0", "0:30.189.38.149"])
def test_a_host_is_found_by_id_or_address(bench: Callable[..., Any], road: str, host: str) -> None:
    """With or without its cloud area."""
    assert bench(road=road).read(Scope(hosts=(host,)))[0].num_rows == 1800


@pytest.mark.parametrize("host", ["1", "30.189.38.150", "30.189.38.149|3"])
def test_another_host_has_no_rows(bench: Callable[..., Any], host: str) -> None:
    """An id, an address, or the right address in another area."""
    assert bench().read(Scope(hosts=(host,)))[0].num_rows == 0


def test_a_host_id_finds_nothing_where_no_row_is(bench: Callable[..., Any]) -> None:
    """A quiet baseline is no reason to say that rows carry no id, which ended the whole run."""
    start = datetime.fromisoformat("2025-12-19T09:00:00+08:00")
    earlier = Window(start, start + timedelta(minutes=15))

    table, coverage, _ = bench().read(Scope(hosts=("96568",)), window=earlier)

    assert table.num_rows == 0
    assert not coverage.incomplete


def test_rows_of_any_address_of_a_host_are_found(bench: Callable[..., Any]) -> None:
    """CMDB lists two addresses; only the last was asked for, and no row names that one."""
    place = bench("no_host_id", "two_addresses")

    table, _, _ = place.using(cmdb_url=place.server.cmdb_url).read(Scope(hosts=("96568",)))

    assert 1800 == table.num_rows


def test_a_host_with_an_address_of_ipv6_alone_is_asked_for_by_that(
    bench: Callable[..., Any],
) -> None:
    """It was said to be unknown to CMDB; that no row names this address is another thing."""
    place = bench("no_host_id", "only_v6")

    table, coverage, _ = place.using(cmdb_url=place.server.cmdb_url).read(Scope(hosts=("96568",)))

    assert 0 == table.num_rows
    assert 'serverIp:"fd00::8"' in coverage.queries[0].replace("\\", "")


def test_rows_without_a_host_id_are_found_through_cmdb(bench: Callable[..., Any]) -> None:
    """The fields answer names the id all the same, so the rows are asked first."""
    place = bench("no_host_id")

    table, _, _ = place.using(cmdb_url=place.server.cmdb_url).read(Scope(hosts=("96568",)))

    assert table.num_rows == 1800
    assert set(table["host_id"].to_pylist()) == {""}
    assert all("bk_host_id:" not in str(b["query_string"]) for b in place.asked("/search_logs/"))


@pytest.mark.parametrize("fault", ["no_host_id", "no_host_id_field"])
def test_a_host_id_nobody_knows_is_an_error(bench: Callable[..., Any], fault: str) -> None:
    """Not an empty report."""
    with pytest.raises(QuestionError) as caught:
        bench(fault).read(Scope(hosts=("96568",)))

    assert caught.value.what == (
        "The rows carry no host id, and no address is known for host 96568"
    )


def test_one_address_in_two_cloud_areas_is_two_hosts(bench: Callable[..., Any]) -> None:
    """Which is said, and either can be asked for by its name."""
    place = bench("two_areas=10")

    both, mixed, _ = place.read(Scope(hosts=("30.189.38.149",)))
    table, clear, _ = place.read(Scope(hosts=("3:30.189.38.149",)))

    counted = Counter(both["host_ip"].to_pylist())
    assert counted == {"30.189.38.149": 1620, "3:30.189.38.149": 180}
    assert any(
        "told apart as 30.189.38.149, 3:30.189.38.149" in one for one in english(mixed.notes)
    )
    assert mixed.incomplete == ()
    assert set(table["host_ip"].to_pylist()) == {"3:30.189.38.149"}
    assert table.num_rows == 180
    assert not any("several cloud areas" in one for one in english(clear.notes))


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("log_level:CRITICAL", 186),
        ("level:CRITICAL OR severity:CRITICAL", 186),
        ("log_level:(CRITICAL OR ERROR) AND code_file:payment*", None),
        ("NOT log_level:(INFO OR DEBUG)", 527),
        ('log_level:"ERROR" AND _exists_:code_file', 169),
        ("code_line:[1 TO 50] AND -log_level:INFO", None),
        ("code_line:>=1", 1800),
        ("", 1800),
        ("*", 1800),
    ],
)
def test_aliases_in_a_filter_are_translated(
    bench: Callable[..., Any], road: str, where: str, rows: int | None
) -> None:
    """The classic search knows no alias; both roads give the same rows, and the right ones."""
    place = bench(road=road)
    everything = place.read()[0].to_pylist()
    asked: dict[str, Callable[[Mapping[str, Any]], bool]] = {
        "log_level:(CRITICAL OR ERROR) AND code_file:payment*": lambda row: (
            row["severity_text"] in ("CRITICAL", "ERROR")
            and row["code_file_path"].startswith("payment")
        ),
        "code_line:[1 TO 50] AND -log_level:INFO": lambda row: (
            1 <= row["code_line_number"] <= 50 and row["severity_text"] != "INFO"
        ),
    }

    table, _, _ = place.read(Scope(where=where))

    wanted = rows if where not in asked else sum(asked[where](row) for row in everything)
    assert wanted == table.num_rows
    assert wanted


@pytest.mark.parametrize("where", ['msg:"open', "(a:1", "a:1)", "a:", "a:[1 TO 2", "/open"])
def test_a_broken_filter_is_named_before_anything_is_searched(
    bench: Callable[..., Any], where: str
) -> None:
    """With the place where it breaks."""
    with pytest.raises(QuestionError) as caught:
        bench().read(Scope(where=where))

    assert caught.value.code == "blueking.filter"
    assert where in caught.value.what


def test_services_need_a_field(bench: Callable[..., Any]) -> None:
    """The scenario has none, and says which fields there are."""
    with pytest.raises(PaichaError) as caught:
        bench().read(Scope(services=("pay",)))

    assert caught.value.code == "blueking.no_service_field"
    assert "bk_host_id, cloudId" in caught.value.what


def test_a_level_is_no_filter_where_no_field_says_it(bench: Callable[..., Any]) -> None:
    """The engine finds nothing then, and a window full of errors would look like one without."""
    place = bench("no_level_field")
    with pytest.raises(QuestionError) as caught:
        place.read(Scope(where='level>=WARN AND "timeout"'))

    assert caught.value.code == "blueking.no_level_field"
    assert place.read(Scope(where='log:"ERROR"'))[0].num_rows > 0


@pytest.mark.parametrize("road", ROADS)
def test_too_much_is_counted_and_abnormal_levels_come_first(
    bench: Callable[..., Any], road: str
) -> None:
    """600 of 1800: all 527 abnormal ones, and exact totals of everything."""
    place = bench(road=road)
    everything, _, _ = place.read()
    table, coverage, reading = place.read(most=600)

    minutes = Counter(f"{t:%Y-%m-%dT%H:%MZ}" for t in everything["timestamp"].to_pylist())
    levels = Counter(table["severity_text"].to_pylist())
    counts = {
        (row["dimension"], row["value"]): row["n"] for row in reading.store_counts.to_pylist()
    }
    assert {name: levels[name] for name in ("CRITICAL", "ERROR", "WARNING")} == {
        "CRITICAL": 186,
        "ERROR": 169,
        "WARNING": 172,
    }
    assert table.num_rows == 600
    assert (counts["total", ""], counts["severity_text", "INFO"]) == (1800, 1014)
    assert counts["host", "30.189.38.149"] == 1800
    assert sum(n for (kind, _), n in counts.items() if kind == "module") == 1800
    assert minutes == {
        value.replace(":00Z", "Z"): n for (kind, value), n in counts.items() if kind == "minute"
    }
    assert coverage.present == 1800
    assert "600 of 1,800 records read" in english(coverage.incomplete)[0]


def test_a_window_read_whole_needs_no_store_counts(bench: Callable[..., Any]) -> None:
    """There is nothing left to count."""
    assert bench().read()[2].store_counts is None


def test_clustering_patterns_are_counted_where_there_are_any(bench: Callable[..., Any]) -> None:
    """Over all records, not over those read."""
    _, coverage, reading = bench("clustering").read(most=10)

    patterns = [
        row["n"] for row in reading.store_counts.to_pylist() if row["dimension"] == "pattern"
    ]
    assert sum(patterns) == 1800
    assert any("count 1,800 of 1,800 records" in note for note in english(coverage.notes))


def test_two_aliases_on_one_field_both_resolve(bench: Callable[..., Any]) -> None:
    """The fields answer shows the last only; the index set's own list has both."""
    place = bench("two_aliases")

    _, coverage, reading = place.read(Scope(where="lvl:CRITICAL OR log_level:CRITICAL"))

    report = verify(*reading.aliases)
    assert coverage.kept == 186
    assert [f.fields for f in report.findings if f.kind == "several_aliases"] == [("level",)]


def test_without_the_index_set_itself_one_alias_per_field_is_said(
    bench: Callable[..., Any],
) -> None:
    """Refused, or no log gateway configured: the fields answer will do, and coverage says so."""
    refused, _, first = bench("settings_hidden").read()
    unknown, _, second = bench(log_url="").read()

    assert refused.num_rows == unknown.num_rows == 1800
    assert "could not be read" in english(first.coverage.notes)[0]
    assert "BlueKing refused" in first.coverage.notes[0].en
    assert "蓝鲸拒绝了请求" in first.coverage.notes[0].zh
    assert "one alias per field" in english(second.coverage.notes)[0]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [("alias_conflict", "conflict"), ("alias_differs=10", "differs"), ("alias_shadow", "shadows")],
)
def test_a_broken_alias_is_found_in_the_rows(
    bench: Callable[..., Any], fault: str, kind: str
) -> None:
    """The verification fails and names it."""
    _, _, reading = bench(fault).read()

    report = verify(*reading.aliases)

    assert report.failed
    assert kind in [finding.kind for finding in report.findings if finding.severity == "error"]


@pytest.mark.parametrize("road", ROADS)
def test_without_fields_the_raw_line_is_read(bench: Callable[..., Any], road: str) -> None:
    """Level, file, line and message come out of `log`, and are those of the fields."""
    with_fields, _, _ = bench(road=road).read()
    place = bench("no_level_field", road=road)
    place.line_reader = LineReader(load_formats(), "Asia/Shanghai")

    raw, coverage, _ = place.read()

    assert coverage.without_level == 0
    for column in ("severity_number", "body", "code_file_path", "code_line_number", "locator"):
        assert raw[column].to_pylist() == with_fields[column].to_pylist(), column


@pytest.mark.parametrize("road", ROADS)
def test_the_store_counts_an_address_in_two_areas_as_two_hosts(
    bench: Callable[..., Any], road: str
) -> None:
    """As the records name them: of one of both it would say that a third of its records were not read."""
    _, _, reading = bench("two_areas=3", road=road).read(most=1000)

    hosts = {
        row["value"]: row["n"]
        for row in reading.store_counts.to_pylist()
        if row["dimension"] == "host"
    }
    assert {"30.189.38.149": 1200, "3:30.189.38.149": 600} == hosts


def test_without_fields_and_reader_levels_are_missing_not_invented(
    bench: Callable[..., Any],
) -> None:
    """The whole line is the body."""
    table, coverage, _ = bench("no_level_field").read()

    assert coverage.without_level == 1800
    assert set(table["severity_number"].to_pylist()) == {0}
    assert str(table["body"][0]).startswith("2025-12-19 10:37:32,279 INFO [auth_middleware.py:228]")


def test_check_says_what_works_and_where_it_stops(bench: Callable[..., Any]) -> None:
    """Line by line; the first thing that does not work comes with what to do."""
    fine = bench().logs.check()
    wrong = bench("no_permission").logs.check()

    assert [(what.en, what.zh, ok) for what, ok, _ in fine] == [
        ("gateway and credentials", "网关与凭据", True),
        ("index set", "索引集", True),
        ("field aliases", "字段别名", True),
        ("counting and reading records", "日志统计与读取", True),
    ]
    assert [ok for _, ok, _ in wrong] == [False]
    assert "apply for it here" in wrong[0][2].en
    assert "点击链接申请权限" in wrong[0][2].zh


@pytest.mark.parametrize("road", ["mcp", "app"])
@pytest.mark.parametrize("where", ["level>=WARN", "log_level:>=WARNING", "NOT log_level<WARN"])
def test_levels_can_be_compared(bench: Callable[..., Any], road: str, where: str) -> None:
    """As in a filter on files, in both tables."""
    table, coverage, _ = bench(road=road).read(Scope(where=where))

    assert (527, 527) == (table.num_rows, coverage.present)


@pytest.mark.parametrize("road", ["mcp", "app"])
def test_what_was_read_before_it_broke_off_is_kept(bench: Callable[..., Any], road: str) -> None:
    """Two pages of six came; the coverage says so in both languages."""
    table, coverage, _ = bench("rows=12000", "gone=3", road=road).read()

    assert (4000, 4000, 12_000) == (table.num_rows, coverage.kept, coverage.present)
    (reason,) = coverage.incomplete
    assert reason.en.startswith(
        "reading broke off at 2025-12-19 10:40:00, after 4,000 of 12,000 records; nothing later was read, so what "
    )
    assert reason.zh.startswith(
        "读到 2025-12-19 10:40:00 时中断，共 12,000 条记录只读取到 4,000 条；此后的日志均未读取"
    )


@pytest.mark.parametrize("road", ["mcp", "app"])
def test_an_empty_answer_tells_window_from_scope(bench: Callable[..., Any], road: str) -> None:
    """Three in the morning: is the window wrong, or the host?"""
    place = bench(road=road)
    hour_later = Window(LONG.end, LONG.end + timedelta(hours=1))
    _, elsewhere, _ = place.read(Scope(hosts=("10.9.9.9",)))
    _, later, _ = place.read(Scope(hosts=("10.9.9.9",)), window=hour_later)
    _, everything, _ = place.read(window=hour_later)

    assert [note.en for note in elsewhere.notes if "matches" in note.en] == [
        'no record matches (serverIp:"10.9.9.9"), but the window holds 1,800 records without it'
    ]
    assert any("holds no record at all" in note.en for note in later.notes)
    assert not any("no record" in note.en for note in everything.notes)


@pytest.mark.parametrize("road", ["mcp", "app"])
@pytest.mark.parametrize(("most", "told"), [(526, True), (527, False)])
def test_abnormal_records_that_are_too_many_are_told(
    bench: Callable[..., Any], road: str, most: int, told: bool
) -> None:
    """Problems are counted from them, so a part of them is another thing than a part of the rest."""
    _, coverage, _ = bench(road=road).read(most=most)

    reasons = " ".join(english(coverage.incomplete))
    assert told == ("the 527 records of abnormal levels are too many: 526 of them" in reasons)
    assert f"{most} of 1,800 records read" in reasons


@pytest.mark.parametrize("road", ["mcp", "app"])
def test_lines_that_tell_of_trouble_are_read_where_no_field_says_the_level(
    bench: Callable[..., Any], road: str
) -> None:
    """A collector's lines as they were: the earliest of all would be over before the trouble begins."""
    place = bench("no_level_field", road=road)
    whole, _, _ = place.read()
    table, coverage, _ = place.read(most=900)

    words = ("error", "warn", "critical", "fatal", "severe", "panic", "timeout", "failed")
    lines = zip(whole["timestamp"].to_pylist(), whole["body"].to_pylist(), strict=True)
    telling = [at for at, body in lines if any(word in body.lower() for word in words)]
    read = table["timestamp"].to_pylist()
    assert telling == [at for at in read if at in set(telling)]
    assert len(telling) == 527
    assert len(read) == 900
    assert max(read[532:]) > max(telling) - timedelta(minutes=1)
    reasons = " ".join(english(coverage.incomplete))
    # Five more hold a number that may be a server's answer.
    assert "the 532 records with a word of trouble (ERROR, WARN, 失败, E, W, F" in reasons
    assert "900 of 1,800 records read" in reasons


def test_a_report_can_link_to_the_page_of_the_search_it_read(bench: Callable[..., Any]) -> None:
    """Business, index set, filter and window are those of the request; without its address there is no link."""
    place = bench()
    source = replace(place.logs, page_url="https://bklog.example.com/")
    with source.open(LogQuery(LONG, Scope(where="log_level:ERROR"), "UTC", 10)) as reading:
        request, page = reading.coverage.queries

    address, _, asked = page.partition("?")
    assert address == "https://bklog.example.com/#/retrieve/2545"
    sent = json.loads(request[request.index("{") :])
    assert dict(parse_qsl(asked)) == {
        "bizId": "2",
        "keyword": sent["query_string"],
        "start_time": sent["start_time"],
        "end_time": sent["end_time"],
    }
    assert len(place.read()[1].queries) == 1
