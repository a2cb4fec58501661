"""What the store counted, beside what was read of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from paicha.composition.draft import Draft
from paicha.model.findings import StoreCount
from paicha.model.report import Bar, Block, Column, Curve, Group, Row, Span, Table

_ROWS = 30
_MINUTE = timedelta(minutes=1)


def stored(draft: Draft) -> list[Block]:
    """Return the distributions by module, host, minute and pattern as the store counted them."""
    blocks: list[Block] = []
    for dimension in ("module", "host", "minute", "pattern"):
        rows = tuple(r for r in draft.findings.store_counts if r.dimension == dimension)
        if rows:
            shown = [_curve(draft, rows)] if dimension == "minute" else _table(draft, rows)
            blocks.append(Group(draft.words.say(f"distribution.store_{dimension}"), tuple(shown)))
    return blocks


def _table(draft: Draft, rows: tuple[StoreCount, ...]) -> list[Block]:
    words = draft.words
    dimension = rows[0].dimension
    told = any(row.read is not None for row in rows)
    columns = [
        Column(words.say(f"distribution.store_{dimension}_column"), "code"),
        Column(words.label("columns.in_store"), "bar"),
        *([Column(words.label("columns.read"), "number")] if told else []),
    ]
    shown = rows[:_ROWS]
    caption = words.say("distribution.store_caption", n=words.count(sum(row.n for row in rows)))
    table = Table(tuple(columns), tuple(_row(draft, row, rows[0].n) for row in shown), caption)
    return [table, *draft.left_out(len(shown), len(rows))]


def _row(draft: Draft, row: StoreCount, most: int) -> Row:
    words = draft.words
    name = words.text(row.value, 160)
    first = Span(name, "code") if name else Span(words.say("distribution.store_nameless"), "muted")
    bar = Bar(row.n / max(1, most), words.count(row.n))
    if row.read is None:
        return Row((first, bar))
    return Row((first, bar, Span(words.count(row.read), "muted")))


def _curve(draft: Draft, rows: tuple[StoreCount, ...]) -> Curve:
    # The store names only minutes that hold records.
    words, window = draft.words, draft.findings.question.extent
    counted = {datetime.fromisoformat(row.value): row.n for row in rows}
    moment = window.start.replace(second=0, microsecond=0)
    values: list[float] = []
    while moment < window.end:
        values.append(float(counted.get(moment, 0)))
        moment += _MINUTE
    start, end = words.clock(window.start), words.clock(window.end)
    label = words.say(
        "distribution.store_curve",
        low=words.count(round(min(values))),
        high=words.count(round(max(values))),
        start=start,
        end=end,
    )
    return Curve(tuple(values), label, "plain", start, end)
