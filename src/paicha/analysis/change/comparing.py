"""Two stretches of counts side by side: every problem, template, level, module, service and host."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace

import pyarrow as pa

from paicha.analysis.change.judging import Judge, Judged
from paicha.analysis.change.paces import Pace, Steps, paces_of, steps_of
from paicha.analysis.membership import Membership
from paicha.locales import Text, text
from paicha.model.change import DIMENSIONS, Change, ChangeKind, Dimension
from paicha.model.question import Window
from paicha.values import dataclass

#: The column of `COUNTS` behind a dimension; problems and templates come from the membership.
_COLUMNS: Mapping[Dimension, str] = {
    "level": "severity_text",
    "module": "module",
    "service": "service_name",
    "host": "host",
}
_ORDER: tuple[ChangeKind, ...] = ("new", "louder", "gone", "quieter", "unchanged")
_Key = tuple[Dimension, str]


@dataclass(frozen=True, slots=True)
class Stretch:
    """
    What was counted in one stretch.

    Args:
        window: The stretch.
        counts: `COUNTS`.
        membership: Which of them belong to which problem.
    """

    window: Window
    counts: pa.Table
    membership: Membership


@dataclass(frozen=True, slots=True)
class Comparer:
    """
    Compares a stretch with the one before it.

    Args:
        before: The baseline.
        during: The window.
        template_shapes: `TEMPLATE_SHAPES` of both.
        texts: Text of every template.
        minute_s: How wide the minutes of the counts are [s].
        evidence: Returns the query that recounts one thing.
        titles: Names of problems, where they have one.
    """

    before: Stretch
    during: Stretch
    template_shapes: pa.Table
    texts: Mapping[str, str]
    minute_s: int
    evidence: Callable[[Dimension, str], str]
    titles: Mapping[str, Text] = field(default_factory=dict)

    def changes(self) -> tuple[Change, ...]:
        """Return the verdict on everything that either stretch holds, in the order of a report."""
        steps = steps_of(self.before.window, self.during.window, self.minute_s)
        before = self._paces(self.before, steps[0])
        during = self._paces(self.during, steps[1])
        keys = [key for key in sorted({*before, *during}) if self._says_something(key)]
        judged = Judge(*steps).judge(before, during, keys)
        problems = self._in_problems()
        changes = [
            self._change(key, found, steps, in_problem=key in problems)
            for key, found in judged.items()
        ]
        return tuple(sorted(changes, key=_place))

    def _paces(self, stretch: Stretch, steps: Steps) -> dict[_Key, Pace]:
        return dict(self._all_paces(stretch, steps))

    def _all_paces(self, stretch: Stretch, steps: Steps) -> Iterator[tuple[_Key, Pace]]:
        counts = stretch.counts
        for pace in paces_of(counts, [], steps).values():
            yield ("all", ""), pace
        for dimension, column in _COLUMNS.items():
            for (name,), pace in paces_of(counts, [column], steps).items():
                yield (dimension, name), pace
        keyed = counts.join(self.template_shapes, ["shape"], join_type="inner")
        for (name,), pace in paces_of(keyed, ["template_id"], steps).items():
            yield ("template", name), pace
        for (name,), pace in paces_of(stretch.membership.tagged, ["problem"], steps).items():
            yield ("problem", name), pace

    def _in_problems(self) -> frozenset[_Key]:
        found: set[_Key] = set()
        for stretch in (self.before, self.during):
            tagged = stretch.membership.tagged
            found.update(("problem", name) for name in tagged["problem"].unique().to_pylist())
            found.update(("template", name) for name in tagged["template_id"].unique().to_pylist())
        return frozenset(found)

    @staticmethod
    def _says_something(key: _Key) -> bool:
        # Records that name no module have no place of their own to change in.
        return key[0] == "all" or bool(key[1])

    def _change(
        self, key: _Key, found: Judged, steps: tuple[Steps, Steps], *, in_problem: bool
    ) -> Change:
        change = change_of(key, found, self._title(*key), (steps[0].seconds, steps[1].seconds))
        return replace(change, sql=self.evidence(*key), in_problem=in_problem)

    def _title(self, dimension: Dimension, name: str) -> Text:
        if dimension == "all":
            return text("change.all")
        if dimension == "problem":
            for stretch in (self.during, self.before):
                known = stretch.membership.class_of.get(name)
                if known:
                    return known.title
            return self.titles.get(name) or Text.same(self.texts.get(name, name))
        return Text.same(self.texts.get(name, name) if dimension == "template" else name)


def change_of(
    key: tuple[Dimension, str], found: Judged, title: Text, lengths_s: tuple[float, float]
) -> Change:
    """
    Return a verdict as a change of a problem, without what counts it again.

    Args:
        key: What was judged.
        found: The verdict.
        title: What it is called.
        lengths_s: How long both stretches are [s].
    """
    return Change(
        dimension=key[0],
        key=key[1],
        title=title,
        kind=found.kind,
        firm=found.firm,
        before=found.before,
        during=found.during,
        rate_before=found.before / (lengths_s[0] / 60),
        rate_during=found.during / (lengths_s[1] / 60),
        score=found.score,
        burstiness=found.burstiness,
        p=found.p,
        q=found.q,
        sql="",
        in_problem=True,
    )


def _place(change: Change) -> tuple[int, int, bool, float, str]:
    # The score on its own scale of evidence: a burst of fifty does not stand before fifty events.
    strength = abs(change.score) / change.burstiness**0.5
    order = DIMENSIONS.index(change.dimension), _ORDER.index(change.kind)
    return (*order, change.changed and not change.firm, -round(strength, 9), change.key)
