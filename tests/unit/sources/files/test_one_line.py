"""Files whose records are no lines: all on one, or each over several."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paicha.facade import Asked, carry_out, prepare
from paicha.sources.files.lines import LINE_LIMIT, TextLines, split_lines
from paicha.sources.files.one_line import objects, pieces, places_of

_ROWS = [
    {"time": "2025-03-04T05:06:07Z", "msg": 'a brace } and a quote \\" in {text}', "n": {"a": [1]}},
    {"time": "2025-03-04T05:06:08Z", "msg": "租约丢失 },{", "tags": ["[", "]"]},
    {"time": "2025-03-04T05:06:09Z", "msg": "ends with a backslash \\"},
]
_ARRAY = json.dumps(_ROWS, ensure_ascii=False).encode()


def _listed(items: Sequence[object]) -> bytes:
    """Return a list as `kubectl` prints it."""
    printed = {
        "apiVersion": "v1",
        "items": items,
        "kind": "List",
        "metadata": {"resourceVersion": ""},
    }
    return (json.dumps(printed, indent=4, ensure_ascii=False) + "\n").encode()


_LIST = _listed(_ROWS)
_EVENTS = b"<?xml version='1.0'?><Events><Event xmlns='e'><A/></Event><Event><B/></Event></Events>"


@given(cuts=st.lists(st.integers(0, len(_ARRAY)), max_size=6))
def test_a_cut_anywhere_gives_the_same_objects(cuts: list[int]) -> None:
    """
    However the bytes come, each object of the array is one piece, with its place.
    """
    places = [0, *sorted(cuts), len(_ARRAY)]
    chunks = [_ARRAY[start:end] for start, end in pairwise(places)]

    found = list(pieces(chunks, objects))

    assert _ROWS == [json.loads(raw) for *_, raw in found]
    assert all(_ARRAY[offset:].startswith(raw) for offset, _, raw in found)


@given(cuts=st.lists(st.integers(0, len(_LIST)), max_size=6))
def test_items_of_a_list_are_a_record_each_wherever_it_is_cut(cuts: list[int]) -> None:
    """
    What `kubectl get -o json` prints: the list is none, nor is what is said of all of it behind the last item.
    """
    places = [0, *sorted(cuts), len(_LIST)]
    chunks = [_LIST[start:end] for start, end in pairwise(places)]
    finder = places_of(_LIST)
    assert finder is not None

    found = list(pieces(chunks, finder))

    assert _ROWS == [json.loads(raw) for *_, raw in found]
    assert all(_LIST[offset:].startswith(raw) for offset, _, raw in found)
    assert [_LIST.count(b"\n", 0, at) + 1 for at, *_ in found] == [line for _, line, _ in found]


_RAW = {
    "events": b'{"kind":"EventList","apiVersion":"v1","metadata":{"resourceVersion":"812"},"items":%s}\n',
    "trail": b'{"Records":%s}',
    "azure": b'{ "records": %s }\n',
    "aws logs": b'{"events": %s, "nextToken": "bm90"}\n',
}


@pytest.mark.parametrize("form", _RAW.values(), ids=_RAW)
@given(cuts=st.lists(st.integers(0, 3 * len(_ARRAY)), max_size=6), times=st.integers(1, 3))
def test_documents_that_only_list_records_are_read_one_record_at_a_time(
    form: bytes, cuts: list[int], times: int
) -> None:
    """
    What `kubectl get --raw` prints and clouds write, all on one line, also one document behind another.
    """
    whole = form % _ARRAY * times
    places = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    finder = places_of(whole)
    assert finder is not None

    found = list(pieces([whole[start:end] for start, end in pairwise(places)], finder))

    assert _ROWS * times == [json.loads(raw) for *_, raw in found]


@given(cuts=st.lists(st.integers(0, 3 << 20), max_size=5))
@settings(max_examples=15, deadline=None)
def test_of_a_line_beyond_its_limit_the_rest_is_counted_wherever_it_is_cut(cuts: list[int]) -> None:
    """
    Where the next line begins is known, and nothing of it is lost.
    """
    long = b"x" * ((2 << 20) + 7)
    whole = b"one\n" + long + b"\ntwo\n" + long
    places = [0, *sorted(cuts), len(whole)]
    found = list(split_lines([whole[start:end] for start, end in pairwise(places)], b"\n"))

    behind = len(long) + 5
    assert [(0, 3, 0), (4, LINE_LIMIT, len(long) - LINE_LIMIT), (behind, 3, 0), (behind + 4, LINE_LIMIT, len(long) - LINE_LIMIT)] == [
        (offset, len(line), left_out) for offset, line, left_out in found
    ]  # fmt: skip


def test_a_batch_of_logs_of_more_than_a_mebibyte_is_read_whole(tmp_path: Path) -> None:
    """
    The collector writes a batch to a line, however long: every record of it is one, and nothing is cut off.
    """
    records = [
        {
            "timeUnixNano": str(1_741_064_767_000_000_000 + n),
            "severityText": "ERROR",
            "body": {"stringValue": f"lease {n} lost"},
            "attributes": [{"key": "note", "value": {"stringValue": "x" * 900}}],
        }
        for n in range(1500)
    ]
    batch = {"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]}
    log = tmp_path / "otlp.json"
    log.write_text(f"{json.dumps(batch, separators=(',', ':'))}\n" * 2, "utf-8")
    found = carry_out(prepare(Asked((str(log),), zone="UTC")))
    [row] = found.sql("select sum(n) as n, count(distinct shape) as shapes from counts").to_pylist()

    assert log.stat().st_size > 2 << 20
    assert (3000, 1) == (row["n"], row["shapes"])


def test_events_of_kubernetes_have_time_level_reason_and_workload(tmp_path: Path) -> None:
    """
    Each event is one record with its own place, however many lines it stands on.
    """
    events = [
        {
            "apiVersion": "v1",
            "count": n,
            "involvedObject": {"kind": "Pod", "name": "cart-6c9bd7f8d4-x2x9p", "namespace": "shop"},
            "kind": "Event",
            "lastTimestamp": f"2025-03-04T05:06:0{n}Z",
            "message": "Back-off restarting failed container",
            "reason": "BackOff",
            "type": "Warning",
        }
        for n in range(3)
    ]
    log = tmp_path / "events.json"
    log.write_bytes(_listed(events))
    found = carry_out(prepare(Asked((str(log),), zone="UTC")))
    rows = found.sql(
        "select severity_text, service_name, scope_name, locator from records order by timestamp"
    ).to_pylist()

    assert [("WARNING", "cart", "BackOff")] * 3 == [
        (row["severity_text"], row["service_name"], row["scope_name"]) for row in rows
    ]
    assert [f"{log}:4@", f"{log}:18@", f"{log}:32@"] == [
        row["locator"].partition("@")[0] + "@" for row in rows
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_events_on_one_line_are_a_record_each(encoding: str) -> None:
    """
    Events in XML one behind the other are read one by one; what is around them is none.
    """
    data = _EVENTS.decode().encode(encoding)

    lines = list(TextLines([data], "events.xml", offsets=True))

    assert ["<Event xmlns='e'><A/></Event>", "<Event><B/></Event>"] == [one.text for one in lines]
    assert [(1, 0), (1, 1)] == [(one.number, one.item) for one in lines]


@pytest.mark.parametrize(
    "text",
    [
        b'{"a": 1}\n{"b": 2}\n',
        b'[\n{"a": 1},\n{"b": 2}\n]\n',
        b'[{"a": 1}]',
        b"[INFO] {a} {b}\n",
        b"<Event><A/></Event>\n<Event><B/></Event>\n",
        b'{"events": [{"id": 1}], "level": "error", "message": "lost"}\n',
        b"",
    ],
)
def test_records_that_are_lines_are_left_alone(text: bytes) -> None:
    """
    Where a line holds one record at most, nothing is cut.
    """
    assert places_of(text) is None


def test_the_bracket_that_opens_a_list_is_no_record(tmp_path: Path) -> None:
    """
    An array with an object to a line holds as many records as objects, read whole or counted while it is read.
    """
    rows = [
        {"time": f"2025-03-04T05:06:0{n}Z", "level": "INFO", "msg": f"lease {n}"} for n in range(5)
    ]
    log = tmp_path / "export.json"
    log.write_text("[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n", "utf-8")
    prepared = prepare(Asked((str(log),), zone="UTC"))
    large = replace(prepared, inquiry=replace(prepared.inquiry, keep_bytes=0))

    found = [carry_out(each).findings.totals for each in (prepared, large)]

    assert [(5, 0), (5, 0)] == [(totals.records, totals.without_time) for totals in found]


@pytest.mark.parametrize("indent", [2, 4, "\t"])
@pytest.mark.parametrize("is_array", [True, False])
def test_rows_that_are_indented_are_read_like_those_on_a_line_each(
    tmp_path: Path, indent: int | str, is_array: bool
) -> None:
    """
    ``jq .`` and programs write them so: they had no time and no level, as their fields were lines.
    """
    rows = [
        {
            "dtEventTimeStamp": 1741064767000 + n * 1000,
            "serverIp": f"10.0.0.{n % 2}",
            "__ext": {"labels": {"app": "cart"}},
            "log": f"2025-03-04 13:06:0{n} ERROR shop.Keeper [lease-1] lease {n} lost: {{}}",
        }
        for n in range(5)
    ]
    log, lines = tmp_path / "export.json", tmp_path / "lines.json"
    indented = (json.dumps(row, indent=indent) for row in rows)
    log.write_text(json.dumps(rows, indent=indent) if is_array else "\n".join(indented), "utf-8")
    lines.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    prepared = prepare(Asked((str(log),), zone="UTC"))
    large = replace(prepared, inquiry=replace(prepared.inquiry, keep_bytes=0))

    found = [
        carry_out(each).findings
        for each in (prepared, large, prepare(Asked((str(lines),), zone="UTC")))
    ]

    told = [(one.totals.records, one.totals.without_time, one.totals.abnormal) for one in found]
    assert [(5, 0, 5)] * 3 == told
    assert 1 == len({tuple(one.problems[0].hosts) for one in found})


@pytest.mark.parametrize(
    "text", [b"[{kernel,\n  [{lease, 1}]},\n {shop, []}].\n", b"[{a\n}, {b\n}]"]
)
def test_terms_of_other_languages_are_lines(text: bytes) -> None:
    """Braces alone are no JSON."""
    assert places_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        b"<Event><A/></Event><Event><B/></Event>" + b"<Event " * 70_000,
        b'{"Records": [{"a": 1}]}' + b" " * 500_000 + b"x",
        b'{"Records": [{"a": 1}]' + b" " * 500_000 + b"x",
    ],
    ids=["events without an end", "blanks behind a list", "blanks within one"],
)
def test_what_never_ends_takes_no_longer_than_it_is_long(text: bytes) -> None:
    """
    Looked for behind each place it could begin at, half a megabyte takes minutes.
    """
    places = places_of(text)
    assert places is not None

    found = list(places(text))

    assert [text[start:stop] for start, stop in found] in (
        [b"<Event><A/></Event>", b"<Event><B/></Event>"],
        [b'{"a": 1}'],
    )
