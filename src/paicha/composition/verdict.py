"""The first screen: the verdict in sentences, five figures, the whole window in one curve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from paicha.composition.claims import unverifiable
from paicha.composition.draft import Draft, line
from paicha.model.findings import Priority, Statement
from paicha.model.report import Block, Callout, Fact, Facts, Line, Section, Span, Tone
from paicha.model.suspects import Intervened, SuspectReport

_TONES: Mapping[str, Tone] = {
    "immediate": "bad",
    "change": "warn",
    "done": "plain",
    "contradiction": "bad",
    "warning": "warn",
    "calm": "good",
    "incomplete": "unknown",
}
#: Hosts, services and inputs named under the title.
_NAMES = 8
#: Characters of an index set's name.
_LONGEST_NAME = 80
#: What comes before the suspect: what is urgent, what changed and what was done.
_LEADING = frozenset({"immediate", "change", "done"})
#: What can be taken back, if it is likely enough to be why; of its line so much tells it from others [characters].
_UNDONE = frozenset({"release", "start", "configuration", "traffic", "scaling", "job"})
_LIKELY, _QUOTED = 0.9, 100
#: The first of these that a statement has gives the whole callout its tone.
_WORST: tuple[Tone, ...] = ("bad", "warn", "unknown", "good")


def subtitle(draft: Draft) -> Line:
    """Return window, zone and scope in one line."""
    words, question = draft.words, draft.findings.question
    scope = question.scope
    parts = [Span(_window(draft), "strong")]
    if question.window is not None and not question.asked_window:
        parts.append(Span(words.say("scope.from_data")))
    if scope.bk_biz_id is not None:
        parts.append(Span(words.say("scope.business", id=scope.bk_biz_id)))
    if scope.index_set_id is not None:
        parts.append(Span(_index_set(draft, scope.index_set_id)))
    if scope.hosts:
        parts.append(Span(words.say("scope.hosts", names=words.some(scope.hosts, _NAMES))))
    if scope.services:
        parts.append(Span(words.say("scope.services", names=words.some(scope.services, _NAMES))))
    if question.inputs:
        parts.append(Span(words.say("scope.inputs", names=words.some(question.inputs, _NAMES))))
    spans = _dotted(parts)
    if scope.where:
        spans += [Span(" · "), Span(words.say("scope.where") + " "), Span(scope.where, "code")]
    return tuple(spans)


def _index_set(draft: Draft, number: int) -> str:
    words, aliases = draft.words, draft.findings.aliases
    if aliases is None or aliases.index_set_id != number or not aliases.index_set_name:
        return words.say("scope.index_set", id=number)
    name = words.text(aliases.index_set_name, _LONGEST_NAME)
    return words.say("scope.index_set_named", id=number, name=name)


def _window(draft: Draft) -> str:
    words, window = draft.words, draft.findings.question.window
    if window is None:
        return words.say("scope.no_window")
    return words.say(
        "scope.window",
        window=words.window(window),
        length=words.about(window.length),
        zone=words.zone_name(window),
    )


def _dotted(parts: list[Span]) -> list[Span]:
    spans: list[Span] = []
    for part in parts:
        if spans:
            spans.append(Span(" · ", "muted"))
        spans.append(part)
    return spans


def verdict(draft: Draft) -> Section:
    """Return the section on top."""
    findings, words = draft.findings, draft.words
    blocks: list[Block] = [_statements(draft), Facts(_facts(draft))]
    if findings.problems and not findings.untimed:
        curve = findings.totals.curve_abnormal
        label = words.say(
            "verdict.curve",
            step=draft.step(),
            low=words.count(min(curve, default=0)),
            high=words.count(max(curve, default=0)),
            start=words.clock(findings.question.extent.start),
            end=words.clock(findings.question.extent.end),
        )
        blocks.append(draft.counts(curve, label, "warn"))
        whole = sum(problem.n for problem in findings.problems)
        if timed := sum(problem.timed for problem in findings.problems):
            blocks += [draft.of_some(timed, whole)] if timed < whole else []
    return Section("verdict", words.say("sections.verdict"), tuple(blocks))


def _statements(draft: Draft) -> Callout:
    findings, words = draft.findings, draft.words
    kinds = ["", *(statement.kind for statement in findings.statements)]
    lines = [
        _sentence(draft, statement, lead=statement.kind != before)
        for before, statement in zip(kinds, findings.statements, strict=False)
    ]
    place = _after_urgent(findings.statements)
    lines[place:place] = [*_suspect(draft), *_first_step(draft)]
    tones: set[Tone] = {_TONES[statement.kind] for statement in findings.statements}
    if not findings.totals.records:
        lines.append(line(words.say("verdict.nothing_read"), "unknown"))
        tones.add("unknown")
    elif not lines:
        totals = findings.totals
        lines.append(
            line(
                words.say(
                    "verdict.no_statement",
                    records=words.count(totals.records),
                    abnormal=words.count(totals.abnormal),
                )
            )
        )
    return Callout(next((tone for tone in _WORST if tone in tones), "plain"), tuple(lines))


def _after_urgent(statements: Sequence[Statement]) -> int:
    """Return how many statements come before the suspect: what is urgent and what changed."""
    leading = (n for n, one in enumerate(statements) if one.kind not in _LEADING)
    return next(leading, len(statements))


def _suspect(draft: Draft) -> list[Line]:
    """Return the first suspect in one line, or between whom it is not decided; none where nobody stands out."""
    found = draft.findings.suspects
    if found is None or not any(one.role == "suspect" for one in found.suspects):
        return []
    said = _from_inputs(draft, draft.words.read(found.text))
    if found.conclusive:
        return [_led(draft, "suspect", "warn", said)]
    return [_led(draft, "undecided", "unknown", said)]


def _first_step(draft: Draft) -> list[Line]:
    """Return the first thing to do, with the problem it is for; none where nothing is urgent or the log looks made up."""
    words, findings = draft.words, draft.findings
    if findings.generated and findings.generated.suspected:
        return []
    urgent = (one for one in findings.actions if one.priority == "P1" and one.problems)
    first = next(urgent, None)
    lead = Span(words.say("statement.first_step"), "strong", "actions")
    lines: list[Line] = []
    if (undone := to_undo(findings.suspects)) is not None:
        step = words.say(
            f"statement.step_{'stop' if undone.kind == 'job' else 'undo'}",
            title=words.title(undone.title),
            at=words.clock(undone.at),
            said=words.text(undone.said, 120),
        )
        lines.append((lead, Span(step)))
        lead = Span("·", "muted")
    if first is not None:
        is_for, step_is = words.say("statement.step_for"), words.say("statement.step_is")
        named = draft.named(first.problems[0])
        lines.append((lead, Span(is_for), named, Span(step_is), *draft.marked(first.text)))
    return lines


def to_undo(report: SuspectReport | None) -> Intervened | None:
    """
    Return what was done to the one suspect right before its own trouble, where that can be undone; None: nothing is as likely.

    A release or a setting is taken back sooner than its fault is understood.
    """
    if report is None or not report.conclusive or not report.suspects:
        return None
    clue = report.suspects[0].clues[0]
    if clue.kind != "intervention" or clue.strength < _LIKELY:
        return None
    return next(
        (
            one
            for one in report.interventions
            if one.kind in _UNDONE
            and one.before_s is not None
            and one.said[:_QUOTED] in clue.text.en
        ),
        None,
    )


def _sentence(draft: Draft, statement: Statement, *, lead: bool) -> Line:
    words = draft.words
    if not lead:  # more of the same kind
        return (Span("· ", "muted"), Span(_from_inputs(draft, words.read(statement.text))))
    said = _from_inputs(draft, words.read(statement.text))
    return _led(draft, statement.kind, _TONES[statement.kind], said)


def _from_inputs(draft: Draft, said: str) -> str:
    """Return a sentence with its files as they are called inside the one folder that was read, which the title names."""
    inputs = draft.findings.question.inputs
    return said.replace(f"{inputs[0].rstrip('/')}/", "") if len(inputs) == 1 and inputs[0] else said


def _led(draft: Draft, kind: str, tone: Tone, text: str) -> Line:
    first = draft.words.say(f"statement.{kind}")
    if text.startswith(first):  # some sentences already begin with it
        return (Span(first, tone), Span(text.removeprefix(first)))
    return (Span(first, tone), Span(draft.words.say("statement.separator") + text))


def _facts(draft: Draft) -> tuple[Fact, ...]:
    findings, words = draft.findings, draft.words
    totals = findings.totals
    by_priority = Counter(problem.priority for problem in findings.problems)
    contradictions = len(findings.contradictions)
    return (
        Fact(words.count(totals.records), words.say(_of("records", totals.records))),
        _abnormal(draft),
        Fact(
            words.count(len(findings.problems)),
            _problem_label(draft, by_priority),
            "bad" if by_priority["P1"] else "plain",
        ),
        Fact(
            words.count(contradictions),
            _claims_label(draft, contradictions),
            "bad" if contradictions else "plain",
        ),
        _coverage(draft),
    )


def _claims_label(draft: Draft, contradictions: int) -> str:
    """Return what stands beside the number of contradictions: what was not checked is no good news."""
    words, claims = draft.words, draft.findings.claims
    left = unverifiable(claims)
    if not claims:
        return words.say("facts.no_claims")
    if left == len(claims):
        return words.say("facts.unchecked", open=left)
    said = words.say(_of("contradictions", contradictions), claims=len(claims) - left)
    return said + (words.say("facts.not_verifiable", open=left) if left else "")


def _of(noun: str, n: int) -> str:
    return f"facts.{noun}_one" if n == 1 else f"facts.{noun}"


def _abnormal(draft: Draft) -> Fact:
    words, totals = draft.words, draft.findings.totals
    if totals.records and totals.without_level == totals.records:
        # "0 at WARN or above" would look like peace where nobody said a level.
        return Fact(words.count(draft.whole()), words.say("facts.abnormal_no_level"))
    part = words.share(totals.abnormal / totals.records) if totals.records else "—"
    label = _abnormal_in_store(draft) or words.say("facts.abnormal", share=part)
    if beside := _recognised(draft):
        label += words.say("facts.recognised", n=words.count(beside))
    return Fact(words.count(totals.abnormal), label)


def _recognised(draft: Draft) -> int:
    """Return how many records of problems are below WARN or without a level: the figure leaves them out."""
    levels = {one.level: one.abnormal for one in draft.findings.levels}
    return sum(
        share.n
        for problem in draft.findings.problems
        for share in problem.levels
        if not levels.get(share.name, True)
    )


def _abnormal_in_store(draft: Draft) -> str:
    # A share of what happened to be read would say nothing about the window.
    words, levels = draft.words, draft.findings.store_levels
    if not levels:
        return ""
    whole = sum(level.n for level in levels)
    abnormal = sum(level.n for level in levels if level.abnormal)
    return words.say(
        "facts.abnormal_read",
        abnormal=words.count(abnormal),
        all=words.count(whole),
        share=words.share(abnormal / whole),
    )


def _problem_label(draft: Draft, by_priority: Mapping[Priority, int]) -> str:
    words = draft.words
    return words.say(
        _of("problems", len(draft.findings.problems)),
        urgent=words.count(by_priority["P1"]),
        soon=words.count(by_priority["P2"]),
        watch=words.count(by_priority["P3"]),
    )


def _coverage(draft: Draft) -> Fact:
    words, coverage = draft.words, draft.findings.coverage
    logs = coverage.logs
    kept = sum(source.kept for source in logs)
    presents = [source.present for source in logs]
    present = None if not presents or None in presents else sum(p or 0 for p in presents)
    unknown = words.say("facts.unknown")
    label = words.say(
        "facts.coverage",
        present=unknown if present is None else words.count(present),
        read=words.count(sum(source.read for source in logs)),
        kept=words.count(kept),
        parsed=words.count(kept - sum(source.without_time for source in logs)),
    )
    value = words.share(min(1.0, kept / present)) if present else unknown
    if present and kept >= present and any(source.incomplete for source in logs):
        value = words.say("facts.incomplete")  # all of what could be counted is not all
    return Fact(value, label, "unknown" if coverage.incomplete or not present else "plain")
