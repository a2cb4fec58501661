"""A report says how much was covered, that nothing was, or that nobody counted."""

from dataclasses import replace

import pytest
from tests.unit.renderers import sample

from paicha.app.report import report
from paicha.model.redaction import Redaction
from paicha.renderers.markdown import MarkdownRenderer


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            Redaction("on", 1800, (("mobile", 3),)),
            "Covered in the 1,800 records that the case keeps",
        ),
        (Redaction("on", 1800), "Nothing to cover was found in the 1,800 records"),
        (Redaction("on"), "The case keeps no records, so places were not counted"),
        (Redaction("raw", 1800), "keeps its records as they were read"),
        (Redaction("off", 1800), "Redaction is off by the settings"),
    ],
)
def test_what_was_covered_stands_in_the_report(found: Redaction, said: str) -> None:
    """No records is no good news, and neither is a case with originals."""
    findings = sample.reference_findings()
    findings = replace(findings, coverage=replace(findings.coverage, redaction=found))

    assert said in MarkdownRenderer().render(report(findings, "en")).decode()
