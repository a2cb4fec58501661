"""Ctrl-C leaves a report of a part; a case is read on, or gets more files, to the same tables."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.case_tables import TABLES

import paicha
from paicha import open_case
from paicha.errors import CaseError, InputError
from paicha.interfaces.cli.process import asked_to_stop, stoppable, was_interrupted
from paicha.sources.files import reading as file_reading

START = datetime(2025, 12, 19, 10, tzinfo=UTC)


def lines(number: int, first: int = 0) -> str:
    """Return some lines of an application."""
    moments = (START + timedelta(seconds=first + at) for at in range(number))
    levels = ("INFO", "INFO", "WARN", "ERROR")
    return "".join(
        f"{moment:%Y-%m-%d %H:%M:%S},000 {levels[at % 4]} [main] com.acme.Web - "
        f"user u{at % 17} served in {at * 37 % 900} ms\n"
        for at, moment in enumerate(moments)
    )


def same_tables(one: Path, other: Path) -> bool:
    """Return whether two cases hold the same tables, records by their place."""
    mine, theirs = open_case(one), open_case(other)
    asked = [f"FROM {name}" for name in TABLES] + ["FROM records ORDER BY locator"]
    return all(mine.sql(statement) == theirs.sql(statement) for statement in asked)


@pytest.fixture
def logs(tmp_path: Path) -> list[Path]:
    """Three files of one application."""
    files = [tmp_path / f"app-{name}.log" for name in "abc"]
    for at, file in enumerate(files):
        file.write_text(lines(300, at * 200))
    return files


@pytest.mark.parametrize("first", [(0,), (1,), (0, 2), (2, 1)])
def test_a_case_extended_by_files_has_the_tables_of_one_run(
    logs: list[Path], tmp_path: Path, first: tuple[int, ...]
) -> None:
    """Whichever files were first, all together give what one investigation of all gives."""
    whole, grown = tmp_path / "whole.case.duckdb", tmp_path / "grown.case.duckdb"
    before = [logs[at] for at in first]
    one = paicha.investigate(*logs, zone="UTC", case=whole)

    paicha.investigate(*before, zone="UTC", case=grown)
    found = paicha.extend(grown, *(file for file in logs if file not in before))

    assert same_tables(whole, grown)
    assert one.findings.reproduction == found.findings.reproduction
    assert one.findings.question == found.findings.question
    assert 900 == sum(source.kept for source in found.findings.coverage.logs)


def test_metrics_grow_with_a_case(logs: list[Path], tmp_path: Path) -> None:
    """
    Their files are read anew for the longer window; where one is gone, it is said that they are those of the shorter.

    They stayed those of the shorter one: "4 of 10 points", and claims were held against them.
    """
    metrics, case = tmp_path / "cpu.csv", tmp_path / "grown.case.duckdb"
    minutes = (START + timedelta(minutes=n) for n in range(12))
    rows = (f"{at:%FT%TZ},h1,{at.minute + 40}\n" for at in minutes)
    metrics.write_text("time,host,cpu_usage\n" + "".join(rows))
    whole = paicha.investigate(*logs, zone="UTC", metrics=metrics)

    paicha.investigate(logs[0], zone="UTC", metrics=metrics, case=case)
    grown = paicha.extend(case, *logs[1:])
    paicha.investigate(logs[0], zone="UTC", metrics=metrics, case=case)
    metrics.unlink()
    held = paicha.extend(case, *logs[1:])

    assert whole.findings == grown.findings
    assert [12] == [one.points for one in grown.findings.metrics]
    assert [5] == [one.points for one in held.findings.metrics]
    (reason,) = held.findings.coverage.metrics[0].incomplete
    assert reason.en.startswith("these series are those of the window and the hosts")


def test_a_file_that_is_in_the_case_is_passed_over_and_said(
    logs: list[Path], tmp_path: Path
) -> None:
    """Naming it again counts nothing twice."""
    case = tmp_path / "a.case.duckdb"
    paicha.investigate(logs[0], zone="UTC", case=case)

    found = paicha.extend(case, logs[0], logs[1])

    (covered,) = found.findings.coverage.logs
    assert 600 == covered.kept
    assert [f"{logs[0]} is in the case already, unchanged; it was not read again."] == [
        note.en for note in covered.notes
    ]


def test_a_file_named_twice_is_read_once_and_said(logs: list[Path], tmp_path: Path) -> None:
    """By its name and by its folder: one file."""
    link = tmp_path / "other-name.log"
    link.symlink_to(logs[0])

    found = paicha.investigate(logs[0], link, zone="UTC")

    (covered,) = found.findings.coverage.logs
    assert 300 == covered.kept
    assert [f"{logs[0]} was named more than once; it was read once."] == [
        note.en for note in covered.notes
    ]


def test_what_cannot_be_extended_is_refused(logs: list[Path], tmp_path: Path) -> None:
    """Nothing new, a file that changed, nothing left, a limited case: each has its words."""
    case, limited = tmp_path / "a.case.duckdb", tmp_path / "limited.case.duckdb"
    paicha.investigate(logs[0], zone="UTC", case=case)
    paicha.investigate(logs[0], zone="UTC", case=limited, max_records=10)

    with pytest.raises(InputError, match="1 file was named, and nothing new: in the case already"):
        paicha.extend(case, logs[0])
    with pytest.raises(CaseError, match="was read whole"):
        paicha.extend(case)
    with pytest.raises(CaseError, match="holds the first 10 records only"):
        paicha.extend(limited, logs[1])
    logs[0].write_text(lines(301))
    with pytest.raises(InputError, match="has changed since it was read"):
        paicha.extend(case, logs[0], logs[1])


def test_a_reading_that_was_stopped_goes_on_to_the_tables_of_one_run(
    logs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped in the second of three files, with a mark behind the first."""
    monkeypatch.setattr(file_reading, "MARK_ROWS", 100)
    whole, case = tmp_path / "whole.case.duckdb", tmp_path / "part.case.duckdb"
    paicha.investigate(*logs, zone="UTC", case=whole)
    prepared = paicha.prepare(paicha.Asked(files=tuple(map(str, logs)), zone="UTC"))

    part = paicha.carry_out(prepared, case=case, stop=_after(4))
    (covered,) = part.findings.coverage.logs
    found = paicha.extend(case)

    assert part.findings.coverage.incomplete
    assert 3 == part.exit_code()
    assert 300 <= covered.kept < 900
    assert not found.findings.coverage.incomplete
    assert same_tables(whole, case)


def test_a_reading_stopped_before_its_first_mark_begins_anew(
    logs: list[Path], tmp_path: Path
) -> None:
    """Little was read: nothing of it is needed."""
    whole, case = tmp_path / "whole.case.duckdb", tmp_path / "part.case.duckdb"
    paicha.investigate(*logs, zone="UTC", case=whole)
    prepared = paicha.prepare(paicha.Asked(files=tuple(map(str, logs)), zone="UTC"))

    paicha.carry_out(prepared, case=case, stop=_after(3))
    paicha.extend(case)

    assert same_tables(whole, case)


def _after(questions: int) -> Callable[[], bool]:
    """Say yes from the question of that number on."""
    left: Iterator[bool] = iter([False] * questions)
    return lambda: next(left, True)


def test_ctrl_c_stops_an_endless_stream_and_reports_what_was_read(tmp_path: Path) -> None:
    """Once: a marked report of a part, exit code 3. The stream never ends by itself."""
    output = tmp_path / "report.json"
    run = _endless(output)

    _interrupt_when_reading(run)
    said = run.communicate(timeout=60)[1]
    report = json.loads(output.read_text("utf-8"))

    assert 3 == run.returncode, said
    assert "Stopping: what was read becomes a report of a part" in said
    (covered,) = report["coverage"]["logs"]
    assert covered["kept"] > 0
    assert covered["present"] is None
    assert ["Reading was stopped: 0 of 1 file was read whole, - in part"] == [
        reason["en"].partition(";")[0] for reason in covered["incomplete"]
    ]


def test_ctrl_c_twice_ends_at_once() -> None:
    """The first is noted and said, the second interrupts; afterwards all is as before."""
    said: list[str] = []
    before = signal.getsignal(signal.SIGINT)

    with asked_to_stop(lambda: said.append("stopping")) as stop:
        answers = [stop()]
        signal.raise_signal(signal.SIGINT)
        answers.append(stop())
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    assert [False, True] == answers
    assert ["stopping"] == said
    assert before is signal.getsignal(signal.SIGINT)


def test_an_error_that_ctrl_c_became_is_told_from_others() -> None:
    """A query that is interrupted fails, and a document that is being read seems to say something else."""
    before = signal.getsignal(signal.SIGINT)
    with stoppable():
        at_first = was_interrupted()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    assert (False, True) == (at_first, was_interrupted())
    assert before is signal.getsignal(signal.SIGINT)


def test_max_records_ends_an_endless_stream_too(tmp_path: Path) -> None:
    """The standard input is left where there is enough, and nobody claims to know the rest."""
    output = tmp_path / "report.json"
    run = _endless(output, "--max-records", "500")

    said = run.communicate(timeout=60)[1]
    (covered,) = json.loads(output.read_text("utf-8"))["coverage"]["logs"]

    assert 3 == run.returncode, said
    assert (500, None) == (covered["kept"], covered["present"])
    assert ["Only the first 500 records in the window and scope were read"] == [
        reason["en"].partition(";")[0] for reason in covered["incomplete"]
    ]


_SOURCE = "2025-12-19 10:00:00,000 ERROR [main] com.acme.Web - order 17 failed"


def _endless(output: Path, *words: str) -> subprocess.Popen[str]:
    """Start an investigation of `yes`, which writes one line for ever."""
    command = [sys.executable, "-m", "paicha", "investigate", "-", "--tz", "UTC", "--lang", "en"]
    command += ["--format", "json", "-o", str(output), *words]
    with subprocess.Popen(["yes", _SOURCE], stdout=subprocess.PIPE) as source:
        run = subprocess.Popen(
            command,
            stdin=source.stdout,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ) | {"PYTHONUNBUFFERED": "1"},
        )
        assert source.stdout is not None
        source.stdout.close()
        # `yes` ends when nobody reads any more; leaving the block would wait for it.
        source.returncode = 0
    return run


def _interrupt_when_reading(run: subprocess.Popen[str]) -> None:
    """Send what Ctrl-C sends, once the stream is being read."""
    place = Path(f"/proc/{run.pid}/io")
    end = time.monotonic() + 60
    while run.poll() is None and time.monotonic() < end:
        taken = int(place.read_text().split("rchar: ")[1].split()[0])
        if taken > 40_000_000:
            break
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
