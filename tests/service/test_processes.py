"""One process for each run: limited, heard, and never left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.servers.harness import Servers
from tests.servers.postgresql import new_database
from tests.service.desks import INCIDENT, ready_desk, settings_for

from paicha.errors import LedgerError, PaichaError
from paicha.locales import Text
from paicha.model.service import Run, RunProgress, RunRequest
from paicha.service.child import Order
from paicha.service.desk import Desk
from paicha.service.identity import new_id
from paicha.service.processes import Limits, Outcome, attend, context
from paicha.service.requests import asked_of

MADE = context()
ENOUGH = Limits(seconds=400, memory_mb=4096)
#: How long a test waits for what must come [s].
PATIENCE_S = 400


def carried_out(
    folder: Path,
    limits: Limits = ENOUGH,
    tick: Callable[[RunProgress], bool] = lambda _: True,
    request: RunRequest = INCIDENT,
) -> Outcome:
    """Return how a run ends."""
    order = Order(
        asked_of(request), settings_for(folder), datetime.now(UTC), folder / "case.duckdb"
    )
    return attend(order, limits, tick, MADE)


def english(reason: Text | None) -> str:
    """Return why, in English."""
    assert reason is not None
    return reason.en


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_run_tells_how_far_it_is_and_what_it_found(tmp_path: Path) -> None:
    """
    The headline is that of the report.
    """
    stages: set[str] = set()

    def hear(told: RunProgress) -> bool:
        stages.add(told.stage)
        return True

    outcome = carried_out(tmp_path, tick=hear)

    assert outcome.headline is not None
    assert (1800, 527) == (outcome.headline.records, outcome.headline.abnormal)
    assert stages
    assert (tmp_path / "case.duckdb").exists()


def test_a_run_that_cannot_be_done_says_why_in_both_languages(tmp_path: Path) -> None:
    """
    As the command line would.
    """
    empty = RunRequest(sources=("app",), start="2020-01-01T00:00Z", end="2020-01-01T00:05Z")

    outcome = carried_out(tmp_path, request=empty)

    assert outcome.reason is not None
    assert outcome.reason.zh != outcome.reason.en
    assert not (tmp_path / "case.duckdb").exists()


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(seconds=0.01, memory_mb=4096), "It took longer than 0.01 s."),
        (Limits(seconds=120, memory_mb=5), "It needed more than 5 MiB of memory."),
    ],
)
def test_a_run_that_takes_too_much_is_ended(tmp_path: Path, limits: Limits, says: str) -> None:
    """
    Time and memory; nothing half written stays under the case's name, and no process.
    """
    outcome = carried_out(tmp_path, limits)

    what, advice = english(outcome.reason).split("\n")
    assert says == what
    assert advice.startswith("  try: ask for a shorter window")
    assert not (tmp_path / "case.duckdb").exists()
    assert [] == multiprocessing.active_children()


def test_a_run_stands_back_behind_everything_else(tmp_path: Path) -> None:
    """
    Ten steps of niceness, never in the way of who wakes up, and its session stands back as well as it does.
    """
    seen: set[tuple[int, int, str]] = set()
    nice = min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)  # the tests may stand back themselves

    def look(told: RunProgress) -> bool:
        for child in multiprocessing.active_children() if told.stage else ():
            pid = child.pid or 0
            group = Path(f"/proc/{pid}/autogroup")
            words = group.read_text("ascii") if group.exists() else "nice 10"
            policy = os.sched_getscheduler(pid)
            seen.add((os.getpriority(os.PRIO_PROCESS, pid), policy, words.partition("nice ")[2]))
        return True

    carried_out(tmp_path, tick=look)

    assert {(nice, os.SCHED_BATCH, "10")} == {
        (found, how, said.strip()) for found, how, said in seen
    }


def test_a_process_that_dies_is_noticed(tmp_path: Path) -> None:
    """
    As the system's own killer would end it where memory is short.
    """

    def kill(_told: RunProgress) -> bool:
        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGKILL)
        return True

    outcome = carried_out(tmp_path, tick=kill)

    what, advice = english(outcome.reason).split("\n")
    assert what.startswith("Its process ended unexpectedly (")
    assert "out-of-memory" in advice


def test_a_running_run_is_cancelled(tmp_path: Path) -> None:
    """
    It is over soon after somebody asked, with its reason, and leaves no case.
    """
    desk = ready_desk(tmp_path)
    ended: list[Run] = []
    desk.on_end(ended.append)
    desk.start()
    try:
        run = desk.submit(INCIDENT)
        until(lambda: desk.get(run.id).state == "running")
        desk.cancel(run.id)
        until(lambda: desk.get(run.id).over)
        over = desk.get(run.id)
        until(lambda: bool(ended))
    finally:
        desk.stop()

    assert over.state in ("cancelled", "done")  # it may have been quicker
    assert [run.id] == [told.id for told in ended]
    assert (over.state == "done") == desk.folders.case(run.id).exists()


def test_a_case_that_has_no_place_is_a_failure_with_its_reason(tmp_path: Path) -> None:
    """
    The worker goes on with the next run.
    """
    desk = ready_desk(tmp_path)
    blocked, fine = desk.submit(INCIDENT), desk.submit(INCIDENT)
    (tmp_path / "data" / "cases" / blocked.id).write_text("in the way")
    desk.start()
    try:
        until(lambda: desk.get(fine.id).over)
        runs = [desk.get(run.id) for run in (blocked, fine)]
        alive = desk.running
    finally:
        desk.stop()

    assert ["failed", "done"] == [run.state for run in runs]
    assert "The system refused it: File exists." == english(runs[0].reason)
    assert alive


def test_a_worker_that_came_to_an_end_is_started_again(tmp_path: Path) -> None:
    """
    Meanwhile the service says that it is not ready.
    """
    desk = ready_desk(tmp_path)
    desk.start()
    try:
        [worker] = desk._workers
        worker.stop()
        until(lambda: not worker.alive)
        ready = desk.running
        worker._stopping.clear()  # as if it had not been asked
        run = desk.submit(INCIDENT)
        until(lambda: desk.get(run.id).over)
        later = desk.running
    finally:
        desk.stop()

    assert (False, True) == (ready, later)


def test_the_end_of_a_run_is_told_again_where_telling_failed(tmp_path: Path) -> None:
    """
    At the next start at the latest.
    """
    refused: list[Run] = []
    heard: list[Run] = []

    def refuse(run: Run) -> None:
        refused.append(run)
        raise PaichaError("service.no_run", id=run.id)

    first = ready_desk(tmp_path)
    first.on_end(refuse)
    run = first.submit(INCIDENT)
    first.cancel(run.id)
    first.stop()
    second = ready_desk(tmp_path)
    second.on_end(heard.append)
    second.start()
    second.stop()

    assert ([run.id], [run.id]) == ([r.id for r in refused], [r.id for r in heard])


def test_what_is_too_old_is_removed(tmp_path: Path) -> None:
    """
    Runs with their cases, after keep_days; what is younger stays.
    """
    desk = ready_desk(tmp_path, keep_days=1)
    old, young = desk.submit(INCIDENT), desk.submit(INCIDENT)
    desk.cancel(old.id)
    strange = new_id(datetime.now(UTC))  # a case of somebody else in the same folder
    for run_id in (old.id, strange):
        desk.folders.case(run_id).parent.mkdir()
        desk.folders.case(run_id).write_bytes(b"")
    later = ready_desk(tmp_path, lambda: datetime.now(UTC).replace(year=2100), keep_days=1)
    later.house().forget()

    assert [young.id] == [run.id for run in desk.search()]
    assert [strange] == [place.name for place in (tmp_path / "data" / "cases").iterdir()]
    desk.stop()
    later.stop()


def test_a_run_whose_case_stays_on_the_disk_stays_in_the_list(tmp_path: Path) -> None:
    """
    Nobody would look for it otherwise: it is tried again, by hand or next time; the others are removed.
    """
    desk = ready_desk(tmp_path, keep_days=1)
    stuck, other = desk.submit(INCIDENT), desk.submit(INCIDENT)
    for run in (stuck, other):
        desk.cancel(run.id)
    # What is no folder is not removed as one; a file that nobody may remove needs rights of its own.
    desk.folders.case(stuck.id).parent.write_bytes(b"")
    later = ready_desk(tmp_path, lambda: datetime.now(UTC).replace(year=2100), keep_days=1)
    later.house().forget()
    with pytest.raises(LedgerError, match=r"could not be removed \(.*Not a directory"):
        desk.delete(stuck.id)

    assert [stuck.id] == [run.id for run in desk.search()]
    desk.folders.case(stuck.id).parent.unlink()
    later.house().forget()
    assert [] == list(desk.search())
    desk.stop()
    later.stop()


@pytest.mark.server
@pytest.mark.xdist_group("postgresql")
def test_several_services_share_one_queue(tmp_path: Path, servers: Servers) -> None:
    """
    Over one PostgreSQL and one folder each run is carried out once, whoever took it.
    """
    address = new_database(servers.running("postgresql"))
    desks = [Desk.open(settings_for(tmp_path, address)) for _ in range(2)]
    ended: list[list[str]] = [[], []]
    for desk, told in zip(desks, ended, strict=True):
        desk.on_end(lambda run, told=told: told.append(run.id))  # type: ignore[misc]
    try:
        runs = [desks[0].submit(INCIDENT).id for _ in range(6)]
        for desk in desks:
            desk.start()
        until(lambda: sum(map(len, ended)) >= len(runs))
        states = {run.id: (run.state, run.attempts) for run in desks[1].search()}
    finally:
        for desk in desks:
            desk.stop()

    assert dict.fromkeys(runs, ("done", 1)) == states
    assert sorted(runs) == sorted([*ended[0], *ended[1]])
    assert all(ended)


def test_what_a_run_left_behind_that_lost_its_process_twice_is_removed(tmp_path: Path) -> None:
    """
    It has no report, so nothing of half a case stays.
    """
    desk = ready_desk(tmp_path)
    run, runs = desk.submit(INCIDENT), desk.ledger.runs
    for _ in range(2):
        runs.recover(desk.clock(), "*")
        assert runs.claim("gone", desk.clock(), 30.0) is not None
    place = desk.folders.unfinished(run.id, "gone:1")
    place.parent.mkdir(parents=True)
    place.write_bytes(b"half a case")
    desk.start()
    try:
        assert "failed" == desk.get(run.id).state
    finally:
        desk.stop()

    assert not place.parent.exists()
