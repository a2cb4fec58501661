"""The case file answers questions about records exactly as a table in memory does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from paicha.analysis.records import MEMBERSHIP, Buckets
from paicha.knowledge.places_loader import load_places
from paicha.model.schema import STORED_RECORDS
from paicha.stores.case import Case
from paicha.stores.lines import CaseLines
from paicha.stores.records import CaseRecords
from paicha.testing.records import InMemoryRecords

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
BUCKETS = Buckets(START, 60, 5)

rows = st.lists(
    st.fixed_dictionaries(
        {
            "timestamp": st.none()
            | st.integers(-90, 400).map(lambda s: START + timedelta(seconds=s, milliseconds=7)),
            "severity_number": st.sampled_from([0, 9, 13, 17]),
            "shape": st.sampled_from(["a", "b", "c"]),
            "code_file_path": st.sampled_from(["", "pay.py"]),
            "scope_name": st.sampled_from(["", "Pool"]),
            "service_name": st.sampled_from(["", "", "", "cart"]),
            "host_ip": st.sampled_from(["", "10.0.0.1"]),
            "host_id": st.sampled_from(["", "7", "8"]),
            "body": st.sampled_from(["", "lease 7", "lease 8"]),
            "attributes": st.sampled_from(
                [
                    "",
                    '{"k8s.pod.name": "a-1", "version": 3, "zone": "", "status": "500"}',
                    '{"版本": "2.4", "zone": {"zone": "b"}, "pod": null, "region": true}',
                    r'{"the \"version\" of it": "x", "version": "3", "cell": 0.5, "rack": -2}',
                ]
            ),
        }
    ),
    max_size=30,
)
MEMBERS = pa.Table.from_pylist(
    [
        {"shape": "a", "severity_number": 17, "problem": "first"},
        {"shape": "a", "severity_number": 13, "problem": "first"},
        {"shape": "b", "severity_number": 17, "problem": "second"},
        {"shape": "c", "severity_number": 0, "problem": "third"},
    ],
    schema=MEMBERSHIP,
)


def stored(drawn: list[dict[str, object]]) -> pa.Table:
    """Return the rows as `STORED_RECORDS`, each with a locator of its own."""
    complete = []
    for number, row in enumerate(drawn):
        empty: dict[str, object] = {
            name: 0 if name == "code_line_number" else "" for name in STORED_RECORDS.names
        }
        complete.append({**empty, **row, "locator": f"{number % 2}.log:{number}"})
    return pa.Table.from_pylist(complete, schema=STORED_RECORDS)


PLACES = load_places()


@settings(max_examples=25)
@given(drawn=rows)
def test_the_case_and_memory_answer_alike(drawn: list[dict[str, object]]) -> None:
    """
    Every question has one answer, whether the records are in memory or in the case file.
    """
    table = stored(drawn)
    memory = InMemoryRecords(table)
    with TemporaryDirectory() as folder, Case.create(Path(folder) / "x.case.duckdb") as case:
        case.put("records", table)
        kept = CaseRecords(case)

        for latest in (False, True):
            expected = memory.examples(MEMBERS, 2, latest=latest)
            assert expected.to_pylist() == kept.examples(MEMBERS, 2, latest=latest).to_pylist()
        assert dict(memory.curves(MEMBERS, BUCKETS)) == kept.curves(MEMBERS, BUCKETS)
        assert dict(memory.module_curves(MEMBERS, BUCKETS)) == kept.module_curves(MEMBERS, BUCKETS)
        for problem in sorted(set(MEMBERS["problem"].to_pylist())):
            expected = memory.texts(MEMBERS, problem)
            assert expected.to_pylist() == kept.texts(MEMBERS, problem).to_pylist()
        assert memory.field_names() == kept.field_names()
        names = ("version", "rack", "cell", "no such field")
        expected = memory.fields(MEMBERS, names)
        assert expected.to_pylist() == kept.fields(MEMBERS, names).to_pylist()
        shapes = pa.array(["a", "c", "no such shape"])
        expected = memory.stating(MEMBERS, shapes)
        assert expected.to_pylist() == kept.stating(MEMBERS, shapes).to_pylist()
        assert memory.places(MEMBERS, PLACES).to_pylist() == (
            kept.places(MEMBERS, PLACES).to_pylist()
        )
        assert memory.matching("7").to_pylist() == kept.matching("7").to_pylist()
        asked = MEMBERS, "7", ["version", "zone"]
        assert memory.saying(*asked).to_pylist() == kept.saying(*asked).to_pylist()
        assert memory.pace(BUCKETS) == kept.pace(BUCKETS)
        assert memory.host_ids() == kept.host_ids()
        assert memory.disorder() == kept.disorder()
        assert memory.read_again() == kept.read_again()
        assert memory.in_two_files().to_pylist() == kept.in_two_files().to_pylist()
        for column in ("service_name", "module"):
            assert memory.files(column).to_pylist() == kept.files(column).to_pylist()


def test_records_that_stand_in_two_files_are_counted_by_pairs() -> None:
    """
    By moment and text, each once a file; whole seconds and lines of stores are none of it.
    """
    moments = [START.replace(microsecond=1000 * (1 + n % 4)) for n in range(12)] + [START] * 2
    table = stored(
        [
            {"timestamp": moment, "severity_number": 17, "shape": "a", "body": f"line {n % 4}"}
            for n, moment in enumerate(moments)
        ]
    )
    places = [f"a.log:{n}@{n}" for n in range(1, 5)] + [f"b.gz:{n}" for n in range(4, 7)]
    places += ["b.gz:9", "bk:1/a", "bk:1/b", "a.log:7", "c.log:1", "a.log:9", "c.log:2"]
    column = table.column_names.index("locator")
    table = table.set_column(column, "locator", pa.array(places, pa.string()))
    expected = [
        {"one": "a.log", "other": "b.gz", "n": 4, "of": 4, "within": 4},
        {"one": "a.log", "other": "c.log", "n": 1, "of": 1, "within": 1},
        {"one": "b.gz", "other": "c.log", "n": 1, "of": 1, "within": 1},
    ]
    with TemporaryDirectory() as folder, Case.create(Path(folder) / "x.case.duckdb") as case:
        case.put("records", table)

        assert expected == CaseRecords(case).in_two_files().to_pylist()
    assert expected == InMemoryRecords(table).in_two_files().to_pylist()


def test_documents_of_two_overlapping_sources_are_counted() -> None:
    """
    One document read by two sources is told by its locator; lines of files may be read twice on purpose.
    """
    table = stored(
        [
            {"timestamp": START, "severity_number": 17, "shape": "a", "body": f"line {n // 2}"}
            for n in range(8)
        ]
    )
    places = ["bk:1/a", "bk:1/a", "es:i/1", "es:i/1", "es:i/2", "bk:1/b", "x.log:1", "x.log:1"]
    column = table.column_names.index("locator")
    table = table.set_column(column, "locator", pa.array(places, pa.string()))
    with TemporaryDirectory() as folder, Case.create(Path(folder) / "x.case.duckdb") as case:
        case.put("records", table)

        assert 2 == CaseRecords(case).read_again()
    assert 2 == InMemoryRecords(table).read_again()


def test_records_of_one_time_are_shown_as_they_stand_in_their_file(tmp_path: Path) -> None:
    """Line 9 before line 10, which letters would have the other way round; the last ones are the last lines."""
    lines = [
        {**dict.fromkeys(STORED_RECORDS.names, ""), "timestamp": START, "severity_number": 17}
        | {"shape": "a", "code_line_number": 0, "locator": f"a.log:{n}@{40 * n}"}
        for n in (8, 9, 10, 11, 100)
    ]
    with Case.create(tmp_path / "x.case.duckdb") as case:
        case.put("records", pa.Table.from_pylist(lines, schema=STORED_RECORDS))
        kept = CaseRecords(case)
        first = kept.examples(MEMBERS, 3)["locator"].to_pylist()
        last = kept.examples(MEMBERS, 2, latest=True)["locator"].to_pylist()
        listed = CaseLines(case).page({"problem": "first"}, 0, None)["locator"].to_pylist()

    assert ["a.log:8@320", "a.log:9@360", "a.log:10@400"] == first
    assert ["a.log:11@440", "a.log:100@4000"] == last
    assert [line["locator"] for line in lines] == listed
