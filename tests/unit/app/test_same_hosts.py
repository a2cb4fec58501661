"""One host under two names: its address in one source, its id alone in another."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.app.test_investigate import HOUR, FakeLogs, FakeMetrics, record, run

from paicha.app.inquiry import Inquiry
from paicha.app.same_hosts import addresses_of
from paicha.model.findings import Findings
from paicha.stores.case import Case

BOTH = record(1, "pool is empty", host_ip="10.0.0.8", host_id="42")
ALONE = record(2, "pool is empty", host_id="42")
OTHER = record(3, "pool is empty", host_ip="10.0.0.9", host_id="43")


def hosts(findings: Findings) -> dict[str, int]:
    return {device.host: device.n for device in findings.devices}


def test_who_is_named_by_its_id_alone_is_the_host_that_others_name_with_it(tmp_path: Path) -> None:
    """Two sources, one machine: one device, one host of the problem, and the case counts it so, too."""
    metrics = FakeMetrics()
    findings = run(tmp_path, (FakeLogs([BOTH, OTHER]), FakeLogs([ALONE], name="later")), metrics)

    assert {"10.0.0.8": 2, "10.0.0.9": 1} == hosts(findings)
    assert 2 == len(findings.problems[0].hosts)
    assert any("42 = 10.0.0.8" in note.en for note in findings.coverage.logs[0].notes)
    assert ("10.0.0.8", "10.0.0.9", "42") == metrics.asked[0].hosts
    with Case.open(tmp_path / "x.case.duckdb") as case:
        for sql in (
            "select sum(n)::bigint as n from counts where host = '10.0.0.8'",
            "select count(*) as n from records where host_ip = '10.0.0.8'",
        ):
            assert [2] == case.query(sql)["n"].to_pylist()


@pytest.mark.parametrize(
    "rows",
    [
        [OTHER, ALONE],  # nobody says whose 42 is
        [BOTH, record(4, "x", host_ip="10.0.0.8", host_id="77"), ALONE],  # two networks
        [BOTH, record(4, "x", host_ip="10.0.0.9", host_id="42"), ALONE],  # it moved
    ],
)
def test_what_the_records_do_not_say_is_not_guessed(
    tmp_path: Path, rows: list[dict[str, object]]
) -> None:
    """They stay two."""
    findings = run(tmp_path, FakeLogs(rows))

    assert 1 == hosts(findings)["42"]
    assert not any("42 =" in note.en for note in findings.coverage.logs[0].notes)


def test_a_store_of_which_few_records_are_kept_knows_its_pairs_too(tmp_path: Path) -> None:
    """They are noted while records are counted and let go of."""
    rows = [record(n, f"pool {n} is empty", host_ip="10.0.0.8", host_id="42") for n in range(9)]
    last = record(9, "pool 9 is empty", host_id="42")
    asked = Inquiry(HOUR, inputs=("fake",), keep_bytes=8)

    assert {"10.0.0.8": 10} == hosts(run(tmp_path, FakeLogs([*rows, last]), inquiry=asked))


def test_a_name_and_an_id_may_be_of_one_address() -> None:
    """They are of two kinds; of two names nobody knows which is right."""
    pairs = [("10.0.0.8", "42"), ("10.0.0.8", "web-3"), ("10.0.0.9", "a"), ("10.0.0.9", "b")]

    assert {"42": "10.0.0.8", "web-3": "10.0.0.8"} == addresses_of(pairs)
