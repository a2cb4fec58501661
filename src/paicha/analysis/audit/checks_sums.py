"""A report's figures against each other: sums, shares, orders, ranges, units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from paicha.analysis.audit.checks_time import only
from paicha.analysis.audit.document import ReadTable, TableRow
from paicha.analysis.audit.extract_tables import kind_of
from paicha.analysis.audit.figures import count_of, share_of
from paicha.analysis.audit.reading import Columns, Reading, columns_of, is_sum
from paicha.locales import text
from paicha.model.audit import Objection, Place, Stated

#: A percentage with one decimal may be off by half of its last digit, and a little.
_SHARE_SLACK = 0.06
#: Shares that are whole percents may be off by half a percent.
_WHOLE_SLACK = 0.51
#: A table of counts that falls in so many of its steps was meant to be sorted.
_MEANT_SORTED = 0.6
_FEWEST_ROWS = 4
_PRIORITY = re.compile("P[0-4]")
#: A utilisation below this all over looks like a share of one that was printed as percent [%].
_TINY_PERCENT = 0.05
_UTILISATIONS = frozenset(
    ("cpu_usage", "memory_usage", "disk_usage", "io_utilisation", "physical_memory_usage")
)
_BOUNDED = frozenset((*_UTILISATIONS, "swap_usage", "inode_usage", "io_wait"))


def sum_objections(reading: Reading, stated: Sequence[Stated]) -> Iterator[Objection]:
    """Yield figures of a report that cannot all be true."""
    for table in reading.document.tables:
        columns = columns_of(table, reading.lexicon)
        if "count" in columns.at:
            rows = [row for row in table.rows if not is_sum(row.cells, reading.lexicon)]
            yield from _totals(reading, columns, rows)
            yield from _shares(columns, rows)
            yield from _sorted(reading, table, columns, rows)
    yield from _overall(stated)
    yield from _different(stated)
    yield from _metrics(reading, stated)
    yield from _ranges(stated)


def _count(columns: Columns, row: TableRow) -> float | None:
    return count_of(columns.cell(row.cells, "count"))


def _totals(reading: Reading, columns: Columns, rows: Sequence[TableRow]) -> Iterator[Objection]:
    counts = [count for row in rows if (count := _count(columns, row)) is not None]
    for row in columns.table.rows:
        total = _count(columns, row) if is_sum(row.cells, reading.lexicon) else None
        if total is not None and len(counts) == len(rows) and sum(counts) != total:
            words = text("audit.check.total", total=figure(total), sum=figure(sum(counts)))
            yield Objection("total", "error", (place_of(row),), words)


def _shares(columns: Columns, rows: Sequence[TableRow]) -> Iterator[Objection]:
    """Compare shares with their counts: of the table's own sum, or of the sum that most of them fit."""
    pairs = [
        (row, count, share)
        for row in rows
        if (count := _count(columns, row)) is not None
        and (share := share_of(columns.cell(row.cells, "share"))) is not None
        and count > 0
        and not columns.cell(row.cells, "share").strip().startswith(("<", ">"))
    ]
    if len(pairs) < 2:
        return
    whole = _whole([(count, share) for _, count, share in pairs])
    if whole is None:
        return
    for row, count, share in pairs:
        real = 100 * count / whole
        if abs(real - share) > _slack(columns.cell(row.cells, "share")):
            words = text(
                "audit.check.share",
                share=figure(share),
                count=figure(count),
                whole=figure(whole),
                real=f"{real:.1f}",
            )
            yield Objection("share", "error", (place_of(row),), words)


def _whole(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return the whole number that most shares are of; None when no whole fits more than half."""
    total = sum(count for count, _ in pairs)
    guesses = {total, *(round(100 * count / share) for count, share in pairs if share)}
    best, fits = None, 0
    for guess in sorted(guesses):
        fitting = sum(abs(100 * count / guess - share) <= _SHARE_SLACK for count, share in pairs)
        if fitting > fits or (fitting == fits and guess == total):
            best, fits = guess, fitting
    return best if fits * 2 > len(pairs) or (best == total and fits * 2 >= len(pairs)) else None


def _slack(cell: str) -> float:
    return _SHARE_SLACK if "." in cell else _WHOLE_SLACK


def _sorted(
    reading: Reading, table: ReadTable, columns: Columns, rows: Sequence[TableRow]
) -> Iterator[Objection]:
    counts = [_count(columns, row) for row in rows]
    numbers = [count for count in counts if count is not None]
    if len(numbers) != len(rows) or len(rows) < 2 or kind_of(reading, table) == "level":
        return
    steps = [later <= earlier for earlier, later in pairwise(numbers)]
    said = " ".join([*table.heads[-1:], *table.header]).lower()
    claims = any(word in said for word in reading.lexicon.words.sorted_by_count)
    meant = len(rows) >= _FEWEST_ROWS and sum(steps) >= _MEANT_SORTED * len(steps)
    falls = numbers[0] == max(numbers) and numbers[-1] == min(numbers)
    looks_sorted = meant and falls and not _by_priority(rows)
    if all(steps) or not (claims or looks_sorted):
        return
    wrong = [row for row, fine in zip(rows[1:], steps, strict=True) if not fine]
    first = rows.index(wrong[0])
    words = text(
        "audit.check.order",
        earlier=figure(numbers[first - 1]),
        later=figure(numbers[first]),
        n=len(wrong),
    )
    yield Objection("table_order", "error", tuple(place_of(row) for row in wrong), words)


def _by_priority(rows: Sequence[TableRow]) -> bool:
    """Return whether rows stand in the order of a priority, which another order than that of counts follows."""
    for column in zip(*(row.cells for row in rows), strict=False):
        if all(_PRIORITY.fullmatch(cell.strip()) for cell in column):
            return list(column) == sorted(column)
    return False


def _overall(stated: Sequence[Stated]) -> Iterator[Objection]:
    """Compare the stated sum of the abnormal levels with the levels."""
    levels = {e.subject: e for e in stated if e.measure == "level.count" and not e.detail}
    worse = [e for name, e in levels.items() if name not in ("INFO", "DEBUG", "TRACE", "NOTICE")]
    numbers = [each.number for each in worse if each.number is not None]
    if len(worse) < 2:
        return
    for each in stated:
        if (
            each.measure == "records.abnormal"
            and each.number is not None
            and each.number != sum(numbers)
        ):
            parts = " + ".join(figure(number) for number in numbers)
            words = text(
                "audit.check.level_sum",
                said=figure(each.number),
                parts=parts,
                sum=figure(sum(numbers)),
            )
            yield Objection(
                "level_sum", "error", only([each.place, *(e.place for e in worse)]), words
            )
            return


def _different(stated: Sequence[Stated]) -> Iterator[Objection]:
    """Yield figures that one part of the report gives and another gives differently."""
    seen: dict[tuple[str, str, str], Stated] = {}
    for each in stated:
        if (
            each.measure not in ("records.total", "level.count", "problem.count")
            or each.number is None
        ):
            continue
        key = each.measure, each.subject, each.detail if each.measure == "level.count" else ""
        first = seen.setdefault(key, each)
        if first.number is not None and first.number != each.number:
            words = text(
                "audit.check.different",
                subject=each.subject or text("audit.subject.records"),
                first=figure(first.number),
                second=figure(each.number),
            )
            yield Objection("different", "error", only([first.place, each.place]), words)


def _metrics(reading: Reading, stated: Sequence[Stated]) -> Iterator[Objection]:
    rows: dict[Place, dict[str, Stated]] = {}
    for each in stated:
        if each.measure.startswith("metric.") and each.number is not None:
            rows.setdefault(each.place, {})[each.measure] = each
    for place, row in rows.items():
        low, mean, high = (row.get(f"metric.{n}") for n in ("minimum", "mean", "maximum"))
        numbers = [each.number for each in (low, mean, high) if each and each.number is not None]
        if len(numbers) > 1 and numbers != sorted(numbers):
            yield Objection("metric_order", "error", (place,), text("audit.check.metric_order"))
        concept = reading.lexicon.concept(next(iter(row.values())).subject)
        percents = [e.number for e in row.values() if e.unit == "%" and e.number is not None]
        if concept in _BOUNDED and any(number > 100 for number in percents):
            words = text("audit.check.over_hundred", value=figure(max(percents)))
            yield Objection("magnitude", "error", (place,), words)
        elif concept in _UTILISATIONS and len(percents) > 1 and 0 < max(percents) < _TINY_PERCENT:
            words = text(
                "audit.check.tiny", value=figure(max(percents)), times=figure(max(percents) * 100)
            )
            yield Objection("unit", "warning", (place,), words)


def _ranges(stated: Sequence[Stated]) -> Iterator[Objection]:
    for each in stated:
        if each.measure == "problem.range" and each.number is not None and each.high is not None:
            if each.number > each.high:
                words = text("audit.check.range", low=figure(each.number), high=figure(each.high))
                yield Objection("range", "error", (each.place,), words)
        elif each.measure.endswith(".share") and each.number is not None and each.number > 100:
            words = text("audit.check.over_hundred", value=figure(each.number))
            yield Objection("magnitude", "error", (each.place,), words)


def figure(number: float) -> str:
    """
    Return a number as it is written.

    Example:
        >>> figure(1800.0), figure(0.016)
        ('1,800', '0.016')
    """
    return f"{int(number):,}" if number == int(number) else f"{number:,.6g}"


def place_of(row: TableRow) -> Place:
    """Return where a row of a table stands."""
    return Place(row.number, " | ".join(row.cells))
