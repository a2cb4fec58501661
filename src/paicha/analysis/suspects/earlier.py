"""
Suspects and rank where nothing was read to compare with: what lies in the window before the trouble stands for what is usual.

Who hands a folder of logs over seldom says a window, so there is no baseline. Yet most such logs begin before the
trouble does. They are parted some minutes before the first sure rise of an urgent problem, and the later part is
compared with the earlier one as a window is with its baseline. Where trouble is there from the first minute on, or
nothing surely rises, nothing is compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.change.comparing import change_of
from paicha.analysis.change.judging import Judge, Judged
from paicha.analysis.change.paces import paces_of, steps_of
from paicha.analysis.change.scores import score
from paicha.analysis.change.turns import LEAST_RECORDS
from paicha.analysis.gathering import Gathered
from paicha.analysis.problems import ranked_again
from paicha.analysis.tables import CaseTables
from paicha.analysis.wording import clock
from paicha.kernel.caps import OTHER
from paicha.model.findings import Problem
from paicha.model.question import Question, Window
from paicha.values import dataclass

#: Turns of a curve that are the begin of trouble, and how sure such a one must be [sigma].
_RISES, _SURE = frozenset(("start", "step_up", "burst", "ramp_up")), 4.0
#: What leads to a rise lies so long before it, or so large a part of what comes before.
_LEAD, _LEAD_PART = timedelta(minutes=5), 0.25
#: In so many minutes what lasts has records.
_LASTS = 3
#: Less than so much, or so small a part of the window, says nothing of what is usual. Of a short stretch the scores
#: say how much it proves: what nobody wrote for 40 s may well be usual, unless ten of it come in every second since.
_LEAST, _LEAST_PART = timedelta(seconds=30), 0.02


@dataclass(frozen=True, slots=True)
class Parted:
    """
    A window as a window and its baseline.

    Args:
        tables: With counts of the later part, and as those of the baseline those of the earlier one.
        tagged: The rows of `COUNTS` of the later part that belong to a problem.
        question: The later part as window, the earlier one as baseline.
        problems: With what changed between the two, and when they rose, in the order of a rank that counts it.
    """

    tables: CaseTables
    tagged: pa.Table
    question: Question
    problems: tuple[Problem, ...]

    def in_order(self, problems: Sequence[Problem]) -> tuple[Problem, ...]:
        """Return the problems as they were, in the order and with the rank that these have: no baseline was read."""
        own = {one.id: one for one in problems}
        return tuple(
            replace(one, change=own[one.id].change, course=own[one.id].course)
            for one in self.problems
        )


def parted(
    tables: CaseTables,
    tagged: pa.Table,
    question: Question,
    problems: Sequence[Problem],
    gathered: Sequence[Gathered],
    *,
    unsuited: bool = False,
) -> Parted | None:
    """
    Return the window in two; None where there is a baseline or none is wanted, or where nothing surely rises inside it.

    Args:
        tables: The tables of the case.
        tagged: The rows of `COUNTS` that belong to a problem.
        question: The window, and the baseline if there is one.
        problems: All problems, with their courses.
        gathered: Their counts and classes.
        unsuited: Whether the baseline says nothing of who broke: it shows the same trouble, or lacks somebody.
    """
    known, declined = tables.baseline_counts, question.baseline is None and question.baseline_choice
    if declined or (known is not None and known.num_rows and not unsuited):
        return None
    at = _parting(problems, question.extent, tables.minute_s)
    if at is None or pc.any(pc.equal(tables.counts["shape"], OTHER)).as_py():
        return None
    window = question.extent
    before, during = Window(window.start, at), Window(at, window.end)
    counts, rows = _in_two(tables.counts, at), _in_two(tagged, at)
    if not counts[0].num_rows:
        return None
    steps = steps_of(before, during, tables.minute_s)
    was, now = (paces_of(part, ["problem"], step) for part, step in zip(rows, steps, strict=True))
    found = Judge(*steps).judge(was, now, sorted({*was, *now}))
    judged = {key[0]: verdict for key, verdict in found.items()}
    lasting = frozenset() if _sure(problems, judged) else _lasting(rows[1])
    compared = [
        _compared(one, judged.get(one.id), (before, during), lasts=one.id in lasting)
        for one in problems
    ]
    return Parted(
        tables=replace(tables, counts=counts[1], baseline_counts=counts[0]),
        tagged=rows[1],
        question=replace(question, window=during, baseline=before),
        problems=ranked_again(compared, gathered, clock(at, question)),
    )


def _parting(problems: Sequence[Problem], window: Window, minute_s: int) -> datetime | None:
    """Return the minute that parts the window: some minutes before an urgent problem first surely rises."""
    rises = [began for one in _urgent(problems) if (began := _began(one, window)) is not None]
    rise = min((at for at in rises if at > window.start), default=None)
    if rise is None:
        return None
    lead = min(_LEAD, (rise - window.start) * _LEAD_PART)
    enough = max(_LEAST, window.length * _LEAST_PART)
    # Counts are of whole minutes: where those before the lead are too few, the one of the rise itself parts.
    steps = (int(at.timestamp()) // minute_s * minute_s for at in (rise - lead, rise))
    moments = (datetime.fromtimestamp(step, UTC) for step in steps)
    return next((at for at in moments if at - window.start >= enough), None)


def _began(problem: Problem, window: Window) -> datetime | None:
    """Return when a problem began inside the window: its first record where so many were due before, or its first rise."""
    first = problem.first
    if first is not None and window.start < first < window.end:
        before, since = (first - window.start).total_seconds(), (window.end - first).total_seconds()
        if score(0, problem.timed, before, since) >= _SURE:
            return first
    return _rise(problem)


def _rise(problem: Problem) -> datetime | None:
    turns = problem.course.turns if problem.course else ()
    return next((one.at for one in turns if one.kind in _RISES and one.score >= _SURE), None)


def _in_two(rows: pa.Table, at: datetime) -> tuple[pa.Table, pa.Table]:
    """Return the rows before and from *at* on; those without a time are in neither."""
    early = pc.less(rows["minute"], pa.scalar(at, rows["minute"].type))
    return rows.filter(early), rows.filter(pc.invert(early))


def _sure(problems: Sequence[Problem], judged: Mapping[str, Judged]) -> bool:
    """Return whether an urgent problem is surely new or louder: beside such a one a burst that is over is chance."""
    return any(
        found.firm and found.kind in ("new", "louder")
        for one in _urgent(problems)
        if (found := judged.get(one.id)) is not None
    )


def _urgent(problems: Sequence[Problem]) -> Sequence[Problem]:
    """Return those that are urgent; all of them where none is."""
    return [one for one in problems if one.priority in ("P1", "P2")] or problems


def _lasting(rows: pa.Table) -> frozenset[str]:
    """
    Return the problems that lasted, however much of the later part was calm again.

    A window that nobody chose goes on when trouble is over, so that all of it looks like one burst.
    """
    sums = rows.group_by(["problem"], use_threads=False).aggregate(
        [("n", "sum"), ("minute", "count_distinct")]
    )
    columns = (sums[name].to_pylist() for name in ("problem", "n_sum", "minute_count_distinct"))
    return frozenset(
        name
        for name, n, minutes in zip(*columns, strict=True)
        if n >= LEAST_RECORDS and minutes >= _LASTS
    )


def _compared(
    problem: Problem, found: Judged | None, parts: tuple[Window, Window], *, lasts: bool
) -> Problem:
    """Return a problem as if the earlier part had been its baseline."""
    if found is None:
        return problem
    fresh = lasts and not found.before
    before, during = (part.length.total_seconds() for part in parts)
    change = change_of(("problem", problem.id), found, problem.title, (before, during))
    if fresh:
        change = replace(change, kind="new", firm=True)
    course = problem.course
    if course is not None and found.before:
        course = replace(course, onset=_rise(problem), ongoing_before=True)
    return replace(problem, change=change, course=course)
