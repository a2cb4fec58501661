"""Findings on records of which none has a time: what needs a clock is left out, not drawn as nothing."""

from __future__ import annotations

from dataclasses import replace

from paicha.model.findings import Findings


def without_curves(findings: Findings) -> Findings:
    """
    Return *findings* without what a curve of no record would say: "none" at every moment, where nobody knows.

    Args:
        findings: No record of theirs has a time.
    """
    totals = replace(
        findings.totals,
        bucket_s=0,
        buckets=0,
        bucket_start=None,
        curve_all=(),
        curve_abnormal=(),
    )
    return replace(
        findings,
        totals=totals,
        problems=tuple(
            replace(one, curve=(), peak=None, peak_n=0, course=None) for one in findings.problems
        ),
        modules=tuple(replace(one, curve=()) for one in findings.modules),
    )
