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
from paicha.interfaces.mcp.telling import extent_of, page, spoken
from paicha.interfaces.mcp.wording import clipped, stamp
from paicha.locales import Language, Text
from paicha.model.audit import Audit, Objection, Place
from paicha.model.change import Change, Comparison
from paicha.model.findings import AliasPair
from paicha.model.question import Window
from paicha.renderers.visible import visible

#: Digits behind the point of rates and scores: what the report shows, and no false exactness.
_DIGITS = 3


def comparison_answer(
    run_id: str, found: Comparison, offset: int, limit: int, language: Language
) -> ComparisonAnswer:
    """Return a page of what changed, in the order of the report."""
    report = found.change
    changed = [change for change in report.changes if change.changed]
    shown, extent = page(changed, offset, limit)
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
        rate_before=round(change.rate_before, _DIGITS),
        rate_during=round(change.rate_during, _DIGITS),
        score=round(change.score, _DIGITS),
    )


def aliases_answer(
    found: Verification, window: Window, zone: str, offset: int, limit: int, language: Language
) -> AliasesAnswer:
    """Return what the rows say of the aliases."""
    report = found.report
    shown, extent = page(report.pairs, offset, limit)
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


def audit_answer(
    audited: Audited, offset: int, limit: int, language: Language, *, everything: bool
) -> AuditAnswer:
    """Return a page of what is wrong with a report; with *everything* also of what holds."""
    found = audited.found
    judged = [each.judged for each in found.judgements]
    rows = _audit_rows(found, language, everything=everything)
    shown, extent = page(rows, offset, limit)
    return AuditAnswer(
        name=clipped(found.name, language)[0],
        notice=said("notice_report", language),
        failed=found.failed,
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
    statements = [
        (
            each.judged,
            _row("statement", each.stated.place, each.judged, each.stated.measure, each.text, each.locators, language),
        )
        for each in found.judgements
    ]
    rows += [row for judged, row in statements if judged == "contradicted"]
    rows += [
        _row("omission", None, each.kind, each.kind, each.text, each.locators, language)
        for each in found.omissions
    ]
    if everything:
        rows += [row for judged, row in statements if judged != "contradicted"]
    return rows


def _objection(each: Objection, language: Language) -> AuditRow:
    first = each.places[0] if each.places else None
    return _row("objection", first, each.weight, each.check, each.text, (), language)


def _row(
    kind: str,
    place: Place | None,
    verdict: str,
    check: str,
    text: Text,
    locators: Sequence[str],
    language: Language,
) -> AuditRow:
    return AuditRow.model_validate(
        {
            "kind": kind,
            "line": None if place is None else place.line,
            "says": "" if place is None else clipped(place.says, language)[0],
            "verdict": verdict,
            "check": check,
            "text": spoken(text, language),
            "locators": tuple(clipped(each, language)[0] for each in locators),
        }
    )
