"""
The laws of lines that name their fields (JSON, logfmt): read natively by what the first of a kind told, they
give what they give read line by line, whatever their values say.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from tests.scans import BEFORE, FORMATS, KERNELS, WINDOW, alike, assert_same, scanned

from paicha.kernel.normalise import LineReader
from paicha.sources.files.lines import TextLines
from paicha.sources.files.records import read_records

pytestmark = pytest.mark.usefixtures("kernel", "never_given_up")

#: Stands for a stamp that each line has of its own.
STAMP = "~"
JSON: tuple[Mapping[str, object], ...] = (
    {"time": STAMP, "level": "warn", "logger": "app.m3", "msg": "took 12ms", "trace_id": "c6d07ef7", "d": 36.71},
    {"a": [1, {"b": "x"}], "host": "web-12", "@timestamp": STAMP, "severity": "INFO", "message": "order 4711", "x": None},
    {"ts": STAMP, "level": 30, "service": "pay2", "msg": "é is 0x1f", "caller": "main.go:45", "http": {"url": "/a/b", "status": 404}},
    {"time": "", "ts": STAMP, "message": None, "msg": "failed 3 times", "error": {"message": "refused"}, "lvl": "E"},
    {"timestamp": STAMP, "message": "one", "err": "E12", "pod": "cart-api-6c9bd7f8d4-x2x9p", "kubernetes": {"host": "node7"}},
    {"t": STAMP, "msg": "a", "body": "b", "name": "n", "component": "c", "file": "a/b.py", "line": 7, "user": {"name": "x"}},
    {"time": STAMP, "remote_addr": "10.1.2.3", "request": "GET /a HTTP/1.1", "status": 200, "bytes": 503},
    {"ts": STAMP, "method": "GET", "uri": "/a/7?x=1", "http": {"status": "404"}, "level": "info"},
    {"kubernetes": {"pod_name": "cart-api-6c9bd7f8d4-x2x9p", "host": "10.0.0.7"}, "log": "one 2", "stream": "stderr", "time": STAMP},
    {"time": STAMP, "log": {"file": {"path": "/a"}}, "message": "one", "reason": "x", "pod_name": "db-0", "logger": "l", "file": "a.c"},
    {"version": "1.1", "host": "web-3", "short_message": "late 4", "timestamp": STAMP, "level": 4, "file": "a.c:7", "_n": 1},
    {"@t": STAMP, "@mt": "lease {Id} is late", "@x": "Shop.LateException: x\r\n   at Shop.A()", "Id": 12, "MachineName": "W7"},
    {"__REALTIME_TIMESTAMP": STAMP, "PRIORITY": "4", "MESSAGE": "late", "_HOSTNAME": "web-3", "SYSLOG_IDENTIFIER": "keeper", "_PID": "7"},
    {"time": STAMP, "msg": "failed\nshop.LostError: x", "stack_trace": "shop.LateException: 7\n\tat shop.Lease.renew(Lease.java:7)"},
    {"dataid": 15, "ip": "10.1.2.3", "items": [{"data": "2025-03-04 05:06:07,123 ERROR [w-3] c.s.Orders - 超时 4 次", "iterationindex": 0}], "time": STAMP},
    {"_server_": "10.1.2.3", "_gseindex_": 7, "_utctime_": STAMP, "_value_": ["ERROR lease 4 lost"]},
    {"dataid": 15, "ext": {"io_kubernetes_pod": "cart-api-6c9bd7f8d4-x2x9p"}, "items": [{"data": "ERROR 7 lost"}, {"data": "it 7"}], "time": STAMP},
    {"_server_": "10.1.2.3", "_gseindex_": 7, "_utctime_": STAMP, "_value_": ["ERROR lease 4 lost", '{"level":"error","msg":"late"}']},
    {"log": '{"level":"error","msg":"late"}', "serverIp": "10.1.2.3", "dtEventTimeStamp": STAMP, "__ext": {"io_kubernetes_pod": "cart-api-6c9bd7f8d4-x2x9p"}},
    {"text": "2025-03-04 13:06:07.123 | ERROR    | app.m3:run:7 - late 4\n", "record": {"level": {"name": "ERROR", "no": 40}, "message": "late 4", "time": {"repr": "2025-03-04 13:06:07.123000+08:00"}}},
    {"时间": STAMP, "级别": "错误", "模块": "订单", "主机": "10.1.2.3", "内容": "第 3 次 超时"},
)  # fmt: skip
PAIRS: tuple[Mapping[str, object], ...] = (
    {"time": STAMP, "level": "info", "caller": "head.go:45", "msg": "took 12 ms", "blocks": "3", "user": "eve"},
    {"ts": STAMP, "level": "warn", "host": "web12", "component": "store3", "msg": "http/1.1", "error": "no space"},
    {"time": STAMP, "级别": "警告", "模块": "支付服务", "msg": "连接 10.0.0.7 超时，第 3 次", "é2.x": "7", "level": "error"},
)  # fmt: skip
ROWS: tuple[Mapping[str, object], ...] = (
    {"time": STAMP, "level": "warn", "service": "pay", "message": "took 12 ms, or more", "host": "web-12", "n": 7},
    {"msg": "late 4", "timestamp": STAMP, "file": "a.c:7", "pod": "cart-api-6c9bd7f8d4-x2x9p", "ip": "10.0.0.7", "logger": "l"},
    {"时间": STAMP, "级别": "警告", "模块": "支付服务", "主机": "10.0.0.7", "日志内容": "超时，第 3 次"},
)  # fmt: skip
#: What a value may say instead: of another kind, empty, escaped, an address, a level, a text of another format.
INSTEAD: tuple[object, ...] = (
    *("word", "two words", "中文", "", " ", " blank", "blank ", 'say "x"', "back\\slash", "tab\there", "\u00a0x"),
    *("two\nlines", "an end\r", "cr\rhere", "\n", "\nfirst", "last\n", "a\r\nshop.LostError: b\r\n", "x\\n", "a/b", "\x01", "10.0.0.1", "fe80::1", "cafe", "web-1", "a:b", "x%y"),
    *("null", "true", "30", "short_message", "TraceID: 00aa11bb22cc33dd SpanID: 4455 order kept"),
    *('«"\\u000atwo\\u000dthree"»', "«07»", "«1.»", "«1e»", '«"raw\x02"»', "«NaN»", "«truth»", '«"\\x"»', '«"\\u12"»'),
    *("@t", '"@t"', '"dataid" "items"', "WARN", "error", "no level", "2025-03-04T05:06:07Z", "1741064767", "007"),
    *("支付服务", "服务 甲", "\u3000全角", "全角\u3000", "７", "甲:７", "甲:乙", "【警告】", "é=1 中=2", "错误", "[中]"),
    *("\u2028", "\x7f", "\U0001f600 x", "\ud83d", "\ude00", "\ufffe", "É", "\\u4e2d"),
    *("503", "503 x", "main.go", "main.go:7", "[a] b", '{"time":"x"}', "a=b", "trace 7", "c6d07ef7b77e90d3593ad699fc1f7cd5"),
    "2025-12-19 10:37:32,279 ERROR [worker-3] c.s.Orders - late\n\tat c.s.Orders.run(Orders.java:12)",
    *("2025-12-19 10:37:32,279 ERROR [worker-3] c.s.Orders - late", "ERROR late", '{"level":"error","msg":"late"}'),
    *(None, True, 0, 7, -1, 30, 503, 5031, 1.5, 1e300, 1741064767.8912345, [], ["x"], [7, 8], {}, {"k": "v"}),
)  # fmt: skip
#: Stamps of a line: in quotes, as a number, as a number that Python rounds, and none.
STAMPS: tuple[object, ...] = (
    *("2025-03-04T05:06:07.003Z", "2025-03-04T05:06:17+08:00", "2025-03-04 05:06:07,123", "Mar  4 05:06:07"),
    *(1741064767, 1741064767891, 1741064767.25, "«1741064767.999999999»", 1741064767.8912345, 1741064767.0, 1741064767.1234567),
    *("2025-03-04T05:06:1７Z", "2025年03月04日 05:06:07", "１７４１０６４７６７", "2025-03-04T05:06:07.1２3Z"),
    *("«1741064767.1e3»", "«01741064767»", "2025-03-04T05:06:07\\u005a"),
    *("1741064767.123", 20250304050607, 17410647678912345678901, 12, -1741064767, "no stamp", "", None, True),
)  # fmt: skip


#: What stands between these is put into a line as it is.
AS_IT_IS = re.compile(r'"(?:«|\\u00ab)(.*?)(?:»|\\u00bb)"')


def as_json(said: Mapping[str, object]) -> str:
    """Return a line of JSON."""
    line = json.dumps(said, ensure_ascii=False)
    return AS_IT_IS.sub(lambda met: str(json.loads(f'"{met[1]}"')), line)


def as_ascii(said: Mapping[str, object]) -> str:
    """Return a line of JSON in ASCII, halves of characters among what is escaped."""
    return AS_IT_IS.sub(lambda met: str(json.loads(f'"{met[1]}"')), json.dumps(said))


def as_pairs(said: Mapping[str, object]) -> str:
    """Return a line of logfmt; texts that are no word stand in quotes."""
    pairs = []
    for name, value in said.items():
        text = str(value).strip("«»")
        if set(text) & {" ", '"', "\n"}:
            escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            text = f'"{escaped}"'
        pairs.append(f"{name}={text}")
    return " ".join(pairs)


def as_row(cells: Iterable[object], delimiter: str) -> str:
    """Return a row of a table."""
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="").writerow(cells)
    return written.getvalue()


def stamped(said: Mapping[str, object], stamp: object) -> dict[str, object]:
    """Return what a line says, with a stamp."""
    return {name: stamp if value == STAMP else value for name, value in said.items()}


def variants(said: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """Yield what lines of one kind may say: one value after another, at any depth, says something else."""
    known = stamped(said, STAMPS[0])
    yield from (known, known, known)
    yield from (stamped(said, stamp) for stamp in STAMPS)
    for name, value in said.items():
        for instead in INSTEAD:
            yield {**known, name: instead}
            if isinstance(value, Mapping):
                yield {**known, name: {**value, next(iter(value)): instead}}
            if isinstance(value, list):
                yield from ({**known, name: [instead]}, {**known, name: [*value, instead]})
                if isinstance(value[0], Mapping):
                    yield {**known, name: [{**value[0], next(iter(value[0])): instead}, *value[1:]]}


def among_known(lines: list[str]) -> list[str]:
    """Return lines, and then each before a known one: what Python reads takes the line before it along."""
    return [*lines, *(one for line in lines for one in (line, lines[0]))]


@pytest.mark.parametrize("form", [as_json, as_ascii])
@pytest.mark.parametrize("said", JSON, ids="-".join)
def test_a_line_of_json_is_read_by_its_names_whatever_it_says(
    tmp_path: Path, said: Mapping[str, object], form: Callable[[Mapping[str, object]], str]
) -> None:
    """Known lines, then lines with the same names of which one value says something else."""
    path = tmp_path / "named.log"
    lines = [form(one) for one in variants(said)]
    path.write_bytes("\n".join(among_known(lines)).encode(errors="replace") + b"\n")

    assert_same(path)
    assert_same(path, WINDOW, BEFORE)  # most of it is of the time before


#: Names that lines have beside those of their kind: of no format, of other formats, such as are looked for by what they say,
#: and beginnings and parts of others.
BESIDE = (
    *("zone_x", "n7", "a.b", "中文", "x y", "Q", 'say \\"x\\"', "\\u0061", "", "q-r", "items2", "status2", "b", "k"),
    *("status", "method", "record", "@t", "error", "message", "level", "log", "host", "reason", "items", "event_type", "uri"),
    *("eventSource", "service", "app", "kubernetes", "fields", "http.status", "error.kind", "pid", "thread.name", "replica"),
)  # fmt: skip


def with_others(
    said: Mapping[str, object], drawn: random.Random, form: Callable[[Mapping[str, object]], str]
) -> str:
    """Return a line that says more at any place, names twice among it."""
    pairs = list(said.items())
    for _ in range(drawn.choice((0, 1, 1, 2, 3, 5))):
        # Most often what no format asks for, in any order.
        name = drawn.choice(BESIDE[: drawn.choice((6, 14, len(BESIDE)))])
        value = drawn.choice(INSTEAD)
        if drawn.random() < 0.3:
            below = drawn.choice(BESIDE)
            value = drawn.choice(
                ([value], {below: value, "b": [7, {}, {"d": 1, "c": "é"}]}, {"z": {below: 503}})
            )
        pairs.insert(drawn.randrange(len(pairs) + 1), (name, value))
    texts = [form({"NAME": value}).replace("NAME", name, 1) for name, value in pairs]
    if form is as_pairs:
        return " ".join(texts)
    return "{" + ", ".join(text[1:-1] for text in texts) + "}"


@pytest.mark.parametrize("said", [*JSON, *PAIRS], ids="-".join)
def test_a_line_is_read_by_the_names_that_formats_ask_for_whatever_else_it_says(
    tmp_path: Path, said: Mapping[str, object]
) -> None:
    """Whether other names stand there, where, how often, and what they say."""
    form = as_pairs if said in PAIRS else as_json
    drawn = random.Random(str(said))
    known = form(stamped(said, STAMPS[0]))
    lines = [known, known, known]
    for _ in range(250):
        stamp = drawn.choice(STAMPS[:6])
        lines += [
            with_others(stamped(said, stamp), drawn, form),
            *([known] if drawn.random() < 0.2 else []),
        ]
    path = tmp_path / "named.log"
    path.write_bytes("\n".join(lines).encode(errors="replace") + b"\n")

    assert_same(path)


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_lines_that_say_more_at_times_are_soon_read_natively() -> None:
    """Of ten names that may be there or not, in any order: Python reads one in ten lines at most."""
    drawn = random.Random(3)
    names = [f"extra{n}" for n in range(10)]
    lines = []
    for number in range(400):
        more = drawn.sample(names, drawn.randrange(6))
        said: dict[str, object] = {
            "time": f"2025-03-04T05:06:{number % 60:02}Z",
            "level": "info",
            "msg": f"took {number} ms",
        }
        said |= {name: drawn.choice((number, "x", [1, 2], {"status3": number})) for name in more}
        lines.append(as_json(said))

    scan, _ = scanned(lines)

    assert scan.facts.seen.records >= 0.9 * len(lines)


#: What stands in the lines of a batch: other formats, JSON, text of none, nothing, a trace, other names, what is no line.
ITEMS: tuple[object, ...] = (
    *({"data": text, "iterationindex": 7} for text in (INSTEAD[0], "", "  ", "a\nb", "ERROR lost 7", "x" * 900)),
    *({"data": f"2025-03-04 05:06:07,123 INFO [m.py:7] begun {n}", "iterationindex": n} for n in range(12)),
    *({"data": '{"level":"warn","msg":"late 7"}', "iterationindex": n} for n in range(3)),
    *({"data": text, "iterationindex": 7} for text in ("\tat shop.Lease.renew(Lease.java:7)", "shop.LostError: 7\n\tat a.B(C.java:7)")),
    *({"data": "x 7"}, {"iterationindex": 7, "data": "x 7"}, {"data": "x 7", "iterationindex": 7, "level": "error"}),
    *({"data": "x", "reason": 7, "regarding": 7}, {"data": 7, "iterationindex": 7}, {}, [], "x", 7, None, {"items": [1, 2]}),
    {"data": json.dumps({"dataid": 1, "ip": "a", "items": [{"data": "ERROR in 7"}, {"data": "b 7"}], "time": 1741064767}), "iterationindex": 7},
)  # fmt: skip


def batch(drawn: random.Random, number: int, odd: float) -> str:
    """Return a line of a collector: one record, or many; mostly of the usual kinds."""
    usual = [one for one in ITEMS[6:21] for _ in range(3)]
    count = drawn.choice((1, 2, 3, 3, 14))
    items = [drawn.choice(ITEMS if drawn.random() < odd else usual) for _ in range(count)]
    file = "/data/" + drawn.choice(("shop.log", "shop.log", "a.log", "x" * 4100))
    said = {
        "dataid": 15,
        "filename": file,
        "hostname": "web-3",
        "ip": f"10.1.2.{number % 3}",
        "items": items,
    }
    line = as_json({**said, "time": 1741064767 + number // 9, "utctime": "2025-03-04 05:06:07"})
    return (
        line
        if drawn.random() < 0.97
        else drawn.choice(
            ("  ", "of no format", "ERROR 1 late", line[:-9], line.replace("[", "[[", 1))
        )
    )


@pytest.mark.parametrize("odd", [0.01, 0.3])
def test_a_line_of_several_records_is_read_as_each_alone(tmp_path: Path, odd: float) -> None:
    """Each is counted, kept in its place and found again by its own number."""
    path = tmp_path / "batches.log"
    for seed in range(3):
        drawn = random.Random(seed)
        lines = [batch(drawn, number, odd) for number in range(150)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

        assert_same(path)
    assert_same(path, WINDOW, BEFORE)


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_lines_of_several_records_are_soon_read_natively() -> None:
    """However many each holds: Python reads one in twenty at most, and no more than its first where one does not fit."""
    drawn = random.Random(1)
    lines = [batch(drawn, number, 0.0) for number in range(400)]
    whole = [line for line in lines if line.endswith("}") and "[[" not in line and len(line) < 4000]

    scan, _ = scanned(whole)

    assert scan.facts.seen.records >= 0.95 * sum(line.count('"data"') for line in whole)


@pytest.mark.parametrize("said", PAIRS, ids="-".join)
def test_a_line_of_pairs_is_read_by_its_names_whatever_it_says(
    tmp_path: Path, said: Mapping[str, object]
) -> None:
    """The same of logfmt."""
    path = tmp_path / "pairs.log"
    lines = [as_pairs(one) for one in variants(said)]
    path.write_bytes("\n".join(among_known(lines)).encode(errors="replace") + b"\n")

    assert_same(path)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("said", ROWS, ids="-".join)
def test_a_row_is_read_by_its_columns_whatever_it_says(
    tmp_path: Path, said: Mapping[str, object], delimiter: str
) -> None:
    """Known rows, then rows of which one cell says something else, and such as are none or go on in the next line."""
    drawn = random.Random(5)
    lines = [as_row(said, delimiter)]
    for one in variants(said):
        row = as_row(one.values(), delimiter)
        broken = (
            *(row + delimiter, row.rpartition(delimiter)[0], row.replace('"', "", 1), f'{row}"', row + ' "x'),
            *(row.replace(delimiter, f'"{delimiter}', 1), "", " ", lines[0], f'{row}\n"\n', "\x00", "x" * 5000),
        )  # fmt: skip
        lines += [row, lines[1] if len(lines) > 1 else row]
        lines += [drawn.choice(broken)] if drawn.random() < 0.2 else []
    path = tmp_path / "rows.csv"
    path.write_bytes("\n".join(lines).encode(errors="replace") + b"\n")

    assert_same(path)
    assert_same(path, WINDOW, BEFORE)


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_rows_are_soon_read_natively() -> None:
    """Python reads one in twenty at most."""
    header = as_row(ROWS[0], ",")
    lines = [
        as_row([f"2025-03-04T05:06:{n % 60:02}Z", "INFO", f"s{n}", f'took "{n}" ms, é', f"10.0.0.{n % 200}", n], ",")
        for n in range(300)
    ]  # fmt: skip

    scan, _ = scanned([header, *lines], header)

    assert scan.facts.seen.records >= 0.95 * len(lines)


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_rows_without_a_header_are_soon_read_natively() -> None:
    """PostgreSQL's: rows that are one line, with doubled quotation marks as well; Python reads one in twenty at most."""
    lines = [
        f'2025-03-04 05:06:{n % 60:02}.891 CST,"ops","shop",{n % 9},"10.1.2.3:5501",65.1,{n},"SELECT",'
        f'2025-03-04 05:00:00 CST,3/4,0,ERROR,42P01,"relation ""lease{n}"" is gone",,,,,,"select ""a"" {n}",15,,"psql"'
        for n in range(300)
    ]

    scan, _ = scanned(lines, lines[0])

    assert scan.facts.seen.records >= 0.95 * len(lines)


def test_rows_between_lines_and_lines_between_rows_are_read_as_each_is(tmp_path: Path) -> None:
    """A file that begins in the middle of a statement, as `tail` leaves it, and one where others write, too."""
    row = (
        '2025-03-04 05:06:0{}.891 UTC,"ops","shop",812,"10.1.2.3:5501",658a.1,3,"SELECT",2025-03-04 05:00:00 UTC,3/45,0,'
        'ERROR,42P01,"relation ""lease"" is gone",,,,,,"select 12\n  from ""lease""",15,,"psql"\n'
    )
    other = "2025-03-04 05:06:05 WARN lease is late\n\tat Lease.renew(Lease.java:7)\n"
    for name, text in (
        ("tail.csv", '  from ""lease""",15,,"psql"\n' + row.format(1) + row.format(2)),
        ("mixed.csv", row.format(1) + other + row.format(2) + other),
        ("other.csv", other + row.format(1) + row.format(2)),
    ):
        path = tmp_path / name
        path.write_text(text * 40, encoding="utf-8")
        assert_same(path)
        found = list(
            read_records(
                TextLines([text.encode()], name, offsets=True),
                LineReader(FORMATS, "UTC"),
                named=True,
            )
        )
        rows = [one.parsed.body for one in found if one.parsed.format == "postgresql_csv"]
        assert ['relation "lease" is gone'] * 2 == rows
        assert text.count("WARN") == sum(one.parsed.format == "time_level" for one in found)


def test_a_failed_request_is_told_by_its_line_as_it_is_written(tmp_path: Path) -> None:
    """Its pattern sees so much of a line, and so many blanks beside a name: others are no failed requests."""
    lines = []
    for status in (200, 503) * 3:
        line = as_json(stamped({**JSON[6], "status": status}, STAMPS[0]))
        lines += [line, line, line.replace("10.1.2.3", "x" * 4100), line.replace(": ", ":")]
        lines += [
            line.replace('s": ', f's"{blanks}') for blanks in (" : ", ":  ", ":\t", " :", "\t: ")
        ]
    path = tmp_path / "access.log"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert_same(path)


def test_lines_of_all_kinds_and_broken_ones_are_read_as_each_alone(tmp_path: Path) -> None:
    """Mixed, and one in eight broken: cut, a number with a zero before it, other blanks, a comma too many."""
    drawn = random.Random(11)
    lines = []
    for _ in range(30):
        for said, form in (*((one, as_json) for one in JSON), *((one, as_pairs) for one in PAIRS)):
            stamp = f"2025-03-04T05:06:{drawn.randrange(60):02}Z"
            line = form(drawn.choice(list(variants(said)))).replace(str(STAMPS[0]), stamp)
            broken = (
                *(line[:-1], f"{line} ", f"{line} x", f" {line}", line.replace(": ", " :  ")),
                *(line.replace("1", "01", 1), line.replace("}", ",}", 1), line.replace('"', "'", 2)),
                *(line.replace("[", "[[", 1), line.replace("e", "\\u0065", 1), line.replace("=", " = ", 1)),
            )  # fmt: skip
            lines.append(line if drawn.random() < 0.9 else drawn.choice(broken))
    path = tmp_path / "mixed.log"
    path.write_bytes(
        b"2025-03-04 05:06:07,123 INFO begun\n" + "\n".join(lines).encode(errors="replace") + b"\n"
    )

    assert_same(path)


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_lines_with_other_words_in_every_value_are_soon_read_natively() -> None:
    """What the first lines of a kind taught holds for nearly all others: Python reads one in twenty at most."""
    drawn = random.Random(3)
    words = ["".join(drawn.choices("abcdefghijkl-éß", k=6)) + "x" for _ in range(500)]
    lines = [
        form(
            {
                **stamped(said, f"2025-03-04T05:06:{number % 60:02}.003Z"),
                "msg": f"{words[number]} met {words[-number]}",
                "user": words[number],
            }
        )
        for number in range(300)
        for said, form in ((JSON[0], as_json), (JSON[2], as_ascii), (PAIRS[0], as_pairs))
    ]

    scan, _ = scanned(lines)

    assert scan.facts.seen.records >= 0.95 * len(lines)


#: Lines whose digits become others; `~` is a stamp.
LINES = (
    '{"time":"~","level":"warn","logger":"app.m3","msg":"took 12ms on 10.0.0.1:80","trace_id":"c6d07ef7b77e90d3593ad699fc1f7cd5","d":36.71,"http":{"status":404}}',
    '{"a": [1, {"b": 20}], "host": "web-12", "@timestamp": "~", "severity": "INFO", "message": "order 4711 of 38101a0b-2096-447d-96ea-a692162415ae", "n": 7, "x": -0.5}',
    '{"level":30,"ts":"~","pid":7,"service":"pay2","msg":"é 12 is 0x1f","caller":"main.go:45","e":12345e10}',
    '{"time":"~","msg":"say \\"12\\"","level":"info","k":null}',
    '{"time":"~","error":"E12","msg":"failed 3 times","level":"error"}',
    'time=~ level=info caller=head.go:45 msg="took 12 ms" blocks=3 id=c6d07ef7b77e90d3593ad699fc1f7cd5',
    'ts=~ level=warn host=web12 component=store3 msg="http/1.1 from 10.0.0.1" n=007',
)


@pytest.mark.parametrize("changes", [0.02, 0.2, 1.0])
def test_lines_with_other_digits_are_scanned_as_they_are_read(
    tmp_path: Path, changes: float
) -> None:
    """Each a hundred times: with other values, and here and there broken by other digits."""
    drawn = random.Random(5)
    lines = []
    for number in range(100 * len(LINES)):
        line = drawn.choice(LINES)
        line = alike(line, drawn) if drawn.random() < changes else line.replace("12", str(number))
        lines.append(line.replace("~", f"2025-03-04T05:06:{number % 60:02}.{number % 1000:03}Z"))
    path = tmp_path / "named.log"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert_same(path)
    assert_same(path, WINDOW, BEFORE)  # all of it is of the time before
