"""A written report held against itself and against a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from paicha.analysis.audit.auditing import Writer, audit
from paicha.analysis.audit.evidence import AuditEvidence, RecordLookup
from paicha.analysis.audit.lexicon import Lexicon
from paicha.composition.audit import compose_audit
from paicha.locales import Language
from paicha.model.audit import Audit, AuditWords
from paicha.model.findings import Findings
from paicha.model.knowledge import Knowledge
from paicha.model.report import Report
from paicha.ports import CaseStore


@dataclass(frozen=True, slots=True)
class AuditDesk:
    """
    What an audit works with.

    Args:
        words: How reports say things.
        knowledge: Problem classes and metric concepts.
        lookup: Counts single records of a case that has so many.
        write: Writes the Markdown report of findings in a language and zone.
    """

    words: AuditWords
    knowledge: Knowledge
    lookup: Callable[[CaseStore, int], RecordLookup]
    write: Callable[[Findings, str, str], str]


def audit_report(name: str, text: str, desk: AuditDesk, case: CaseStore | None = None) -> Audit:
    """
    Return the audit of a report.

    Args:
        name: How it is called.
        text: The report.
        desk: What the audit works with.
        case: The evidence; None: the report is checked against itself only.
    """
    problems, concepts = desk.knowledge.problems, desk.knowledge.concepts
    if case is None:
        return audit(name, text, Lexicon(desk.words, problems, concepts))
    findings = case.get_findings()
    modules = frozenset(module.name for module in findings.modules if module.name)
    lexicon = Lexicon(desk.words, problems, concepts, modules)
    evidence = AuditEvidence(findings, desk.lookup(case, findings.totals.records), lexicon)
    return audit(name, text, lexicon, evidence, _writer(findings, desk))


def _writer(findings: Findings, desk: AuditDesk) -> Writer:
    return lambda language, zone: desk.write(findings, language, zone)


def told(found: Audit, text: str, language: Language, *, annotated: bool = False) -> Report:
    """Return an audit as a report of its own; *annotated*: with the whole text of the audited one."""
    return compose_audit(found, text, language, annotated=annotated)
