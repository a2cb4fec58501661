"""From the tables of a case to its findings: the order in which one thing rests on another."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from paicha.analysis import actions
from paicha.analysis.aliases import verify
from paicha.analysis.anomalies.inside import moves_inside
from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.copies import in_two_files
from paicha.analysis.counted import Counted, counted_of, least_step
from paicha.analysis.devices import DeviceJudge
from paicha.analysis.examples import examples_of
from paicha.analysis.generated import generated_of
from paicha.analysis.islands import strays_of
from paicha.analysis.levels import levels_of, store_levels_of, store_total
from paicha.analysis.metrics import summarise_metrics
from paicha.analysis.modules import modules_of
from paicha.analysis.occurrences import repeated_before
from paicha.analysis.quality import QualityJudge
from paicha.analysis.stated.courses import unfollowed_of
from paicha.analysis.statements import Verdict
from paicha.analysis.stored import store_counts_of
from paicha.analysis.tables import CaseTables, Context
from paicha.analysis.timeline import stopped, timeline_of
from paicha.analysis.untimed import without_curves
from paicha.model.aliases import AliasReport
from paicha.model.coverage import Coverage
from paicha.model.findings import (
    Example,
    Findings,
    Generated,
    MetricSummary,
    QualityNote,
    Reproduction,
    TimelineEntry,
)
from paicha.model.knowledge import Knowledge
from paicha.model.question import Question
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
        tables = self.tables
        counted = counted_of(tables, self.question, self.coverage, self.knowledge, self.keep)
        generated = self._generated(counted)
        aliases = verify(*tables.aliases) if tables.aliases else None
        verdict = self._verdict(counted, generated)
        judge = DeviceJudge(counted.hosts, counted.problems, counted.metrics)
        tagged = counted.membership.tagged
        found = Findings(
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
        return without_curves(found) if found.untimed else found

    def _generated(self, counted: Counted) -> Generated | None:
        if counted.totals.first is None:  # paces are what tells it
            return None
        homes = frozenset(klass.id for klass in self.knowledge.problems if klass.home)
        return generated_of(
            counted.problems,
            counted.totals,
            self.tables.records,
            homes=homes,
            whole=not any(source.incomplete for source in self.coverage.logs),
            least_s=least_step(self.tables),
        )

    def _verdict(self, counted: Counted, generated: Generated | None) -> Verdict:
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
            silent_places=counted.silent_places,
            interventions=counted.suspects.interventions,
            metrics_before=self._metrics_before(),
            levels=levels_of(self.tables.counts),
            numbers=counted.numbers,
            alike=in_two_files(self.coverage.logs, self.tables.records),
            reduced=self.tables.reduced,
            unwritten=counted.unwritten,
            refused=counted.refused,
            strays=() if self.question.asked_window else strays_of(self.tables.counts),
        )

    def _metrics_before(self) -> tuple[MetricSummary, ...]:
        baseline = self.question.baseline
        if baseline is None:
            return ()
        return summarise_metrics(self.tables.series, self.knowledge.concepts, baseline)

    def _moved(self, counted: Counted) -> tuple[Moved, ...]:
        """Return the series that moved, where only they could contradict that all is calm."""
        if counted.problems or counted.change is not None:
            return ()
        return moves_inside(self.tables.series, self.question.extent, self.knowledge.concepts)

    def _timeline(self, counted: Counted) -> tuple[TimelineEntry, ...]:
        end, records = counted.totals.last, self.tables.records
        last: Mapping[str, tuple[Example, ...]] = {}
        if end and any(stopped(problem, end) for problem in counted.problems):
            last = examples_of(records.examples(counted.membership.rows, 1, latest=True))
        return timeline_of(
            counted.problems,
            {problem: lines[0] for problem, lines in last.items()},
            counted.metrics,
            self.question.extent,
            counted.totals,
            interventions=counted.suspects.interventions,
            numbers=counted.numbers,
        )

    def _quality(
        self, counted: Counted, generated: Generated | None, aliases: AliasReport | None
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
            unwritten=counted.unwritten,
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
