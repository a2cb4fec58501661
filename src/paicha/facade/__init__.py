"""
What a script or a notebook needs.

>>> import paicha
>>> found = paicha.demo(language="en")
>>> found.findings.totals.records, found.findings.totals.abnormal
(1800, 527)
"""

from __future__ import annotations

from paicha.facade.calls import carry_out, demo, extend, investigate, open_case, render
from paicha.facade.investigation import CASE_FILE as CASE_FILE
from paicha.facade.investigation import REPORT_FILES as REPORT_FILES
from paicha.facade.investigation import Format as Format
from paicha.facade.investigation import Investigation
from paicha.facade.preparing import Preparation as Preparation
from paicha.facade.preparing import of_page as of_page
from paicha.facade.preparing import prepare
from paicha.facade.preparing import prepare_demo as prepare_demo
from paicha.facade.preparing import prepare_extension as prepare_extension
from paicha.facade.question import Asked
from paicha.facade.question import Engine as Engine
from paicha.facade.question import Moment as Moment
from paicha.facade.writing import write_whole as write_whole

__all__ = [
    "Asked",
    "Investigation",
    "carry_out",
    "demo",
    "extend",
    "investigate",
    "open_case",
    "prepare",
    "render",
]
