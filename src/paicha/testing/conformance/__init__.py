"""
What every source must do, whatever it reads: suites for sources of your own.

A stage puts records (or points) where the source finds them; each check says in its error what did
not hold. In a test::

    @pytest.mark.parametrize("check", LOG_CHECKS, ids=lambda check: check.__name__)
    def test_my_source_conforms(check, tmp_path):
        check(MyStage(tmp_path))

`check_log_source(stage)` and `check_metric_source(stage)` run all of them.
"""

from __future__ import annotations

from paicha.testing.conformance.faults import TROUBLE_CHECKS
from paicha.testing.conformance.logs import SOUND_CHECKS
from paicha.testing.conformance.metrics import METRIC_CHECKS
from paicha.testing.conformance.stages import (
    CONCEPT,
    HOST,
    START,
    WINDOW,
    LogLine,
    LogStage,
    MetricPoint,
    MetricStage,
    Trouble,
    read_all,
)

LOG_CHECKS = (*SOUND_CHECKS, *TROUBLE_CHECKS)

__all__ = [
    "CONCEPT",
    "HOST",
    "LOG_CHECKS",
    "METRIC_CHECKS",
    "START",
    "WINDOW",
    "LogLine",
    "LogStage",
    "MetricPoint",
    "MetricStage",
    "Trouble",
    "check_log_source",
    "check_metric_source",
    "read_all",
]


def check_log_source(stage: LogStage) -> tuple[str, ...]:
    """
    Run every check of `LOG_CHECKS` and return their names.

    Raises:
        AssertionError: With a sentence, at the first thing that does not hold.
    """
    for check in LOG_CHECKS:
        check(stage)
    return tuple(check.__name__ for check in LOG_CHECKS)


def check_metric_source(stage: MetricStage) -> tuple[str, ...]:
    """
    Run every check of `METRIC_CHECKS` and return their names.

    Raises:
        AssertionError: With a sentence, at the first thing that does not hold.
    """
    for check in METRIC_CHECKS:
        check(stage)
    return tuple(check.__name__ for check in METRIC_CHECKS)
