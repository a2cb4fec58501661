"""The verdict on top: what must be done at once, what is contradicted, what to be careful with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.beyond import METRICS, beyond_said
from paicha.analysis.by_value import ByValue
from paicha.analysis.change.words import changed
from paicha.analysis.copies import Alike
from paicha.analysis.doubts import doubts, taken_on_trust
from paicha.analysis.islands import Island, far_apart, years_in_doubt
from paicha.analysis.stated.words import numbers_said
from paicha.analysis.statement_words import by_value_words, contradiction_words, moved_words
from paicha.analysis.suspects.intervention_words import interventions_said
from paicha.analysis.suspects.silence import Silent
from paicha.analysis.suspects.silence_words import silent_places_said, silent_said
from paicha.analysis.suspects.silent_places import SilentPlace
from paicha.analysis.wording import (
    clock,
    counted,
    lasting,
    listed,
    named,
    percent,
    stretch,
)
from paicha.locales import Text, text
from paicha.model.change import ChangeReport
from paicha.model.coverage import Coverage
from paicha.model.findings import (
    Claim,
    Generated,
    LevelCount,
    MetricSummary,
    Problem,
    Statement,
    StatementKind,
    Totals,
)
from paicha.model.question import Question
from paicha.model.stated import MovedNumber
from paicha.model.suspects import Intervened
from paicha.values import dataclass

#: How many problems, contradictions, modules, gaps and metrics are named before the rest is counted.
_IMMEDIATE, _CONTRADICTIONS, _MODULES, _INCOMPLETE = 3, 4, 3, 3
#: A problem that spares all but one in so many hosts is said to be on these.
_SPARED = 2
#: OpenTelemetry's INFO: a program that writes nothing from here on writes it elsewhere, or nowhere.
_INFO = 9


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What the statements are made of.

    Args:
        question: The window, its zone and the scope.
        coverage: What the sources gave.
        totals: The counts of the window.
        problems: In the order of rank.
        claims: In the order of their problems.
        metrics: The metrics of all hosts.
        generated: Whether the log looks generated; None when nothing was read.
        store_total: Records the stores counted in all; 0 when they did not count.
        store_levels: Levels as the stores counted them.
        change: What differs from the baseline; None: there is none.
        by_value: What is of a class by a value alone.
        moved: Series that moved inside the window, where no baseline says what is usual.
        silent: Who stopped writing.
        silent_places: Where it stopped while it goes on elsewhere.
        interventions: What was done, as far as lines tell.
        metrics_before: The metrics of the baseline.
        levels: The levels of the records read.
        numbers: Numbers that lines state and that left their own past.
        alike: Files that share records.
        reduced: Whether only some records were there to be asked.
        unwritten: That lines tell of others that were not written; None: none does.
        refused: Whose requests were refused one after the other; None: nobody's.
        strays: Few records far from all others, see `paicha.analysis.islands.strays_of`.
    """

    question: Question
    coverage: Coverage
    totals: Totals
    problems: Sequence[Problem]
    claims: Sequence[Claim]
    metrics: Sequence[MetricSummary]
    generated: Generated | None
    store_total: int
    store_levels: tuple[LevelCount, ...]
    change: ChangeReport | None = None
    by_value: Sequence[ByValue] = ()
    moved: Sequence[Moved] = ()
    silent: Sequence[Silent] = ()
    silent_places: Sequence[SilentPlace] = ()
    interventions: Sequence[Intervened] = ()
    metrics_before: Sequence[MetricSummary] = ()
    levels: Sequence[LevelCount] = ()
    numbers: Sequence[MovedNumber] = ()
    alike: Sequence[Alike] = ()
    reduced: bool = False
    unwritten: Text | None = None
    refused: Text | None = None
    strays: Sequence[Island] = ()

    def statements(self) -> tuple[Statement, ...]:
        """Return the statements, most urgent first; "calm" only when nothing is missing."""
        if not self.totals.records:
            return (Statement("warning", self._nothing()), *self._beyond(), *self._incomplete())
        first = [*self._let_in(), *self._immediate(), *self._silent()]
        found = [*first, *self._changed(), *self._beyond(), *self._contradictions()]
        found += self._refused()
        found += numbers_said(self.numbers, self.question)
        if self.generated and self.generated.suspected:
            found.append(Statement("warning", self.generated.text))
        doubted = doubts(self.coverage, self.alike, least=self.reduced)
        if self.unwritten is not None:
            found.append(Statement("warning", self.unwritten))
        found += [*self._by_value(), *doubted, *self._counted_only()]
        found += [*self._incomplete(), *self._unread()]
        if not found and not self.problems and not self.coverage.incomplete:
            found = self._moved() or [Statement("calm", self._calm())]
        # It disturbs nobody's calm: every record there is was read.
        if self.question.window is None:
            found.append(Statement("warning", self._no_window()))
        found += self._files_without_time()
        apart = far_apart(self.coverage.logs, self.question, self.strays)
        years = years_in_doubt(self.coverage.logs, self.question)
        taken = taken_on_trust(self.coverage, self.question.scope)
        found += [Statement("warning", words) for words in (apart, years, *taken) if words]
        # A release disturbs nobody's calm, and stands where one asks what happened before.
        done = interventions_said(self.interventions, self.question, self._signs())
        return (*found[: len(first)], *done, *found[len(first) :])

    def _silent(self) -> list[Statement]:
        places = silent_places_said(self.silent_places, self.question)
        return [*silent_said(self.silent, self.question), *places]

    def _signs(self) -> list[datetime]:
        """Return when something began to go wrong: urgent problems, and numbers that left their own past."""
        courses = ((one, one.course) for one in self.problems if one.priority != "P3")
        began = (course.onset if course else one.first for one, course in courses)
        return [at for at in began if at is not None] + [one.at for one in self.numbers]

    def summary(self) -> tuple[Text, ...]:
        """Return the closing sentences: how much, what first, what the metrics say."""
        if not self.totals.records:
            return (self._nothing(), *(statement.text for statement in self._beyond()))
        found = [self._extent(), *self._main()]
        found += [one.text for one in self._silent()]
        found += [statement.text for statement in self._changed()]
        found += [statement.text for statement in self._beyond()]
        found += [statement.text for statement in self._contradictions()]
        found += [one.text for one in self._refused()]
        found += [one.text for one in numbers_said(self.numbers, self.question)]
        if self.generated and self.generated.suspected:
            found.append(self.generated.text)
        found += [statement.text for statement in self._incomplete()]
        return tuple(found)

    def _refused(self) -> list[Statement]:
        return [Statement("warning", self.refused)] if self.refused is not None else []

    def _nothing(self) -> Text:
        window = self.question.extent
        return text(
            "statements.nothing",
            window=stretch(window.start, window.end, self.question),
            sources=listed([source.source for source in self.coverage.logs]),
            outside=counted("record", sum(source.outside for source in self.coverage.logs)),
            filtered=counted("record", sum(source.filtered for source in self.coverage.logs)),
        )

    def _let_in(self) -> list[Statement]:
        """Say that somebody was let in after many failures, however urgent the failures are."""
        return [
            Statement(
                "immediate",
                text("told.statement", title=problem.title, common=problem.told.succeeded),
            )
            for problem in self.problems
            if problem.told is not None and problem.told.succeeded is not None
        ]

    def _immediate(self) -> list[Statement]:
        urgent = [problem for problem in self.problems if problem.priority == "P1"]
        if not urgent:
            if not self.problems:
                return []
            return [Statement("warning", self._no_urgent()), *_common(self.problems[0], "warning")]
        whole = sum(problem.n for problem in self.problems)
        n = sum(problem.n for problem in urgent)
        head = text(
            "statements.urgent",
            problems=counted("problem", len(urgent)),
            records=counted("record", n),
            share=percent(n / whole),
        )
        single = [
            statement
            for p in urgent[:_IMMEDIATE]
            for statement in (Statement("immediate", self._one(p)), *_common(p, "immediate"))
        ]
        return [Statement("immediate", head), *single]

    def _no_urgent(self) -> Text:
        first = self.problems[0]
        key = "no_urgent" if len(self.problems) > 1 else "no_urgent_single"
        return text(
            f"statements.{key}",
            problems=counted("problem", len(self.problems)),
            records=counted("record", sum(problem.n for problem in self.problems)),
            priority=first.priority,
            first=first.title,
            first_records=counted("record", first.n),
        )

    def _one(self, problem: Problem) -> Text:
        # Of many services, who it is in says more than which code of theirs; of one, or none, it says nothing.
        by_service = self.totals.services > 1 and any(share.name for share in problem.services)
        noun, shares = ("service", problem.services) if by_service else ("module", problem.modules)
        names: list[Text | str] = [share.name for share in shares if share.name]
        key = "one" if names else "one_nowhere"
        unnamed = sum(share.n for share in shares if not share.name)
        return text(
            f"statements.{key}",
            title=problem.title,
            hosts=self._few_hosts(problem),
            records=counted("record", problem.n),
            places=named(noun, [share.name for share in shares]),
            names=listed(names, _MODULES),
            unnamed=text("statements.unnamed", n=f"{unnamed:,}") if unnamed else Text.same(""),
            times=self._times(problem),
        )

    def _few_hosts(self, problem: Problem) -> Text:
        """Say on which hosts a problem is, where it spares most of them."""
        names = [share.name for share in problem.hosts]
        if not all(names) or not 0 < _SPARED * len(names) <= self.totals.hosts:
            return Text.same("")
        key = "one" if len(names) == 1 else "few"
        return text(
            f"few_hosts.{key}",
            names=listed(names, _MODULES),
            n=f"{len(names):,}",
            of=f"{self.totals.hosts:,}",
        )

    def _times(self, problem: Problem) -> Text:
        if self._untimed:
            return Text.same("")  # said once, of all
        if problem.first is None or problem.last is None:
            return text("statements.no_times")
        first, last = (clock(at, self.question) for at in (problem.first, problem.last))
        key = "time" if first == last else "times"
        if problem.without_time:
            key = f"{key}_of_some"
        return text(f"statements.{key}", first=first, last=last, n=f"{problem.without_time:,}")

    @property
    def _untimed(self) -> bool:
        """Whether no record has a time."""
        return self.totals.without_time == self.totals.records

    def _changed(self) -> list[Statement]:
        return changed(self.change, self.problems) if self.change and self.problems else []

    def _beyond(self) -> list[Statement]:
        return beyond_said(self.metrics, self.metrics_before, self.problems)

    def _contradictions(self) -> list[Statement]:
        found = [claim for claim in self.claims if claim.verdict.kind == "contradicted"]
        shown = [
            Statement("contradiction", contradiction_words(claim))
            for claim in found[:_CONTRADICTIONS]
        ]
        if len(found) > len(shown):
            more = len(found) - len(shown)
            rest = text("statements.more_contradictions", n=more)
            shown.append(Statement("contradiction", rest, more))
        return shown

    def _by_value(self) -> list[Statement]:
        """Say which records are of a class by a number, where no problem of that class holds them."""
        of_class: dict[tuple[str, bool], list[ByValue]] = {}
        for one in self.by_value:
            of_class.setdefault((one.problem.id, one.quiet), []).append(one)
        return [Statement("warning", by_value_words(same)) for same in of_class.values()]

    def _counted_only(self) -> list[Statement]:
        if self.store_total <= self.totals.records:
            return []
        abnormal = sum(level.n for level in self.store_levels if level.abnormal)
        key = "counted_levels" if self.store_levels else "counted_only"
        words = text(
            f"statements.{key}",
            counted=counted("record", self.store_total),
            read=counted("record", self.totals.records),
            counted_abnormal=f"{abnormal:,}",
            read_abnormal=f"{self.totals.abnormal:,}",
        )
        return [Statement("incomplete", words)]

    def _unread(self) -> list[Statement]:
        """Say that most records have no time, or that quiet ones state no level: neither is calm."""
        totals, found = self.totals, []
        if 2 * totals.without_time >= totals.records and self.question.window is not None:
            found.append("no_times_read")
        if 2 * totals.without_level >= totals.records and not self.problems:
            found.append("no_levels_read")
        if self.levels and all(0 < one.severity_number < _INFO for one in self.levels):
            found.append("only_debug")
        facts = {
            "records": counted("record", totals.records),
            "without_time": f"{totals.without_time:,}",
            "without_level": f"{totals.without_level:,}",
        }
        return [Statement("warning", text(f"statements.{key}", **facts)) for key in found]

    def _incomplete(self) -> list[Statement]:
        covered = self.coverage
        reasons = [(one.source, reason) for one in covered.logs for reason in one.incomplete]
        reasons += [(one.source, reason) for one in covered.metrics for reason in one.incomplete]
        reasons += [(one.source, reason) for one in covered.traces for reason in one.incomplete]
        shown = [
            Statement("incomplete", text("statements.incomplete", source=source, reason=reason))
            for source, reason in reasons[:_INCOMPLETE]
        ]
        if len(reasons) > len(shown):
            more = len(reasons) - len(shown)
            shown.append(Statement("incomplete", text("statements.more_incomplete", n=more), more))
        return shown

    def _no_window(self) -> Text:
        return text("statements.no_window", records=counted("record", self.totals.records))

    def _files_without_time(self) -> list[Statement]:
        """Say which files are in no curve as a whole, where others are: a quiet curve is not theirs."""
        totals = self.totals
        if not 0 < 2 * totals.without_time < totals.records:
            return []  # there is none, or it is said of all
        files = [
            (file.path, file.records)
            for source in self.coverage.logs
            for file in source.files
            if 0 < file.records == file.without_time
        ]
        if not files:
            return []
        words = text(
            "statements.files_without_time",
            paths=listed([path for path, _ in files], _MODULES),
            records=counted("record", sum(n for _, n in files)),
        )
        return [Statement("warning", words)]

    def _calm(self) -> Text:
        if self.question.window is None:
            return text("statements.calm_untimed", records=counted("record", self.totals.records))
        window = self.question.window
        unjudged = sum(metric.status == "no_threshold" for metric in self.metrics)
        key = "moved.still" if unjudged and self.change is None else "statements.calm"
        return text(
            key,
            records=counted("record", self.totals.records),
            window=stretch(window.start, window.end, self.question),
            n=f"{unjudged:,}",
        )

    def _moved(self) -> list[Statement]:
        """Say which metrics moved though no log line and no threshold complains, the strongest of each host."""
        known = {(one.metric, one.host): one for one in self.metrics}
        hosts: dict[tuple[str, str], dict[str, Moved]] = {}
        for one in self.moved:
            if (one.metric, one.host) in known:
                nameless = "" if one.host else one.metric  # these share no host
                hosts.setdefault((one.host, nameless), {}).setdefault(one.metric, one)
        told = [tuple(of_host.values()) for of_host in hosts.values()]
        shown = [
            Statement(
                "warning", moved_words(moved, known[moved[0].metric, moved[0].host], self.question)
            )
            for moved in told[:METRICS]
        ]
        if left := sum(len(moved) for moved in told[METRICS:]):
            shown.append(Statement("warning", text("moved.more", n=left), left))
        return shown

    def _extent(self) -> Text:
        totals = self.totals
        lasted = (totals.last - totals.first).total_seconds() if totals.first and totals.last else 0
        modules = {share.name for problem in self.problems for share in problem.modules} - {""}
        # A share of what happened to be read would say nothing about the window.
        key = "extent_read" if self.store_total > totals.records else "extent"
        if self._untimed:
            key = "extent_untimed"
        return text(
            f"statements.{key}",
            records=counted("record", totals.records),
            lasted=lasting(lasted) if lasted >= 1 else text("statements.instant"),
            counted=counted("record", self.store_total),
            abnormal=f"{totals.abnormal:,}",
            share=percent(totals.abnormal / totals.records),
            problems=counted("problem", len(self.problems)),
            where=text("statements.where", modules=counted("module", len(modules)))
            if modules
            else Text.same(""),
        )

    def _main(self) -> list[Text]:
        found = []
        for priority in ("P1", "P2", "P3"):
            members = [problem for problem in self.problems if problem.priority == priority]
            if members:
                names = [text("statements.named", title=p.title, n=f"{p.n:,}") for p in members]
                found.append(
                    text(
                        "statements.priority",
                        priority=priority,
                        problems=counted("problem", len(members)),
                        names=listed(names, 6),
                    )
                )
        return found


def _common(problem: Problem, kind: StatementKind) -> list[Statement]:
    """Say what most lines of a problem have in common: which status, path and upstream."""
    told = problem.told
    said = (told.common, told.apart) if told else ()
    return [
        Statement(kind, text("told.statement", title=problem.title, common=words))
        for words in said
        if words is not None
    ]
