"""What a Spark worker does, without a Spark: rows of files in, sums and coverage out."""

from __future__ import annotations

import socket
import sys
import zipfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from paicha.engines.local import LocalEngine
from paicha.engines.spark import SparkAddress, joined, packed_package, refuse_silence
from paicha.engines.spark_task import Task, merged, unpacked
from paicha.errors import EngineError, InputError, UsageError
from paicha.facade.question import Asked, spark_of
from paicha.kernel.caps import CAPS
from paicha.kernel.count import Partial, add
from paicha.knowledge.formats_loader import load_formats
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery, Scope
from paicha.sources.files.source import FileSource

MODIFIED = datetime(2025, 12, 20, tzinfo=UTC)
QUERY = LogQuery(None, Scope(), "UTC", sys.maxsize)
SOURCE = partial(FileSource, formats=load_formats(()))


def rows(**files: str) -> list[pa.RecordBatch]:
    """Return files as Spark hands them over, one a batch."""
    return [
        pa.RecordBatch.from_pylist(
            [
                {
                    "path": f"hdfs://namenode/logs/{name}.log",
                    "modificationTime": MODIFIED,
                    "length": len(text),
                    "content": text.encode(),
                }
            ]
        )
        for name, text in files.items()
    ]


def results(batches: list[pa.RecordBatch], kind: str) -> list[Any]:
    """Return what a task handed back of one kind."""
    return [
        unpacked(row["payload"])
        for batch in batches
        for row in batch.to_pylist()
        if row["kind"] == kind
    ]


FILES = {
    "a": "Dec 19 10:00:00 web nginx[7]: upstream timed out after 12ms\nDec 19 10:00:01 web nginx[7]: ok\n",
    "b": "2025-12-19 10:00:00,101 ERROR [main] com.acme.Pay - order u7 failed\n\tat com.acme.Pay.run\n",
}


def test_a_task_counts_what_one_machine_counts(tmp_path: Path) -> None:
    """Sums of tasks, added in the middle of the tree or here, are the sums of one reading."""
    for name, text in FILES.items():
        (tmp_path / f"{name}.log").write_text(text)
    task = Task(SOURCE, QUERY, caps=CAPS)

    with SOURCE([tmp_path]).open(QUERY) as reading:
        whole = LocalEngine().summarise(reading, lambda _: None)
    parts = [row for name in FILES for row in task.survey(rows(**{name: FILES[name]}))]
    middle = list(merged(parts, caps=CAPS))

    assert whole == add(results(parts, "sums"))
    assert [whole] == results(middle, "sums")
    assert results(parts, "coverage") == results(middle, "coverage")


def test_locators_and_coverage_name_the_file_as_the_cluster_does() -> None:
    """Where a file was laid down to be read is seen nowhere."""
    task = Task(SOURCE, QUERY, caps=CAPS)

    (covered,) = results(list(task.survey(rows(a=FILES["a"]))), "coverage")
    (batch,) = results(list(task.records(rows(a=FILES["a"]))), "records")

    assert ["hdfs://namenode/logs/a.log"] == [file.path for file in covered.files]
    assert ["hdfs://namenode/logs/a.log:1@0", "hdfs://namenode/logs/a.log:2@60"] == (
        batch["locator"].to_pylist()
    )
    assert "paicha-" not in repr(covered)


def test_a_stamp_without_a_year_gets_that_of_the_file() -> None:
    """The time a file was last written travels with it."""
    task = Task(SOURCE, QUERY, caps=CAPS)

    (sums,) = results(list(task.survey(rows(a=FILES["a"]))), "sums")

    assert 2025 == min(sums.counts["first"].to_pylist()).year


def test_an_empty_file_is_said_and_an_empty_named_file_is_an_error() -> None:
    """What was found is noted; what was asked for by name is the reader's to mend."""
    name = "hdfs://namenode/logs/a.log"
    named = Task(SOURCE, QUERY, caps=CAPS, named=frozenset({name}))

    (covered,) = results(list(Task(SOURCE, QUERY, CAPS).survey(rows(a=""))), "coverage")
    with pytest.raises(InputError) as refused:
        list(named.survey(rows(a="")))

    assert [f"{name} is empty and was skipped."] == [note.en for note in covered.notes]
    assert name in refused.value.what


def test_figures_of_coverages_are_added_and_texts_stand_once() -> None:
    """The coverage of a cluster is the sum of its files' coverages."""
    parts = results(
        [
            row
            for name in FILES
            for row in Task(SOURCE, QUERY, CAPS).survey(rows(**{name: FILES[name]}))
        ],
        "coverage",
    )

    whole = joined("logs", parts)

    assert ("logs", "spark", 3, 3, 3) == (
        whole.source,
        whole.kind,
        whole.read,
        whole.kept,
        whole.present,
    )
    assert [2, 1] == [file.records for file in whole.files]
    assert isinstance(whole, SourceCoverage)


def test_no_rows_give_nothing_to_add() -> None:
    """A task without files, and a group without tasks, hand back nothing."""
    assert [] == list(Task(SOURCE, QUERY, CAPS).survey([]))
    assert [] == list(merged([], CAPS))


def test_the_package_for_workers_holds_code_and_words_and_no_compiled_part(tmp_path: Path) -> None:
    """A zip can be imported from; what is compiled cannot be in it."""
    names = zipfile.ZipFile(packed_package(tmp_path)).namelist()

    assert {"paicha/kernel/count.py", "paicha/locales/zh_CN/files.toml"} <= set(names)
    assert {".py", ".toml"} == {Path(name).suffix for name in names}


def test_sums_survive_the_journey() -> None:
    """What is packed is unpacked equal."""
    batch = next(iter(rows(a="x\n")))
    (sums,) = results(list(Task(SOURCE, QUERY, CAPS).survey([batch])), "sums")

    assert isinstance(sums, Partial)
    assert [1] == sums.counts["n"].to_pylist()


@pytest.mark.parametrize(
    ("remote", "master"),
    [
        *((remote, "") for remote in ("http://host", "host:15002", "sc://host:x", "sc://")),
        *(
            ("", master)
            for master in ("nonsense", "spark://", "spark://host:x", "local[", "sc://h")
        ),
    ],
)
def test_an_address_that_is_none_is_refused_before_anything_starts(
    remote: str, master: str
) -> None:
    """Spark itself would write a trace of Java, or fail in a way that nobody foresaw."""
    with pytest.raises(UsageError) as refused:
        spark_of(Asked(engine="spark", spark_remote=remote, spark_master=master))

    assert f"engine.bad_{'master' if master else 'remote'}" == refused.value.code


def test_an_address_where_nobody_listens_is_refused_at_once() -> None:
    """Spark would try it for minutes; one of several masters is enough, and what no network has is left to Spark."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        for address in (
            SparkAddress(remote=f"sc://127.0.0.1:{port}/;token=secret"),
            SparkAddress(master=f"spark://127.0.0.1:1,127.0.0.1:{port}"),
            SparkAddress(master="local[2]"),
        ):
            assert address.understood
            refuse_silence(address)
    with pytest.raises(EngineError) as refused:
        refuse_silence(SparkAddress(remote="sc://127.0.0.1:1/;token=secret"))

    assert "engine.unreachable" == refused.value.code
    assert "Connection refused" in str(refused.value)
    assert "secret" not in str(refused.value)
