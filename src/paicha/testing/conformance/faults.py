"""What every log source must do when its place gets into trouble."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from paicha.errors import SourceError, SourceRejected
from paicha.testing.conformance.stages import (
    MILLISECOND,
    SECOND,
    LogStage,
    Trouble,
    bodies,
    line,
    must_fail,
    read_all,
)

_LONG = 5000  # records: several pages of any source


def log_source_gone_in_mid_read_is_never_passed_over(stage: LogStage) -> None:
    """Check that an answer that breaks off is an error, or a shorter answer that says so."""
    _check_broken(stage, "gone")


def log_silence_in_mid_read_is_never_passed_over(stage: LogStage) -> None:
    """Check that an answer that never comes is an error, or a shorter answer that says so."""
    _check_broken(stage, "silent")


def _check_broken(stage: LogStage, trouble: Trouble) -> None:
    lines = [line(MILLISECOND * n, f"step {n}") for n in range(_LONG)]
    failing = stage.failing(lines, trouble)
    if failing is None:
        return
    with failing as source:
        try:
            table, coverage = read_all(source)
        except SourceError:
            return
    found = bodies(table)
    assert len(found) < _LONG, "nothing was missing"
    assert len(set(found)) == len(found), "a record came twice"
    assert coverage.incomplete, "records were left out without a word"
    assert coverage.kept == len(found), f"{coverage.kept} kept, {len(found)} given"


def log_wrong_credentials_are_rejected(stage: LogStage) -> None:
    """Check that wrong credentials are a rejection, at reading and at checking."""
    _check_rejected(stage, "credentials")


def log_a_refusal_is_a_rejection(stage: LogStage) -> None:
    """Check that a place that knows us and refuses is a rejection, at reading and at checking."""
    _check_rejected(stage, "forbidden")


def _check_rejected(stage: LogStage, trouble: Trouble) -> None:
    failing = stage.failing([line(SECOND, "secret")], trouble)
    if failing is None:
        return
    with failing as source:
        must_fail(lambda: read_all(source), SourceRejected)
        assert any(not fine for _, fine, _ in source.check()), "check() finds nothing wrong"


def log_a_rate_limit_is_waited_out(stage: LogStage) -> None:
    """Check that being told to slow down costs time and no record."""
    lines = [line(timedelta(milliseconds=100) * n, f"step {n}") for n in range(300)]
    failing = stage.failing(lines, "rate_limited")
    if failing is None:
        return
    with failing as source:
        table, coverage = read_all(source)
    assert sorted(bodies(table)) == sorted(one.body for one in lines), (
        "records are missing or double"
    )
    assert not coverage.incomplete, f"nothing is missing, yet it says {coverage.incomplete}"


#: Every check of a log source in trouble.
TROUBLE_CHECKS: tuple[Callable[[LogStage], None], ...] = (
    log_source_gone_in_mid_read_is_never_passed_over,
    log_silence_in_mid_read_is_never_passed_over,
    log_wrong_credentials_are_rejected,
    log_a_refusal_is_a_rejection,
    log_a_rate_limit_is_waited_out,
)
