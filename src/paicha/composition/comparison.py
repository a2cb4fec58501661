"""Two sides as a report: what differs first, then everything that was compared."""

from __future__ import annotations

from dataclasses import replace

from paicha.analysis.change.words import changed
from paicha.composition.change import CHANGE_TONES, name_of, section
from paicha.composition.words import Words
from paicha.locales import Language, catalogue, pair
from paicha.model.change import ChangeKind, Comparison, Side
from paicha.model.findings import Statement
from paicha.model.question import NO_TIME
from paicha.model.report import (
    Block,
    Callout,
    Code,
    Column,
    Fact,
    Facts,
    Line,
    Paragraph,
    Report,
    Row,
    Section,
    Span,
    Stack,
    Table,
    Tone,
)

_CHOICES = {
    "previous": "previous",
    "1h-before": "hour_before",
    "yesterday": "day_before",
    "last-week": "week_before",
}
_FACTS: tuple[ChangeKind, ...] = ("new", "louder", "gone", "quieter")


def compose_comparison(found: Comparison, language: Language, zone: str | None = None) -> Report:
    """
    Return the report on *found*.

    Args:
        found: What was compared.
        language: The reader's language.
        zone: The reader's time zone (IANA name); None: the second side's.
    """
    there = zone or found.zone
    words = Words.of(language, there, found.during.window or NO_TIME)
    change = section(words, found.change, lambda one: (name_of(words, one), ""))
    change = replace(change, title=words.say("comparison.changes"))
    sections = (_verdict(words, found), change, _sides(words, found), *_commands(words, found))
    return Report(
        title=words.say("comparison.title"),
        subtitle=_subtitle(words, found),
        language=language,
        zone=there,
        sections=sections,
        findings=None,
        labels=_labels(words, found),
    )


def name_of_side(words: Words, side: Side) -> str:
    """Return what a side is called; a stretch that was asked for by a word, in the reader's words."""
    if side.name in _CHOICES:
        return words.say(f"comparison.choices.{_CHOICES[side.name]}")
    return side.name or words.say("comparison.window")


def window_of_side(words: Words, side: Side) -> str:
    """Return the stretch of a side, or that none of its records has a time."""
    return words.say("scope.no_window") if side.window is None else words.window(side.window)


def sentences(found: Comparison) -> list[Statement]:
    """Return what differs, and what is missing, most important first."""
    statements = changed(found.change)
    reasons = (*found.before.incomplete, *found.during.incomplete)
    return [*statements, *(Statement("incomplete", reason) for reason in reasons)]


def _subtitle(words: Words, found: Comparison) -> Line:
    spans = [
        Span(pair(name_of_side(words, side), window_of_side(words, side), words.language), "strong")
        for side in (found.before, found.during)
    ]
    both = (spans[0], Span(" → ", "muted"), spans[1])
    if found.during.window is None:
        return both
    return (*both, Span(f" · {words.zone_name(found.during.window)}", "muted"))


def _verdict(words: Words, found: Comparison) -> Section:
    statements = sentences(found)
    tone: Tone = "warn"
    if any(statement.kind == "incomplete" for statement in statements):
        tone = "unknown"
    elif not any(c.changed for c in found.change.changes if c.in_problem):
        tone = "good"
    lines = tuple((Span(words.read(statement.text)),) for statement in statements)
    facts = [_fact(words, found, kind) for kind in _FACTS]
    compared = words.count(found.change.comparisons)
    facts.append(Fact(compared, words.say("comparison.fact_compared")))
    return Section(
        "verdict", words.say("sections.verdict"), (Callout(tone, lines), Facts(tuple(facts)))
    )


def _fact(words: Words, found: Comparison, kind: ChangeKind) -> Fact:
    if not found.change.changes:  # nothing compared is not nothing found
        return Fact("—", words.say(f"comparison.fact_{kind}"), "unknown")
    n = len(found.change.called(kind, dimension="problem"))
    return Fact(
        words.count(n), words.say(f"comparison.fact_{kind}"), CHANGE_TONES[kind] if n else "plain"
    )


def _sides(words: Words, found: Comparison) -> Section:
    columns = (
        Column(words.say("comparison.side")),
        Column(words.label("columns.time")),
        Column(words.label("columns.records"), "number"),
        Column(words.say("comparison.inputs"), "code"),
    )
    rows = tuple(_side(words, side) for side in (found.before, found.during))
    return Section("sides", words.say("comparison.sides"), (Table(columns, rows),))


def _side(words: Words, side: Side) -> Row:
    return Row(
        (
            Stack(((Span(name_of_side(words, side), "strong"),), (Span(side.case_id, "muted"),))),
            Span(window_of_side(words, side)),
            Span(words.count(side.records)),
            Span(words.join(side.inputs), "code"),
        )
    )


def _commands(words: Words, found: Comparison) -> list[Section]:
    blocks: list[Block] = [Code(command, "shell") for command in found.commands]
    made = words.say("reproduction.version") + words.say("statement.separator")
    blocks.append(Paragraph((Span(made, "muted"), Span(found.product_version, "code"))))
    return [Section("reproduction", words.say("sections.reproduction"), tuple(blocks))]


def _labels(words: Words, found: Comparison) -> tuple[tuple[str, str], ...]:
    known = {
        key.removeprefix("labels.ui."): said
        for key, said in catalogue(words.language).items()
        if key.startswith("labels.ui.")
    }
    case = f"{found.before.case_id} → {found.during.case_id}"
    known["made_by"] = words.label("ui.made_by", version=found.product_version, case=case)
    return tuple(sorted(known.items()))
