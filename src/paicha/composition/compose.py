"""From findings to a report in one language: which sections, in which order, in which words."""

from __future__ import annotations

from dataclasses import replace

from paicha.analysis.audit.declarations import declarations
from paicha.composition.change import change
from paicha.composition.claims import contradictions
from paicha.composition.distribution import devices, distribution
from paicha.composition.draft import Draft
from paicha.composition.metrics import metrics, shown_hosts
from paicha.composition.plan import actions, summary, timeline
from paicha.composition.problems import problems
from paicha.composition.quality import quality, reproduction
from paicha.composition.suspects import suspects
from paicha.composition.verdict import subtitle, verdict
from paicha.locales import Language, catalogue
from paicha.model.declared import declare
from paicha.model.findings import Findings
from paicha.model.report import Report


def compose(findings: Findings, language: Language, zone: str | None = None) -> Report:
    """
    Return the report on *findings*.

    Args:
        findings: What the analysis decided.
        language: The reader's language.
        zone: The reader's time zone (IANA name); None: the question's.

    Returns:
        The sections in the order a reader needs them, with ids that are the same in every language.
    """
    there = zone or findings.question.zone
    draft = Draft.of(findings, language, there)
    sections = (
        verdict(draft),
        problems(draft),
        metrics(draft),
        contradictions(draft),
        distribution(draft),
        devices(draft),
        change(draft),
        suspects(draft),
        actions(draft),
        timeline(draft),
        summary(draft),
        quality(draft),
        reproduction(draft),
    )
    name = findings.question.scope.index_set_name
    title = draft.words.say("title_of", name=name) if name else draft.words.say("title")
    return Report(
        title=title,
        subtitle=subtitle(draft),
        language=language,
        zone=there,
        sections=sections,
        findings=findings,
        labels=labels_of(draft),
        declaration=declare(
            findings, language, there, declarations(_declared(draft), language, len(draft.shown))
        ),
    )


def _declared(draft: Draft) -> Findings:
    """Return the findings with the metrics that the report shows, in their order."""
    of_hosts = {
        metric.host for of_host in shown_hosts(draft.findings.metrics) for metric in of_host
    }
    shown = tuple(metric for metric in draft.findings.metrics if metric.host in of_hosts)
    return replace(draft.findings, metrics=shown)


def labels_of(draft: Draft) -> tuple[tuple[str, str], ...]:
    """Return the words that a renderer itself needs."""
    made = draft.findings.reproduction
    known = {
        key.removeprefix("labels.ui."): words
        for key, words in catalogue(draft.words.language).items()
        if key.startswith("labels.ui.")
    }
    known["made_by"] = draft.words.label(
        "ui.made_by", version=made.product_version, case=made.case_id
    )
    return tuple(sorted(known.items()))
