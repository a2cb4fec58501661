"""The reference scenario over HTTP gives the figures of its truth, on both roads."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from importlib import resources
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from paicha.analysis.aliases import verify

ROADS = ("mcp", "app")
TRUTH = json.loads(
    (resources.files("paicha.testing") / "scenario" / "truth.json").read_text("utf-8")
)


@pytest.mark.parametrize("road", ROADS)
def test_every_level_has_its_exact_count(bench: Callable[..., Any], road: str) -> None:
    """1800 records, 186 critical, 169 errors, 172 warnings, through one alias over two fields."""
    table, coverage, _ = bench(road=road).read()

    assert Counter(table["severity_text"].to_pylist()) == TRUTH["levels"]
    assert table.num_rows == TRUTH["records"]
    assert (coverage.present, coverage.read, coverage.kept) == (1800, 1800, 1800)
    assert coverage.incomplete == ()


@pytest.mark.parametrize("road", ROADS)
def test_every_file_has_its_exact_abnormal_count(bench: Callable[..., Any], road: str) -> None:
    """The two tables call the file `file` and `src_file`; the counts are of both together."""
    table, _, _ = bench(road=road).read()

    abnormal = table.filter(pc.greater_equal(table["severity_number"], 13))
    assert Counter(abnormal["code_file_path"].to_pylist()) == TRUTH["files"]
    assert abnormal.num_rows == TRUTH["abnormal_records"]


def test_both_roads_give_the_same_records(bench: Callable[..., Any]) -> None:
    """One road adds aliases and the other nests objects; the records are identical."""
    one, _, _ = bench(road="mcp").read()
    other, _, _ = bench(road="app").read()

    assert one.num_rows == 1800
    assert one.equals(other)


@pytest.mark.parametrize("road", ROADS)
def test_metrics_have_their_truth(bench: Callable[..., Any], road: str) -> None:
    """Average, maximum and minimum of five metrics; io:util is 1.3 %, not 0.013."""
    series = bench(road=road).measure("30.189.38.149").series

    for name, expected in TRUTH["metrics"].items():
        values = series.filter(pc.equal(series["metric"], name))["value"]
        scale = 100 if name.endswith("io:util") else 1
        found = [pc.mean(values), pc.max(values), pc.min(values)]
        wanted = [expected[part] * scale for part in ("avg", "max", "min")]
        assert [round(v.as_py(), 2) for v in found] == [round(w, 2) for w in wanted], name
        assert len(values) == 16


def test_the_shipped_aliases_verify(bench: Callable[..., Any]) -> None:
    """Four aliases over two tables, every row resolving to its own table's field."""
    _, _, reading = bench().read()

    settings, counts = reading.aliases
    report = verify(settings, counts)
    assert [(f.kind, f.alias, f.rows) for f in report.findings] == [
        ("ok", "code_file", 1800),
        ("ok", "code_line", 1800),
        ("ok", "log_level", 1800),
        ("ok", "msg", 1800),
    ]
    assert report.index_set_name == "多别名设置验证"
    assert not report.failed


def test_records_hold_all_that_a_row_says(bench: Callable[..., Any]) -> None:
    """One row, column by column."""
    table, _, _ = bench().read()

    first = table.slice(0, 1).to_pylist()[0]
    assert first.pop("timestamp").isoformat() == "2025-12-19T02:37:32.279000+00:00"
    assert first == {
        "severity_number": 9,
        "severity_text": "INFO",
        "body": "File saved: /data/upload/e9f95934.bin size=70273",
        "service_name": "",
        "host_ip": "30.189.38.149",
        "host_id": "96568",
        "code_file_path": "auth_middleware.py",
        "code_line_number": 228,
        "scope_name": "",
        "trace_id": "",
        "span_id": "",
        "locator": (
            "bk:1766111852279/30.189.38.149/70000/0//data/logs/shop_a/app.log"
            "@v2_2_bklog_shop_a_20251219_0/000000"
        ),
        "attributes": '{"log.file.path": "/data/logs/shop_a/app.log"}',
    }
    assert isinstance(table, pa.Table)
