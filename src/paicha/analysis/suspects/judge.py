"""From the tables of a case to its ranked suspects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime

import pyarrow as pa

from paicha.analysis.anomalies.moves import Moved, moves_of, slight_moves_of
from paicha.analysis.hosts import Hosts
from paicha.analysis.suspects.answer import (
    LEAST,
    MARGIN,
    answer_of,
    elsewhere,
    inside,
    nameless_first,
    nobody_suffers,
    reasons_of,
    right_before,
    unsure_of,
)
from paicha.analysis.suspects.calls import reached_of
from paicha.analysis.suspects.consequences import Consequences, started_on
from paicha.analysis.suspects.deciding import decided_by
from paicha.analysis.suspects.facts import ERROR, Facts, Stretch, add_moves, add_slight, add_traces
from paicha.analysis.suspects.interventions import Intervention, concerned, intervened
from paicha.analysis.suspects.interventions import before as before_that
from paicha.analysis.suspects.load import Load, load_of
from paicha.analysis.suspects.logged import (
    Louder,
    Onset,
    Said,
    louder_of,
    naming,
    patterns_of,
    said_of,
)
from paicha.analysis.suspects.places import (
    add_housed,
    add_machines,
    add_named,
    addresses_of,
    homes_by_path,
    homes_of,
    machines_of,
    placed,
    resting,
)
from paicha.analysis.suspects.programs import files_of
from paicha.analysis.suspects.ranking import Ranking
from paicha.analysis.suspects.scores import CAPS, Explained, Scored, scored
from paicha.analysis.suspects.silence import Silent, stopped
from paicha.analysis.suspects.telling import Teller
from paicha.analysis.suspects.testimony import (
    blaming,
    speaking_of_strangers,
    waiting,
    witnesses,
)
from paicha.analysis.suspects.units import UNIT, Units, writers_of
from paicha.analysis.tables import CaseTables
from paicha.analysis.traces.whole import begun_in, lines_in
from paicha.locales import Text, text
from paicha.model.findings import Problem
from paicha.model.knowledge import MetricConcept, ProblemClass
from paicha.model.question import Question, Window
from paicha.model.schema import COUNTS
from paicha.model.suspects import MovedSeries, Order, Suspect, SuspectReport, UnitKind
from paicha.values import dataclass

#: A lead of so long is certain; of less than a second none [s].
_CERTAIN_LEAD_S, _LEAST_LEAD_S = 20.0, 1.0


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
        classes: Problem classes.
        units: What the records can be told apart by; counts name it in the column `UNIT`.
        whole: The window that was asked for, where its earlier part stands for a baseline; None: it does not.
        unsuited: Whether it does because the baseline that was read says nothing of who broke.
    """

    tables: CaseTables
    tagged: pa.Table
    question: Question
    concepts: Sequence[MetricConcept]
    problems: Sequence[Problem]
    hosts: Hosts
    silent: Sequence[Silent] = ()
    interventions: Sequence[Intervention] = ()
    classes: Sequence[ProblemClass] = ()
    units: Units = field(default_factory=Units)
    whole: Window | None = None
    unsuited: bool = False

    def ranking(self) -> Ranking:
        """Return everybody with what speaks for them."""
        window, baseline = self.question.extent, self.question.baseline
        facts = Facts()
        moves = moves_of(self.tables.series, window.start, window.end, self.concepts)
        groups = {concept.id: concept.group for concept in self.concepts}
        load = self._load()
        for moved in moves:  # what rose with the work only shows who works more
            add_moves(facts, [moved], {} if load.explains(moved) else groups)
        slight = slight_moves_of(self.tables.series, window.start, window.end)
        add_slight(facts, slight, groups)
        units = self.units.kinds(self.tables.counts)
        units |= {moved.service: "service" for moved in moves if moved.service}
        units |= self._host_moves(facts, moves, groups, load)
        before, during = self._stretches()
        if before.spans.num_rows and during.spans.num_rows:
            add_traces(facts, before, during)
        units |= dict.fromkeys(sorted(facts.services - {""}), "service")
        louder = self._louder(load) if baseline else {}
        nameless = louder.pop("", ())
        ranked, began, blames, strangers = self._judged(facts, louder, units)
        known = {concept.id: concept for concept in self.concepts}
        harmless = self._harmless(facts, tuple(units))
        calm = (
            self._is_compared
            and self.whole is None  # it is parted because something rose
            and not unsure_of(self.problems, self.tagged, self.classes)
            and nobody_suffers(facts, moves, groups, known, harmless)
        )
        stretches = (before, during)
        unnamed = "" in self.tables.counts[UNIT].unique().to_pylist()
        told = (calm, blames, nameless, strangers, unnamed, writers_of(self.tagged, units))
        return Ranking(ranked, units, louder, moves, stretches, began, *told)

    def _judged(
        self,
        facts: Facts,
        louder: Mapping[str, Sequence[Louder]],
        units: Mapping[str, UnitKind],
    ) -> tuple[tuple[Scored, ...], datetime | None, Mapping[str, str], frozenset[str]]:
        """Return everybody with their points, the earliest sign of trouble in the logs, who blames whom, and who strangers."""
        names, classes = tuple(units), {one.id: one for one in self.classes}
        homes = homes_of(self.tables, UNIT, self.hosts)
        homes = {**homes, **homes_by_path((one for one in names if units[one] == "file"), homes)}
        told = said_of(louder, self.tagged, names, UNIT, addresses_of(homes))
        placed_louder = placed(louder, self.tagged, homes, self.hosts, UNIT)
        machines = machines_of(placed_louder, homes, classes)
        said = blaming(told, louder, classes, units, machines)
        rests = self._rests(facts, louder, said)
        for name, holders in waiting(louder, said, classes).items():
            rests.setdefault(name, set()).update(holders)
        began = self._add_logged(facts, placed_louder, self._hanging(names))
        before = before_that(self.interventions, began)
        started = started_on(before, homes, began)
        add_housed(facts, louder, homes, units, rests, started=started)
        suffering = add_machines(facts, placed_louder, homes, rests, classes)
        blames = witnesses(louder, said, classes, facts.below)
        explained: dict[Explained, str] = {
            (name, "change"): other for name, other in (blames | suffering).items()
        }
        if began is not None:
            weighed = Consequences(
                facts, louder, rests, homes, self.question.extent.end, self.interventions
            )
            patterns = patterns_of(names, short=True)
            on_machines = {name for name in names if units[name] == "host"}
            found = [
                (name, weighed.add(one, name, began))
                for one in before
                for name in concerned(one, patterns, on_machines)
                if name in names
            ]
            explained |= weighed.load_moved(found, said)
        ranked = scored(units, facts.by_service, reached_of(rests), explained)
        strangers = speaking_of_strangers(louder, said, classes)
        return tuple(sorted(ranked, key=_place)), began, blames, strangers

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

    def _load(self) -> Load:
        baseline, window = self.question.baseline, self.question.extent
        before = self.tables.baseline_counts if baseline else None
        lengths = (baseline or window).length.total_seconds(), window.length.total_seconds()
        return load_of(
            before,
            self.tables.counts,
            lengths,
            column=UNIT,
            hosts=self.hosts,
            concepts=self.concepts,
        )

    def _stretches(self) -> tuple[Stretch, Stretch]:
        spans, steps = self.tables.spans, self.tables.span_steps
        baseline, window = self.question.baseline, self.question.extent
        if spans is None or steps is None:
            return Stretch(), Stretch()
        during = _whole(spans, steps, window)
        return (_whole(spans, steps, baseline) if baseline else Stretch()), during

    def _louder(self, load: Load) -> dict[str, tuple[Louder, ...]]:
        baseline = self.question.baseline
        assert baseline is not None
        counted = self.tables.baseline_counts
        if counted is None or not self._is_compared:
            return {}  # against nothing everything is new: that says nothing
        lengths = (baseline.length.total_seconds(), self.question.extent.length.total_seconds())
        return louder_of(
            self.tagged,
            counted.select([*COUNTS.names, UNIT]),
            self.tables.template_shapes,
            self.problems,
            lengths_s=lengths,
            column=UNIT,
            more=load.more,
            meaning={one.id: one.severity for one in self.classes},
            whatever_level={one.id for one in self.classes if one.any_level},
            inside=self.whole is not None,
        )

    def _harmless(self, facts: Facts, names: Sequence[str]) -> frozenset[Explained]:
        """Return whose silence is meant, and whose new or louder problem is a notice that nobody fails from."""
        classes = {one.id: one for one in self.classes}
        found: set[Explained] = {
            (name, "silence") for name in stopped(self.silent, self.interventions, names)
        }
        for name, kinds in facts.by_service.items():
            _, louder = kinds.get("change", (0.0, None))
            if isinstance(louder, Louder) and louder.severity < ERROR:
                known = classes.get(louder.problem.class_id)
                if known is not None and known.severity == "notice":
                    found.add((name, "change"))
        return frozenset(found)

    def _rests(
        self, facts: Facts, louder: Mapping[str, Sequence[Louder]], said: Said
    ) -> dict[str, set[str]]:
        """Return who rests on whom: who calls it, or names it in errors. Traces win over names."""
        rests = {name: set(reached) for name, reached in facts.below.items()}
        add_named(facts, resting(naming(said), louder), rests)
        return rests

    def _hanging(self, names: Sequence[str]) -> list[Silent]:
        """Return who writes no more and may hang; not who was stopped on purpose where nothing else surely began."""
        hanging = [silent for silent in self.silent if not silent.spans]
        meant = () if self._is_compared else stopped(hanging, self.interventions, names)
        return [silent for silent in hanging if silent.name not in meant]

    @property
    def _is_compared(self) -> bool:
        counted = self.tables.baseline_counts
        return counted is not None and bool(counted.num_rows)

    def _add_logged(
        self, facts: Facts, louder: Mapping[str, Sequence[Louder]], hanging: Sequence[Silent]
    ) -> datetime | None:
        """Add what the logs say of each, and return the earliest sign of trouble."""
        dated = {silent.name: silent.last for silent in hanging}
        for silent in hanging:
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
        teller = Teller(
            self.question,
            self.concepts,
            self.tables,
            during.spans,
            self.problems,
            ranking.blames,
            None if self.whole is None else self.question.extent.start,
            self.hosts.assumed,
        )
        shown = ranking.shown
        suspects = tuple(
            teller.suspect(number, one, ranking.units[one.name], ranking.role(one))
            for number, one in enumerate(shown, start=1)
        )
        reasons = self._reasons(ranking)
        return SuspectReport(
            conclusive=not reasons,
            text=self._answer(ranking, suspects),
            reasons=reasons,
            suspects=suspects,
            considered=len(ranking.ranked),
            caps=tuple(sorted(CAPS.items(), key=lambda cap: (-cap[1], cap[0]))),
            least=LEAST,
            margin=MARGIN,
            moved=tuple(self._moved(moved, teller) for moved in ranking.moves),
            spans_before=before.spans.num_rows,
            spans_during=during.spans.num_rows,
            interventions=intervened(
                self.interventions, ranking.began, self.whole or self.question.extent
            ),
        )

    def _answer(self, ranking: Ranking, suspects: Sequence[Suspect]) -> Text:
        hidden = ranking.hidden
        if hidden is not None and not ranking.calm and suspects[0].points >= LEAST:
            return nameless_first(hidden, suspects[0].name, self.question, self.units.kind)
        if ranking.only_file and not ranking.calm:
            return text(f"suspects.answer.{_only(ranking.only_file)}")
        said = answer_of(
            suspects,
            ranking.leaders,
            ranking.blamed,
            victims=ranking.victims,
            calm=ranking.calm,
        )
        if ranking.stranger is not None:
            said = elsewhere(said, ranking.stranger)
            said = right_before(said, ranking.began, self.problems, self.classes, self.question)
        return said if self.whole is None else inside(said, self.question, unsuited=self.unsuited)

    def _reasons(self, ranking: Ranking) -> tuple[Text, ...]:
        """Return why nobody can be named; empty when somebody can."""
        before, during = ranking.stretches
        if ranking.hidden is not None and not ranking.calm and not ranking.blamed:
            reasons = [text("suspects.reason.nameless")]
        elif ranking.only_file and not ranking.calm:
            reasons = [text("suspects.reason.only_file", name=ranking.only_file)]
        else:
            reasons = reasons_of(ranking.shown, ranking.leaders, ranking.blamed, calm=ranking.calm)
        if not reasons:
            return ()
        if not ranking.calm:
            reasons += decided_by(ranking.shown, ranking.blamed, ranking.units)
        if self.question.baseline is None:
            reasons.append(text("suspects.reason.no_baseline"))
        elif not self._is_compared:
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


def _place(one: Scored) -> tuple[float, bool, float, str]:
    """Return what ranks: points to the tenth that is shown, then who was the earliest."""
    earliest = any(clue.kind == "onset" for clue in one.clues)
    return -round(one.points, 1), not earliest, -one.points, one.name


def _only(name: str) -> str:
    return "only_file" if len(files_of(name)) == 1 else "only_pair"


def _owned(moved: Moved) -> Moved:
    """Return a host's series as one of its own, so that the host can be a suspect."""
    return replace(moved, service=moved.host)


def _whole(spans: pa.Table, steps: pa.Table, window: Window) -> Stretch:
    start, end = window.start, window.end
    return Stretch(begun_in(spans, start, end), lines_in(steps, spans, start, end))
