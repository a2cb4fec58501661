"""How far the evidence can be trusted, and how to get the same report again."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.analysis.doubts import notes_of
from paicha.composition.draft import Draft, line
from paicha.composition.redaction import redaction
from paicha.composition.words import utc
from paicha.locales import Text
from paicha.model.aliases import AliasReport
from paicha.model.coverage import FileCoverage, MetricCoverage, SourceCoverage
from paicha.model.findings import Generated, QualityNote
from paicha.model.report import (
    Badge,
    Block,
    Bullets,
    Callout,
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

_SEVERITY_TONES: dict[str, Tone] = {
    "error": "bad",
    "warning": "warn",
    "info": "unknown",
    "ok": "good",
}
_MOST_FILES = 500
_MOST_EXAMPLES = 20
#: Series with gaps, and the like, under one sentence; hosts of one source.
_MOST_TEXTS, _MOST_HOSTS = 50, 20


def quality(draft: Draft) -> Section:
    """Return coverage, aliases, and whether the log looks generated."""
    words, findings = draft.words, draft.findings
    blocks: list[Block] = []
    if findings.quality:
        blocks.append(_notes(draft, findings.quality))
    # Without one indication the note above has said all there is.
    if findings.generated is not None and findings.generated.indications:
        blocks.append(_generated(draft, findings.generated))
    if findings.coverage.logs:
        blocks.append(_log_coverage(draft, findings.coverage.logs))
    files = [file for source in findings.coverage.logs for file in source.files]
    if files:
        blocks.append(_files(draft, files))
    if findings.coverage.metrics:
        blocks.append(_metric_coverage(draft, findings.coverage.metrics))
    if findings.aliases is not None:
        blocks.append(_aliases(draft, findings.aliases))
    if findings.coverage.redaction is not None:
        blocks.append(redaction(draft, findings.coverage.redaction))
    return Section("quality", words.say("sections.quality"), tuple(blocks))


def _columns(draft: Draft, *kinds: str) -> tuple[Column, ...]:
    columns = []
    for kind in kinds:
        name, _, form = kind.partition(":")
        title = draft.words.label(f"columns.{name}")
        match form:
            case "n":
                columns.append(Column(title, "number"))
            case "b":
                columns.append(Column(title, "badge"))
            case "c":
                columns.append(Column(title, "code"))
            case _:
                columns.append(Column(title))
    return tuple(columns)


def _notes(draft: Draft, notes: tuple[QualityNote, ...]) -> Table:
    words = draft.words
    rows = tuple(
        Row(
            (
                Badge(words.label(f"badges.{note.severity}"), _SEVERITY_TONES[note.severity]),
                Span(words.label(f"quality.{note.kind}"), "strong"),
                Stack((line(words.read(note.text)), *_muted(draft, note.details))),
            )
        )
        for note in notes
    )
    return Table(_columns(draft, "status:b", "kind", "finding"), rows, words.say("quality.caption"))


def _muted(draft: Draft, texts: Sequence[Text]) -> tuple[Line, ...]:
    """Return the first of *texts*, one a line, and how many there are where these are not all."""
    said = [draft.words.read(text) for text in texts[:_MOST_TEXTS]]
    if len(texts) > len(said):
        shown, whole = draft.words.count(len(said)), draft.words.count(len(texts))
        said.append(draft.words.say("left_out", shown=shown, all=whole))
    return tuple(line(one, "muted") for one in said)


def _generated(draft: Draft, generated: Generated) -> Group:
    words = draft.words
    rows = []
    for indication in generated.indications:
        if indication.value is None:
            badge = Badge(words.say("quality.not_computed"), "unknown")
        elif indication.suspicious:
            badge = Badge(words.label("badges.suspicious"), "warn")
        else:
            badge = Badge(words.label("badges.unsuspicious"), "muted")
        value, limit = words.number(indication.value), words.number(indication.limit)
        rows.append(Row((Span(words.read(indication.text)), Span(value), Span(limit), badge)))
    table = Table(_columns(draft, "indication", "value:n", "limit:n", "status:b"), tuple(rows))
    tone: Tone = "warn" if generated.suspected else "plain"
    verdict = Callout(tone, (line(words.read(generated.text)),))
    return Group(words.say("quality.generated"), (verdict, table))


def _log_coverage(draft: Draft, sources: tuple[SourceCoverage, ...]) -> Group:
    words = draft.words
    columns = _columns(
        draft, "source:c", "source_kind", "present:n", "read:n", "kept:n", "outside:n",
        "filtered:n", "duplicates:n", "without_time:n", "without_level:n",
    )  # fmt: skip
    rows = tuple(
        Row(
            (
                Span(source.source, "code"),
                Span(source.kind, "muted"),
                Span(words.say("facts.unknown"), "unknown")
                if source.present is None
                else Span(words.count(source.present)),
                *(
                    Span(words.count(n))
                    for n in (
                        source.read,
                        source.kept,
                        source.outside,
                        source.filtered,
                        source.duplicates,
                        source.without_time,
                        source.without_level,
                    )
                ),
            )
        )
        for source in sources
    )
    blocks: list[Block] = [Table(columns, rows, words.say("quality.coverage_caption"))]
    blocks.extend(_reasons(draft, sources))
    return Group(words.say("quality.coverage"), tuple(blocks))


def _reasons(
    draft: Draft, sources: tuple[SourceCoverage, ...] | tuple[MetricCoverage, ...]
) -> list[Block]:
    words = draft.words
    blocks: list[Block] = []
    missing = tuple(
        line(words.say("verdict.incomplete", source=source.source, reason=words.read(reason)))
        for source in sources
        for reason in source.incomplete
    )
    if missing:
        blocks.append(Callout("unknown", missing[:_MOST_TEXTS]))
        blocks += draft.left_out(len(missing[:_MOST_TEXTS]), len(missing))
    elif not any(isinstance(source, MetricCoverage) and source.missing for source in sources):
        blocks.append(Paragraph(line(words.say("quality.complete"), "muted")))
    scope = draft.findings.question.scope
    notes = [
        note
        for source in sources
        for note in (
            notes_of(source, scope) if isinstance(source, SourceCoverage) else source.notes
        )
    ]
    if notes:
        blocks.append(Bullets(_muted(draft, notes)))
    return blocks


def _files(draft: Draft, files: list[FileCoverage]) -> Group:
    words = draft.words
    ends = () if draft.findings.untimed else ("first_last:n",)
    columns = _columns(
        draft, "file:c", "size:n", "records:n", "formats", "unparsed:n", "without_time:n",
        "without_level:n", *ends, "encoding",
    )  # fmt: skip
    rows = tuple(_file(draft, file) for file in files[:_MOST_FILES])
    caption = words.say("quality.files_caption", n=words.count(len(files)))
    blocks: list[Block] = [Table(columns, rows, caption)]
    blocks += draft.left_out(len(rows), len(files))
    # One of each file first: of many files each is seen.
    ranked = sorted(
        (place, number, example)
        for number, file in enumerate(files)
        for place, example in enumerate(file.unparsed_examples)
    )
    unparsed = [example for _, _, example in ranked]
    if unparsed:
        n = words.count(sum(file.unparsed for file in files))
        blocks.append(Paragraph(line(words.say("quality.unparsed", n=n), "strong")))
        lines: tuple[Line, ...] = tuple(
            line(words.text(text, 300), "code") for text in unparsed[:_MOST_EXAMPLES]
        )
        blocks.append(Bullets(lines))
    return Group(words.say("quality.files"), tuple(blocks))


def _file(draft: Draft, file: FileCoverage) -> Row:
    words = draft.words
    encoding = line(file.encoding, "muted")
    if file.damaged_bytes:
        n = words.count(file.damaged_bytes)
        encoding = line(words.say("quality.damaged", encoding=file.encoding, n=n), "warn")
    formats = draft.enumerate((Span(name, "code"), words.count(n)) for name, n in file.formats)
    both = Stack((line(words.moment(file.first)), line(words.moment(file.last))))
    ends = () if draft.findings.untimed else (both,)
    return Row(
        (
            Span(words.text(file.path, 300), "code"),
            Span(words.size(file.size)),
            Span(words.count(file.records), "strong"),
            formats,
            Span(words.count(file.unparsed), "warn" if file.unparsed else "plain"),
            Span(words.count(file.without_time)),
            Span(words.count(file.without_level)),
            *ends,
            encoding,
        )
    )


def _metric_coverage(draft: Draft, sources: tuple[MetricCoverage, ...]) -> Group:
    words = draft.words
    columns = _columns(
        draft, "source:c", "source_kind", "series:n", "measured_points:n", "null_points:n",
        "missing", "hosts",
    )  # fmt: skip
    titles = {metric.concept: metric.title for metric in draft.findings.metrics}
    rows = tuple(
        Row(
            (
                Span(source.source, "code"),
                Span(source.kind, "muted"),
                Span(words.count(source.series)),
                Span(words.count(source.points)),
                Span(words.count(source.null_points)),
                Span(
                    words.join(
                        [words.read(titles.get(one, Text.same(one))) for one in source.missing]
                    )
                    or "—",
                    "unknown" if source.missing else "muted",
                ),
                Span(
                    words.some(source.hosts, _MOST_HOSTS) or "—",
                    "code" if source.hosts else "muted",
                ),
            )
        )
        for source in sources
    )
    blocks = (Table(columns, rows), *_reasons(draft, sources))
    return Group(words.say("quality.metric_sources"), blocks)


def _aliases(draft: Draft, report: AliasReport) -> Group:
    words = draft.words
    columns = _columns(
        draft, "alias:c", "field:c", "type", "table:c", "rows:n", "with_field:n", "resolved:n"
    )
    rows = tuple(
        Row(
            (
                Span(pair.alias, "code"),
                Span(pair.field, "code"),
                Span(pair.path_type, "muted"),
                Span(table, "code"),
                *(Span(words.count(n)) for n in (rows, with_field, resolved)),
            )
        )
        for pair in report.pairs
        for table, rows, with_field, resolved in (pair.tables or (("—", 0, 0, 0),))
    )
    caption = words.say(
        "quality.aliases_caption", n=len(report.pairs), rows=words.count(report.rows)
    )
    blocks: list[Block] = [Table(columns, rows, caption)]
    if report.findings:
        blocks.append(_alias_findings(draft, report))
    key = "aliases_named" if report.index_set_name else "aliases"
    title = words.say(f"quality.{key}", id=report.index_set_id, name=report.index_set_name)
    return Group(title, tuple(blocks))


def _alias_findings(draft: Draft, report: AliasReport) -> Table:
    words = draft.words
    rows = tuple(
        Row(
            (
                Badge(words.label(f"alias.{finding.kind}"), _SEVERITY_TONES[finding.severity]),
                Span(finding.alias or "—", "code"),
                Span(words.join(finding.fields) or "—", "code"),
                Span(words.join(finding.tables) or "—", "code"),
                Span(words.count(finding.rows)),
                Span(words.read(finding.text)),
            )
        )
        for finding in report.findings
    )
    columns = _columns(draft, "status:b", "alias:c", "field:c", "table:c", "rows:n", "finding")
    return Table(columns, rows, words.say("quality.alias_findings"))


def reproduction(draft: Draft) -> Section:
    """Return what is needed to get the same bytes again."""
    words, findings = draft.words, draft.findings
    made = findings.reproduction
    window = findings.question.window
    facts = (
        ("case", made.case_id),
        ("version", made.product_version),
        ("configuration", made.configuration),
        ("window", f"{utc(window.start)} – {utc(window.end)}" if window else ""),
        ("schema", findings.schema_version),
    )
    separator = words.say("statement.separator")
    items = tuple(
        (Span(words.say(f"reproduction.{key}") + separator, "muted"), Span(value, "code"))
        for key, value in facts
        if value
    )
    blocks: list[Block] = [Bullets(items)]
    if made.commands:
        commands = Code("\n".join(made.commands), "shell")
        blocks.append(Group(words.say("reproduction.commands"), (commands,)))
    if made.queries:
        blocks.append(Group(words.say("reproduction.queries"), (Code("\n".join(made.queries)),)))
    return Section("reproduction", words.say("sections.reproduction"), tuple(blocks))
