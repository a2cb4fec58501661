"""What to do, what happened when, and the summary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from paicha.analysis.records import in_order
from paicha.analysis.timeline import MOST
from paicha.composition.draft import MOST_ROWS, Draft, line, place_of
from paicha.model.findings import Action, Priority, TimelineEntry
from paicha.model.report import (
    Badge,
    Block,
    Bullets,
    Column,
    Group,
    Line,
    Paragraph,
    Row,
    Section,
    Span,
    Table,
    Tone,
)

_EVENT_TONES: dict[str, Tone] = {
    "first": "plain",
    "peak": "warn",
    "last": "muted",
    "metric": "bad",
    "done": "plain",
    "single": "plain",
    "burst": "warn",
    "step_up": "warn",
    "ramp_up": "warn",
    "step_down": "muted",
    "ramp_down": "muted",
}
#: Problems named over the steps that rest on all of them.
_NAMED = 5
_PRIORITIES: tuple[Priority, ...] = ("P1", "P2", "P3")


def actions(draft: Draft) -> Section:
    """Return the actions by priority, under the problems they rest on; the first priority open."""
    words, findings = draft.words, draft.findings
    blocks: list[Block] = []
    for priority in _PRIORITIES:
        found = [action for action in findings.actions if action.priority == priority]
        if found:
            title = words.say(f"actions.{priority}", n=words.count(len(found)))
            steps = tuple(_steps(draft, found))
            blocks.append(Group(title, steps, folded=bool(blocks)))
    if not blocks:
        blocks.append(Paragraph(line(words.say("actions.none"), "muted")))
    title = words.say("sections.actions")
    return Section("actions", title, tuple(blocks), count=len(findings.actions))


def _steps(draft: Draft, actions: list[Action]) -> Iterator[Block]:
    # Numbers run through one priority, so that "step 7" is one step.
    start = 1
    together: dict[tuple[str, ...], list[Action]] = {}
    for action in actions:
        together.setdefault(action.problems, []).append(action)
    for problems, members in together.items():
        items = tuple(draft.marked(action.text) for action in members)
        yield Paragraph(_rests_on(draft, problems))
        yield Bullets(items, numbered=True, start=start)
        start += len(items)


def _rests_on(draft: Draft, problems: tuple[str, ...]) -> Line:
    words = draft.words
    spans: list[Span] = []
    for identity in problems[:_NAMED]:
        problem, name = draft.problems.get(identity), draft.named(identity)
        if spans:
            spans.append(Span(words.say("joint")))
        if problem:
            spans.append(Span(f"#{problem.number} ", "muted"))
        spans.append(name if name.tone == "code" else replace(name, tone="strong"))
        if problem:
            n = words.say(_records(problem.n), n=words.count(problem.n))
            spans.append(Span(f"\u00a0{n}", "muted"))
    if len(problems) > _NAMED:
        more = words.count(len(problems) - _NAMED)
        spans.append(Span(words.say("actions.more", n=more), "muted"))
    return tuple(spans)


def _records(n: int) -> str:
    return "actions.of_one" if n == 1 else "actions.of"


def timeline(draft: Draft) -> Section:
    """Return the turning points in order."""
    words, findings = draft.words, draft.findings
    title = words.say("sections.timeline")
    if findings.untimed and not findings.timeline:
        return _in_order_of_lines(draft)
    if not findings.timeline:
        nothing = Paragraph(line(words.say("timeline.none"), "muted"))
        return Section("timeline", title, (nothing,), count=0)
    columns = (
        Column(words.label("columns.time"), "number"),
        Column(words.label("columns.event"), "badge"),
        Column(words.label("columns.what")),
        Column(words.label("columns.module"), "code"),
        Column(words.label("columns.locator"), "code"),
    )
    window = findings.question.extent
    caption = words.say(
        "timeline.caption",
        n=words.count(len(findings.timeline)),
        start=words.moment(window.start),
        end=words.moment(window.end),
    )
    rows = tuple(_entry(draft, entry) for entry in findings.timeline)
    blocks: list[Block] = [Table(columns, rows, caption)]
    if len(rows) >= MOST:
        blocks.append(Paragraph(line(words.say("timeline.most", n=words.count(MOST)), "muted")))
    return Section("timeline", title, tuple(blocks), count=len(findings.timeline))


def _in_order_of_lines(draft: Draft) -> Section:
    """Return the problems in the order of their first lines: all that is known of what came before what."""
    words = draft.words
    found = [problem for problem in draft.findings.problems if draft.first_line(problem)]
    found.sort(key=lambda problem: in_order(None, draft.first_line(problem)))
    columns = (
        Column(words.label("columns.first_line"), "code"),
        Column(words.label("columns.priority"), "badge"),
        Column(words.label("columns.problem")),
        Column(words.label("columns.count"), "number"),
    )
    rows = tuple(
        Row(
            (
                Span(place_of(draft.first_line(problem)), "code"),
                draft.priority(problem.priority),
                draft.name(problem, "strong"),
                Span(words.count(problem.n)),
            ),
            draft.anchors.get(problem.id, ""),
        )
        for problem in found[:MOST_ROWS]
    )
    blocks: list[Block] = [Paragraph(line(words.say("timeline.untimed"), "unknown"))]
    if rows:
        blocks.append(Table(columns, rows, words.say("timeline.lines", n=words.count(len(found)))))
        blocks += draft.left_out(len(rows), len(found))
    title = words.say("sections.lines")
    return Section("timeline", title, tuple(blocks), count=len(found))


def _entry(draft: Draft, entry: TimelineEntry) -> Row:
    words = draft.words
    target = draft.anchors.get(entry.problem_id, "")
    problem = draft.problems.get(entry.problem_id)
    text = words.text(words.read(entry.text))
    what: tuple[Span, ...] = (Span(text, "plain", target),)
    if problem is not None and words.read(problem.title)[:60] not in text:
        what = (draft.name(problem, "strong"), Span(" " + text))
    badge = Badge(words.label(f"events.{entry.kind}"), _EVENT_TONES[entry.kind])
    return Row(
        (
            Span(words.clock(entry.timestamp)),
            badge,
            what,
            Span(entry.module or "—", "code" if entry.module else "muted"),
            Span(place_of(entry.locator) or "—", "code" if entry.locator else "muted"),
        ),
        target,
    )


def summary(draft: Draft) -> Section:
    """Return the summary in sentences."""
    words, findings = draft.words, draft.findings
    items = tuple(line(words.read(text)) for text in findings.summary)
    said = words.say(
        "summary.none",
        records=words.count(findings.totals.records),
        abnormal=words.count(findings.totals.abnormal),
        problems=words.count(len(findings.problems)),
        contradictions=words.count(len(findings.contradictions)),
    )
    block: Block = Bullets(items) if items else Paragraph(line(said))
    return Section("summary", words.say("sections.summary"), (block,))
