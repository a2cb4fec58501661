"""The ledger holds on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from tests.servers.harness import Servers
from tests.servers.postgresql import new_database
from tests.service.desks import settings_for

from paicha.errors import LedgerError
from paicha.locales import Text
from paicha.model.question import Window
from paicha.model.service import Ask, Headline, HeadlineProblem, Note, Run, RunProgress, RunRequest
from paicha.service.identity import new_id
from paicha.service.tokens import create, digest_of
from paicha.stores.ledger.database import Database
from paicha.wiring.service import LEDGER_FILE, Ledger, data_folder, open_ledger

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
REASON = Text("原因", "a reason")
HEADLINE = Headline(
    verdict=Text("结论", "verdict"),
    records=1800,
    abnormal=527,
    problems=12,
    top=(HeadlineProblem(1, Text("一", "one"), "P1", 9),),
    contradictions=2,
    incomplete=False,
)


@pytest.fixture
def ledger(address: str, tmp_path: Path) -> Iterator[Ledger]:
    """Give an empty ledger on either system."""
    opened = open_ledger(settings_for(tmp_path, address))
    yield opened
    opened.close()


def queued(n: int = 0, **asked: object) -> Run:
    """Return the nth run that waits."""
    created = NOW + timedelta(seconds=n)
    request = replace(RunRequest(sources=("app",)), **asked)  # type: ignore[arg-type]
    return Run(new_id(created), "queued", request, created)


def test_a_run_is_read_as_it_was_kept(ledger: Ledger) -> None:
    """
    Every part of a request comes back, the words of every language too.
    """
    window = Window(NOW - timedelta(minutes=15), NOW)
    run = replace(
        queued(title="支付 50%\0", hosts=("10.0.0.1",), metrics=(), biz=-7), window=window
    )

    kept = ledger.runs.add(run, "", 10)

    assert run == kept
    assert run == ledger.runs.get(run.id)


def test_one_key_is_one_run(ledger: Ledger) -> None:
    """
    The second request under a key gets the first run, also where the queue is full.
    """
    first = ledger.runs.add(queued(), "event-1", 1)
    again = ledger.runs.add(queued(1), "event-1", 1)

    assert first == again
    assert ledger.runs.add(queued(2), "event-2", 1) is None
    assert ledger.runs.counts()["queued"] == 1


def test_runs_are_claimed_in_their_order_and_once(ledger: Ledger) -> None:
    """
    Eight workers that ask at once get eight different runs, the oldest ones.
    """
    runs = [queued(n) for n in range(10)]
    for run in runs:
        ledger.runs.add(run, "", 100)
    got: list[str] = []

    def claim(n: int) -> None:
        claimed = ledger.runs.claim(f"worker {n}", NOW, 30)
        assert claimed is not None
        got.append(claimed.id)

    threads = [threading.Thread(target=claim, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [run.id for run in runs[:8]] == sorted(got)


def test_a_run_ends_once(ledger: Ledger) -> None:
    """
    Who lost the run can neither end it nor settle its case.
    """
    ledger.runs.add(queued(), "", 10)
    run = ledger.runs.claim("first", NOW, 30)
    assert run is not None
    ledger.runs.recover(LATER)
    ledger.runs.claim("second", LATER, 30)
    settled: list[str] = []

    late = ledger.runs.finish(
        run.id, "first", LATER, "done", before=lambda: settled.append("first")
    )
    ended = ledger.runs.finish(
        run.id, "second", LATER, "done", headline=HEADLINE, before=lambda: settled.append("second")
    )

    assert late is None
    assert ended is not None
    assert ("done", 2, HEADLINE, LATER) == (
        ended.state,
        ended.attempts,
        ended.headline,
        ended.ended,
    )
    assert ["second"] == settled
    assert ledger.runs.finish(run.id, "second", LATER, "failed") is None


def test_a_case_that_cannot_be_settled_leaves_the_run_as_it_was(ledger: Ledger) -> None:
    """
    What happens inside the transaction undoes it where it fails.
    """
    ledger.runs.add(queued(), "", 10)
    run = ledger.runs.claim("worker", NOW, 30)
    assert run is not None

    def fail() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        ledger.runs.finish(run.id, "worker", NOW, "done", before=fail)

    there = ledger.runs.get(run.id)
    assert there is not None
    assert there.state == "running"


def test_a_lost_run_is_begun_once_more_and_then_failed(ledger: Ledger) -> None:
    """
    Two workers may go away over one run, not three.
    """
    run = queued()
    ledger.runs.add(run, "", 10)
    ledger.runs.claim("first", NOW, 30)

    early = ledger.runs.recover(NOW + timedelta(seconds=29))
    first = ledger.runs.recover(NOW + timedelta(seconds=31))
    ledger.runs.claim("second", NOW, 30)
    second = ledger.runs.recover(NOW, "*")

    assert () == early
    assert [("queued", 1)] == [(r.state, r.attempts) for r in first]
    assert [("failed", 2)] == [(r.state, r.attempts) for r in second]
    assert second[0].reason is not None
    assert "twice" in second[0].reason.en


def test_a_heartbeat_keeps_a_run_and_tells_of_a_wish_to_stop(ledger: Ledger) -> None:
    """
    Renewing says how far it is, and hears that somebody cancelled.
    """
    run = queued()
    ledger.runs.add(run, "", 10)
    ledger.runs.claim("worker", NOW, 30)
    told = RunProgress("read", 10, 100)

    before = ledger.runs.renew(run.id, "worker", LATER, 30, told)
    cancelling = ledger.runs.ask_to_cancel(run.id, LATER, REASON)
    after = ledger.runs.renew(run.id, "worker", LATER, 30, told)

    assert (False, True) == (before, after)
    assert ledger.runs.renew(run.id, "somebody else", LATER, 30, told) is None
    assert cancelling is not None
    assert (True, told) == (cancelling.cancelling, cancelling.progress)
    assert () == ledger.runs.recover(LATER)


def test_a_run_put_back_has_not_been_an_attempt(ledger: Ledger) -> None:
    """
    A service that is stopped may be stopped any number of times.
    """
    run = queued()
    ledger.runs.add(run, "", 10)
    for _ in range(4):
        ledger.runs.claim("worker", NOW, 30)
        back = ledger.runs.finish(run.id, "worker", NOW, "queued", reason=REASON)
        assert back is not None
        assert ("queued", 0, None) == (back.state, back.attempts, back.ended)


def test_a_queued_run_is_cancelled_at_once(ledger: Ledger) -> None:
    """
    Nobody has to carry it out first.
    """
    run = queued()
    ledger.runs.add(run, "", 10)

    cancelled = ledger.runs.ask_to_cancel(run.id, NOW, REASON)

    assert cancelled is not None
    assert ("cancelled", NOW, REASON) == (cancelled.state, cancelled.ended, cancelled.reason)
    assert ledger.runs.claim("worker", NOW, 30) is None


def test_a_search_finds_words_of_the_request_and_of_the_headline(ledger: Ledger) -> None:
    """
    All words must be there; signs of patterns are signs; pages go on where the last ended.
    """
    runs = [queued(n, title=f"Checkout 100% fails {n}") for n in range(5)]
    for run in runs:
        ledger.runs.add(run, "", 10)
    ledger.runs.claim("worker", NOW, 30)
    ledger.runs.finish(runs[0].id, "worker", NOW, "done", headline=HEADLINE)

    latest = ledger.runs.search("CHECKOUT 100%", None, "", 2)
    older = ledger.runs.search("checkout", None, latest[-1].id, 10)

    assert [runs[4].id, runs[3].id] == [run.id for run in latest]
    assert [runs[2].id, runs[1].id, runs[0].id] == [run.id for run in older]
    assert [runs[0].id] == [run.id for run in ledger.runs.search("结论", None, "", 10)]
    assert () == ledger.runs.search("1_0", None, "", 10)
    assert [runs[0].id] == [run.id for run in ledger.runs.search("", "done", "", 10)]


def test_notes_are_kept_in_their_order(ledger: Ledger) -> None:
    """
    A recovery adds a line, whatever the state.
    """
    run = queued()
    ledger.runs.add(run, "", 10)
    notes = [Note(NOW + timedelta(seconds=n), Text(f"注{n}", f"note {n}")) for n in range(3)]

    for note in notes:
        ledger.runs.note(run.id, note)

    there = ledger.runs.get(run.id)
    assert there is not None
    assert tuple(notes) == there.notes
    assert ledger.runs.note(new_id(NOW), notes[0]) is None


def test_only_a_run_that_is_over_can_be_forgotten(ledger: Ledger) -> None:
    """
    What waits or runs stays.
    """
    run = queued()
    ledger.runs.add(run, "key", 10)

    assert not ledger.runs.delete(run.id)
    ledger.runs.ask_to_cancel(run.id, NOW, REASON)
    assert [run.id] == [r.id for r in ledger.runs.ended_before(LATER, 10)]
    assert ledger.runs.delete(run.id)
    assert ledger.runs.get(run.id) is None


def test_the_end_of_a_run_is_told_until_somebody_says_it_was(ledger: Ledger) -> None:
    """
    A process that dies between the end and the telling leaves it to the next.
    """
    run = queued()
    ledger.runs.add(run, "", 10)
    ledger.runs.ask_to_cancel(run.id, NOW, REASON)

    before = ledger.runs.untold(LATER, 10)
    ledger.runs.mark_told(run.id)

    assert [run.id] == [r.id for r in before]
    assert () == ledger.runs.untold(LATER, 10)


def test_a_token_is_found_by_its_digest_only(ledger: Ledger) -> None:
    """
    What its holder has is kept nowhere.
    """
    token, shown = create(ledger.tokens, "laptop", "run", NOW, days=1)

    found = ledger.tokens.by_digest(digest_of(shown), LATER)

    assert token == found
    assert ledger.tokens.by_digest(shown, LATER) is None
    assert token.allows("read", NOW)
    assert not token.allows("admin", NOW)
    assert not token.allows("read", NOW + timedelta(days=1))
    [listed] = ledger.tokens.all()
    assert listed.used == LATER
    revoked = ledger.tokens.revoke("laptop", LATER)
    assert revoked is not None
    assert not revoked.allows("read", NOW)


def test_sessions_are_signed_with_one_key(ledger: Ledger) -> None:
    """
    The second worker gets the key of the first.
    """
    assert "first" == ledger.tokens.signing_key("first")
    assert "first" == ledger.tokens.signing_key("second")


def test_the_audit_log_is_read_backwards(ledger: Ledger) -> None:
    """
    Pages go on where the last ended; old lines go.
    """
    lines = [
        Ask(NOW + timedelta(seconds=n), f"who {n % 2}", "127.0.0.1", "GET /", str(n), 200)
        for n in range(5)
    ]
    ledger.asks.add(lines)

    latest = ledger.asks.read(0, 2, "")
    older = ledger.asks.read(latest[-1].id, 10, "who 0")

    assert ["4", "3"] == [ask.subject for ask in latest]
    assert ["2", "0"] == [ask.subject for ask in older]
    assert 3 == ledger.asks.forget_before(NOW + timedelta(seconds=3))


def test_the_tables_are_made_once(ledger: Ledger, tmp_path: Path) -> None:
    """
    Programs that open one ledger at once do not come between each other.
    """
    settings = settings_for(tmp_path)
    failed: list[LedgerError] = []

    def make() -> None:
        try:
            open_ledger(settings).close()
        except LedgerError as err:
            failed.append(err)

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == failed
    assert ledger.runs.counts()["queued"] == 0


def test_a_ledger_of_another_version_is_refused_and_left_as_it_is(
    tmp_path: Path, address: str
) -> None:
    """
    Its tables may lack a column, or hold what this version would misread; that was an error in the middle of work.
    """
    settings = settings_for(tmp_path, address)
    ledger = open_ledger(settings)
    with ledger.database.transaction() as inside:
        inside.run("UPDATE ledger_keys SET value = '2' WHERE name = 'tables'")
    ledger.close()

    with pytest.raises(LedgerError, match="its tables are of version 2"):
        open_ledger(settings)


def test_a_ledger_whose_tables_lack_a_column_is_refused_and_left_as_it_is(
    tmp_path: Path, address: str
) -> None:
    """
    The first ledgers say no version: they were taken for today's, and alerts failed every two seconds, while `/readyz` said ok.
    """
    settings = settings_for(tmp_path, address)
    ledger = open_ledger(settings)
    with ledger.database.transaction() as inside:
        inside.run("DELETE FROM ledger_keys WHERE name = 'tables'")
        inside.run("ALTER TABLE alert_groups DROP COLUMN touched")
    ledger.close()

    with pytest.raises(LedgerError, match=r"its tables lack alert_groups\.touched"):
        open_ledger(settings)

    with (
        closing(Database(address or data_folder(settings) / LEDGER_FILE)) as database,
        database.transaction() as inside,
    ):
        assert [] == inside.rows("SELECT value FROM ledger_keys WHERE name = 'tables'")


@pytest.mark.server
@pytest.mark.xdist_group("postgresql")
def test_a_server_that_was_started_again_is_asked_again(servers: Servers, tmp_path: Path) -> None:
    """
    Connections that it dropped are passed over, and nobody is refused for them.
    """
    address = new_database(servers.running("postgresql"))
    ledger = open_ledger(settings_for(tmp_path, address))
    ledger.runs.counts()
    name = address.rpartition("/")[2]
    ours = "FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    with psycopg.connect(address, autocommit=True) as other:
        while other.execute(f"SELECT pg_terminate_backend(pid) {ours}", (name,)).fetchall():
            time.sleep(0.05)  # it is told to end, and ends a moment later

    counts = ledger.runs.counts()

    ledger.close()
    assert 0 == counts["queued"]


def test_a_ledger_that_is_away_is_an_error_without_its_password() -> None:
    """
    The address names no user and no password.
    """
    database = Database("postgresql://paicha:hunter2@127.0.0.1:9/ledger")

    with pytest.raises(LedgerError) as caught:
        database.create("SELECT 1")

    assert "hunter2" not in caught.value.text("en")
    assert "postgresql://…/ledger" in caught.value.text("en")
    assert 503 == caught.value.http_status
