"""The ranked table of problems, and under it one detail per problem."""

from __future__ import annotations

from paicha.composition.change import mark
from paicha.composition.detail import detail
from paicha.composition.draft import PRIORITY_TONES, Draft, line, place_of
from paicha.model.findings import Claim, Problem, VerdictKind
from paicha.model.report import (
    Badge,
    Block,
    Cell,
    Column,
    Paragraph,
    Row,
    Section,
    Span,
    Stack,
    Table,
)


def problems(draft: Draft) -> Section:
    """Return the section of the problems."""
    words, findings = draft.words, draft.findings
    n = len(findings.problems)
    blocks: list[Block] = []
    if not findings.totals.records:
        blocks.append(Paragraph(line(words.say("problems.nothing_read"), "unknown")))
    elif not n:
        records = words.count(findings.totals.records)
        blocks.append(Paragraph(line(words.say("problems.none", records=records))))
    if len(draft.shown) < n:
        # Above the table: who does not find a problem in it must know that it is not the whole.
        said = words.say("problems.shown", shown=len(draft.shown), all=words.count(n))
        blocks.append(Paragraph(line(said, "unknown")))
    if n:
        blocks.append(_table(draft))
    blocks.extend(detail(draft, problem) for problem in draft.shown)
    return Section("problems", words.say("sections.problems"), tuple(blocks), count=n)


def _table(draft: Draft) -> Table:
    words, findings = draft.words, draft.findings
    curve, first_last = _columns_of_time(draft)
    columns = (
        Column(words.label("columns.number"), "number"),
        Column(words.label("columns.priority"), "badge"),
        Column(words.label("columns.problem")),
        Column(words.label("columns.count"), "number"),
        Column(words.label("columns.share"), "number"),
        *curve,
        Column(words.label("columns.modules"), "number"),
        *first_last,
        Column(words.label("columns.verdict"), "badge"),
    )
    caption = words.say(
        "problems.caption",
        n=words.count(len(findings.problems)),
        whole=words.count(draft.whole()),
    )
    return Table(columns, tuple(_row(draft, problem) for problem in draft.shown), caption)


def _columns_of_time(draft: Draft) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """Return the columns of curves and of first and last times; neither where no record has a time."""
    words = draft.words
    if draft.findings.untimed:
        return (), (Column(words.label("columns.first_line"), "code"),)
    start, end = draft.ends()
    title = words.label("columns.curve", start=start, end=end, step=draft.step())
    return (Column(title, "curve"),), (Column(words.label("columns.first_last"), "number"),)


def _cells_of_time(draft: Draft, problem: Problem) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    words = draft.words
    if draft.findings.untimed:
        return (), (Span(place_of(draft.first_line(problem)) or "—", "code"),)
    both = Stack((line(words.clock(problem.first)), line(words.clock(problem.last), "muted")))
    if problem.first is None:  # a curve of nothing would say that there was none
        return (Span(words.say("detail.no_time"), "muted"),), (both,)
    if problem.without_time:
        without = words.say("detail.some_without_time", n=words.count(problem.without_time))
        both = Stack((*both.lines, line(without, "unknown")))
    label = words.say(
        "problems.curve",
        title=words.title(problem.title),
        step=draft.step(),
        low=words.count(min(problem.curve, default=0)),
        high=words.count(max(problem.curve, default=0)),
    )
    tone = PRIORITY_TONES[problem.priority]
    return (draft.counts(problem.curve, label, tone),), (both,)


def _row(draft: Draft, problem: Problem) -> Row:
    words = draft.words
    curve, first_last = _cells_of_time(draft, problem)
    cells: tuple[Cell, ...] = (
        Span(str(problem.number), "muted"),
        draft.priority(problem.priority),
        _title(draft, problem),
        Span(words.count(problem.n), "strong"),
        Span(words.share(problem.share)),
        *curve,
        Span(draft.reach(problem)),
        *first_last,
        verdict_badge(draft, problem.claims),
    )
    return Row(cells, draft.anchors[problem.id])


def _title(draft: Draft, problem: Problem) -> Stack:
    words = draft.words
    changed = mark(draft, problem.change)
    below = ((changed,),) if changed else ()
    if not problem.class_id or not problem.variants:
        return Stack(((draft.name(problem, "strong"),), *below))
    template = words.text(problem.variants[0].text, 160)
    more = len(problem.variants) - 1
    under: tuple[Span, ...] = (Span(template, "code"),)
    if more:
        under += (Span(f" +{more}", "muted"),)
    return Stack(((draft.name(problem, "strong"),), under, *below))


def verdict_badge(draft: Draft, claims: tuple[Claim, ...]) -> Badge:
    """Return the weightiest verdict of a problem's claims, with how many share it if not all."""
    order: tuple[VerdictKind, ...] = ("contradicted", "confirmed", "not_verifiable")
    for kind in order:
        n = sum(claim.verdict.kind == kind for claim in claims)
        if n:
            badge = draft.verdict(kind)
            return (
                badge if n == len(claims) else Badge(f"{badge.text} {n}/{len(claims)}", badge.tone)
            )
    return Badge(draft.words.label("badges.no_claim"), "muted")
