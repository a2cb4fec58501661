"""What the log claims and what the machine measured: words, ranges and the axis for both."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.analysis.wording import significant
from paicha.composition.draft import MOST_ROWS, Draft, line
from paicha.composition.words import Words
from paicha.model.findings import Claim, MetricSummary
from paicha.model.report import (
    Axis,
    Block,
    Bullets,
    Cell,
    Column,
    Group,
    Paragraph,
    Row,
    Section,
    Span,
    Table,
)

#: Values that stand under an axis.
_TICKS = 5
#: Contradictions with an axis of their own; the table has more.
_MOST_DRAWN = 50


def contradictions(draft: Draft) -> Section:
    """Return the section in which log and metrics disagree, and every other claim."""
    words, findings = draft.words, draft.findings
    against = findings.contradictions
    blocks: list[Block] = [contradiction(draft, claim) for claim in against[:_MOST_DRAWN]]
    blocks += draft.left_out(len(blocks), len(against))
    if not findings.claims:
        blocks.append(Paragraph(line(words.say("contradictions.no_claims"), "muted")))
    elif not against:
        blocks.append(Paragraph(line(_none_against(draft), "muted")))
    if findings.claims:
        shown = findings.claims[:MOST_ROWS]
        table = claims_table(draft, shown)
        left = draft.left_out(len(shown), len(findings.claims))
        blocks.append(Group(words.say("contradictions.all_claims"), (table, *left)))
    title = words.say("sections.contradictions")
    return Section("contradictions", title, tuple(blocks), count=len(against))


def unverifiable(claims: Sequence[Claim]) -> int:
    """Return how many of *claims* no metric could check: they are neither true nor false by it."""
    return sum(claim.verdict.kind == "not_verifiable" for claim in claims)


def _none_against(draft: Draft) -> str:
    words, claims = draft.words, draft.findings.claims
    left = unverifiable(claims)
    if left == len(claims):
        return words.say("contradictions.none_checked", open=left)
    said = words.say("contradictions.none_but_claims", n=len(claims) - left)
    return f"{said} {words.say('contradictions.others_open', open=left)}" if left else said


def contradiction(draft: Draft, claim: Claim) -> Group:
    """Return one contradiction: both values on one axis, why, and what could make both true."""
    words = draft.words
    title = words.say(
        "contradictions.title",
        resource=words.read(claim.concept_title),
        host=claim.verdict.host or words.say("metrics.host_unknown"),
        claimed=claimed_range(words, claim),
        measured=measured_range(draft, claim),
    )
    blocks: list[Block] = [axis(draft, claim), Paragraph(line(words.read(claim.verdict.reason)))]
    if claim.both_true:
        blocks.append(Paragraph(line(words.say("contradictions.both_true"), "strong")))
        blocks.append(Bullets(tuple(draft.marked(text) for text in claim.both_true)))
    return Group(title, tuple(blocks), wide=False)


def claims_table(draft: Draft, claims: tuple[Claim, ...], *, named: bool = True) -> Table:
    """Return every claim with its verdict and the reason; *named*: with the problem it belongs to."""
    words = draft.words
    columns = (
        Column(words.label("columns.problem_name")),
        Column(words.label("columns.host"), "code"),
        Column(words.label("columns.resource")),
        Column(words.label("columns.says")),
        Column(words.label("columns.measured"), "number"),
        Column(words.label("columns.verdict"), "badge"),
        Column(words.label("columns.reason")),
    )
    first = 0 if named else 1
    rows = tuple(
        Row(
            _claim_cells(draft, claim)[first:],
            draft.anchors.get(claim.problem_id, "") if named else "",
        )
        for claim in claims
    )
    return Table(columns[first:], rows)


def _claim_cells(draft: Draft, claim: Claim) -> tuple[Cell, ...]:
    words = draft.words
    key = "says_range" if claim.claimed_min is not None else "says_implied"
    says = words.say(
        f"contradictions.{key}", range=claimed_range(words, claim), n=words.count(claim.n)
    )
    return (
        draft.named(claim.problem_id),
        Span(claim.verdict.host or "—", "code"),
        Span(words.read(claim.concept_title)),
        Span(says),
        Span(measured_range(draft, claim)),
        draft.verdict(claim.verdict.kind),
        Span(words.read(claim.verdict.reason)),
    )


def metric_of(draft: Draft, claim: Claim) -> MetricSummary | None:
    """Return the metric a verdict rests on."""
    return next((one for one in draft.findings.metrics if rests_on(claim, one)), None)


def rests_on(claim: Claim, metric: MetricSummary) -> bool:
    """Return whether *metric* is the series that the verdict on *claim* rests on."""
    verdict = claim.verdict
    return (metric.metric, metric.host, metric.labels) == (
        verdict.metric,
        verdict.host,
        verdict.labels,
    )


def claimed(claim: Claim) -> tuple[float, float]:
    """Return what the lines say in numbers, or what their words imply."""
    low, high = _ends(claim)
    if claim.claimed_min is not None:
        return claim.claimed_min, claim.claimed_max if claim.claimed_max is not None else high
    return (claim.threshold, high) if claim.comparison == "above" else (low, claim.threshold)


def _ends(claim: Claim) -> tuple[float, float]:
    # A share has natural ends; anything else ends a little beyond the largest value in play.
    values = [claim.threshold, claim.claimed_max, claim.verdict.measured_max, claim.claimed_min]
    largest = max(value for value in values if value is not None)
    if claim.unit == "%":
        return 0.0, max(100.0, largest)
    return 0.0, largest * 1.1 or 1.0


def claimed_range(words: Words, claim: Claim) -> str:
    """Return the claimed value in words."""
    if claim.claimed_min is None:
        sign = "≥" if claim.comparison == "above" else "≤"
        return f"{sign} {words.with_unit(words.number(claim.threshold), claim.unit)}"
    low, high = claimed(claim)
    return words.with_unit(words.span(words.number(low), words.number(high)), claim.unit)


def measured_range(draft: Draft, claim: Claim) -> str:
    """Return the measured range in words, with its metric's digits."""
    words, verdict = draft.words, claim.verdict
    if verdict.measured_min is None or verdict.measured_max is None:
        return words.say("contradictions.not_measured")
    metric = metric_of(draft, claim)
    digits = metric.digits if metric else 2
    low = words.measured(verdict.measured_min, digits, claim.unit)
    return words.span(low, words.measured(verdict.measured_max, digits, claim.unit))


def axis(draft: Draft, claim: Claim) -> Axis:
    """Return claim and measurement on one axis."""
    words, verdict = draft.words, claim.verdict
    low, high = _ends(claim)
    key = "claimed_label" if claim.claimed_min is not None else "implied_label"
    said = words.say(
        f"contradictions.{key}", n=words.count(claim.n), range=claimed_range(words, claim)
    )
    metric = metric_of(draft, claim)
    name = words.read(metric.title) if metric else verdict.metric
    found = words.say(
        "contradictions.measured_label", metric=name, range=measured_range(draft, claim)
    )
    measured = None
    if verdict.measured_min is not None and verdict.measured_max is not None:
        measured = (verdict.measured_min, verdict.measured_max)
    label = words.say(
        "contradictions.axis",
        low=words.with_unit(words.number(low), claim.unit),
        high=words.with_unit(words.number(high), claim.unit),
        claimed=said,
        measured=found,
    )
    values = (low + (high - low) * part / (_TICKS - 1) for part in range(_TICKS))
    ticks = tuple(words.with_unit(significant(value, 4), claim.unit) for value in values)
    return Axis(low, high, ticks, claimed(claim), said, measured, found, label)
