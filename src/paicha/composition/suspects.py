"""Who may have started it: the ranking, and for each what speaks for and against it."""

from __future__ import annotations

from paicha.composition.draft import MOST_ROWS, Draft, line
from paicha.model.report import (
    Badge,
    Bar,
    Block,
    Bullets,
    Callout,
    Cell,
    Code,
    Column,
    Group,
    Line,
    Paragraph,
    Row,
    Section,
    Span,
    Stack,
    Table,
    Tone,
)
from paicha.model.suspects import Clue, Intervened, MovedSeries, Role, Suspect, SuspectReport

_ROLE_TONES: dict[Role, Tone] = {"suspect": "warn", "symptom": "unknown", "faint": "muted"}
#: Suspects with everything that speaks for and against them; the table has all.
_TOLD = 6


def suspects(draft: Draft) -> Section:
    """Return the suspects section; an answer that says it has none is one."""
    words, report = draft.words, draft.findings.suspects
    title = words.say("sections.suspects")
    if report is None:
        return Section("suspects", title, (Paragraph(line(words.say("suspects.none"), "unknown")),))
    blocks: list[Block] = [_answer(draft, report)]
    if report.suspects:
        blocks += _table(draft, report)
        blocks += (
            _one(draft, one, folded=place > 0) for place, one in enumerate(report.suspects[:_TOLD])
        )
    if report.interventions:
        blocks.append(_interventions(draft, report.interventions))
    if report.moved:
        blocks.append(_moved(draft, report.moved))
    blocks.append(_method(draft, report))
    return Section("suspects", title, tuple(blocks), count=len(report.suspects))


def _answer(draft: Draft, report: SuspectReport) -> Callout:
    tone: Tone = "warn" if report.conclusive else "unknown"
    first = line(draft.words.read(report.text), "strong")
    return Callout(tone, (first, *(draft.marked(reason) for reason in report.reasons)))


def _table(draft: Draft, report: SuspectReport) -> tuple[Block, ...]:
    words = draft.words
    columns = (
        Column("#", "number"),
        Column(words.label("columns.suspect")),
        Column(words.label("columns.role"), "badge"),
        Column(words.label("columns.points"), "bar"),
        Column(words.label("columns.since"), "number"),
        Column(words.label("columns.why")),
    )
    most = max(one.points for one in report.suspects) or 1.0
    shown = report.suspects[:MOST_ROWS]
    rows = tuple(_row(draft, one, most) for one in shown)
    n = len(report.suspects)
    caption = words.say(
        "suspects.caption", n=words.count(n), considered=words.count(report.considered)
    )
    return (Table(columns, rows, caption), *draft.left_out(len(rows), n))


def _row(draft: Draft, one: Suspect, most: float) -> Row:
    words = draft.words
    unit = words.label(f"units.{one.unit}")
    why = draft.marked(one.clues[0].text) if one.clues else line("—", "muted")
    cells: tuple[Cell, ...] = (
        Span(str(one.number)),
        Stack((line(words.text(one.name, 80), "strong"), line(unit, "muted"))),
        Badge(words.label(f"badges.{one.role}"), _ROLE_TONES[one.role]),
        Bar(one.points / most, f"{one.points:.1f}", _ROLE_TONES[one.role]),
        Span(words.clock(one.first)),
        why,
    )
    return Row(cells)


def _one(draft: Draft, one: Suspect, *, folded: bool) -> Group:
    words = draft.words
    title = words.say("suspects.of", number=one.number, name=words.text(one.name, 80))
    blocks: list[Block] = [Bullets(tuple(_clue(draft, clue) for clue in one.clues))]
    for key, texts in (("against", one.against), ("missing", one.missing)):
        if texts:
            blocks.append(Paragraph(line(words.say(f"suspects.{key}"), "strong")))
            blocks.append(Bullets(tuple(draft.marked(text) for text in texts)))
    queries = tuple(dict.fromkeys(clue.sql for clue in one.clues))
    blocks += (Code(query, "sql") for query in queries[:3])
    return Group(title, tuple(blocks), folded=folded)


def _clue(draft: Draft, clue: Clue) -> Line:
    words = draft.words
    kind = words.label(f"clues.{clue.kind}")
    points = words.say("suspects.points", points=f"{clue.points:.1f}")
    return (
        Span(f"{kind} ", "strong"),
        *draft.marked(clue.text),
        Span(f" {points}", "muted"),
    )


def _interventions(draft: Draft, found: tuple[Intervened, ...]) -> Group:
    words = draft.words
    columns = (
        Column(words.label("columns.time"), "number"),
        Column(words.label("columns.intervention")),
        Column(words.label("columns.whose"), "code"),
        Column(words.label("columns.said")),
    )
    rows = tuple(
        Row(
            (
                Span(words.clock(one.at)),
                Span(words.title(one.title)),
                Span(words.text(one.name, 80), "code"),
                line(words.text(one.said, 200)),
            )
        )
        for one in found[:MOST_ROWS]
    )
    caption = words.say("suspects.interventions_caption", n=words.count(len(found)))
    title = words.say("suspects.interventions")
    left = draft.left_out(len(rows), len(found))
    return Group(title, (Table(columns, rows, caption), *left), folded=True)


def _moved(draft: Draft, moved: tuple[MovedSeries, ...]) -> Group:
    words = draft.words
    columns = (
        Column(words.label("columns.metric")),
        Column(words.label("columns.whose"), "code"),
        Column(words.label("columns.usual"), "number"),
        Column(words.label("columns.moved_to"), "number"),
        Column(words.label("columns.moved_at"), "number"),
        Column(words.label("columns.deviations"), "number"),
        Column(words.label("columns.order")),
    )
    rows = tuple(_series(draft, one) for one in moved[:MOST_ROWS])
    caption = words.say("suspects.moved_caption", n=words.count(len(moved)))
    title = words.say("suspects.moved")
    left = draft.left_out(len(rows), len(moved))
    return Group(title, (Table(columns, rows, caption), *left), folded=True)


def _series(draft: Draft, one: MovedSeries) -> Row:
    words = draft.words
    order: Line = line(words.label(f"orders.{one.order}"), "muted")
    if one.problem_id:
        order = (*order, Span(" "), draft.named(one.problem_id))
    return Row(
        (
            Span(words.title(one.title)),
            Span(one.host or one.service, "code"),
            Span(words.measured(one.usual, one.digits, one.unit)),
            Span(words.measured(one.level, one.digits, one.unit), "strong"),
            Span(words.clock(one.at)),
            Span(f"{min(one.deviations, 999):.0f} σ"),
            order,
        )
    )


def _method(draft: Draft, report: SuspectReport) -> Group:
    words = draft.words
    caps: list[str] = [
        words.say("suspects.cap", kind=words.label(f"clues.{kind}"), points=f"{cap:g}")
        for kind, cap in report.caps
    ]
    said = words.say(
        "suspects.method",
        caps=words.say("joint").join(caps),
        least=f"{report.least:g}",
        margin=words.share(report.margin),
        before=words.count(report.spans_before),
        during=words.count(report.spans_during),
    )
    return Group(words.say("suspects.how"), (Paragraph(line(said)),), folded=True)
