"""Whom a problem happened to: which status, path, upstream and client, with their counts."""

from __future__ import annotations

from paicha.composition.draft import Draft, line
from paicha.locales import message
from paicha.model.findings import Problem
from paicha.model.report import Block, Column, Group, Line, Paragraph, Row, Span, Stack, Table
from paicha.model.told import Tally

#: Characters of one value.
_LONGEST = 160


def told_blocks(draft: Draft, problem: Problem) -> list[Block]:
    """Return what most records have in common, and each thing with its values; nothing where none are known."""
    told, words = problem.told, draft.words
    if told is None:
        return []
    if not told.tallies:
        unread = _say(draft, "unread", n=words.count(problem.n), number=problem.number)
        return [Group(_say(draft, "group"), (Paragraph(line(unread)),), wide=False)]
    columns = (Column(_say(draft, "what")), Column(_say(draft, "values")))
    rows = tuple(
        Row((Span(words.read(one.title)), Stack(_values(draft, one, problem.n))))
        for one in told.tallies
    )
    blocks: list[Block] = [Table(columns, rows, _say(draft, "caption", n=words.count(problem.n)))]
    said = [one for one in (told.succeeded, told.common, told.apart) if one is not None]
    blocks[:0] = [Paragraph(line(words.text(words.read(one)), "strong")) for one in said]
    return [Group(_say(draft, "group"), tuple(blocks), wide=False)]


def _values(draft: Draft, tally: Tally, whole: int) -> tuple[Line, ...]:
    words = draft.words
    lines: list[Line] = [
        (
            Span(words.text(one.name, _LONGEST), "code"),
            Span(f" {words.count(one.n)}", "strong"),
            Span(f" {words.share(one.share)}", "muted"),
        )
        for one in tally.values
    ]
    if tally.distinct > len(lines):
        lines.append(line(_say(draft, "more", n=words.count(tally.distinct)), "muted"))
    if tally.n < whole:
        lines.append(line(_say(draft, "unsaid", n=words.count(whole - tally.n)), "muted"))
    return tuple(lines)


def _say(draft: Draft, key: str, **values: object) -> str:
    return message(f"told.{key}", draft.words.language, **values)
