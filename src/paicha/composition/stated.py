"""Numbers that log lines state and that left their own past: a table, each with its course."""

from __future__ import annotations

from paicha.analysis.stated.words import told_in
from paicha.composition.draft import MOST_ROWS, Draft, line
from paicha.model.report import (
    Block,
    Code,
    Column,
    Curve,
    Group,
    Line,
    Row,
    Span,
    Stack,
    Table,
    Tone,
)
from paicha.model.stated import Level, MovedNumber


def stated(draft: Draft) -> list[Block]:
    """Return the table of the numbers that moved, with the queries behind it; nothing where none did."""
    words, moved = draft.words, draft.findings.numbers
    if not moved:
        return []
    columns = (
        Column(words.label("columns.stated")),
        Column(words.label("columns.whose"), "code"),
        Column(words.label("columns.usual"), "number"),
        Column(words.label("columns.moved_to"), "number"),
        Column(words.label("columns.moved_at"), "number"),
        Column(words.label("columns.over_time"), "curve"),
    )
    shown = moved[:MOST_ROWS]
    rows = tuple(_row(draft, one) for one in shown)
    table = Table(columns, rows, words.say("stated.caption", n=words.count(len(moved))))
    queries = Code("\n".join(dict.fromkeys(one.sql for one in shown)), "sql")
    return [
        table,
        *draft.left_out(len(shown), len(moved)),
        Group(words.say("stated.queries"), (queries,), folded=True),
    ]


def _row(draft: Draft, one: MovedNumber) -> Row:
    words = draft.words
    what: list[Line] = [line(words.read(one.title), "strong")]
    if one.name:
        what.append(line(words.text(one.name, 80), "code"))
    what.append(line(words.text(one.template, 160), "code"))
    at = [line(words.clock(one.at))]
    if one.until is not None:
        at.append(line(words.say("stated.until", at=words.clock(one.until)), "muted"))
    elif one.grows:
        at.append(line(words.say("stated.grows"), "warn"))
    return Row(
        (
            Stack(tuple(what)),
            Span(one.service, "code"),
            _level(draft, one, one.before),
            _level(draft, one, one.after),
            Stack(tuple(at)),
            _curve(draft, one),
        )
    )


def _level(draft: Draft, one: MovedNumber, level: Level) -> Stack:
    """Return the median and what one of twenty reaches, the one that moved standing out, and of how many lines."""
    words = draft.words
    tones: tuple[Tone, Tone] = ("strong", "muted") if one.of == "median" else ("muted", "strong")
    middle = words.say("stated.median", value=words.read(told_in(level.p50, one.unit)))
    end = words.say("stated.slowest", value=words.read(told_in(level.p95, one.unit)))
    lines = words.say("stated.lines", n=words.count(level.n))
    return Stack((line(middle, tones[0]), line(end, tones[1]), line(lines, "muted")))


def _curve(draft: Draft, one: MovedNumber) -> Curve:
    words = draft.words
    values = [value for _, value in one.curve]
    label = words.say(
        "metrics.curve",
        title=words.read(one.title),
        low=words.read(told_in(min(values), one.unit)),
        high=words.read(told_in(max(values), one.unit)),
    )
    return draft.points(one.curve, label, "warn", one.unit)
