"""What changed, in sentences: the first screen and the summary."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.analysis.wording import listed, significant
from paicha.locales import Text, text
from paicha.model.change import BaselineState, Change, ChangeKind, ChangeReport
from paicha.model.findings import Problem, Statement

#: Problems named before the rest is counted.
_NAMED = 4
#: Ratios of records and of rates that differ by less are one: the stretches are of one length.
_ALIKE = 0.02
_KINDS: tuple[ChangeKind, ...] = ("new", "louder", "gone", "quieter")


def changed(report: ChangeReport, problems: Sequence[Problem] = ()) -> list[Statement]:
    """
    Return what is new, louder, gone and quieter among the problems, or that nothing is.

    A baseline without records says nothing, one that lacks somebody little, and that is said; so is what is urgent in the
    baseline as well.

    Args:
        report: What was compared.
        problems: Those of the window.
    """
    if report.baseline.state in ("empty", "unread"):
        # Nobody asked for it: the quality of the evidence says it, the first screen has better to do.
        asked = report.baseline.asked
        return [Statement("incomplete", report.baseline.text)] if asked else []
    found: list[Statement] = []
    for kind in _KINDS:
        for firm in (True, False):
            members = [c for c in report.called(kind, dimension="problem") if c.firm == firm]
            if members:
                key = kind if firm else _weak(kind, report.baseline.state)
                if report.baseline.window is None and kind in ("new", "gone"):
                    key = f"{kind}_counted"  # a fact of the counts; nothing is claimed of what is usual
                found.append(Statement("change", _called(key, members)))
    if not found:
        found.append(Statement("change", text("change.nothing", baseline=report.baseline.text)))
    if report.baseline.lacking:
        found.append(Statement("incomplete", report.baseline.text))
    old = [figures(one.change) for one in not_calm(problems) if one.change is not None]
    if old:
        found.append(Statement("change", text("change.not_calm", names=listed(old, _NAMED))))
    return found


def not_calm(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems that are urgent in the window and that the baseline holds as many of, or more."""
    return [
        one
        for one in problems
        if one.priority == "P1"
        and one.change is not None
        and one.change.before
        and one.change.kind in ("unchanged", "quieter")
    ]


def _weak(kind: ChangeKind, state: BaselineState) -> str:
    """Return why a change is not certain: against a baseline that says too little none is, however many records there are."""
    unsound = state != "sound" and kind in ("new", "gone")
    return f"{kind}_unsound" if unsound else f"{kind}_weak"


def _called(key: str, changes: Sequence[Change]) -> Text:
    return text(
        f"change.{key}",
        n=len(changes),
        names=listed([figures(change) for change in changes], _NAMED),
    )


def figures(change: Change) -> Text:
    """
    Return a thing's name with what it changed by, as short as can be.

    Example:
        >>> from paicha.model.change import Change
        >>> figures(Change("level", "ERROR", Text.same("ERROR"), "louder", True, 10, 30, 1.0, 3.0,
        ...                3.3, 1.0, 0.01, 0.02, "")).en
        'ERROR (10 → 30 records, ×3)'
        >>> figures(Change("level", "ERROR", Text.same("ERROR"), "quieter", True, 26, 27, 3.0, 1.0,
        ...                -3.3, 1.0, 0.01, 0.02, "")).en
        'ERROR (26 → 27 records, per minute 33 % of what it was)'
    """
    ratio = change.ratio if change.during else None
    key = "figures"
    if ratio:
        # Of stretches of one length the ratio is that of the records, as every reader takes it.
        alike = abs(change.during / change.before - ratio) <= _ALIKE * ratio
        key = f"figures_{'ratio' if alike else 'rates'}{'_less' if ratio < 1 else ''}"
    return text(
        f"change.{key}",
        title=change.title,
        before=f"{change.before:,}",
        during=f"{change.during:,}",
        ratio=times(ratio) if ratio else "",
        percent=times(100 * ratio) if ratio else "",
    )


def times(ratio: float) -> str:
    """
    Return a ratio of rates with two figures that matter.

    Example:
        >>> times(3.0), times(0.254), times(12.34), times(0.0019), times(1487)
        ('3', '0.25', '12', '0.0019', '1,487')
    """
    return significant(ratio, 2)
