"""What changed against the baseline, and how much the baseline can say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.change.belonging import baseline_membership
from paicha.analysis.change.comparing import Comparer, Stretch
from paicha.analysis.change.evidence import recount
from paicha.analysis.change.judging import FALSE_DISCOVERIES
from paicha.analysis.change.lacking import lacking
from paicha.analysis.membership import Membership
from paicha.analysis.tables import CaseTables
from paicha.analysis.wording import counted, lasting, listed, stretch
from paicha.kernel.caps import OTHER
from paicha.locales import Text, text
from paicha.model.change import (
    CHANGES,
    DIMENSIONS,
    Baseline,
    BaselineState,
    Change,
    ChangeReport,
    Dimension,
)
from paicha.model.coverage import SourceCoverage
from paicha.model.knowledge import ProblemClass
from paicha.model.question import Question, Window

#: Things of one dimension that a report holds where they are unchanged; changed ones it holds all.
_TAIL = 500
#: Fewer records say nothing of what is usual.
_FEW_RECORDS = 30
#: A baseline shorter than this part of the window, or than so many minutes, says little of what is usual.
_SHORT_PART, _SHORT = 0.25, timedelta(minutes=2)
#: Of a longer window so many minutes do, if they are at least so large a part of it.
_DOES, _DOES_PART = timedelta(minutes=10), 0.1
#: Of those of whom it holds nothing so many are named.
_NAMED = 3
#: The log begins inside the baseline when at its own pace so many more records were due before.
_DUE = 20


def change_report(
    tables: CaseTables,
    membership: Membership,
    question: Question,
    coverage: Sequence[SourceCoverage],
    *,
    problems: Sequence[ProblemClass],
    keep: Callable[[str, pa.Table], None],
) -> ChangeReport | None:
    """
    Return everything compared with the baseline; None where there is none.

    Args:
        tables: The tables of the case, with the counts of the baseline.
        membership: Which of the window's records belong to which problem.
        question: The window and its baseline.
        coverage: What the sources gave of the baseline.
        problems: The classes of the knowledge base.
        keep: Keeps a table in the case.
    """
    counts = tables.baseline_counts
    if question.baseline is None or counts is None:
        return None
    held = _held(counts, question.baseline)
    records = int(pc.sum(counts["n"]).as_py() or 0)
    reasons = [reason for source in coverage for reason in source.incomplete]
    if _capped(counts) or _capped(tables.counts):
        reasons.append(text("change.capped"))
    read = all(source.kind for source in coverage)
    files = [file for source in coverage for file in source.files]
    absent = lacking(tables.counts, counts, question.extent, question.baseline, files)
    if records and absent:
        names = listed([Text.same(name) for name in absent], _NAMED)
        reasons.append(text("change.lacking", names=names))
    state = state_of(records, held, question.extent, reasons, read=read)
    baseline = Baseline(
        window=held,
        choice=question.baseline_choice or "previous",
        asked=bool(question.baseline_choice),
        records=records,
        state=state,
        text=_words(state, records, held, question, reasons),
        lacking=absent if records else (),
    )
    before = baseline_membership(
        counts, tables.template_shapes, (tables.counts, membership), problems
    )
    keep("baseline_membership", before.rows)
    changes: tuple[Change, ...] = ()
    if state not in ("empty", "unread"):
        comparer = Comparer(
            before=Stretch(held, counts, before),
            during=Stretch(question.extent, tables.counts, membership),
            template_shapes=tables.template_shapes,
            texts=_texts(tables),
            minute_s=tables.minute_s,
            evidence=recount,
        )
        changes = comparer.changes()
    if state != "sound":
        changes = tuple(replace(change, firm=False) for change in changes)
    during = int(pc.sum(tables.counts["n"]).as_py() or 0)
    keep("changes", changes_table(changes))
    return report_of(baseline, question.extent, during, changes)


def report_of(
    baseline: Baseline, during: Window | None, records: int, changes: Sequence[Change]
) -> ChangeReport:
    """
    Return what was compared, without the long tail of what is unchanged.

    Args:
        baseline: What it was compared with.
        during: The window.
        records: How many records that holds.
        changes: All of them, in order.
    """
    shown: list[Change] = []
    compared: Counter[Dimension] = Counter()
    for change in changes:
        compared[change.dimension] += 1
        tail = not change.changed and change.dimension != "problem"
        if not tail or compared[change.dimension] <= _TAIL:
            shown.append(change)
    counts = tuple((name, compared[name]) for name in DIMENSIONS if compared[name])
    return ChangeReport(baseline, during, records, tuple(shown), counts, FALSE_DISCOVERIES)


def _capped(counts: pa.Table) -> bool:
    """Return whether some shapes are counted together, so that each of them is told apart no more."""
    return bool(pc.any(pc.equal(counts["shape"], OTHER)).as_py())


def _texts(tables: CaseTables) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    for table in (tables.baseline_templates, tables.templates):
        if table is not None:
            texts |= dict(
                zip(table["template_id"].to_pylist(), table["text"].to_pylist(), strict=True)
            )
    return texts


def _held(counts: pa.Table, asked: Window) -> Window:
    """
    Return the part of the baseline that the source holds.

    A log that begins inside the baseline was not silent before: it was not there. Its pace is taken
    from where it begins.
    """
    first, last = pc.min(counts["first"]).as_py(), pc.max(counts["last"]).as_py()
    if first is None or last is None:
        return asked
    n = int(pc.sum(counts["n"]).as_py())
    lasted = max((asked.end - first).total_seconds(), 1.0)
    silent = (first - asked.start).total_seconds()
    if n * silent < _DUE * lasted:
        return asked
    start = first.replace(microsecond=0)
    return Window(max(start, asked.start), asked.end)


def state_of(
    records: int, held: Window, window: Window, reasons: Sequence[Text], *, read: bool
) -> BaselineState:
    """
    Return how much a baseline can say.

    Args:
        records: How many it holds.
        held: The stretch they are of.
        window: What is compared with it.
        reasons: Why anything compared is not the whole truth.
        read: Whether every source could be read.
    """
    if not records:
        return "empty" if read else "unread"
    if reasons:
        return "incomplete"
    least = min(_SHORT_PART * window.length, max(_DOES, _DOES_PART * window.length))
    short = held.length < max(_SHORT, least)
    return "thin" if short or records < _FEW_RECORDS else "sound"


def _words(
    state: BaselineState, records: int, held: Window, question: Question, reasons: Sequence[Text]
) -> Text:
    said = text(
        f"change.baseline.{state}",
        stretch=stretch(held.start, held.end, question),
        length=lasting(held.length.total_seconds()),
        records=counted("record", records),
        reason=reasons[0] if reasons else "",
    )
    asked = question.baseline
    if asked is None or held == asked:
        return said
    begins = text("change.baseline.begins", stretch=stretch(asked.start, held.start, question))
    return Text(zh=said.zh + begins.zh, en=f"{said.en} {begins.en}")


def changes_table(changes: Sequence[Change]) -> pa.Table:
    """Return `CHANGES`, in the order of the report."""
    rows = [
        {name: getattr(change, name) for name in CHANGES.names} | {"title": change.title.en}
        for change in changes
    ]
    return pa.Table.from_pylist(rows, schema=CHANGES)
