"""From the tables of a case to its findings: the order in which one thing rests on another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from paicha.analysis import actions
from paicha.analysis.aliases import verify
from paicha.analysis.anomalies.inside import moves_inside
from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.apart import Places
from paicha.analysis.by_value import ByValue, by_value_of, unsure_of
from paicha.analysis.change.course import CourseTeller
from paicha.analysis.change.report import change_report
from paicha.analysis.claimed import HostClaims
from paicha.analysis.claims import claim_reader
from paicha.analysis.copies import in_two_files
from paicha.analysis.devices import DeviceJudge
from paicha.analysis.examples import SHOWN, examples_of
from paicha.analysis.gathering import gather
from paicha.analysis.generated import generated_of
from paicha.analysis.grid import Curves, buckets_of
from paicha.analysis.hosts import Hosts, hosts_of
from paicha.analysis.levels import levels_of, store_levels_of, store_total
from paicha.analysis.membership import Membership, membership_of
from paicha.analysis.metrics import summarise_metrics
from paicha.analysis.modules import modules_of
from paicha.analysis.occurrences import occurrences_of, repeated_before
from paicha.analysis.problems import ProblemMaker, lifted
from paicha.analysis.quality import QualityJudge
from paicha.analysis.stated.courses import courses_of, unfollowed_of
from paicha.analysis.stated.moved import moved_numbers
from paicha.analysis.statements import Verdict
from paicha.analysis.stored import store_counts_of
from paicha.analysis.suspects.earlier import parted
from paicha.analysis.suspects.interventions import Intervention, interventions_of
from paicha.analysis.suspects.judge import SuspectJudge
from paicha.analysis.suspects.silence import Silent, silent_of
from paicha.analysis.suspects.units import UNIT, unit_column, units_of, with_units
from paicha.analysis.suspects.urgency import lift_of
from paicha.analysis.tables import CaseTables, Context
from paicha.analysis.timeline import stopped, timeline_of
from paicha.analysis.told import Teller
from paicha.analysis.totals import totals_of
from paicha.analysis.variants import variants_of
from paicha.model.aliases import AliasReport
from paicha.model.change import ChangeReport
from paicha.model.coverage import Coverage
from paicha.model.findings import (
    Example,
    Findings,
    Generated,
    MetricSummary,
    Problem,
    QualityNote,
    Reproduction,
    TimelineEntry,
    Totals,
)
from paicha.model.knowledge import Knowledge
from paicha.model.question import Question
from paicha.model.stated import MovedNumber
from paicha.model.suspects import SuspectReport
from paicha.values import dataclass

#: Version of the tree of findings; see the published JSON Schema.
SCHEMA_VERSION = "1"


def investigate(
    tables: CaseTables,
    question: Question,
    coverage: Coverage,
    knowledge: Knowledge,
    context: Context,
    *,
    keep: Callable[[str, pa.Table], None] = lambda _name, _table: None,
) -> Findings:
    """
    Return everything that can be said of a case; the same arguments give the same findings.

    Args:
        tables: The merged tables of the case, and a way to ask its records.
        question: The window, its zone, the scope.
        coverage: What the sources gave.
        knowledge: Problem classes and metric concepts.
        context: What it takes to get the same report again.
        keep: Keeps a table that the analysis makes, by name, where the case keeps its own.
    """
    return _Investigation(tables, question, coverage, knowledge, context, keep).findings()


@dataclass(frozen=True, slots=True)
class _Counted:
    """What the tables alone say, before anything is judged."""

    membership: Membership
    hosts: Hosts
    curves: Curves
    metrics: tuple[MetricSummary, ...]
    totals: Totals
    problems: tuple[Problem, ...]
    change: ChangeReport | None
    by_value: tuple[ByValue, ...]
    silent: tuple[Silent, ...]
    suspects: SuspectReport
    numbers: tuple[MovedNumber, ...]

    @property
    def in_problems(self) -> int:
        """Records that belong to a problem."""
        return sum(problem.n for problem in self.problems)


@dataclass(frozen=True, slots=True)
class _Investigation:
    """One run over one case."""

    tables: CaseTables
    question: Question
    coverage: Coverage
    knowledge: Knowledge
    context: Context
    keep: Callable[[str, pa.Table], None]

    def findings(self) -> Findings:
        """Return the findings."""
        tables, counted = self.tables, self._counted()
        generated = self._generated(counted)
        aliases = verify(*tables.aliases) if tables.aliases else None
        verdict = self._verdict(counted, generated)
        judge = DeviceJudge(counted.hosts, counted.problems, counted.metrics)
        tagged = counted.membership.tagged
        return Findings(
            schema_version=SCHEMA_VERSION,
            question=self.question,
            coverage=self.coverage,
            totals=counted.totals,
            statements=verdict.statements(),
            problems=counted.problems,
            claims=tuple(claim for problem in counted.problems for claim in problem.claims),
            metrics=counted.metrics,
            levels=levels_of(tables.counts),
            modules=modules_of(
                tables.counts,
                tagged,
                counted.curves.of_modules(counted.membership),
                counted.totals.buckets,
            ),
            devices=judge.devices(tables.counts, tagged),
            actions=actions.merged(counted.problems),
            timeline=self._timeline(counted),
            summary=verdict.summary(),
            quality=self._quality(counted, generated, aliases),
            generated=generated,
            aliases=aliases,
            reproduction=self._reproduction(),
            store_levels=verdict.store_levels,
            store_counts=store_counts_of(
                tables.store_counts if verdict.store_levels else None,
                tables.counts,
                tables.minute_s,
            ),
            change=counted.change,
            suspects=counted.suspects,
            numbers=counted.numbers,
        )

    @property
    def _least_s(self) -> int:
        """The finest step of a curve: where records are missing only the counts are asked [s]."""
        return self.tables.minute_s if self.tables.reduced else 1

    def _counted(self) -> _Counted:
        tables, window = self.tables, self.question.window
        by_value, membership = self._membership()
        buckets = buckets_of(window, self.question.zone, self._least_s)
        curves = Curves(buckets, tables.minute_s, tables.records)
        ids = tables.records.host_ids()
        hosts = hosts_of(tables.counts, tables.series, ids, self.question.scope)
        problem_curves = curves.of_problems(membership)
        totals = totals_of(
            tables.counts,
            tables.templates.num_rows,
            buckets,
            curves.of_everything(tables.counts),
            _added(list(problem_curves.values()), buckets.number),
        )
        change = change_report(
            tables,
            membership,
            self.question,
            self.coverage.baseline,
            problems=self.knowledge.problems,
            keep=self.keep,
        )
        courses = CourseTeller(self.question, buckets, totals.last)
        problems = self._problems(
            membership, hosts, curves, problem_curves, change=change, courses=courses
        )
        silent = self._silent()
        problems, suspects = self._suspected(membership, hosts, problems, silent)
        missing = [name for source in self.coverage.metrics for name in source.missing]
        metrics = summarise_metrics(
            tables.series, self.knowledge.concepts, window, missing=sorted(set(missing))
        )
        return _Counted(
            membership,
            hosts,
            curves,
            metrics,
            totals,
            problems,
            change,
            by_value,
            silent,
            suspects,
            self._numbers(membership),
        )

    def _numbers(self, membership: Membership) -> tuple[MovedNumber, ...]:
        """Return the numbers that lines state and that moved, those of problems' lines left out: a problem tells its own."""
        tables = self.tables
        templates = tables.templates.select(["template_id", "text"]).to_pydict()
        texts = dict(zip(templates["template_id"], templates["text"], strict=True))
        return moved_numbers(courses_of(tables, membership.rows, self.knowledge.measures), texts)

    def _membership(self) -> tuple[tuple[ByValue, ...], Membership]:
        """Return which records a value alone makes a problem, and which problem each shape belongs to."""
        tables, problems = self.tables, self.knowledge.problems
        by_value = by_value_of(tables.counts, tables.slots, tables.slot_values, problems)
        known = {(one.shape, one.problem.id) for one in by_value}
        known |= unsure_of(tables.counts, tables.slots, problems)
        return by_value, membership_of(tables.counts, tables.template_shapes, problems, known)

    def _silent(self) -> tuple[Silent, ...]:
        unit, column = unit_column(self.tables.counts)
        if unit != "service":  # code that runs no more is no process that hangs
            return ()
        counts = (self.tables.baseline_counts, self.tables.counts)
        start, spans = self.question.window.start, self.tables.spans
        unasked = self.question.baseline is None and not self.question.baseline_choice
        return silent_of(counts, column, start, spans, unasked=unasked)

    def _interventions(self, tables: CaseTables) -> tuple[Intervention, ...]:
        question = self.question
        length = question.window.length
        if question.baseline is not None:
            length += question.baseline.length
        counts = (tables.baseline_counts, tables.counts)
        return interventions_of(counts, UNIT, length, self.knowledge.interventions)

    def _suspected(
        self,
        membership: Membership,
        hosts: Hosts,
        problems: tuple[Problem, ...],
        silent: Sequence[Silent],
    ) -> tuple[tuple[Problem, ...], SuspectReport]:
        """Return the suspects, and the problems with what the first suspect's own explains in its rank."""
        concepts = self.knowledge.concepts
        units = units_of(self.tables)
        tables = with_units(self.tables, units)
        tagged = units.named(membership.tagged)
        inside = parted(tables, tagged, self.question, problems)
        compared = inside.problems if inside else problems
        judge = SuspectJudge(
            inside.tables if inside else tables,
            inside.tagged if inside else tagged,
            inside.question if inside else self.question,
            concepts,
            compared,
            hosts,
            silent,
            self._interventions(tables),
            self.knowledge.problems,
            units,
            self.question.window if inside else None,
        )
        ranking = judge.ranking()
        lift = lift_of(ranking, compared, self.knowledge.problems)
        if lift is not None:
            problems = lifted(problems, gather(membership), lift)
        return problems, replace(judge, problems=problems).told(ranking)

    def _problems(
        self,
        membership: Membership,
        hosts: Hosts,
        curves: Curves,
        problem_curves: Mapping[str, tuple[int, ...]],
        *,
        change: ChangeReport | None,
        courses: CourseTeller,
    ) -> tuple[Problem, ...]:
        tables, gathered = self.tables, gather(membership)
        places = self.knowledge.places
        maker = ProblemMaker(
            variants=variants_of(tables.templates, tables.template_slots),
            claims=claim_reader(
                membership.tagged,
                tables.series,
                self.knowledge.concepts,
                hosts,
                tables.minute_s,
                by_host=HostClaims(tables.records, membership.rows),
            ),
            curves=problem_curves,
            buckets=curves.buckets,
            examples=examples_of(tables.records.examples(membership.rows, SHOWN)),
            whole=sum(one.n for one in gathered),
            changes=change.by_key("problem") if change else {},
            courses=courses,
            teller=Teller(
                tables.records,
                membership.rows,
                Places.of(tables.records.places(membership.rows, places), places),
            ),
            occurrences=occurrences_of(tables.records, membership.rows, self.knowledge.repetitions),
        )
        return maker.ranked(gathered)

    def _generated(self, counted: _Counted) -> Generated | None:
        if not counted.totals.records:
            return None
        homes = frozenset(klass.id for klass in self.knowledge.problems if klass.home)
        return generated_of(
            counted.problems,
            counted.totals,
            self.tables.records,
            homes=homes,
            whole=not any(source.incomplete for source in self.coverage.logs),
            least_s=self._least_s,
        )

    def _verdict(self, counted: _Counted, generated: Generated | None) -> Verdict:
        return Verdict(
            question=self.question,
            coverage=self.coverage,
            totals=counted.totals,
            problems=counted.problems,
            claims=tuple(claim for problem in counted.problems for claim in problem.claims),
            metrics=counted.metrics,
            generated=generated,
            store_total=self._store_total(),
            store_levels=store_levels_of(self.tables.store_counts, self.tables.counts),
            change=counted.change,
            by_value=counted.by_value,
            moved=self._moved(counted),
            silent=counted.silent,
            interventions=counted.suspects.interventions,
            metrics_before=self._metrics_before(),
            levels=levels_of(self.tables.counts),
            numbers=counted.numbers,
            alike=in_two_files(self.coverage.logs, self.tables.records),
            reduced=self.tables.reduced,
        )

    def _metrics_before(self) -> tuple[MetricSummary, ...]:
        baseline = self.question.baseline
        if baseline is None:
            return ()
        return summarise_metrics(self.tables.series, self.knowledge.concepts, baseline)

    def _moved(self, counted: _Counted) -> tuple[Moved, ...]:
        """Return the series that moved, where only they could contradict that all is calm."""
        if counted.problems or counted.change is not None:
            return ()
        return moves_inside(self.tables.series, self.question.window, self.knowledge.concepts)

    def _timeline(self, counted: _Counted) -> tuple[TimelineEntry, ...]:
        end, records = counted.totals.last, self.tables.records
        last: Mapping[str, tuple[Example, ...]] = {}
        if end and any(stopped(problem, end) for problem in counted.problems):
            last = examples_of(records.examples(counted.membership.rows, 1, latest=True))
        return timeline_of(
            counted.problems,
            {problem: lines[0] for problem, lines in last.items()},
            counted.metrics,
            self.question.window,
            counted.totals,
            interventions=counted.suspects.interventions,
            numbers=counted.numbers,
        )

    def _quality(
        self, counted: _Counted, generated: Generated | None, aliases: AliasReport | None
    ) -> tuple[QualityNote, ...]:
        return QualityJudge(
            question=self.question,
            coverage=self.coverage,
            totals=counted.totals,
            in_problems=counted.in_problems,
            hosts=counted.hosts,
            metrics=counted.metrics,
            disorder=self.tables.records.disorder(),
            aliases=aliases,
            generated=generated,
            store_total=self._store_total(),
            unfollowed=unfollowed_of(self.tables, self.knowledge.measures),
            repeated=repeated_before(
                self.tables.counts, self.tables.slots, self.knowledge.repetitions
            ),
        ).notes()

    def _store_total(self) -> int:
        return store_total(self.tables.store_counts) if self.tables.store_counts is not None else 0

    def _reproduction(self) -> Reproduction:
        queries = [query for source in self.coverage.logs for query in source.queries]
        queries += [query for source in self.coverage.metrics for query in source.queries]
        return Reproduction(
            case_id=self.context.case_id,
            product_version=self.context.product_version,
            configuration=self.context.configuration,
            commands=self.context.commands,
            queries=tuple(queries),
        )


def _added(curves: Sequence[Sequence[int]], steps: int) -> tuple[int, ...]:
    return tuple(sum(step) for step in zip(*curves, strict=True)) if curves else (0,) * steps
