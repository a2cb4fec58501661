"""What to do, what happened when, and the summary."""

from __future__ import annotations

from paicha.composition.draft import MOST_ROWS, Draft, line
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
    "single": "plain",
}
_PRIORITIES: tuple[Priority, ...] = ("P1", "P2", "P3")


def actions(draft: Draft) -> Section:
    """Return the actions by priority, each naming the problems it rests on."""
    words, findings = draft.words, draft.findings
    blocks: list[Block] = []
    for priority in _PRIORITIES:
        items = tuple(
            _action(draft, action) for action in findings.actions if action.priority == priority
        )
        if items:
            bullets = Bullets(items, numbered=True)
            blocks.append(Group(words.say(f"actions.{priority}"), (bullets,)))
    if not blocks:
        blocks.append(Paragraph(line(words.say("actions.none"), "muted")))
    title = words.say("sections.actions")
    return Section("actions", title, tuple(blocks), count=len(findings.actions))


def _action(draft: Draft, action: Action) -> Line:
    spans = list(draft.marked(action.text))
    for index, identity in enumerate(action.problems):
        problem = draft.problems.get(identity)
        name = draft.named(identity)
        number = f"#{problem.number} " if problem else ""
        spans.append(Span(" ← " if index == 0 else draft.words.say("joint"), "muted"))
        if name.tone == "code":
            spans.append(Span(number, "muted"))
            spans.append(name)
        else:
            spans.append(Span(number + name.text, "muted", name.target))
    return tuple(spans)


def timeline(draft: Draft) -> Section:
    """Return the turning points in order."""
    words, findings = draft.words, draft.findings
    title = words.say("sections.timeline")
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
    window = findings.question.window
    caption = words.say(
        "timeline.caption",
        n=words.count(len(findings.timeline)),
        start=words.moment(window.start),
        end=words.moment(window.end),
    )
    rows = tuple(_entry(draft, entry) for entry in findings.timeline[:MOST_ROWS])
    return Section(
        "timeline", title, (Table(columns, rows, caption),), count=len(findings.timeline)
    )


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
            Span(_place(entry.locator) or "—", "code" if entry.locator else "muted"),
        ),
        target,
    )


def _place(locator: str) -> str:
    # The end of a long path is enough here; the examples of the problem have it whole.
    is_path = locator.startswith(("/", "./", "../")) and len(locator) > 40
    return f"…/{locator.rpartition('/')[2]}" if is_path else locator


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
