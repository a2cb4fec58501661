"""A kept case told again, perhaps in another language or zone, whole or short."""

from __future__ import annotations

from typing import Literal

from paicha.analysis.redaction import shown_findings
from paicha.composition.brief import compose_chat, compose_comparison_chat, compose_page
from paicha.composition.comparison import compose_comparison
from paicha.composition.compose import compose
from paicha.composition.digest import compose_digest
from paicha.locales import Language
from paicha.model.change import Comparison
from paicha.model.findings import Findings
from paicha.model.messages import Digest
from paicha.model.report import Report

Extent = Literal["whole", "page", "chat"]
_COMPOSE = {"whole": compose, "page": compose_page, "chat": compose_chat}


def report(
    findings: Findings,
    language: Language | None = None,
    zone: str | None = None,
    extent: Extent = "whole",
) -> Report:
    """
    Return *findings* as a report; secrets and personal data in log text are covered.

    Args:
        findings: What a case holds.
        language: None: the one it was asked in.
        zone: None: the one it was asked in.
        extent: The whole, one page, or a chat message.
    """
    return _COMPOSE[extent](shown_findings(findings), language or findings.question.language, zone)


def told_comparison(
    found: Comparison, language: Language, zone: str | None = None, *, short: bool = False
) -> Report:
    """
    Return a comparison as a report; its names were covered when it was made.

    Args:
        found: What was compared.
        language: The reader's language.
        zone: None: that of the later side.
        short: Whether it is for a chat message.
    """
    tell = compose_comparison_chat if short else compose_comparison
    return tell(found, language, zone)


def told_digest(findings: Findings, language: Language, zone: str | None = None) -> Digest:
    """
    Return *findings* as a message; secrets and personal data in log text are covered.

    Args:
        findings: What a case holds.
        language: The reader's language.
        zone: None: the one it was asked in.
    """
    return compose_digest(shown_findings(findings), language, zone)
