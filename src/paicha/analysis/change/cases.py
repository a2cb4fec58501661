"""Two cases side by side: their lines folded once more together, so that one message is one template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.change.belonging import baseline_membership
from paicha.analysis.change.comparing import Comparer, Stretch
from paicha.analysis.change.report import report_of, state_of
from paicha.analysis.told_apart import told_apart
from paicha.analysis.wording import counted, lasting, listed, stretch
from paicha.kernel.fold import fold
from paicha.locales import Text, text
from paicha.model.change import Baseline, Change, ChangeReport
from paicha.model.knowledge import ProblemClass
from paicha.model.question import NO_TIME, Question, Scope
from paicha.model.schema import SLOT_BUCKETS, SLOT_VALUES, SLOTS
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """
    What a case holds that can be compared.

    Args:
        question: What was asked.
        counts: `COUNTS`.
        slots: `SLOTS`.
        slot_values: `SLOT_VALUES`.
        incomplete: Every reason why this is not the whole truth.
        minute_s: How wide the minutes of the counts are [s].
    """

    question: Question
    counts: pa.Table
    slots: pa.Table
    slot_values: pa.Table
    incomplete: tuple[Text, ...]
    minute_s: int = 60

    @property
    def records(self) -> int:
        """How many records it counted."""
        return int(pc.sum(self.counts["n"]).as_py() or 0)

    @property
    def without_time(self) -> int:
        """How many of them have no time."""
        rows = self.counts.filter(pc.is_null(self.counts["minute"]))
        return int(pc.sum(rows["n"]).as_py() or 0)

    @property
    def untimed(self) -> bool:
        """Whether there are records and none of them has a time."""
        return 0 < self.records == self.without_time


def compare_cases(
    before: CaseCounts, during: CaseCounts, problems: Sequence[ProblemClass], name: str
) -> ChangeReport:
    """
    Return what is new, gone, louder and quieter in one case against another.

    Args:
        before: The one to compare with.
        during: The other.
        problems: The classes of the knowledge base; both are classified anew.
        name: What the first is called.
    """
    if before.untimed and during.untimed:
        return _by_counts(before, during, problems, name)
    window = before.question.extent
    reasons = (*before.incomplete, *during.incomplete)
    state = state_of(before.records, window, during.question.extent, reasons, read=True)
    said = text(
        f"change.cases.{state}",
        stretch=stretch(window.start, window.end, during.question),
        length=lasting(window.length.total_seconds()),
        records=counted("record", before.records),
        reason=reasons[0] if reasons else "",
    )
    said = _with_scopes(said, before.question.scope, during.question.scope)
    said = _with_untimed(said, before.without_time, during.without_time)
    baseline = Baseline(window, name, asked=True, records=before.records, state=state, text=said)
    changes: tuple[Change, ...] = ()
    if before.records:
        changes = _comparer(before, during, problems).changes()
    if state != "sound":
        changes = tuple(replace(change, firm=False) for change in changes)
    return report_of(baseline, during.question.extent, during.records, changes)


def _by_counts(
    before: CaseCounts, during: CaseCounts, problems: Sequence[ProblemClass], name: str
) -> ChangeReport:
    """
    Return how many records of what each of two cases without any time holds.

    Both stand for one run. How unevenly records come no clock says, so no difference is more than a difference.
    """
    reasons = (*before.incomplete, *during.incomplete)
    facts = {
        "before": counted("record", before.records),
        "during": counted("record", during.records),
    }
    said = text("change.cases.untimed", **facts)
    if reasons:
        more = text("change.cases.untimed_part", reason=reasons[0])
        said = Text(zh=said.zh + more.zh, en=f"{said.en} {more.en}")
    said = _with_scopes(said, before.question.scope, during.question.scope)
    baseline = Baseline(None, name, asked=True, records=before.records, state="thin", text=said)
    found = _comparer(_placed(before), _placed(during), problems).changes()
    return report_of(baseline, None, during.records, tuple(_plainly(one) for one in found))


def _placed(case: CaseCounts) -> CaseCounts:
    """Return a case whose records all lie in one stretch, that stands for the run."""
    at = case.counts.schema.get_field_index("minute")
    minute = pa.array([NO_TIME.start] * case.counts.num_rows, case.counts.schema.field(at).type)
    counts = case.counts.set_column(at, case.counts.schema.field(at), minute)
    return replace(case, question=replace(case.question, window=NO_TIME), counts=counts)


def _plainly(change: Change) -> Change:
    """Return a change without a rate; what only one of two runs holds is called so, however few records it has."""
    kind = change.kind
    if change.dimension != "all" and 0 in (change.before, change.during):
        kind = "gone" if change.before else "new"
    return replace(change, kind=kind, firm=False, rate_before=None, rate_during=None)


def _with_untimed(said: Text, before: int, during: int) -> Text:
    """Return *said*, and how many records are in no comparison: those without a time have no pace."""
    if not before and not during:
        return said
    more = text("change.cases.without_time", before=f"{before:,}", during=f"{during:,}")
    return Text(zh=f"{said.zh}{more.zh}", en=f"{said.en} {more.en}")


def _with_scopes(said: Text, before: Scope, during: Scope) -> Text:
    """Return *said*, and that both were asked of different records where they were: no release made that difference."""
    scopes = [_scope(one) for one in (before, during)]
    if scopes[0] == scopes[1]:
        return said
    more = text("change.cases.scopes", before=scopes[0], during=scopes[1])
    return Text(zh=f"{said.zh}{more.zh}", en=f"{said.en} {more.en}")


def _scope(scope: Scope) -> Text:
    asked = (*scope.hosts, *scope.services, *((scope.where,) if scope.where else ()))
    return listed(asked) if asked else text("change.cases.everything")


def _comparer(before: CaseCounts, during: CaseCounts, problems: Sequence[ProblemClass]) -> Comparer:
    # Texts of templates come from the shapes alone; the variables' figures are not asked for here.
    folded = fold(
        during.counts,
        SLOTS.empty_table(),
        SLOT_VALUES.empty_table(),
        SLOT_BUCKETS.empty_table(),
        before.counts,
    )
    names = (folded.templates[name].to_pylist() for name in ("template_id", "text"))
    shapes = folded.template_shapes
    alone, members = (
        told_apart(case.counts, shapes, case.slots, case.slot_values, problems)[1]
        for case in (before, during)
    )
    earlier = baseline_membership(before.counts, shapes, (during.counts, members), problems, alone)
    return Comparer(
        before=Stretch(before.question.extent, before.counts, earlier),
        during=Stretch(during.question.extent, during.counts, members),
        template_shapes=shapes,
        texts=dict(zip(*names, strict=True)),
        minute_s=max(before.minute_s, during.minute_s),
        evidence=lambda _dimension, _key: "",
    )
