"""A file above 32 MiB: what its case keeps of a problem is never taken for all of it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.journeys.conftest import CommandLine

from paicha import Investigation, investigate, open_case
from paicha.interfaces.mcp.speech import evidence_text
from paicha.interfaces.mcp.telling import Slice, evidence_answer

START = datetime(2025, 12, 19, 10, tzinfo=UTC)
SECONDS, A_SECOND = 800, 500
REFUSED = 2 * SECONDS


def write_log(path: Path) -> None:
    """Write some 40 MB of a service that answers all the time, and twice a second cannot reach its database."""
    answered = (
        " INFO [main] com.acme.Web - answered a request of a reader from the near cache in 7 ms"
    )
    refused = " ERROR [pool] com.acme.Store - database connection failed: timeout after 3000 ms"
    with path.open("w") as file:
        for second in range(SECONDS):
            stamp = f"{START + timedelta(seconds=second):%Y-%m-%d %H:%M:%S},000"
            file.write(f"{stamp}{answered}\n" * A_SECOND + f"{stamp}{refused}\n" * 2)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the log and its case, made once."""
    folder = tmp_path_factory.mktemp("large")
    log, case = folder / "app.log", folder / "a.case.duckdb"
    write_log(log)
    investigate(log, case=case, language="en")
    return log, case


def refused_of(found: Investigation) -> str:
    """Return the id of the problem with the database."""
    [problem] = [it for it in found.findings.problems if it.n == REFUSED]
    return problem.id


def test_the_command_line_says_kept_and_counted(
    paicha: CommandLine, made: tuple[Path, Path]
) -> None:
    """Four of 1,600 lines are shown, and neither the text nor the JSON lets them pass for all there are."""
    case = made[1]
    problem = refused_of(open_case(case))

    said = paicha("evidence", case, problem, "--limit", "0", "--lang", "en")
    data = json.loads(paicha("evidence", case, problem, "--format", "json").out)

    counted = "1,600 records were counted; the case keeps 4 of them, shown here: 4"
    assert counted in said.err
    assert 1 == said.err.count("\n")
    assert (1_600, 4, 4, []) == (data["total"], data["kept"], len(data["lines"]), data["notes"])


def test_an_agent_is_given_no_page_behind_the_kept_lines(made: tuple[Path, Path]) -> None:
    """The answer is truncated, for 1,596 lines are missing; but no offset is named where none would come."""
    found = open_case(made[1])
    problem = refused_of(found)
    answers = [
        evidence_answer("a", found.findings, found.lines(problem, limit), Slice(0, limit, "en"))
        for limit in (3, 100)
    ]

    told = [(it.total, it.kept, it.truncated, it.next_offset) for it in answers]
    assert [(1_600, 4, True, 3), (1_600, 4, True, None)] == told
    first, whole = (evidence_text(answer, "en") for answer in answers)
    assert "lines 1 to 3 of 4." in first
    assert "1 more; ask again with offset=3" in first
    assert "The case keeps 4 of the 1,600 records of this problem" in whole
    assert "offset=" not in whole


def test_a_file_that_changed_or_is_gone_is_said_wherever_its_lines_are_shown(
    paicha: CommandLine, made: tuple[Path, Path]
) -> None:
    """Lines of a case stay as they were read; that they may not be found in the file again is said beside them."""
    log, case = made
    found = open_case(case)
    problem = refused_of(found)
    before = log.stat()
    lines = found.lines(problem).lines
    place = lines[0].locator
    quiet = (found.lines(problem).notes, found.line_page(problem).notes, found.around(place).notes)

    with log.open("a") as file:
        file.write("one more line\n")
    grown = [
        found.lines(problem).notes,
        found.line_page(problem).notes,
        found.around(place).notes,
    ]
    aside = log.rename(log.with_name("app.log.1"))
    gone = paicha("evidence", case, problem, "--lang", "zh")
    same = found.lines(problem).lines
    os.truncate(aside, before.st_size)
    os.utime(aside, ns=(before.st_atime_ns, before.st_mtime_ns))
    aside.rename(log)

    assert ((), (), ()) == quiet
    changed = f"has changed since it was read ({before.st_size:,} bytes then, {before.st_size + 14:,} now)"
    assert [True] * 3 == [changed in note.en for [note] in grown]
    assert "共计数 1,600 条，案卷保留其中 4 条，此处显示 4 条" in gone.err
    assert "app.log 已不在读取时的位置" in gone.err
    assert lines == same
    assert found.lines(problem).notes == ()
