"""Benchmark data beside the checkout: nearly every line is understood."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from paicha.knowledge.formats_loader import load_formats
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery, Scope
from paicha.model.schema import RECORDS
from paicha.sources.files import FileSource

REPOSITORY = Path(__file__).parents[4]
SHARED = REPOSITORY.parent / "shared" / "data"
SCENARIO = REPOSITORY / "src" / "paicha" / "testing" / "scenario" / "app.log"

#: What share of the lines of a set states a level; syslog lines state none.
LOGHUB = {
    "Apache": 1.0,
    "BGL": 1.0,
    "HDFS": 1.0,
    "Linux": 0.0215,  # logrotate: ALERT exited abnormally
    "OpenSSH": 0.024,  # 48 lines begin with "error:" or "fatal:"
    "OpenStack": 1.0,
    "Spark": 1.0,
    "Zookeeper": 1.0,
}


def shared(*parts: str) -> Path:
    path = SHARED.joinpath(*parts)
    if not path.exists():
        if os.environ.get("CI") == "true" and SHARED.exists():
            pytest.fail(f"{path} is missing")
        pytest.skip(f"no benchmark data at {path}")
    return path


def read(path: Path) -> tuple[pa.Table, SourceCoverage]:
    query = LogQuery(None, Scope(), "Asia/Shanghai", 10**9)
    with FileSource([path], load_formats()).open(query) as reading:
        table = pa.Table.from_batches(list(reading), RECORDS)
        return table, reading.coverage


@pytest.mark.shared
@pytest.mark.parametrize(("name", "with_level"), sorted(LOGHUB.items()))
def test_a_loghub_set_is_understood(name: str, with_level: float) -> None:
    """Over 99 % of the lines get a time, and a level where the line has one."""
    table, coverage = read(shared("loghub", name, f"{name}_2k.log.gz"))

    assert 2000 == coverage.read == table.num_rows
    assert coverage.without_time < 0.01 * coverage.read
    assert abs(1 - coverage.without_level / coverage.read - with_level) < 0.01
    assert () == coverage.incomplete


@pytest.mark.shared
@pytest.mark.parametrize("day", ["2022-08-22", "2023-01-29"])
def test_the_raw_container_export_is_understood(day: str) -> None:
    """Time, level, service, host and trace of over 99 % of the rows, in UTC."""
    path = shared("nezha", "raw-sample", day, "log")
    table, coverage = read(path)
    rows = sum(file.read_bytes().count(b"\n") - 1 for file in path.glob("*.csv"))

    assert rows == coverage.read
    assert coverage.without_time < 0.01 * rows
    # The rows without a level are those of one service that writes none.
    silent = table.filter(pc.equal(table["severity_text"], ""))
    assert len(set(silent["service_name"].to_pylist())) <= 1
    assert {day} == {moment.date().isoformat() for moment in table["timestamp"].to_pylist()}
    for column in ("service_name", "host_ip", "trace_id", "span_id"):
        assert pc.all(pc.not_equal(table[column], "")).as_py()
    assert len(set(table["locator"].to_pylist())) == rows


@pytest.mark.shared
def test_overwritten_rows_are_kept_without_a_time() -> None:
    """Two rows are damaged; the rows around them are not."""
    table, coverage = read(shared("nezha", "raw-sample", "broken"))

    assert (999, 2) == (coverage.read, coverage.without_time)
    broken = table.filter(table["timestamp"].is_null())["locator"].to_pylist()
    assert ["631", "760"] == [locator.rpartition(":")[2].partition("@")[0] for locator in broken]


def test_the_reference_scenario_is_read_whole_and_fast() -> None:
    """1800 records with the counts its truth states; far above ten thousand lines a second."""
    table, coverage = read(SCENARIO)
    levels = {
        level: pc.sum(pc.equal(table["severity_text"], level)).as_py()
        for level in ("CRITICAL", "ERROR", "WARNING")
    }

    assert {"CRITICAL": 186, "ERROR": 169, "WARNING": 172} == levels
    assert (1800, 0, 0) == (coverage.read, coverage.without_time, coverage.without_level)
