"""A real cluster: the same tables as on one machine, whatever happens to a worker."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.case_tables import TABLES
from tests.spark.cluster import Cluster, Worker, connect, missing, standalone, wait_for

from paicha import open_case

pytestmark = [
    pytest.mark.server,
    pytest.mark.xdist_group("spark"),
    pytest.mark.skipif(bool(missing()), reason=missing() or "Spark can start"),
]


def corpus(folder: Path, files: int, lines: int) -> Path:
    """Write *files* logs of *lines* lines: formats, traces, stamps without a year, gzip, JSON, Parquet."""
    folder.mkdir()
    chance = random.Random(7)
    for number in range(files):
        text = "".join(_lines(chance, lines, number))
        path = folder / f"app-{number:02}.log"
        path.write_text(text, "utf-8")
        os.utime(path, (1_766_200_000, 1_766_200_000))
        if number == 1:
            (folder / "app-01.log.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
            path.unlink()
            os.utime(folder / "app-01.log.gz", (1_766_200_000, 1_766_200_000))
    rows = [{"time": f"2025-12-19T10:{at % 60:02}:00Z", "level": "warn"} for at in range(200)]
    messages = [f"disk {at % 100}% full" for at in range(200)]
    told = [row | {"msg": message} for row, message in zip(rows, messages, strict=True)]
    (folder / "told.json").write_text("".join(json.dumps(row) + "\n" for row in told))
    pq.write_table(pa.Table.from_pylist(told), folder / "told.parquet", row_group_size=50)
    return folder


def _lines(chance: random.Random, lines: int, number: int) -> Iterator[str]:
    for at in range(lines):
        second = f"{at // 3600 % 24:02}:{at // 60 % 60:02}:{at % 60:02}"
        took, user = chance.randrange(1, 9000), chance.randrange(500)
        if number % 3 == 2:
            yield f"Dec 19 {second} web-{number} nginx[71]: upstream timed out after {took}ms\n"
        elif at % 50 == 49:
            yield f"2025-12-19 {second},101 ERROR [main] com.acme.Pay - order u{user} failed\n"
            yield "java.lang.IllegalStateException: no stock\n\tat com.acme.Pay.run(Pay.java:7)\n"
        else:
            yield f"2025-12-19 {second},001 INFO [main] com.acme.Web - user {user} served in {took} ms\n"


def investigate(
    files: Path, case: Path, *words: str, environment: dict[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start `paicha investigate` over *files*, keeping *case*."""
    line = [sys.executable, "-m", "paicha", "investigate", str(files), "--tz", "UTC"]
    line += ["--format", "json", "-o", f"{case}.json", "--case", str(case), *words]
    return subprocess.Popen(
        line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finished(run: subprocess.Popen[str]) -> None:
    """Wait for a run that must go well."""
    _, said = run.communicate(timeout=300)

    assert 0 == run.returncode, said


def differing(one: Path, other: Path) -> list[str]:
    """Return the tables of two cases that are not the same to the last byte."""
    mine, theirs = open_case(one), open_case(other)
    asked = {name: f"FROM {name}" for name in TABLES}
    asked["records"] = "FROM records ORDER BY locator"
    return [n for n, statement in asked.items() if mine.sql(statement) != theirs.sql(statement)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A master and two workers."""
    with standalone(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus."""
    return corpus(tmp_path_factory.mktemp("logs") / "logs", 8, 3000)


@pytest.fixture(scope="module")
def local_case(logs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one machine makes of the corpus."""
    case = tmp_path_factory.mktemp("local") / "local.case.duckdb"
    finished(investigate(logs, case))
    return case


def test_a_master_on_this_machine_counts_the_same_with_whichever_python3_is_found_first(
    logs: Path, local_case: Path, tmp_path: Path
) -> None:
    """Its workers are of the Python that asks; one that was named stays, and its words are said without Java's places."""
    bare = tmp_path / "bin" / "python3"
    bare.parent.mkdir()
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n', "utf-8")
    bare.chmod(0o755)
    case = tmp_path / "here.duckdb"
    command = [
        *(sys.executable, "-m", "paicha", "investigate", str(logs), "--engine", "spark"),
        *("--spark-master", "local[1]", "--case", str(case), "--tz", "UTC", "--format", "json"),
        *("--lang", "en"),
    ]
    environment = {**os.environ, "PATH": f"{bare.parent}:{os.environ['PATH']}"}
    environment.pop("PYSPARK_PYTHON", None)
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    environment["PYSPARK_PYTHON"] = str(bare)
    refused = subprocess.run(command, env=environment, capture_output=True, check=False)
    said = refused.stderr.decode()

    assert 0 == done.returncode, done.stderr.decode()[-3000:]
    assert 1 == refused.returncode
    message = said[said.rindex("Spark at local[1]") :]
    assert "could not count: ModuleNotFoundError: No module named 'pyarrow'\n  try: " in message
    assert [] == differing(local_case, case)


def test_a_connect_server_counts_the_same(logs: Path, local_case: Path, tmp_path: Path) -> None:
    """Over Spark Connect every table of the case is that of one machine."""
    case = tmp_path / "connect.case.duckdb"

    with connect(tmp_path) as (address, environment):
        finished(
            investigate(
                logs, case, "--engine", "spark", "--spark-remote", address, environment=environment
            )
        )

    assert [] == differing(local_case, case)


def test_a_worker_killed_in_mid_job_changes_nothing(
    cluster: Cluster, logs: Path, local_case: Path, tmp_path: Path
) -> None:
    """A worker that dies with a file in its hands costs time and no figure."""
    case = tmp_path / "cluster.case.duckdb"
    words = ("--engine", "spark", "--spark-master", cluster.url)
    held: list[Worker] = []

    def one_reads() -> bool:
        """Hold whichever reads first: on a busy machine one worker may get no task at all."""
        first = next((worker for worker in cluster.workers if worker.is_held_reading()), None)
        held.extend([first] if first else [])
        return bool(held) or run.poll() is not None

    run = investigate(logs, case, *words, environment=cluster.environment)
    wait_for(one_reads, "a task to read")
    for worker in held:
        worker.kill()
    finished(run)

    assert 1 == len(held)
    assert 1 == cluster.alive()
    assert [] == differing(local_case, case)
