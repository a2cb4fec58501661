"""
Secrets and personal data in log text are covered before anybody reads it.

What is found (`found.py`), what stands in its place (`tokens.py`), and the ways text comes: a line or a
column (`redactor.py`), sums whose lines were taken apart (`sums.py`), trees of values (`trees.py`).
"""

from paicha.analysis.redaction.redactor import Redactor
from paicha.analysis.redaction.trees import covered, covered_lines, covered_tree, shown_findings

__all__ = ["Redactor", "covered", "covered_lines", "covered_tree", "shown_findings"]
