"""Two cases side by side: their lines folded once more together, so that one message is one template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.change.belonging import baseline_membership
from paicha.analysis.change.comparing import Comparer, Stretch
from paicha.analysis.change.report import report_of, state_of
from paicha.analysis.membership import membership_of
from paicha.analysis.wording import counted, lasting, listed, stretch
from paicha.kernel.fold import fold
from paicha.locales import Text, text
from paicha.model.change import Baseline, Change, ChangeReport
from paicha.model.knowledge import ProblemClass
from paicha.model.question import Question, Scope
from paicha.model.schema import SLOT_BUCKETS, SLOT_VALUES, SLOTS
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """
    What a case holds that can be compared.

    Args:
        question: What was asked.
        counts: `COUNTS`.
        incomplete: Every reason why this is not the whole truth.
        minute_s: How wide the minutes of the counts are [s].
    """

    question: Question
    counts: pa.Table
    incomplete: tuple[Text, ...]
    minute_s: int = 60

    @property
    def records(self) -> int:
        """How many records it counted."""
        return int(pc.sum(self.counts["n"]).as_py() or 0)


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
    baseline = Baseline(window, name, asked=True, records=before.records, state=state, text=said)
    changes: tuple[Change, ...] = ()
    if before.records:
        changes = _comparer(before, during, problems).changes()
    if state != "sound":
        changes = tuple(replace(change, firm=False) for change in changes)
    return report_of(baseline, during.question.extent, during.records, changes)


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
    members = membership_of(during.counts, shapes, problems)
    earlier = baseline_membership(before.counts, shapes, (during.counts, members), problems)
    return Comparer(
        before=Stretch(before.question.extent, before.counts, earlier),
        during=Stretch(during.question.extent, during.counts, members),
        template_shapes=shapes,
        texts=dict(zip(*names, strict=True)),
        minute_s=max(before.minute_s, during.minute_s),
        evidence=lambda _dimension, _key: "",
    )
