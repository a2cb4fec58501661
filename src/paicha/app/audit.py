"""A written report held against itself and against a case."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

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
from paicha.values import dataclass


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


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    A case made ready for audits; the case itself may be closed.

    Args:
        known: What it knows.
        write: Writes its own report in a language and zone.
    """

    known: AuditEvidence
    write: Writer


def evidence_of(case: CaseStore, desk: AuditDesk) -> Evidence:
    """Return what reports are held against, read from an open case once for any number of audits."""
    findings = case.get_findings()
    modules = frozenset(module.name for module in findings.modules if module.name)
    lexicon = Lexicon(desk.words, desk.knowledge.problems, desk.knowledge.concepts, modules)
    lookup = desk.lookup(case, findings.totals.records)

    @cache
    def write(language: str, zone: str) -> str:
        return desk.write(findings, language, zone)

    return Evidence(AuditEvidence(findings, lookup, lexicon), write)


def audit_report(name: str, text: str, desk: AuditDesk, evidence: Evidence | None = None) -> Audit:
    """
    Return the audit of a report.

    Args:
        name: How it is called.
        text: The report.
        desk: What the audit works with.
        evidence: What it is held against; None: it is checked against itself only.
    """
    if evidence is None:
        lexicon = Lexicon(desk.words, desk.knowledge.problems, desk.knowledge.concepts)
        return audit(name, text, lexicon)
    return audit(name, text, evidence.known.lexicon, evidence.known, evidence.write)


def told(found: Audit, text: str, language: Language, *, annotated: bool = False) -> Report:
    """Return an audit as a report of its own; *annotated*: with the whole text of the audited one."""
    return compose_audit(found, text, language, annotated=annotated)
