"""What the stand-in answers about logs."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import field

from paicha.testing.blueking.faults import Faults
from paicha.testing.blueking.lucene import Test, compile_query, conditions
from paicha.testing.blueking.scenario import Row, Scenario
from paicha.values import dataclass

Body = Mapping[str, object]
_MOST = 10_000
_STEPS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_HIDDEN = ("__doc_id", "__index", "__result_table", "__data_label", "_time")


class Refused(Exception):
    """A refusal with its code; the server puts it into the right envelope."""

    def __init__(self, code: int | str, message: str) -> None:
        super().__init__(message)
        self.code = code


def step_ms(words: object) -> int:
    """Return a step in milliseconds: ``1m``, ``60s``, or digits for seconds."""
    step = str(words)
    if step.isdigit():
        return int(step) * 1000
    return int(step[:-1]) * _STEPS[step[-1]]


@dataclass(slots=True)
class LogAnswers:
    """Searches, counts, fields and index sets of one scenario."""

    scenario: Scenario
    faults: Faults
    _stamps: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stamps = [int(str(row["dtEventTimeStamp"])) for row in self.scenario.rows]

    def index_sets(self, _body: Body) -> object:
        """Return the list of index sets; alias settings are not in it."""
        hidden = ("query_alias_settings",)
        shown = {k: v for k, v in self.scenario.index_set.items() if k not in hidden}
        return [shown | {"permission": {"search_log": True}}]

    def fields(self, body: Body) -> object:
        """Return the fields answer."""
        self._known(body)
        return {
            "fields": self.scenario.fields,
            "display_fields": ["dtEventTimeStamp", "log"],
            "default_sort_list": [["dtEventTimeStamp", "desc"]],
            "time_field": "dtEventTimeStamp",
            "time_field_type": "date",
            "time_field_unit": "millisecond",
            "config": self.scenario.config,
        }

    def detail(self, body: Body) -> object:
        """Return the index set with its alias settings."""
        self._known(body)
        if "settings_hidden" in self.faults:
            raise Refused("3612001", "没有权限查看该索引集 (3612001)")
        return self.scenario.index_set

    def search(self, body: Body) -> object:
        """Return what ``search_logs`` returns: flat rows with alias keys, and a status."""
        self._ready(body)
        found = self._found(body)
        offset, limit = _whole(body.get("offset", 0)), _whole(body.get("limit", 10))
        if not 1 <= limit <= _MOST or offset < 0:
            raise Refused(3300002, "Resource[SearchLog] 请求参数格式错误：limit")
        single = self.scenario.tables == 1
        if single and offset + limit > _MOST:
            raise Refused(3301001, "Result window is too large, from + size must be <= 10000")
        ordered = self._ordered(found, body.get("order_by"))
        # Several tables: at most 10,000 rows of each are fetched, and pages past that are empty.
        page = ordered[: _MOST if single else _MOST * self.scenario.tables]
        page = page[offset : offset + limit] if offset < _MOST else []
        rows = [self._shown(row, offset + n) for n, row in enumerate(self._spoilt(page))]
        return {
            "total": min(len(found), _MOST * self.scenario.tables),
            "done": False,
            "trace_id": "0af7651916cd43dd8448eb211c80319c",
            "status": self._status("partial"),
            "result_table_id": [],
            "list": rows,
        }

    def analyze(self, body: Body) -> object:
        """Return what ``analyze_field`` returns: counts by step, and by value where asked."""
        self._ready(body)
        step = step_ms(body.get("step", "1h"))
        if body.get("order_by") not in ("time", "value"):
            raise Refused(3300002, "Resource[FieldAnalyze] 请求参数格式错误：order_by")
        name = str(body.get("field_name"))
        grouped = body.get("group_by", True) is True
        counts: dict[str, Counter[int]] = {} if grouped else {"": Counter()}
        for row in self._found(body):
            value = self._value(row, name)
            if value is None:
                continue
            counts.setdefault(str(value) if grouped else "", Counter())[
                int(str(row["dtEventTimeStamp"])) // step * step
            ] += 1
        series = [
            self._series(name, value, grouped=grouped, points=points)
            for value, points in sorted(counts.items())
        ]
        return {
            "series": series,
            "status": self._status("partial"),
            "trace_id": "0af7651916cd43dd8448eb211c80319c",
            "is_partial": "is_partial" in self.faults,
        }

    def patterns(self, body: Body) -> object:
        """Return clustering patterns: the words of a line, those with digits blotted out."""
        self._known(body)
        if "clustering" not in self.faults:
            raise Refused("36102001", "聚类配置不存在 (36102001)")
        for end in ("start_time", "end_time"):
            if not isinstance(body.get(end), int):
                raise Refused(
                    3300002, "Resource[SearchLogClusteringPattern] 请求参数格式错误：time"
                )
        self._check_span(body)
        counted: Counter[str] = Counter()
        for row in self._found({**body, "query_string": body.get("keyword", "*")}):
            words = str(row.get("log", "")).split()
            counted[" ".join("#NUMBER#" if any(c.isdigit() for c in w) else w for w in words)] += 1
        ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        return [
            {"signature": f"{n:032x}", "pattern": pattern, "count": count, "is_new_class": False}
            for n, (pattern, count) in enumerate(ranked[: _whole(body.get("size", 10))])
        ]

    def context(self, body: Body) -> object:
        """Return the lines around a place, by order of time, gseIndex and iterationIndex."""
        self._known(body)
        size = _whole(body.get("size", 50))
        place = str(body.get("dtEventTimeStamp")), str(body.get("gseIndex"))
        at = next(
            (
                index
                for index, row in enumerate(self.scenario.rows)
                if (str(row["dtEventTimeStamp"]), str(row.get("gseIndex"))) == place
            ),
            None,
        )
        if at is None:
            return {"total": 0, "took": 1, "list": [], "origin_log_list": [], "zero_index": -1}
        first = max(0, at - size)
        rows = self.scenario.rows[first : at + size + 1]
        return {
            "total": len(rows),
            "took": 1,
            "list": rows,
            "origin_log_list": rows,
            "zero_index": at - first,
        }

    def esquery(self, body: Body) -> object:
        """Return what ``esquery_search`` returns: Elasticsearch's shape, rows nested, no aliases."""
        self._known(body)
        start, size = _whole(body.get("start", 0)), _whole(body.get("size", 10))
        if start + size > _MOST:
            raise Refused("3632001", "start + size 不能超过 10000 (3632001)")
        found = self._found(body, direct=True)
        sorting = body.get("sort_list")
        names = [name for name, _ in sorting] if isinstance(sorting, list) else None
        page = self._ordered(found, names)[start : start + size]
        hits = [self._hit(row, start + n) for n, row in enumerate(self._spoilt(page))]
        failed = int(self.faults.get("shards_failed", 0))
        answer: dict[str, object] = {
            "took": 12,
            "timed_out": "timed_out" in self.faults,
            "_shards": {"total": 3, "successful": 3 - failed, "skipped": 0, "failed": failed},
            "hits": {"total": len(found), "max_score": None, "hits": hits},
        }
        if isinstance(body.get("aggs"), Mapping):
            answer["aggregations"] = self._aggregations(found, body["aggs"])
        return answer

    def _known(self, body: Body) -> None:
        wanted = str(body.get("index_set_id", ""))
        if wanted != str(self.scenario.index_set_id):
            raise Refused(3301001, f"调用接口失败：索引集 {wanted} 不存在 (3623001)")

    def _ready(self, body: Body) -> None:
        self._known(body)
        if "upstream_400" in self.faults:
            raise Refused(3301001, '{"error": "all tables failed", "trace_id": "0af7"}')
        self._check_span(body)

    def _check_span(self, body: Body) -> None:
        seconds = [_seconds(body.get(name)) for name in ("start_time", "end_time")]
        if seconds[1] - seconds[0] > 86_400:
            raise Refused(3300002, "time_span: 时间范围不能超过 1 天")

    def _found(self, body: Body, *, direct: bool = False) -> list[Row]:
        start, end = (_milliseconds(body.get(name)) for name in ("start_time", "end_time"))
        if "seconds_end" in self.faults:
            end = end // 1000 * 1000 + 999
        rows = self.scenario.rows[
            bisect_left(self._stamps, start) : bisect_right(self._stamps, end)
        ]
        tests = self._tests(body, direct=direct)
        return [row for row in rows if all(test(row) for test in tests)]

    def _tests(self, body: Body, *, direct: bool) -> list[Test]:
        asked = str(body.get("query_string") or "*")
        if asked.count(" OR ") > self.faults.get("many_clauses", math.inf):
            raise Refused(3301001, "too_many_clauses: maxClauseCount is set to 20")
        # The classic search does not resolve aliases.
        names = (lambda name: (name,)) if direct else self.scenario.names
        given = body.get("conditions")
        try:
            tests = [compile_query(asked, names, self.scenario.texts)]
            if isinstance(given, Mapping):
                tests.append(conditions(given, names, self.scenario.texts))
        except ValueError as bad:
            raise Refused(3301001, f"parse query string failed: {bad}") from bad
        return tests

    def _value(self, row: Row, name: str) -> object | None:
        return next((row[n] for n in self.scenario.names(name) if n in row), None)

    def _ordered(self, rows: list[Row], order: object) -> list[Row]:
        names = [str(name) for name in order] if isinstance(order, list) else []
        if names in ([], ["dtEventTimeStamp", "gseIndex", "iterationIndex"]):
            return rows  # the scenario is kept in that order
        for name in reversed(names):
            key = name.removeprefix("-")
            rows = sorted(
                rows, key=lambda row: _sortable(self._value(row, key)), reverse=name[0] == "-"
            )
        return rows

    def _spoilt(self, page: list[Row]) -> list[Row]:
        if "lost_rows" in self.faults:
            page = page[: max(0, len(page) - int(self.faults["lost_rows"]))]
        if "repeated_rows" in self.faults:
            every = int(self.faults["repeated_rows"])
            return [r for n, row in enumerate(page) for r in [row] * (2 if n % every == 0 else 1)]
        return page

    def _shown(self, row: Row, place: int) -> Row:
        full = self.scenario.with_aliases(row)
        every = int(self.faults.get("alias_differs", 0))
        if every and place % every == 0 and self.scenario.pairs:
            full[self.scenario.pairs[0][1]] = "SOMETHING ELSE"
        return full

    def _hit(self, row: Row, _place: int) -> Row:
        source: Row = {}
        for name, value in row.items():
            if name in _HIDDEN:
                continue
            holder, parts = source, name.split(".")
            for part in parts[:-1]:
                inner = holder.setdefault(part, {})
                assert isinstance(inner, dict)
                holder = inner
            holder[parts[-1]] = value
        return {"_index": row["__index"], "_id": row["__doc_id"], "_source": source}

    def _aggregations(self, rows: list[Row], asked: object) -> object:
        assert isinstance(asked, Mapping)
        answers = {}
        for name, kinds in asked.items():
            if "terms" in kinds:
                counted = Counter(row[f] for row in rows if (f := kinds["terms"]["field"]) in row)
                pairs = sorted(counted.items(), key=lambda pair: (-pair[1], str(pair[0])))
                cut = pairs[: kinds["terms"]["size"]]
                rest = sum(n for _, n in pairs) - sum(n for _, n in cut)
                buckets = [{"key": key, "doc_count": n} for key, n in cut]
                answers[name] = {"buckets": buckets, "sum_other_doc_count": rest}
            else:
                width = step_ms(kinds["date_histogram"]["fixed_interval"])
                times = Counter(int(str(row["dtEventTimeStamp"])) // width * width for row in rows)
                answers[name] = {
                    "buckets": [{"key": key, "doc_count": n} for key, n in sorted(times.items())]
                }
        return answers

    def _series(
        self, name: str, value: str, *, grouped: bool, points: Counter[int]
    ) -> dict[str, object]:
        return {
            "name": "_result0",
            "metric_name": "",
            "columns": ["_time", "_value"],
            "types": ["float", "float"],
            "group_keys": [name] if grouped else [],
            "group_values": [value] if grouped else [],
            "values": [[stamp, n] for stamp, n in sorted(points.items())],
        }

    def _status(self, fault: str) -> object:
        if fault not in self.faults:
            return None
        return {"code": "QUERY_RAW_PARTIAL", "message": "one of two storages did not answer"}


def _sortable(value: object) -> tuple[int, float, str]:
    try:
        return 0, float(str(value)), ""
    except ValueError:
        return 1, 0.0, str(value)


def _whole(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise Refused(3300002, f"请求参数格式错误：{value!r}") from None


def _milliseconds(value: object) -> int:
    number = _whole(value)
    # 10 digits are seconds, 13 milliseconds, 19 nanoseconds.
    return number * 1000 if number < 10**12 else number if number < 10**18 else number // 10**6


def _seconds(value: object) -> float:
    number = _whole(value)
    return number / 1e9 if number >= 10**18 else number / 1e3 if number >= 10**12 else number
