"""A kept case told again, perhaps in another language or zone."""

from __future__ import annotations

from paicha.analysis.masking import masked
from paicha.composition.compose import compose
from paicha.locales import Language
from paicha.model.findings import Findings
from paicha.model.report import Report


def report(findings: Findings, language: Language | None = None, zone: str | None = None) -> Report:
    """
    Return *findings* as a report; secrets and personal data in log text are covered.

    Args:
        findings: What a case holds.
        language: None: the one it was asked in.
        zone: None: the one it was asked in.
    """
    return compose(masked(findings), language or findings.question.language, zone)
