"""What a click on a problem opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from paicha.composition.change import told as change_told
from paicha.composition.claims import axis, claimed, claimed_range, claims_table, metric_of
from paicha.composition.draft import PRIORITY_TONES, Draft, line
from paicha.composition.metrics import curve_points
from paicha.composition.ranges import told_range
from paicha.composition.told import told_blocks
from paicha.composition.words import Words
from paicha.locales import Text, has
from paicha.model.findings import Claim, Example, MetricSummary, Problem, Share, Variant
from paicha.model.report import (
    Address,
    Bar,
    Block,
    Bullets,
    Callout,
    Code,
    Column,
    Curve,
    Detail,
    Fact,
    Facts,
    Group,
    Line,
    LogLine,
    LogLines,
    Paragraph,
    Row,
    Span,
    Stack,
    Table,
)

_MOST_VARIANTS = 50
#: Modules, services and hosts of one problem, and its claims: who reads a hundred names learns no more than from twenty and how many there are.
_MOST_NAMES, _MOST_CLAIMS = 20, 100
#: Metrics drawn under the counts of one problem.
_MOST_CURVES = 12
_MOST_VARIANT_MODULES = 12


def detail(draft: Draft, problem: Problem) -> Detail:
    """Return everything that belongs to one problem."""
    words = draft.words
    why = words.read(problem.why)
    if not why.startswith(problem.priority):
        why = words.say("detail.why", priority=problem.priority, why=why)
    blocks: list[Block] = [
        Facts(_facts(draft, problem)),
        Callout(PRIORITY_TONES[problem.priority], (line(why),)),
        *_curve(draft, problem),
        *_occurrences(draft, problem),
        *_course(draft, problem),
        *_metric_curves(draft, problem),
        _factors(draft, problem),
        *told_blocks(draft, problem),
        *_modules(draft, problem),
        _variants(draft, problem),
        *_named(draft, problem),
        *_claims(draft, problem),
        *_advice(draft, problem),
        Group(words.say("detail.examples"), (LogLines(_examples(draft, problem)),)),
        Group(words.say("detail.evidence"), _queries(problem)),
        *_pages(draft, problem),
    ]
    title = (
        Span(f"{problem.number} · ", "muted"),
        # Not a link: it is what a click on it opens.
        replace(draft.name(problem, "strong"), target=""),
        Span(f" {problem.priority}", PRIORITY_TONES[problem.priority]),
    )
    return Detail(draft.anchors[problem.id], title, tuple(blocks))


def _occurrences(draft: Draft, problem: Problem) -> list[Block]:
    words, found = draft.words, problem.occurrences
    if found is None:
        return []
    said = words.say(
        "detail.occurrences",
        records=words.count(found.records),
        n=words.count(found.n),
        of=words.count(problem.n),
    )
    return [Paragraph(line(said, "strong"))]


def _course(draft: Draft, problem: Problem) -> list[Block]:
    words, told = draft.words, []
    if problem.course is not None:
        told.append(words.say("change.course", text=words.read(problem.course.text)))
    if problem.change is not None:
        told.append(change_told(words, problem.change))
    return [Paragraph(line(sentence)) for sentence in told]


def _queries(problem: Problem) -> tuple[Code, ...]:
    change = problem.change
    found = (problem.evidence.sql, *([change.sql] if change and change.sql else []))
    return tuple(Code(sql, "sql") for sql in found)


def _pages(draft: Draft, problem: Problem) -> list[Block]:
    words, blocks = draft.words, list[Block]()
    for page in problem.pages:
        key = "pages_time" if not page.variants else "pages_words"
        if 0 < page.variants < page.of:
            key = "pages_some"
        n, of = words.count(page.variants), words.count(page.of)
        said = words.say(f"detail.{key}", source=words.text(page.source), n=n, of=of)
        blocks += [Paragraph(line(said, "muted")), Address(page.address)]
    return [Group(words.say("detail.pages"), tuple(blocks))] if blocks else []


def _facts(draft: Draft, problem: Problem) -> tuple[Fact, ...]:
    words = draft.words
    counts = (
        Fact(words.count(problem.n), words.say("detail.count")),
        Fact(words.share(problem.share), words.say("detail.share")),
        Fact(draft.reach(problem), words.say("detail.modules")),
    )
    if problem.first is None:
        return counts
    peak = words.say("detail.peak", n=words.count(problem.peak_n), step=draft.step())
    return (
        *counts,
        Fact(words.clock(problem.first), words.say("detail.first")),
        Fact(words.clock(problem.last), words.say("detail.last")),
        Fact(words.clock(_peak(problem)), peak),
        *_untimed(words, problem),
    )


def _untimed(words: Words, problem: Problem) -> tuple[Fact, ...]:
    """Return how many of its records the times are not of; nothing where each has one."""
    n = problem.without_time
    if not n:
        return ()
    return (Fact(words.count(n), words.say("detail.without_time", n=words.count(n)), "unknown"),)


def _peak(problem: Problem) -> datetime | None:
    # The fullest step may begin before the problem does.
    if problem.peak is None or problem.first is None:
        return problem.peak
    return max(problem.peak, problem.first)


def _curve(draft: Draft, problem: Problem) -> list[Block]:
    words = draft.words
    if problem.first is None:  # a curve of nothing would say that there was none
        return []
    label = words.say(
        "detail.curve",
        step=draft.step(),
        low=words.count(min(problem.curve, default=0)),
        high=words.count(max(problem.curve, default=0)),
    )
    curve = draft.counts(problem.curve, label, PRIORITY_TONES[problem.priority])
    return [curve, *([draft.of_some(problem.timed, problem.n)] if problem.without_time else [])]


def _metric_curves(draft: Draft, problem: Problem) -> list[Block]:
    curves: list[Block] = []
    seen: list[MetricSummary] = []
    left = 0
    for claim in problem.claims:
        metric = metric_of(draft, claim)
        if metric is None or not metric.points or metric in seen:
            continue
        seen.append(metric)
        if len(curves) == _MOST_CURVES:
            left += 1
            continue
        label = draft.words.say(
            "detail.metric_curve",
            title=draft.words.read(metric.title),
            host=f"{metric.host} ({metric.labels})" if metric.labels else metric.host,
            range=draft.words.span(
                draft.words.measured(metric.minimum, metric.digits, metric.unit),
                draft.words.measured(metric.maximum, metric.digits, metric.unit),
            ),
        )
        curves.append(_claim_curve(draft, claim, curve_points(draft, metric, label)))
    return [*curves, *draft.left_out(len(curves), len(curves) + left)]


def _claim_curve(draft: Draft, claim: Claim, curve: Curve) -> Curve:
    both = axis(draft, claim)
    return Curve(
        values=curve.values,
        label=curve.label,
        tone="good" if claim.verdict.kind == "contradicted" else "plain",
        start=curve.start,
        end=curve.end,
        unit=curve.unit,
        kind="line",
        at=curve.at,
        low=both.low,
        high=both.high,
        band=claimed(claim),
        band_label=draft.words.say("detail.claimed_band", range=claimed_range(draft.words, claim)),
    )


def _factors(draft: Draft, problem: Problem) -> Group:
    words = draft.words
    columns = (
        Column(words.label("columns.factor")),
        Column(words.label("columns.reason")),
        Column(words.label("columns.points"), "number"),
    )
    rows = tuple(
        Row(
            (
                Span(_factor_name(draft, factor.name)),
                Span(words.read(factor.text)),
                Span(f"{factor.points:+.1f}", "strong"),
            )
        )
        for factor in problem.factors
    )
    caption = words.say("detail.factors_caption", score=words.number(round(problem.score, 1)))
    return Group(words.say("detail.factors"), (Table(columns, rows, caption),), wide=False)


def _factor_name(draft: Draft, name: str) -> str:
    return draft.words.label(f"factors.{name}") if has(f"labels.factors.{name}") else name


def _modules(draft: Draft, problem: Problem) -> list[Block]:
    words = draft.words
    named = sum(1 for share in problem.modules if share.name)
    if not named:
        return []
    columns = (
        Column(words.label("columns.module"), "code"),
        Column(words.label("columns.count"), "bar"),
        Column(words.label("columns.share"), "number"),
    )
    shown = problem.modules[:_MOST_NAMES]
    most = max((share.n for share in problem.modules), default=1)
    tone = PRIORITY_TONES[problem.priority]
    rows = tuple(
        Row(
            (
                _name(draft, share),
                Bar(share.n / most, words.count(share.n), tone),
                Span(words.share(share.share), "muted"),
            )
        )
        for share in shown
    )
    caption = words.say(
        "detail.modules_caption",
        n=words.count(named),
        all=words.count(draft.findings.totals.modules),
    )
    blocks: list[Block] = [Table(columns, rows, caption)]
    blocks += draft.left_out(len(shown), len(problem.modules))
    generated = draft.findings.generated
    # A problem in an odd place is an indication among others: of a real log it says nothing.
    if problem.unrelated_modules and generated and generated.suspected:
        names = tuple(Span(name, "code") for name in problem.unrelated_modules)
        blocks.append(Paragraph(_after(draft, words.say("detail.unrelated"), names)))
    return [Group(words.say("detail.modules_title"), tuple(blocks), wide=False)]


def _name(draft: Draft, share: Share) -> Span:
    if not share.name:
        return Span(draft.words.say("detail.no_module"), "muted")
    return Span(draft.words.text(share.name, 160), "code")


def _after(draft: Draft, lead: str, names: tuple[Span, ...]) -> Line:
    spans: list[Span] = [Span(lead, "muted")]
    for index, name in enumerate(names):
        if index:
            spans.append(Span(draft.words.say("joint")))
        spans.append(name)
    return tuple(spans)


def _variants(draft: Draft, problem: Problem) -> Group:
    words = draft.words
    n = len(problem.variants)
    # Of a single variant the table of modules below says it.
    where = (Column(words.label("columns.modules")),) if n > 1 else ()
    columns = (
        Column(words.label("columns.count"), "number"),
        Column(words.label("columns.level")),
        Column(words.label("columns.template"), "code"),
        *where,
        Column(words.label("columns.ranges")),
    )
    shown = problem.variants[:_MOST_VARIANTS]
    rows = tuple(_variant(draft, variant, modules=bool(where)) for variant in shown)
    caption = words.say("detail.variants_caption", n=words.count(n))
    blocks: list[Block] = [Table(columns, rows, caption)]
    blocks += draft.left_out(len(rows), n)
    return Group(words.say("detail.variants"), tuple(blocks))


def _variant(draft: Draft, variant: Variant, *, modules: bool) -> Row:
    ranges = tuple(told_range(draft, item) for item in variant.ranges)
    where = (Stack((_variant_modules(draft, variant),)),) if modules else ()
    return Row(
        (
            Span(draft.words.count(variant.n), "strong"),
            Span(variant.level or "—", "code" if variant.level else "muted"),
            Span(draft.words.text(variant.text), "code"),
            *where,
            Stack(ranges or (line("—", "muted"),)),
        )
    )


def _variant_modules(draft: Draft, variant: Variant) -> Line:
    shown = draft.shares(variant.modules[:_MOST_VARIANT_MODULES])
    if len(variant.modules) <= _MOST_VARIANT_MODULES:
        return shown
    more = draft.words.say("detail.range_more", n=draft.words.count(len(variant.modules)))
    return (*shown, Span(more, "muted"))


def _named(draft: Draft, problem: Problem) -> list[Block]:
    words = draft.words
    groups: list[Block] = []
    named = (
        ("service", "services", problem.services),
        ("host", "hosts", problem.hosts),
        ("level", "level_counts", problem.levels),
    )
    for column, title, shares in named:
        if not any(share.name for share in shares):
            continue
        lead = words.say(f"detail.{title}")
        if column != "level":
            lead += words.say("statement.separator")
        groups.append(Paragraph((Span(lead, "muted"), *draft.shares(shares[:_MOST_NAMES]))))
        groups += draft.left_out(min(_MOST_NAMES, len(shares)), len(shares))
    return groups


def _claims(draft: Draft, problem: Problem) -> list[Block]:
    if not problem.claims:
        return []
    words = draft.words
    shown = problem.claims[:_MOST_CLAIMS]
    blocks: list[Block] = [claims_table(draft, shown, named=False)]
    blocks += draft.left_out(len(shown), len(problem.claims))
    reasons = dict.fromkeys(text for claim in problem.claims for text in claim.both_true)
    if reasons:
        blocks.append(Paragraph(line(words.say("contradictions.both_true"), "strong")))
        blocks.append(Bullets(tuple(draft.marked(text) for text in reasons)))
    return [Group(words.say("detail.claims"), tuple(blocks))]


def _advice(draft: Draft, problem: Problem) -> list[Block]:
    words = draft.words
    groups: list[Block] = []
    if problem.risk is not None:
        risk = Paragraph(draft.marked(problem.risk))
        groups.append(Group(words.say("detail.risk"), (risk,)))
    if problem.causes:
        groups.append(_list(draft, "detail.causes", problem.causes))
    if problem.actions:
        items = tuple(
            (
                Span(action.priority, PRIORITY_TONES[action.priority]),
                Span(" "),
                *draft.marked(action.text),
            )
            for action in problem.actions
        )
        title = words.say("detail.actions")
        groups.append(Group(title, (Bullets(items, numbered=True),), wide=False))
    return groups


def _list(draft: Draft, title: str, texts: tuple[Text, ...]) -> Group:
    items = tuple(draft.marked(text) for text in texts)
    return Group(draft.words.say(title), (Bullets(items),), wide=False)


def _examples(draft: Draft, problem: Problem) -> tuple[LogLine, ...]:
    return tuple(_example(draft, problem, example) for example in problem.examples)


def _example(draft: Draft, problem: Problem, example: Example) -> LogLine:
    words = draft.words
    return LogLine(
        # That no record has a time is said once, of all.
        time="" if draft.findings.untimed else words.precise(example.timestamp),
        level=example.level,
        module=example.module or example.service,
        body=words.text(example.body),
        locator=example.locator,
        tone=PRIORITY_TONES[problem.priority],
    )
