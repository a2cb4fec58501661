"""What changed against the baseline: one table per kind of thing, and the queries that recount it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paicha.composition.draft import Draft, line
from paicha.composition.words import Words
from paicha.locales import Text
from paicha.model.change import Change, ChangeKind, ChangeReport, Dimension
from paicha.model.report import (
    Badge,
    Block,
    Cell,
    Code,
    Column,
    Group,
    Paragraph,
    Row,
    Section,
    Span,
    Stack,
    Table,
    Tone,
)

CHANGE_TONES: Mapping[ChangeKind, Tone] = {
    "new": "bad",
    "louder": "warn",
    "gone": "good",
    "quieter": "good",
    "unchanged": "muted",
}
#: What a table has room for; the case file has all.
_MOST_ROWS, _MOST_QUERIES = 40, 40
#: Kinds of things under the problems, in the order of a report.
_OTHERS: tuple[Dimension, ...] = ("template", "level", "module", "service", "host")


def change(draft: Draft) -> Section:
    """Return the section of the change against the baseline."""
    words, report = draft.words, draft.findings.change
    blocks: list[Block] = []
    if report is None:
        blocks.append(Paragraph(line(words.say("change.no_baseline"), "muted")))
    else:
        tone: Tone = "plain" if report.baseline.state == "sound" else "unknown"
        blocks.append(Paragraph(line(words.read(report.baseline.text), tone)))
        if report.changes:
            blocks += tables(draft, report)
    n = _changed_problems(report)
    return Section("change", words.say("sections.change"), tuple(blocks), count=n)


def _changed_problems(report: ChangeReport | None) -> int | None:
    if report is None or not report.changes:
        return None
    return sum(1 for change in report.changes if change.dimension == "problem" and change.changed)


def tables(draft: Draft, report: ChangeReport) -> list[Block]:
    """Return what was compared: all problems, then of everything else what changed, then the method."""
    words = draft.words
    overall = [*report.by_key("all").values()]
    problems = [c for c in report.changes if c.dimension == "problem"]
    blocks: list[Block] = [_table(draft, [*overall, *problems], words.say("change.of_problems"))]
    for dimension in _OTHERS:
        blocks += _others(draft, report, dimension)
    facts = {
        "n": words.count(report.compared),
        "share": words.share(report.false_discoveries),
    }
    blocks.append(Paragraph(line(words.say("change.method", **facts), "muted")))
    queries = [c for c in report.changes if c.changed and c.sql][:_MOST_QUERIES]
    if queries:
        code = tuple(_query(draft, change) for change in queries)
        blocks.append(Group(words.say("change.queries"), code, folded=True))
    return blocks


def _others(draft: Draft, report: ChangeReport, dimension: Dimension) -> list[Block]:
    words = draft.words
    compared = [c for c in report.changes if c.dimension == dimension]
    changed = [c for c in compared if c.changed]
    if not compared:
        return []
    facts = {"n": words.count(len(compared)), "changed": words.count(len(changed))}
    title = words.say(f"change.of_{dimension}", **facts)
    if not changed:
        return [Paragraph(line(words.say("change.none", title=title), "muted"))]
    blocks: list[Block] = [_table(draft, changed[:_MOST_ROWS], title)]
    if len(changed) > _MOST_ROWS:
        said = words.say("change.shown", shown=_MOST_ROWS, all=words.count(len(changed)))
        blocks.append(Paragraph(line(said, "muted")))
    return [Group(title, tuple(blocks), folded=dimension == "template")]


def _table(draft: Draft, changes: Sequence[Change], caption: str) -> Table:
    label = draft.words.label
    columns = (
        Column(label("columns.change"), "badge"),
        Column(label("columns.what")),
        Column(label("columns.before"), "number"),
        Column(label("columns.during"), "number"),
        Column(label("columns.ratio"), "number"),
        Column(label("columns.score"), "number"),
        Column(label("columns.chance"), "number"),
    )
    return Table(columns, tuple(_row(draft, change) for change in changes), caption)


def _row(draft: Draft, change: Change) -> Row:
    words = draft.words
    cells: tuple[Cell, ...] = (
        badge(words, change),
        (_name(draft, change),),
        _rate(words, change.before, change.rate_before),
        _rate(words, change.during, change.rate_during),
        Span(ratio(words, change)),
        Span(f"{change.score:+.1f}", "muted"),
        Span(chance(words, change.q), "muted"),
    )
    target = draft.anchors.get(change.key, "") if change.dimension == "problem" else ""
    return Row(cells, target)


def _name(draft: Draft, change: Change) -> Span:
    title = draft.words.title(change.title)
    if change.dimension == "all":
        return Span(title, "strong")
    if change.dimension == "problem":
        known = draft.problems.get(change.key)
        return draft.name(known) if known else Span(title)
    return Span(title, "code")


def _rate(words: Words, n: int, rate: float) -> Stack:
    per_minute = words.say("change.rate", rate=words.number(float(f"{rate:.3g}")))
    return Stack((line(words.count(n), "strong"), line(per_minute, "muted")))


def badge(words: Words, change: Change) -> Badge:
    """Return what is called of a change; with a question mark's words where it is not certain."""
    key = change.kind if change.firm else f"{change.kind}_weak"
    tone = CHANGE_TONES[change.kind] if change.firm or change.kind != "new" else "warn"
    return Badge(words.label(f"changes.{key}"), tone if change.firm else _weaker(tone))


def _weaker(tone: Tone) -> Tone:
    return "unknown" if tone in ("good", "muted") else tone


def ratio(words: Words, change: Change) -> str:
    """Return by how much the rate changed; a dash where there was none before or is none now."""
    if not change.ratio:
        return "—"
    return words.say("change.times", ratio=words.number(float(f"{change.ratio:.2g}")))


def chance(words: Words, q: float) -> str:
    """Return an adjusted chance: never 0, because nothing is certain."""
    return words.say("change.below", q="0.0001") if q < 0.0001 else f"{q:.2g}"


def mark(draft: Draft, change: Change | None) -> Span | None:
    """Return the word for a problem's change that stands under its title; None without a baseline."""
    if change is None:
        return None
    words = draft.words
    said = badge(words, change)
    figure = f" {ratio(words, change)}" if change.kind in ("louder", "quieter") else ""
    return Span(said.text + figure, said.tone)


def told(words: Words, change: Change) -> Text:
    """Return one change as a sentence with its figures, in the reader's language for both."""
    said = words.say(
        "change.told",
        verdict=words.label(f"changes.{change.kind if change.firm else f'{change.kind}_weak'}"),
        before=words.count(change.before),
        during=words.count(change.during),
        rate_before=words.number(float(f"{change.rate_before:.3g}")),
        rate_during=words.number(float(f"{change.rate_during:.3g}")),
        score=f"{change.score:+.1f}",
        burstiness=f"{change.burstiness:.1f}",
        q=chance(words, change.q),
    )
    return Text.same(said)


def _query(draft: Draft, change: Change) -> Block:
    dimension = draft.words.label(f"dimensions.{change.dimension}")
    title = f"{dimension} · {draft.words.title(change.title)}"
    return Group(title, (Code(change.sql, "sql"),))
