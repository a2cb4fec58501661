"""What changed against the baseline: one table per kind of thing, and the queries that recount it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from paicha.analysis.change.words import times
from paicha.analysis.wording import significant
from paicha.composition.draft import Draft, left_out, line
from paicha.composition.words import Words
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
_MOST_PROBLEMS, _MOST_ROWS, _MOST_QUERIES = 100, 40, 40
#: Kinds of things under the problems, in the order of a report.
_OTHERS: tuple[Dimension, ...] = ("template", "level", "module", "service", "host")


Named = Callable[[Change], tuple[Span, str]]


def change(draft: Draft) -> Section:
    """Return the section of the change against the baseline."""
    words, report = draft.words, draft.findings.change
    if report is None:
        untimed = draft.findings.question.window is None
        said = words.say("change.untimed" if untimed else "change.no_baseline")
        blocks = [Paragraph(line(said, "muted"))]
        return Section("change", words.say("sections.change"), tuple(blocks))
    made = section(words, report, lambda change: _named(draft, change))
    text, *rest = made.blocks
    return replace(made, blocks=(text, *_coverage(draft), *rest))


def _coverage(draft: Draft) -> list[Block]:
    """Return what the sources gave of the baseline, told apart from the window's."""
    words = draft.words
    blocks: list[Block] = []
    for source in draft.findings.coverage.baseline:
        present = source.present
        said = words.say(
            "change.coverage",
            source=source.source,
            present=words.say("facts.unknown") if present is None else words.count(present),
            read=words.count(source.read),
            kept=words.count(source.kept),
        )
        reasons = "".join(f" {words.read(reason)}" for reason in source.incomplete)
        blocks.append(Paragraph(line(said + reasons, "unknown" if reasons else "muted")))
    return blocks


def section(words: Words, report: ChangeReport, named: Named) -> Section:
    """
    Return the section of one comparison.

    Args:
        words: The reader's language.
        report: What was compared.
        named: Returns a thing's name, and where a click on it leads.
    """
    tone: Tone = "plain" if report.baseline.state == "sound" else "unknown"
    blocks: list[Block] = [Paragraph(line(words.read(report.baseline.text), tone))]
    if report.changes:
        blocks += _tables(words, report, named)
    n = sum(1 for c in report.changes if c.dimension == "problem" and c.changed)
    return Section(
        "change", words.say("sections.change"), tuple(blocks), count=n if report.changes else None
    )


def _tables(words: Words, report: ChangeReport, named: Named) -> list[Block]:
    """Return what was compared: all problems, then of everything else what changed, then the method."""
    overall = [*report.by_key("all").values()]
    problems = [c for c in report.changes if c.dimension == "problem"]
    shown = [*overall, *problems[:_MOST_PROBLEMS]]
    blocks: list[Block] = [_table(words, shown, words.say("change.of_problems"), named)]
    blocks += left_out(words, _MOST_PROBLEMS, len(problems))
    for dimension in _OTHERS:
        blocks += _others(words, report, dimension, named)
    facts = {
        "n": words.count(report.comparisons),
        "share": words.share(report.false_discoveries),
    }
    blocks.append(Paragraph(line(words.say("change.method", **facts), "muted")))
    queries = [c for c in report.changes if c.changed and c.sql][:_MOST_QUERIES]
    if queries:
        code = tuple(_query(words, change) for change in queries)
        blocks.append(Group(words.say("change.queries"), code, folded=True))
    return blocks


def _others(words: Words, report: ChangeReport, dimension: Dimension, named: Named) -> list[Block]:
    compared = dict(report.compared).get(dimension, 0)
    changed = [c for c in report.changes if c.dimension == dimension and c.changed]
    if not compared:
        return []
    facts = {"n": words.count(compared), "changed": words.count(len(changed))}
    title = words.say(f"change.of_{dimension}", **facts)
    if not changed:
        return [Paragraph(line(words.say("change.none", title=title), "muted"))]
    # What belongs to a problem first: a new line of a calm level is rarely the news.
    changed.sort(key=lambda c: not c.in_problem)
    blocks: list[Block] = [_table(words, changed[:_MOST_ROWS], "", named)]
    blocks += left_out(words, _MOST_ROWS, len(changed))
    return [Group(title, tuple(blocks), folded=dimension == "template")]


def _table(words: Words, changes: Sequence[Change], caption: str, named: Named) -> Table:
    columns = (
        Column(words.label("columns.change"), "badge"),
        Column(words.label("columns.what")),
        Column(words.label("columns.before"), "number"),
        Column(words.label("columns.during"), "number"),
        Column(words.label("columns.ratio"), "number"),
        Column(words.label("columns.score"), "number"),
        Column(words.label("columns.chance"), "number"),
    )
    return Table(columns, tuple(_row(words, change, named) for change in changes), caption)


def _row(words: Words, change: Change, named: Named) -> Row:
    name, target = named(change)
    cells: tuple[Cell, ...] = (
        badge(words, change),
        (name,),
        _rate(words, change.before, change.rate_before),
        _rate(words, change.during, change.rate_during),
        Span(ratio(words, change)),
        Span(signed(change.score), "muted"),
        Span(chance(words, change.q), "muted"),
    )
    return Row(cells, target)


def _named(draft: Draft, change: Change) -> tuple[Span, str]:
    known = draft.problems.get(change.key) if change.dimension == "problem" else None
    if known is None:
        return name_of(draft.words, change), ""
    return draft.name(known), draft.anchors.get(change.key, "")


def name_of(words: Words, change: Change) -> Span:
    """Return the name of a thing that was compared."""
    tones: dict[Dimension, Tone] = {"all": "strong", "problem": "plain"}
    return Span(words.title(change.title), tones.get(change.dimension, "code"))


def _rate(words: Words, n: int, rate: float | None) -> Stack:
    if rate is None:
        return Stack((line(words.count(n), "strong"),))
    per_minute = words.say("change.rate", rate=significant(rate, 3))
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
    return words.say("change.times", ratio=times(change.ratio))


def signed(score: float) -> str:
    """Return a score with its sign; what is 0.0 has none."""
    return f"{score:+.1f}" if round(score, 1) else "0.0"


def chance(words: Words, q: float) -> str:
    """Return an adjusted chance: never 0, because nothing is certain."""
    return words.say("change.below", q="0.0001") if q < 0.0001 else f"{q:.2g}"


def mark(draft: Draft, change: Change | None) -> Span | None:
    """Return the word for a problem's change that stands under its title; None without a baseline."""
    if change is None:
        return None
    words = draft.words
    said = badge(words, change)
    if change.kind not in ("louder", "quieter") or not change.ratio:
        return Span(said.text, said.tone)
    figures = {"ratio": times(change.ratio), "percent": times(100 * change.ratio)}
    key = "change.mark_less" if change.ratio < 1 else "change.mark"
    return Span(words.say(key, verdict=said.text, **figures), said.tone)


def told(words: Words, change: Change) -> str:
    """Return one change against a baseline, which has rates, as a sentence with its figures."""
    return words.say(
        "change.told",
        verdict=words.label(f"changes.{change.kind if change.firm else f'{change.kind}_weak'}"),
        before=words.count(change.before),
        during=words.count(change.during),
        rate_before=significant(change.rate_before or 0.0, 3),
        rate_during=significant(change.rate_during or 0.0, 3),
        score=signed(change.score),
        burstiness=f"{change.burstiness:.1f}",
        q=chance(words, change.q),
    )


def _query(words: Words, change: Change) -> Block:
    dimension = words.label(f"dimensions.{change.dimension}")
    return Group(f"{dimension} · {words.title(change.title)}", (Code(change.sql, "sql"),))
