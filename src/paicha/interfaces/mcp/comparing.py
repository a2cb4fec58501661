"""Answers about two sides: windows compared, aliases held against rows, reports against evidence."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.app.check_aliases import Verification
from paicha.audits import Audited
from paicha.interfaces.mcp.answers import (
    AliasesAnswer,
    AliasProblem,
    AliasRow,
    AliasTable,
    AuditAnswer,
    AuditRow,
    ChangeRow,
    ComparisonAnswer,
)
from paicha.interfaces.mcp.runs import Run
from paicha.interfaces.mcp.spoken import said
from paicha.interfaces.mcp.telling import Slice, extent_of, page, spoken
from paicha.interfaces.mcp.wording import clipped, stamp
from paicha.locales import Language
from paicha.model.aliases import AliasPair
from paicha.model.audit import Audit, Judgement, Objection, Omission
from paicha.model.change import Change, Comparison
from paicha.model.question import Window
from paicha.renderers.visible import visible

#: Digits behind the point of rates and scores: what the report shows, and no false exactness.
_DIGITS = 3


def comparison_answer(run_id: str, found: Comparison, wanted: Slice) -> ComparisonAnswer:
    """Return a page of what changed, in the order of the report."""
    report, language = found.change, wanted.language
    changed = [change for change in report.changes if change.changed]
    shown, extent = page(changed, wanted)
    sides = (*found.before.incomplete, *found.during.incomplete)
    return ComparisonAnswer(
        id=run_id,
        state="done",
        reason="",
        notice=said("notice", language),
        baseline=spoken(report.baseline.text, language),
        before_records=report.baseline.records,
        during_records=report.records,
        compared=report.comparisons,
        false_discoveries=report.false_discoveries,
        incomplete=tuple(spoken(reason, language) for reason in sides),
        changes=tuple(_change_row(change, language) for change in shown),
        **extent,
    )


def comparison_to_come(run: Run, language: Language) -> ComparisonAnswer:
    """Return that the window is still being investigated, or why it could not be."""
    return ComparisonAnswer(
        id=run.id,
        state=run.state,
        reason="" if run.reason is None else visible(run.reason.in_language(language), lines=True),
        notice=said("notice", language),
        baseline="",
        before_records=None,
        during_records=None,
        compared=None,
        false_discoveries=None,
        incomplete=(),
        changes=(),
        **extent_of(0, 0, 0),
    )


def _change_row(change: Change, language: Language) -> ChangeRow:
    return ChangeRow(
        dimension=change.dimension,
        key=clipped(change.key, language)[0],
        title=spoken(change.title, language),
        kind=change.kind,
        firm=change.firm,
        before=change.before,
        during=change.during,
        rate_before=_rounded(change.rate_before),
        rate_during=_rounded(change.rate_during),
        score=round(change.score, _DIGITS),
    )


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, _DIGITS)


def aliases_answer(found: Verification, window: Window, zone: str, wanted: Slice) -> AliasesAnswer:
    """Return what the rows say of the aliases."""
    report, language = found.report, wanted.language
    shown, extent = page(report.pairs, wanted)
    return AliasesAnswer(
        index_set=report.index_set_id,
        name=visible(report.index_set_name),
        notice=said("notice", language),
        start=stamp(window.start, zone) or "",
        end=stamp(window.end, zone) or "",
        rows=found.coverage.kept,
        failed=report.failed,
        incomplete=tuple(spoken(reason, language) for reason in found.coverage.incomplete),
        findings=tuple(
            AliasProblem(
                severity=each.severity,
                kind=each.kind,
                alias=visible(each.alias),
                rows=each.rows,
                text=spoken(each.text, language),
            )
            for each in report.findings
        ),
        pairs=tuple(_alias_row(pair) for pair in shown),
        **extent,
    )


def _alias_row(pair: AliasPair) -> AliasRow:
    tables = tuple(
        AliasTable(table=visible(table), rows=rows, with_field=with_field, resolved=resolved)
        for table, rows, with_field, resolved in pair.tables
    )
    return AliasRow(
        alias=visible(pair.alias),
        field=visible(pair.field),
        path_type=visible(pair.path_type),
        tables=tables,
    )


def audit_answer(audited: Audited, wanted: Slice, *, everything: bool) -> AuditAnswer:
    """Return a page of what is wrong with a report; with *everything* also of what holds."""
    found, language = audited.found, wanted.language
    judged = [each.judged for each in found.judgements]
    rows = _audit_rows(found, language, everything=everything)
    shown, extent = page(rows, wanted)
    return AuditAnswer(
        name=clipped(found.name, language)[0],
        notice=said("notice_report", language),
        failed=found.failed,
        against_evidence=bool(found.case_id),
        lines=found.lines,
        stated=len(found.stated),
        supported=judged.count("supported"),
        contradicted=judged.count("contradicted"),
        not_verifiable=judged.count("not_verifiable"),
        objections=len(found.objections),
        omissions=len(found.omissions),
        rows=shown,
        **extent,
    )


def _audit_rows(found: Audit, language: Language, *, everything: bool) -> Sequence[AuditRow]:
    """Return objections, then contradicted statements, then omissions, then the rest."""
    rows = [_objection(each, language) for each in found.objections]
    rows += [_statement(each, language) for each in found.contradicted]
    rows += [_omission(each, language) for each in found.omissions]
    if everything:
        rows += [
            _statement(each, language) for each in found.judgements if each.judged != "contradicted"
        ]
    return rows


def _objection(each: Objection, language: Language) -> AuditRow:
    first = each.places[0] if each.places else None
    return AuditRow(
        kind="objection",
        line=None if first is None else first.line,
        says="" if first is None else clipped(first.says, language)[0],
        verdict=each.weight,
        check=each.check,
        text=spoken(each.text, language),
        locators=(),
    )


def _statement(each: Judgement, language: Language) -> AuditRow:
    return AuditRow(
        kind="statement",
        line=each.stated.place.line,
        says=clipped(each.stated.place.says, language)[0],
        verdict=each.judged,
        check=each.stated.measure,
        text=spoken(each.text, language),
        locators=tuple(clipped(locator, language)[0] for locator in each.locators),
    )


def _omission(each: Omission, language: Language) -> AuditRow:
    return AuditRow(
        kind="omission",
        line=None,
        says="",
        verdict=each.kind,
        check=each.kind,
        text=spoken(each.text, language),
        locators=tuple(clipped(locator, language)[0] for locator in each.locators),
    )
