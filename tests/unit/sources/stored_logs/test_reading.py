"""Reading a store that counts: pieces, budget, what breaks off, and rows that look alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paicha.errors import SourceUnreachable
from paicha.kernel.allowance import Allowance
from paicha.kernel.field_map import FieldMap
from paicha.kernel.row_records import RowBuilder
from paicha.locales import Text
from paicha.model.question import LogQuery, Scope, Window
from paicha.model.schema import RECORDS
from paicha.sources.stored_logs import Piece, Plan, StoredLogReading, StoredRow
from paicha.sources.stored_logs.cutting import cut

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(minutes=10))
START_NS = int(START.timestamp()) * 1_000_000_000
FIELDS = FieldMap({"level": ("level",), "message": ("message",), "file": ("file",)})
MINUTE_NS = 60_000_000_000


@dataclass
class FakeStore:
    """Rows in memory: ``(time, level, message)``; `cuts` says after how many rows a read breaks off."""

    stored: Sequence[tuple[int, str, str]]
    cuts: list[int] = field(default_factory=list)
    troubles: dict[Text, None] = field(default_factory=dict)
    ordered: bool = False
    asked: list[Piece] = field(default_factory=list)

    def _in(self, part: str) -> list[tuple[int, str, str]]:
        wanted = {"": ("ERROR", "INFO"), "abnormal": ("ERROR",), "rest": ("INFO",)}[part]
        return [row for row in self.stored if row[1] in wanted]

    def count(self, part: str) -> int:
        """Count rows."""
        return len(self._in(part))

    def count_without_scope(self) -> int | None:
        """There is no scope."""
        return None

    def groups(self, canonical: str) -> Mapping[str, int] | None:
        """Group by level; there is nothing else."""
        if canonical != "level":
            return None
        levels = [level for _, level, _ in self.stored]
        return {level: levels.count(level) for level in levels}

    def histogram(self, piece: Piece, step_ns: int, part: str) -> Mapping[int, int]:
        """Count by step."""
        found: dict[int, int] = {}
        for stamp, _, _ in self._in(part):
            if piece.start_ns <= stamp < piece.end_ns:
                begin = stamp // step_ns * step_ns
                found[begin] = found.get(begin, 0) + 1
        return found

    def pieces(self, whole: Piece, most: int, part: str) -> Iterator[tuple[Piece, int]]:
        """Cut by counts."""
        return cut(whole, most, lambda piece, step: self.histogram(piece, step, part))

    def rows(self, piece: Piece, part: str) -> Iterator[StoredRow]:
        """Give rows, the last first; the line may go dead."""
        self.asked.append(piece)
        left = self.cuts.pop(0) if self.cuts else 1 << 60
        for stamp, level, message in reversed(self._in(part)):
            if piece.start_ns <= stamp < piece.end_ns:
                if not left:
                    raise SourceUnreachable(
                        "web.cut_off", system="X", url="u", request="q", why="w"
                    )
                left -= 1
                fields = {"level": level, "message": message}
                yield StoredRow(stamp, "s", f"{level} {message}".encode(), fields)

    def parts(self, words: Sequence[str]) -> tuple[str, str] | None:
        """Errors, and the rest."""
        return ("abnormal", "rest") if "ERROR" in words else None


def reading_of(store: FakeStore, most: int = 1_000_000, most_bytes: int = 0) -> StoredLogReading:
    """Return a reading of all of it."""
    plan = Plan("store", "fake", WINDOW, most, "all of it", "x")
    query = LogQuery(WINDOW, Scope(), "UTC", most, max_bytes=most_bytes)
    return StoredLogReading(store, plan, RowBuilder(FIELDS), Allowance(query, lambda: 0.0))


def read(reading: StoredLogReading) -> pa.Table:
    """Return what comes."""
    return pa.Table.from_batches(list(reading), schema=RECORDS)


def rows_of(n: int, level: str = "INFO", step_ns: int = 1_000_000) -> list[tuple[int, str, str]]:
    """Return rows a step apart from the window's start on."""
    return [(START_NS + k * step_ns, level, f"{level} {k}") for k in range(n)]


@given(
    stamps=st.lists(st.integers(0, 200_000_000_000) | st.sampled_from([0, 7, 60_000_000_000])),
    most=st.integers(1, 5),
)
def test_pieces_are_the_whole_window_once(stamps: list[int], most: int) -> None:
    """Side by side, none overlaps, each counts what it holds; only one instant may hold more."""
    whole = Piece(0, 180_000_000_000)
    store = FakeStore([(stamp, "INFO", "x") for stamp in stamps])

    pieces = list(cut(whole, most, lambda piece, step: store.histogram(piece, step, "")))

    edges = [whole.start_ns, *(piece.end_ns for piece, _ in pieces)]
    assert edges[:-1] == [piece.start_ns for piece, _ in pieces]
    assert whole.end_ns == edges[-1]
    for piece, n in pieces:
        inside = [stamp for stamp in stamps if piece.start_ns <= stamp < piece.end_ns]
        assert len(inside) == n
        assert n <= most or len(set(inside)) == 1


def test_a_big_window_is_read_in_pieces_and_in_order_of_time() -> None:
    """45,000 rows are never held at once, and come sorted although the store gives them backwards."""
    store = FakeStore(rows_of(45_000))
    reading = reading_of(store)
    batches = list(reading)

    times = [t for batch in batches for t in batch.column("timestamp").to_pylist()]
    assert sorted(times) == times
    assert 45_000 == len(times) == reading.coverage.kept == reading.coverage.present
    assert len(batches) == len(store.asked) >= 3
    assert max(batch.num_rows for batch in batches) <= 20_000


def test_equal_records_have_locators_of_their_own_whatever_their_order() -> None:
    """Rows of one time and text are told apart by number, others by their text."""
    same = [(START_NS, "INFO", "same")] * 3 + [(START_NS, "INFO", "other")]
    forwards = read(reading_of(FakeStore(same)))
    backwards = read(reading_of(FakeStore(same[::-1])))

    assert forwards.equals(backwards)
    assert 4 == len(set(forwards["locator"].to_pylist()))


def test_a_piece_that_breaks_off_is_asked_for_again() -> None:
    """Once; nothing is counted twice."""
    store = FakeStore(rows_of(100), cuts=[60])
    reading = reading_of(store)
    table = read(reading)

    assert (100, 100, ()) == (table.num_rows, reading.coverage.read, reading.coverage.incomplete)
    assert 2 == len(store.asked)


def test_what_was_read_before_it_broke_off_is_kept_and_marked() -> None:
    """The report says how much of how much."""
    store = FakeStore(rows_of(30_000), cuts=[1 << 60, 5, 5])
    reading = reading_of(store)
    kept = read(reading).num_rows

    [reason] = reading.coverage.incomplete
    assert 0 < kept < 30_000
    assert kept == reading.coverage.read == reading.coverage.kept
    assert f"broke off after {kept} of 30000 records" in reason.en


def test_a_store_that_is_gone_at_the_second_try_leaves_the_rows_of_the_first() -> None:
    """They are records all the same."""
    reading = reading_of(FakeStore(rows_of(100), cuts=[60, 0]))

    assert 60 == read(reading).num_rows
    assert "broke off after 60 of 100 records" in reading.coverage.incomplete[0].en


def test_nothing_read_is_an_error_not_an_empty_answer() -> None:
    """A store that dies before the first row is no quiet store."""
    with pytest.raises(SourceUnreachable):
        read(reading_of(FakeStore(rows_of(10), cuts=[0, 0])))


def test_a_window_above_the_budget_is_counted_whole_and_abnormal_levels_are_read_first() -> None:
    """Errors are read whole although they come last; the store's counts stand beside."""
    late = [(START_NS + 9 * MINUTE_NS + k, "ERROR", f"e{k}") for k in range(50)]
    reading = reading_of(FakeStore([*rows_of(1000), *late]), most=100)
    table = read(reading)

    levels = table["severity_text"].to_pylist()
    counts = reading.store_counts
    assert counts is not None
    counted = {(row["dimension"], row["value"]): row["n"] for row in counts.to_pylist()}
    assert (50, 50) == (levels.count("ERROR"), levels.count("INFO"))
    assert (1050, 1000, 50) == (
        counted["total", ""],
        counted["severity_text", "INFO"],
        counted["severity_text", "ERROR"],
    )
    assert 50 == counted["minute", "2026-01-05T09:09:00Z"]
    assert "100 of 1050 records read" in reading.coverage.incomplete[0].en
    assert "abnormal levels were read first" in reading.coverage.notes[0].en


def test_even_errors_may_be_too_many() -> None:
    """Then it says that problems are counted too low."""
    reading = reading_of(FakeStore(rows_of(300, "ERROR")), most=100)

    assert 100 == read(reading).num_rows
    assert "even the 300 records of abnormal levels" in reading.coverage.incomplete[0].en


def test_a_row_outside_the_window_is_not_kept() -> None:
    """A store that gives more than was asked does not widen the window."""

    class Generous(FakeStore):
        def rows(self, piece: Piece, part: str) -> Iterator[StoredRow]:
            yield from super().rows(piece, part)
            yield StoredRow(START_NS - 1, "s", b"early", {"message": "early"})

    reading = reading_of(Generous(rows_of(5)))

    assert 5 == read(reading).num_rows
    assert (6, 5, 1) == (
        reading.coverage.read,
        reading.coverage.kept,
        reading.coverage.outside,
    )


def test_a_store_that_gives_less_than_it_counted_is_found_out() -> None:
    """The difference is said."""

    class Forgetful(FakeStore):
        def rows(self, piece: Piece, part: str) -> Iterator[StoredRow]:
            yield from list(super().rows(piece, part))[1:]

    reading = reading_of(Forgetful(rows_of(5)))

    assert 4 == read(reading).num_rows
    assert "counted 1 more record than it gave" in reading.coverage.incomplete[0].en


def test_a_limit_of_bytes_ends_the_reading_and_is_said() -> None:
    """A thousand rows more or less; what was read is kept, and how much there is stands beside."""
    reading = reading_of(FakeStore(rows_of(30_000)), most_bytes=50_000)
    kept = read(reading).num_rows

    said = " | ".join(reason.en for reason in reading.coverage.incomplete)
    assert 1000 < kept < 10_000
    assert "50,000" in said
    assert f"{kept} of 30000 records read" in said


class ShippedStore(FakeStore):
    """One whose file is where the lines were found, and whose logger says who wrote them."""

    def groups(self, canonical: str) -> Mapping[str, int] | None:
        """Group everything alike."""
        found = {"file": {"/var/log/pay.log": 3}, "logger": {"pay.api": 3}}
        return found.get(canonical) or super().groups(canonical)


def test_modules_are_counted_by_logger_where_files_are_those_of_logs() -> None:
    """A shipper's path of the log is no module."""
    reading = reading_of(ShippedStore(rows_of(3)), most=2)
    read(reading)
    counts = reading.store_counts

    assert counts is not None
    assert [("pay.api", 3)] == [
        (row["value"], row["n"]) for row in counts.to_pylist() if row["dimension"] == "module"
    ]


class NumberedStore(FakeStore):
    """One whose levels are Pino's numbers."""

    def groups(self, canonical: str) -> Mapping[str, int] | None:
        """Group by level alone."""
        return {"30": 3, "50": 1} if canonical == "level" else None

    def parts(self, words: Sequence[str]) -> tuple[str, str] | None:
        """Errors, and the rest."""
        return ("abnormal", "rest") if "50" in words else None


def test_levels_that_are_numbers_are_read_first_and_counted_by_name() -> None:
    """As the records of such a store are read."""
    reading = reading_of(NumberedStore([*rows_of(3), *rows_of(1, "ERROR")]), most=2)
    table = read(reading)
    counts = reading.store_counts

    assert "ERROR" in table["severity_text"].to_pylist()
    assert counts is not None
    assert {"INFO": 3, "ERROR": 1} == {
        row["value"]: row["n"] for row in counts.to_pylist() if row["dimension"] == "severity_text"
    }
