"""
The same report, short: for a chat message and for one page.

Both lead with what explains the most (the suspect, where one can be named), then with what changed; how many records there were
comes last, because it helps nobody who has to act.
"""

from __future__ import annotations

from collections.abc import Iterator

from paicha.composition.comparison import name_of_side, sentences, window_of_side
from paicha.composition.compose import labels_of
from paicha.composition.draft import Draft
from paicha.composition.words import Words, window_words
from paicha.locales import Language, Text
from paicha.model.change import Comparison
from paicha.model.findings import Findings, Statement
from paicha.model.question import NO_TIME
from paicha.model.report import Bullets, Line, Paragraph, Report, Section, Span

#: What a message leads with, in this order.
_ORDER = ("change", "incomplete", "immediate", "done", "contradiction", "warning", "calm")
#: Clues of the first suspect that a short report names.
_CLUES = 2
#: What one page has room for.
_PAGE_PROBLEMS, _PAGE_ACTIONS, _PAGE_TURNS, _PAGE_STATEMENTS = 8, 8, 10, 10
_CHAT_PROBLEMS, _CHAT_ACTIONS = 5, 3


def compose_chat(findings: Findings, language: Language, zone: str | None = None) -> Report:
    """Return a report of one list of lines, the most important first, for a chat message."""
    draft = Draft.of(findings, language, zone or findings.question.zone)
    lines = [*_leading(draft), *_problems(draft, _CHAT_PROBLEMS), *_actions(draft, _CHAT_ACTIONS)]
    return _short(draft, (Section("chat", "", (Bullets(tuple(lines)),)),))


def compose_page(findings: Findings, language: Language, zone: str | None = None) -> Report:
    """Return a report that fits one page: what stands out, the first problems, what to do, the turns."""
    draft = Draft.of(findings, language, zone or findings.question.zone)
    words = draft.words
    parts = (
        ("verdict", _first(words, list(_leading(draft)), _PAGE_STATEMENTS)),
        ("problems", list(_problems(draft, _PAGE_PROBLEMS))),
        ("actions", _actions(draft, _PAGE_ACTIONS)),
        ("timeline", list(_turns(draft, _PAGE_TURNS))),
    )
    sections = [
        Section(name, words.say(f"sections.{name}"), (Bullets(tuple(lines)),))
        for name, lines in parts
        if lines
    ]
    coverage = Paragraph((Span(_coverage(draft)),))
    sections.append(Section("quality", words.say("sections.quality"), (coverage,)))
    return _short(draft, tuple(sections))


def compose_comparison_chat(
    found: Comparison, language: Language, zone: str | None = None
) -> Report:
    """Return a comparison as one list of lines, for a chat message."""
    there = zone or found.zone
    words = Words.of(language, there, found.during.window or NO_TIME)
    lines = [(Span(words.read(statement.text)),) for statement in sentences(found)]
    title = words.say("comparison.title")
    sides = " → ".join(
        f"{name_of_side(words, side)} ({window_of_side(words, side)})"
        for side in (found.before, found.during)
    )
    section = Section("chat", "", (Bullets(tuple(lines)),))
    return Report(title, (Span(sides),), language, there, (section,), None)


def _short(draft: Draft, sections: tuple[Section, ...]) -> Report:
    findings, words = draft.findings, draft.words
    question = findings.question
    window = window_words(words, question)
    inputs = words.join(question.inputs)
    subtitle = (Span(window), *((Span(f" · {words.text(inputs, 200)}"),) if inputs else ()))
    name = question.scope.index_set_name
    title = words.say("title_of", name=name) if name else words.say("title")
    zone = words.zone.key
    return Report(
        title, subtitle, words.language, zone, sections, findings, labels=labels_of(draft)
    )


def _leading(draft: Draft) -> Iterator[Line]:
    """Yield what stands out: suspect, change, what is missing, what is urgent, what contradicts; last that nobody can be named."""
    suspect, answered = list(_suspect(draft)), draft.findings.suspects
    named = answered is not None and answered.conclusive
    yield from suspect if named else ()
    found = sorted(draft.findings.statements, key=lambda s: _ORDER.index(s.kind))
    before = ""
    for statement in found:
        yield _statement(draft.words, statement, lead=statement.kind != before)
        before = statement.kind
    yield from () if named else suspect
    if not found:
        yield (Span(_coverage(draft)),)


def _suspect(draft: Draft) -> Iterator[Line]:
    """Yield the first suspect with what speaks for it most; nothing where there was nothing to weigh."""
    words, found = draft.words, draft.findings.suspects
    if found is None or not found.suspects:
        return
    answer = words.read(found.text)
    yield (Span(answer, "strong"),)
    if not found.conclusive:
        return
    for clue in found.suspects[0].clues[:_CLUES]:
        yield (Span(words.read(clue.text).replace("`", "")),)


def _statement(words: Words, statement: Statement, *, lead: bool) -> Line:
    said = words.read(statement.text)
    first = words.say(f"statement.{statement.kind}")
    if not lead or said.startswith(first):
        return (Span(said),)
    return (Span(first + words.say("statement.separator"), "strong"), Span(said))


def _problems(draft: Draft, most: int) -> Iterator[Line]:
    words = draft.words
    for problem in draft.findings.problems[:most]:
        said = words.say(
            "brief.problem",
            number=problem.number,
            priority=problem.priority,
            title=words.title(problem.title),
            n=words.count(problem.n),
        )
        course = words.read(problem.course.text) if problem.course else ""
        yield (Span(said, "strong"), Span(f" · {course}" if course else ""))
    left = len(draft.findings.problems) - most
    if left > 0:
        yield (Span(words.say("brief.more_problems", n=words.count(left)), "muted"),)


def _actions(draft: Draft, most: int) -> list[Line]:
    words = draft.words
    lines: list[Line] = []
    for action in draft.findings.actions:
        plain = Text(action.text.zh.replace("`", ""), action.text.en.replace("`", ""))
        lines.append((Span(f"{action.priority} ", "strong"), Span(words.read(plain))))
    return _first(words, lines, most)


def _first(words: Words, lines: list[Line], most: int) -> list[Line]:
    """Return the first of *lines*, and how many more there are."""
    left = len(lines) - most
    if left <= 0:
        return lines
    return [*lines[:most], (Span(words.say("brief.more", n=words.count(left)), "muted"),)]


def _turns(draft: Draft, most: int) -> Iterator[Line]:
    words, found = draft.words, draft.findings.timeline
    for entry in found[:most]:
        yield (Span(f"{words.clock(entry.timestamp)} ", "strong"), Span(words.read(entry.text)))
    if len(found) > most:
        yield (Span(words.say("brief.more_turns", n=words.count(len(found) - most)), "muted"),)


def _coverage(draft: Draft) -> str:
    totals, words = draft.findings.totals, draft.words
    return words.say(
        "brief.coverage",
        records=words.count(totals.records),
        abnormal=words.count(totals.abnormal),
        problems=words.count(len(draft.findings.problems)),
        case=draft.findings.reproduction.case_id,
    )
