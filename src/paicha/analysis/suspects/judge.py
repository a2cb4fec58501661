"""From the tables of a case to its ranked suspects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.anomalies.moves import Moved, moves_of, slight_moves_of
from paicha.analysis.hosts import Hosts
from paicha.analysis.suspects.calls import reached_of
from paicha.analysis.suspects.facts import Facts, Stretch, add_moves, add_slight, add_traces
from paicha.analysis.suspects.interventions import (
    Before,
    Intervention,
    concerned,
    intervened,
    strength_of,
)
from paicha.analysis.suspects.interventions import before as before_that
from paicha.analysis.suspects.load import Load, load_of
from paicha.analysis.suspects.logged import (
    Louder,
    Onset,
    louder_of,
    naming,
    patterns_of,
    unit_column,
)
from paicha.analysis.suspects.places import add_housed, add_named, homes_of, resting
from paicha.analysis.suspects.scores import CAPS, Scored, scored
from paicha.analysis.suspects.silence import Silent
from paicha.analysis.suspects.telling import Teller
from paicha.analysis.tables import CaseTables
from paicha.analysis.wording import listed
from paicha.locales import Text, text
from paicha.model.findings import Problem
from paicha.model.knowledge import MetricConcept
from paicha.model.question import Question, Window
from paicha.model.schema import COUNTS
from paicha.model.suspects import MovedSeries, Order, Role, Suspect, SuspectReport, UnitKind
from paicha.values import dataclass

#: Points from which on somebody stands out: more than chance gave on stretches without a fault
#: (evaluation/README.md).
LEAST = 1.2
#: A second one with this part of the first one's points stands beside it, not behind it.
MARGIN = 0.85
#: A lead of so long is certain; of less than a second none [s].
_CERTAIN_LEAD_S, _LEAST_LEAD_S = 20.0, 1.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """
    Everybody, before it is told.

    Args:
        ranked: Best first, also those for whom nothing speaks.
        units: What each of them is.
        louder: What is new or louder, per suspect, strongest first.
        moves: The series that moved, strongest first.
        stretches: Spans of baseline and window.
        began: The earliest sign of trouble in the logs; None: there is none.
    """

    ranked: tuple[Scored, ...]
    units: Mapping[str, UnitKind]
    louder: Mapping[str, Sequence[Louder]]
    moves: tuple[Moved, ...]
    stretches: tuple[Stretch, Stretch]
    began: datetime | None = None

    @property
    def shown(self) -> tuple[Scored, ...]:
        """Those for whom anything speaks."""
        return tuple(one for one in self.ranked if one.clues)

    @property
    def first(self) -> Scored | None:
        """Who stands out; None when nobody does."""
        shown = self.shown
        if not shown or shown[0].points < LEAST or _close(shown):
            return None
        return shown[0]

    def role(self, one: Scored) -> Role:
        """Return whether somebody is suspected, suffers, or hardly shows anything."""
        if one.name != self.shown[0].name and any(clue.explained_by for clue in one.clues):
            return "symptom"
        return "suspect" if one.points >= LEAST else "faint"


@dataclass(frozen=True, slots=True)
class SuspectJudge:
    """
    Ranks the suspects of one case.

    Args:
        tables: The tables of the case.
        tagged: The rows of `COUNTS` that belong to a problem.
        question: Window, baseline, zone.
        concepts: What the knowledge base knows to be measured.
        problems: All problems.
        hosts: The hosts of logs and metrics.
        silent: Who stopped writing.
        interventions: What was done, as far as lines tell.
    """

    tables: CaseTables
    tagged: pa.Table
    question: Question
    concepts: Sequence[MetricConcept]
    problems: Sequence[Problem]
    hosts: Hosts
    silent: Sequence[Silent] = ()
    interventions: Sequence[Intervention] = ()

    def ranking(self) -> Ranking:
        """Return everybody with what speaks for them."""
        window, baseline = self.question.window, self.question.baseline
        unit, column = unit_column(self.tables.counts)
        facts = Facts()
        moves = moves_of(self.tables.series, window.start, window.end, self.concepts)
        groups = {concept.id: concept.group for concept in self.concepts}
        load = self._load(column)
        for moved in moves:  # what rose with the work only shows who works more
            add_moves(facts, [moved], {} if load.explains(moved) else groups)
        slight = slight_moves_of(self.tables.series, window.start, window.end)
        add_slight(facts, slight, groups)
        units: dict[str, UnitKind] = {
            name: unit for name in self.tables.counts[column].unique().to_pylist() if name
        }
        units |= {moved.service: "service" for moved in moves if moved.service}
        units |= self._host_moves(facts, moves, groups, load)
        before, during = self._stretches()
        if before.spans.num_rows and during.spans.num_rows:
            add_traces(facts, before, during)
        units |= dict.fromkeys(sorted(facts.services - {""}), "service")
        louder = self._louder(column, load) if baseline else {}
        rests = self._rests(facts, louder, tuple(units), column)
        add_housed(facts, louder, homes_of(self.tables, column, self.hosts), units, rests)
        began = self._add_logged(facts, louder)
        self._add_interventions(facts, tuple(units), began)
        ranked = scored(units, facts.by_service, reached_of(rests))
        return Ranking(ranked, units, louder, moves, (before, during), began)

    def _host_moves(
        self, facts: Facts, moves: Sequence[Moved], groups: Mapping[str, str], load: Load
    ) -> dict[str, UnitKind]:
        """Add what hosts measure of themselves; a host is a suspect when it runs out of something."""
        hosts: dict[str, UnitKind] = {}
        for moved in moves:
            if not moved.service and moved.host and groups.get(moved.concept):
                add_moves(facts, [_owned(moved)], {} if load.explains(moved) else groups)
                hosts[moved.host] = "host"
        return hosts

    def _load(self, column: str) -> Load:
        baseline, window = self.question.baseline, self.question.window
        before = self.tables.baseline_counts if baseline else None
        lengths = (baseline or window).length.total_seconds(), window.length.total_seconds()
        return load_of(
            before,
            self.tables.counts,
            lengths,
            column=column,
            hosts=self.hosts,
            concepts=self.concepts,
        )

    def _stretches(self) -> tuple[Stretch, Stretch]:
        spans, steps = self.tables.spans, self.tables.span_steps
        baseline, window = self.question.baseline, self.question.window
        if spans is None or steps is None:
            return Stretch(), Stretch()
        during = Stretch(_inside(spans, "start", window), _inside(steps, "timestamp", window))
        if baseline is None:
            return Stretch(), during
        usual = Stretch(_inside(spans, "start", baseline), _inside(steps, "timestamp", baseline))
        return usual, during

    def _louder(self, column: str, load: Load) -> dict[str, tuple[Louder, ...]]:
        baseline = self.question.baseline
        assert baseline is not None
        counted = self.tables.baseline_counts
        if counted is None or not counted.num_rows:
            return {}  # against nothing everything is new: that says nothing
        lengths = (baseline.length.total_seconds(), self.question.window.length.total_seconds())
        return louder_of(
            self.tagged,
            counted.select(COUNTS.names),
            self.tables.template_shapes,
            self.problems,
            lengths_s=lengths,
            column=column,
            more=load.more,
        )

    def _rests(
        self,
        facts: Facts,
        louder: Mapping[str, Sequence[Louder]],
        names: tuple[str, ...],
        column: str,
    ) -> dict[str, set[str]]:
        """Return who rests on whom: who calls it, or names it in errors. Traces win over names."""
        named = resting(naming(louder, self.tagged, names, column), louder)
        rests = {name: set(reached) for name, reached in facts.below.items()}
        add_named(facts, named, rests)
        return rests

    def _add_interventions(
        self, facts: Facts, names: tuple[str, ...], began: datetime | None
    ) -> None:
        if began is None:
            return
        patterns = patterns_of(names)
        for one in before_that(self.interventions, began):
            for name in concerned(one, patterns):
                if name in names:
                    facts.add(name, "intervention", strength_of(one, began), Before(one, began))

    def _add_logged(self, facts: Facts, louder: Mapping[str, Sequence[Louder]]) -> datetime | None:
        """Add what the logs say of each, and return the earliest sign of trouble."""
        dated = {silent.name: silent.last for silent in self.silent}
        for silent in self.silent:
            facts.add(silent.name, "silence", 1.0, silent)
        for name, those in louder.items():
            facts.add(name, "change", those[0].strength, those[0])
            sound = [one.first for one in those if one.first and not one.contradicted]
            if sound:
                dated[name] = min([*sound, *([dated[name]] if name in dated else [])])
        order = sorted((moment, name) for name, moment in dated.items())
        if len(order) < 2:
            return order[0][0] if order else None  # who is alone is not before anybody
        (first, name), (second, other) = order[0], order[1]
        lead = (second - first).total_seconds()
        strength = min(1.0, max(0.0, (lead - _LEAST_LEAD_S) / _CERTAIN_LEAD_S))
        facts.add(name, "onset", strength, Onset(first, other, lead))
        return first

    # Telling it

    def told(self, ranking: Ranking) -> SuspectReport:
        """Return the ranking with its reasons."""
        before, during = ranking.stretches
        teller = Teller(self.question, self.concepts, self.tables, during.spans, self.problems)
        shown = ranking.shown
        suspects = tuple(
            teller.suspect(number, one, ranking.units[one.name], ranking.role(one))
            for number, one in enumerate(shown, start=1)
        )
        reasons = self._reasons(shown, before, during)
        return SuspectReport(
            conclusive=not reasons,
            text=_answer(suspects, conclusive=not reasons),
            reasons=reasons,
            suspects=suspects,
            considered=len(ranking.ranked),
            caps=tuple(sorted(CAPS.items(), key=lambda cap: (-cap[1], cap[0]))),
            least=LEAST,
            margin=MARGIN,
            moved=tuple(self._moved(moved, teller) for moved in ranking.moves),
            spans_before=before.spans.num_rows,
            spans_during=during.spans.num_rows,
            interventions=intervened(self.interventions, ranking.began, self.question.window),
        )

    def _reasons(
        self, ranked: Sequence[Scored], before: Stretch, during: Stretch
    ) -> tuple[Text, ...]:
        """Return why nobody can be named; empty when somebody can."""
        reasons = []
        if not ranked or ranked[0].points < LEAST:
            best = f"{ranked[0].points:.1f}" if ranked else "0"
            reasons.append(text("suspects.reason.nobody", best=best, least=f"{LEAST:.1f}"))
        elif _close(ranked):
            one, other = ranked[0], ranked[1]
            reasons.append(
                text(
                    "suspects.reason.equal",
                    first=one.name,
                    second=other.name,
                    points=f"{one.points:.1f}",
                    other=f"{other.points:.1f}",
                )
            )
        if not reasons:
            return ()
        if self.question.baseline is None:
            reasons.append(text("suspects.reason.no_baseline"))
        elif self.tables.baseline_counts is None or not self.tables.baseline_counts.num_rows:
            reasons.append(text("suspects.reason.empty_baseline"))
        if not during.spans.num_rows:
            reasons.append(text("suspects.reason.no_traces"))
        elif not before.spans.num_rows:
            reasons.append(text("suspects.reason.no_usual_traces"))
        if not self.tables.series.num_rows:
            reasons.append(text("suspects.reason.no_metrics"))
        return tuple(reasons)

    def _moved(self, moved: Moved, teller: Teller) -> MovedSeries:
        problem = self._concerned(moved)
        order: Order = "unknown"
        if problem is not None and problem.first is not None:
            order = "before" if moved.at <= problem.first else "after"
        concept = next((c for c in self.concepts if c.id == moved.concept), None)
        return MovedSeries(
            concept=moved.concept,
            title=teller.metric(moved),
            service=moved.service,
            host=moved.host,
            unit=moved.unit,
            digits=concept.digits if concept else 2,
            usual=moved.usual,
            level=moved.level,
            at=moved.at,
            deviations=moved.deviations,
            strength=moved.strength,
            points_before=moved.points_before,
            points_during=moved.points_during,
            order=order,
            problem_id=problem.id if problem else "",
        )

    def _concerned(self, moved: Moved) -> Problem | None:
        """Return the highest ranked problem of the service or host that moved."""
        for problem in self.problems:
            if any(share.name == moved.service for share in problem.services if moved.service):
                return problem
            if any(share.name == moved.host for share in problem.hosts if moved.host):
                return problem
        return None


def _close(ranked: Sequence[Scored]) -> bool:
    """Return whether a second one stands beside the first."""
    return len(ranked) > 1 and ranked[1].points >= MARGIN * ranked[0].points


def _owned(moved: Moved) -> Moved:
    """Return a host's series as one of its own, so that the host can be a suspect."""
    return replace(moved, service=moved.host)


def _inside(table: pa.Table, column: str, window: Window) -> pa.Table:
    moments = table[column]
    kept = pc.and_(
        pc.greater_equal(moments, pa.scalar(window.start, moments.type)),
        pc.less(moments, pa.scalar(window.end, moments.type)),
    )
    return table.filter(kept)


def _answer(suspects: Sequence[Suspect], *, conclusive: bool) -> Text:
    if not conclusive or not suspects:
        return text("suspects.answer.inconclusive")
    first = suspects[0]
    victims = [one.name for one in suspects[1:] if one.role == "symptom"]
    unit = text(f"suspects.unit.{first.unit}")
    points = f"{first.points:.1f}"
    if not victims:
        return text("suspects.answer.alone", unit=unit, name=first.name, points=points)
    return text(
        "suspects.answer.with_victims" if len(victims) > 1 else "suspects.answer.with_victim",
        unit=unit,
        name=first.name,
        points=points,
        victims=listed(victims, 4),
    )
