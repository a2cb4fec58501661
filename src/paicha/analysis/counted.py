"""What the tables of a case alone say, before anything is judged: each step rests on the ones before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from paicha.analysis.apart import Places
from paicha.analysis.by_value import ByValue
from paicha.analysis.change.course import CourseTeller
from paicha.analysis.change.report import change_report
from paicha.analysis.change.words import not_calm
from paicha.analysis.claimed import HostClaims
from paicha.analysis.claims import claim_reader
from paicha.analysis.examples import SHOWN, examples_of
from paicha.analysis.gathering import Gathered, gather
from paicha.analysis.grid import Curves, buckets_of
from paicha.analysis.hosts import Hosts, hosts_of
from paicha.analysis.membership import Membership
from paicha.analysis.metrics import summarise_metrics
from paicha.analysis.occurrences import occurrences_of, unwritten
from paicha.analysis.outages import outages_of
from paicha.analysis.pages import with_pages
from paicha.analysis.problems import ProblemMaker, lifted, with_outages
from paicha.analysis.stated.courses import courses_of
from paicha.analysis.stated.moved import moved_numbers
from paicha.analysis.stated.refused import refused_said
from paicha.analysis.suspects.earlier import parted
from paicha.analysis.suspects.interventions import Intervention, interventions_of
from paicha.analysis.suspects.judge import SuspectJudge
from paicha.analysis.suspects.silence import Silent, silent_of
from paicha.analysis.suspects.silent_places import SilentPlace, silent_places_of
from paicha.analysis.suspects.units import UNIT, unit_column, units_of, with_units
from paicha.analysis.suspects.urgency import lift_of
from paicha.analysis.tables import CaseTables
from paicha.analysis.told import Teller
from paicha.analysis.told_apart import told_apart
from paicha.analysis.totals import totals_of
from paicha.analysis.variants import variants_of
from paicha.locales import Text
from paicha.model.change import ChangeReport
from paicha.model.coverage import Coverage
from paicha.model.findings import MetricSummary, Problem, Totals
from paicha.model.knowledge import Knowledge, PlaceNames
from paicha.model.question import Question
from paicha.model.stated import MovedNumber
from paicha.model.suspects import SuspectReport
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class Counted:
    """What the tables alone say."""

    membership: Membership
    hosts: Hosts
    curves: Curves
    metrics: tuple[MetricSummary, ...]
    totals: Totals
    problems: tuple[Problem, ...]
    change: ChangeReport | None
    by_value: tuple[ByValue, ...]
    silent: tuple[Silent, ...]
    silent_places: tuple[SilentPlace, ...]
    suspects: SuspectReport
    numbers: tuple[MovedNumber, ...]
    unwritten: Text | None = None
    refused: Text | None = None

    @property
    def in_problems(self) -> int:
        """Records that belong to a problem."""
        return sum(problem.n for problem in self.problems)


def counted_of(
    tables: CaseTables,
    question: Question,
    coverage: Coverage,
    knowledge: Knowledge,
    keep: Callable[[str, pa.Table], None],
) -> Counted:
    """
    Return what the tables of a case alone say.

    Args:
        tables: The merged tables of the case, and a way to ask its records.
        question: The window, its zone, the scope.
        coverage: What the sources gave.
        knowledge: Problem classes and metric concepts.
        keep: Keeps a table that the analysis makes, by name.
    """
    return _Counting(tables, question, coverage, knowledge, keep).counted()


def least_step(tables: CaseTables) -> int:
    """Return the finest step of a curve: where records are missing only the counts are asked [s]."""
    return tables.minute_s if tables.reduced else 1


@dataclass(frozen=True, slots=True)
class _Counting:
    """One count over one case."""

    tables: CaseTables
    question: Question
    coverage: Coverage
    knowledge: Knowledge
    keep: Callable[[str, pa.Table], None]

    def counted(self) -> Counted:
        """Return everything that is counted."""
        tables, window = self.tables, self.question.extent
        by_value, membership = self._membership()
        gathered = gather(membership)
        buckets = buckets_of(window, self.question.zone, least_step(tables))
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
        courses = CourseTeller(self.question, buckets, totals.last, totals.first)
        problems = self._problems(
            membership, gathered, hosts, curves, problem_curves, change=change, courses=courses
        )
        silent = self._silent()
        unsuited = change is not None and bool(change.baseline.lacking or not_calm(problems))
        problems, suspects = self._suspected(
            membership, gathered, hosts, problems, silent, unsuited=unsuited
        )
        problems = with_pages(problems, self.coverage.logs, window.start, window.end)
        missing = [name for source in self.coverage.metrics for name in source.missing]
        metrics = summarise_metrics(
            tables.series, self.knowledge.concepts, window, missing=sorted(set(missing))
        )
        return Counted(
            membership,
            hosts,
            curves,
            metrics,
            totals,
            problems,
            change,
            by_value,
            silent,
            self._silent_places(silent),
            suspects,
            self._numbers(membership),
            unwritten(tables.counts, tables.slots, self.knowledge.repetitions),
            refused_said(tables, membership.rows, self.question),
        )

    def _numbers(self, membership: Membership) -> tuple[MovedNumber, ...]:
        """Return the numbers that lines state and that moved, those of problems' lines left out: a problem tells its own."""
        tables = self.tables
        templates = tables.templates.select(["template_id", "text"]).to_pydict()
        texts = dict(zip(templates["template_id"], templates["text"], strict=True))
        moved = moved_numbers(courses_of(tables, membership.rows, self.knowledge.measures), texts)
        return tuple(replace(one, name=self._places.called(one.name)) for one in moved)

    def _membership(self) -> tuple[tuple[ByValue, ...], Membership]:
        """Return what a value alone makes a problem of, and which problem each shape belongs to."""
        tables, problems = self.tables, self.knowledge.problems
        shapes, slots, values = tables.template_shapes, tables.slots, tables.slot_values
        return told_apart(tables.counts, shapes, slots, values, problems)

    def _silent(self) -> tuple[Silent, ...]:
        unit, column = unit_column(self.tables.counts)
        if unit != "service":  # code that runs no more is no process that hangs
            return ()
        counts = (self.tables.baseline_counts, self.tables.counts)
        start, spans = self.question.extent.start, self.tables.spans
        unasked = self.question.baseline is None and not self.question.baseline_choice
        return silent_of(counts, column, start, spans, unasked=unasked)

    def _silent_places(self, silent: Sequence[Silent]) -> tuple[SilentPlace, ...]:
        return silent_places_of(
            (self.tables.baseline_counts, self.tables.counts),
            [file for source in self.coverage.logs for file in source.files],
            self.question.extent.start,
            {one.name for one in silent},
            unasked=self.question.baseline is None and not self.question.baseline_choice,
        )

    def _interventions(self, tables: CaseTables) -> tuple[Intervention, ...]:
        question = self.question
        length = question.extent.length
        if question.baseline is not None:
            length += question.baseline.length
        counts = (tables.baseline_counts, tables.counts)
        return interventions_of(counts, UNIT, length, self.knowledge.interventions)

    def _suspected(
        self,
        membership: Membership,
        gathered: Sequence[Gathered],
        hosts: Hosts,
        problems: tuple[Problem, ...],
        silent: Sequence[Silent],
        *,
        unsuited: bool,
    ) -> tuple[tuple[Problem, ...], SuspectReport]:
        """
        Return the suspects, and the problems with what the first suspect's own explains in its rank.

        Where the baseline does not do for that, the rank is held against it all the same.
        """
        concepts = self.knowledge.concepts
        units = units_of(self.tables)
        tables = with_units(self.tables, units)
        tagged = units.named(membership.tagged)
        inside = parted(tables, tagged, self.question, problems, gathered, unsuited=unsuited)
        compared = inside.problems if inside else problems
        problems = inside.in_order(problems) if inside and not unsuited else problems
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
            self.question.extent if inside else None,
            unsuited=unsuited,
        )
        ranking = judge.ranking()
        lift = lift_of(ranking, compared, self.knowledge.problems)
        if lift is not None:
            problems = lifted(problems, gathered, lift)
        return problems, replace(judge, problems=problems).told(ranking)

    @property
    def _places(self) -> PlaceNames:
        """What names of fields tell where a record is from; an index set's own aliases are its people's names of them."""
        places, aliases = self.knowledge.places, self.tables.aliases
        return replace(places, aliases=aliases[0].names) if aliases else places

    def _problems(
        self,
        membership: Membership,
        gathered: Sequence[Gathered],
        hosts: Hosts,
        curves: Curves,
        problem_curves: Mapping[str, tuple[int, ...]],
        *,
        change: ChangeReport | None,
        courses: CourseTeller,
    ) -> tuple[Problem, ...]:
        tables, places = self.tables, self._places
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
        outages = outages_of(tables, membership.rows, gathered, self.question)
        return with_outages(maker.ranked(gathered), gathered, outages, self.question)


def _added(curves: Sequence[Sequence[int]], steps: int) -> tuple[int, ...]:
    return tuple(sum(step) for step in zip(*curves, strict=True)) if curves else (0,) * steps
