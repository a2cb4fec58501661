"""The text beside each answer: what an agent reads that looks at no structured content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from paicha.analysis.wording import percent, significant
from paicha.interfaces.mcp.answers import (
    AliasesAnswer,
    AuditAnswer,
    ClaimsAnswer,
    ComparisonAnswer,
    Count,
    EndedAnswer,
    EvidenceAnswer,
    InvestigationAnswer,
    ProblemRow,
    ProblemsAnswer,
    SourcesAnswer,
)
from paicha.interfaces.mcp.spoken import said
from paicha.interfaces.mcp.wording import extent, framed, rest
from paicha.locales import Language, message


def sources_text(answer: SourcesAnswer, language: Language) -> str:
    """Return the sources, one a line."""
    gives = [source.gives for source in answer.sources]
    counts = {"logs": gives.count("logs"), "metrics": gives.count("metrics")}
    head = [said("say.sources", language, zone=answer.zone, **counts)]
    if not answer.sources and answer.file_folder is None:
        head.append(said("say.no_sources", language))
    if answer.file_folder is not None:
        head.append(said("say.files", language, folder=answer.file_folder))
    rows = [
        said(
            "row.source",
            language,
            name=source.name,
            kind=source.kind,
            gives=message(f"cli.gives.{source.gives}", language),
            place=source.place,
            usual=said("row.usual", language) if source.usual else "",
        )
        for source in answer.sources
    ]
    return framed([*head, *rows, said("say.next_investigate", language)], (), language)


def ended_text(answer: EndedAnswer, language: Language) -> str:
    """Return whether an investigation was ended, or was over before."""
    key = "say.stopped" if answer.state == "stopped" else "say.over"
    state = said(f"state.{answer.state}", language)
    return framed([said(key, language, id=answer.id, state=state)], (), language)


def investigation_text(answer: InvestigationAnswer, language: Language) -> str:
    """Return state and headline."""
    if answer.state == "running":
        stage = answer.stage or said("state.starting", language)
        if answer.done:
            stage += f" {answer.done:,}" + (f"/{answer.step_total:,}" if answer.step_total else "")
        return framed([said("say.running", language, id=answer.id, stage=stage)], (), language)
    if answer.state == "stopped":
        return framed([said("say.stopped", language, id=answer.id)], (), language)
    if answer.state == "failed":
        return framed([], answer.reason.split("\n"), language)
    window = f"{answer.start} .. {answer.end} ({answer.zone})"
    counts = {
        "records": f"{answer.records:,}",
        "abnormal": f"{answer.abnormal:,}",
        "problems": f"{answer.problem_count:,}",
    }
    # Of a log without any time nobody asked for a window, and none is made up.
    key = "say.done" if answer.start else "say.done_untimed"
    head = [said(key, language, id=answer.id, window=window, **counts)]
    head.append(
        said("say.incomplete", language, n=len(answer.incomplete))
        if answer.incomplete
        else said("say.complete", language)
    )
    if answer.contradiction_count:
        head.append(said("say.contradictions", language, n=answer.contradiction_count))
    tail = [said("say.next_problems", language, id=answer.id, uri=answer.report_uri or "")]
    return framed(head, _headline_rows(answer, language), language, tail)


def _headline_rows(answer: InvestigationAnswer, language: Language) -> Iterator[str]:
    for key, texts in (("verdict", answer.verdict), ("incomplete", answer.incomplete)):
        yield from (said(f"row.{key}", language, text=text) for text in texts)
    yield from (_problem(row, language) for row in answer.problems)
    for text in answer.contradictions:
        yield said("row.contradiction", language, text=text, reason="").rstrip()
    if answer.suspects:
        yield said("row.suspect", language, text=answer.suspects)
    if answer.baseline:
        yield said("row.baseline", language, text=answer.baseline)


def _names(counts: Sequence[Count], total: int, language: Language) -> str:
    """Return names with their counts."""
    comma = "、" if language == "zh" else ", "
    names = comma.join(f"{count.name} {count.n:,}" for count in counts)
    if names and total > len(counts):
        return said("row.modules_more", language, names=names, n=total - len(counts))
    return names or "-"


def _problem(row: ProblemRow, language: Language) -> str:
    words = said(
        "row.problem",
        language,
        number=row.number,
        priority=row.priority,
        title=row.title,
        id=row.id,
        n=f"{row.n:,}",
        share=percent(row.share).in_language(language),
        first=row.first or "-",
        last=row.last or "-",
        services=_names(row.services, row.service_count, language),
        modules=_names(row.modules, row.module_count, language),
    )
    if row.change is None or row.change == "unchanged":
        return words
    kind = said(f"change.{row.change}", language)
    return words + said("row.change", language, kind=kind, before=f"{row.before:,}")


def problems_text(answer: ProblemsAnswer, language: Language) -> str:
    """Return the problems, one a line."""
    shown = len(answer.problems)
    head = [extent("say.problems", answer.total, answer.offset, shown, language)]
    rows = [_problem(row, language) for row in answer.problems]
    return framed(head, rows, language, rest(answer.total, answer.offset, shown, language))


def evidence_text(answer: EvidenceAnswer, language: Language) -> str:
    """Return the problem and its lines."""
    problem, shown = answer.problem, len(answer.lines)
    facts = {"number": problem.number, "n": f"{problem.n:,}"}
    head = [extent("say.lines", answer.kept, answer.offset, shown, language, **facts)]
    if answer.kept < answer.total:
        head.append(said("say.kept", language, total=f"{answer.kept:,}", n=f"{answer.total:,}"))
    head += answer.notes
    tail = rest(answer.kept, answer.offset, shown, language)
    return framed(head, _evidence_rows(answer, language), language, tail)


def _evidence_rows(answer: EvidenceAnswer, language: Language) -> Iterator[str]:
    if not answer.offset:
        yield _problem(answer.problem, language)
        yield said("row.why", language, text=answer.why)
        if answer.risk:
            yield said("row.risk", language, text=answer.risk)
        yield from (said("row.cause", language, text=cause) for cause in answer.causes)
        for action in answer.actions:
            priority, _, text = action.partition(": ")
            yield said("row.action", language, priority=priority, text=text)
        for variant in answer.variants:
            yield said("row.variant", language, n=f"{variant.n:,}", text=variant.text)
        for each in answer.ranges:
            least, most = f"{each.minimum:.15g}", f"{each.maximum:.15g}"
            unit = each.unit if each.unit.startswith("/") else f" {each.unit}".rstrip()
            facts = {"name": each.name or "-", "unit": unit, "n": f"{each.n:,}"}
            yield said("row.range", language, minimum=least, maximum=most, **facts)
    for line in answer.lines:
        yield said(
            "row.line",
            language,
            number=line.number,
            time=line.time or "-",
            level=line.level or "-",
            module=line.module or "-",
            host=line.host or "-",
            locator=line.locator,
            text=line.text,
        )


def claims_text(answer: ClaimsAnswer, language: Language) -> str:
    """Return the claims with their verdicts."""
    shown = len(answer.claims)
    counts = answer.counts.model_dump()
    head = [extent("say.claims", answer.total, answer.offset, shown, language, **counts)]
    rows = []
    for claim in answer.claims:
        rows.append(
            said(
                "row.claim",
                language,
                problem=claim.problem,
                host=claim.host or "-",
                text=claim.claim,
                verdict=said(f"verdict.{claim.verdict}", language),
                reason=claim.reason,
            )
        )
        rows += [said("row.both", language, text=text) for text in claim.both_true]
    return framed(head, rows, language, rest(answer.total, answer.offset, shown, language))


def comparison_text(answer: ComparisonAnswer, language: Language) -> str:
    """Return what changed, one thing a line."""
    if answer.state == "running":
        stage = said("state.starting", language)
        return framed([said("say.running", language, id=answer.id, stage=stage)], (), language)
    if answer.state == "failed":
        return framed([], answer.reason.split("\n"), language)
    shown = len(answer.changes)
    counts = {"changed": f"{answer.total:,}", "compared": f"{answer.compared:,}"}
    key = "say.compared" if answer.compared else "say.nothing_compared"
    head = [extent(key, answer.total, answer.offset, shown, language, **counts)]
    if answer.incomplete:
        head.append(said("say.incomplete", language, n=len(answer.incomplete)))
    rows = [said("row.baseline", language, text=answer.baseline)]
    rows += [said("row.incomplete", language, text=text) for text in answer.incomplete]
    rows += [
        said(
            "row.change_line" if change.rate_before is not None else "row.change_counted",
            language,
            dimension=said(f"dimension.{change.dimension}", language),
            title=change.title,
            kind=said(f"change.{change.kind}", language),
            firm="" if change.firm else said("row.unsure", language),
            before=f"{change.before:,}",
            during=f"{change.during:,}",
            rate_before=significant(change.rate_before or 0.0, 3),
            rate_during=significant(change.rate_during or 0.0, 3),
        )
        for change in answer.changes
    ]
    return framed(head, rows, language, rest(answer.total, answer.offset, shown, language))


def aliases_text(answer: AliasesAnswer, language: Language) -> str:
    """Return what holds and what does not."""
    severities = [finding.severity for finding in answer.findings]
    counts = {
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "pairs": answer.total,
        "rows": f"{answer.rows:,}",
    }
    head = [said("say.aliases", language, index_set=answer.index_set, **counts)]
    if answer.incomplete:
        head.append(said("say.incomplete", language, n=len(answer.incomplete)))
    rows = [said("row.incomplete", language, text=text) for text in answer.incomplete]
    rows += [
        said("row.finding", language, severity=finding.severity, text=finding.text)
        for finding in answer.findings
    ]
    for pair in answer.pairs:
        rows.append(said("row.alias", language, alias=pair.alias, field=pair.field))
        rows += [said("row.alias_table", language, **table.model_dump()) for table in pair.tables]
    shown = len(answer.pairs)
    return framed(head, rows, language, rest(answer.total, answer.offset, shown, language))


def audit_text(answer: AuditAnswer, language: Language) -> str:
    """Return what is wrong with the report, one thing a line."""
    judged = answer.against_evidence
    counts = answer.model_dump(
        include={"lines", "stated", "objections"}
        | ({"supported", "contradicted", "not_verifiable", "omissions"} if judged else set())
    )
    head = [said("say.audited" if judged else "say.audited_alone", language, **counts)]
    rows = []
    for row in answer.rows:
        facts = {"line": row.line if row.line is not None else "-", "text": row.text}
        if row.kind == "objection":
            rows.append(
                said("row.objection", language, weight=row.verdict, check=row.check, **facts)
            )
        elif row.kind == "omission":
            rows.append(said("row.omission", language, kind=row.check, text=row.text))
        else:
            judged_as = said(f"verdict.{row.verdict}", language)
            rows.append(said("row.judgement", language, judged=judged_as, says=row.says, **facts))
    tail = rest(answer.total, answer.offset, len(answer.rows), language)
    return framed(head, rows, language, tail, "notice_report")
