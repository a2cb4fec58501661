"""What is to be known about the evidence before a report is believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from paicha.analysis.doubts import notes_of, shifted_said
from paicha.analysis.hosts import Hosts
from paicha.analysis.islands import years_in_doubt
from paicha.analysis.records import Disorder
from paicha.analysis.wording import clock, counted, lasting, listed, measured_host, percent
from paicha.analysis.zones import doubtful_hours, files_apart, files_shifted
from paicha.locales import Text, text
from paicha.model.aliases import AliasReport
from paicha.model.coverage import Coverage, MetricCoverage, SourceCoverage
from paicha.model.findings import Generated, MetricSummary, QualityNote, Totals
from paicha.model.question import Question, Window
from paicha.values import dataclass

_SEVERITIES: Final = ("warning", "info", "ok")
#: Kinds in the order in which they can mislead a reader.
_KINDS: Final = (
    *("coverage", "scope", "generated", "clock", "alias", "metrics"),
    *("parsing", "levels", "duplicates"),
)
#: A window is called larger than its records from this share of it on, and from a minute on.
_EMPTY_SHARE, _EMPTY_S = 0.1, 60.0
#: From this share of records without a level on, counts by level mislead.
_WITHOUT_LEVEL = 0.1
#: Steps back below a second are the usual race of two writers and not told; from a minute on a clock
#: or a zone is wrong [s].
_BACKWARDS_S, _CLOCK_WRONG_S = 1.0, 60.0
_NAMED = 5


@dataclass(frozen=True, slots=True)
class QualityJudge:
    """
    Judges the evidence itself.

    Args:
        question: The window, its zone and the scope.
        coverage: What the sources gave.
        totals: The counts of the window.
        in_problems: Records that belong to a problem.
        hosts: The hosts of logs and metrics.
        metrics: The metrics of all hosts.
        disorder: How far records go back in time.
        aliases: The verification of the aliases, if the source has any.
        generated: Whether the log looks generated; None when nothing was read.
        store_total: Records the stores counted in all; 0 when they did not count.
        unfollowed: How many different numbers lines state whose course over time was not looked at.
        repeated: That lines only repeat those before them; None: none does.
        unwritten: That lines tell of others that were not written; None: none does.
    """

    question: Question
    coverage: Coverage
    totals: Totals
    in_problems: int
    hosts: Hosts
    metrics: Sequence[MetricSummary]
    disorder: Disorder
    aliases: AliasReport | None
    generated: Generated | None
    store_total: int
    unfollowed: int = 0
    repeated: Text | None = None
    unwritten: Text | None = None

    def notes(self) -> tuple[QualityNote, ...]:
        """Return the notes: warnings, then information, then what is fine; by kind within each."""
        found = [
            *(self._source(source) for source in self.coverage.logs),
            *self._counted_only(),
            *self._unwritten(),
            *self._unfollowed(),
            *self._window(),
            *self._scope(),
            *self._clock(),
            *self._alias(),
            *self._metrics(),
            *self._parsing(),
            *self._levels(),
            *self._duplicates(),
        ]
        if self.generated:
            severity: Final = "warning" if self.generated.suspected else "ok"
            details = tuple(one.text for one in self.generated.indications)
            found.append(QualityNote("generated", severity, self.generated.text, details))
        return tuple(
            sorted(found, key=lambda n: (_SEVERITIES.index(n.severity), _KINDS.index(n.kind)))
        )

    def _source(self, source: SourceCoverage) -> QualityNote:
        present = text("quality.unknown") if source.present is None else f"{source.present:,}"
        words = text(
            "quality.coverage",
            source=source.source,
            present=present,
            read=f"{source.read:,}",
            kept=f"{source.kept:,}",
            parsed=f"{source.kept - source.without_time:,}",
            parsed_share=percent(1 - source.without_time / source.kept if source.kept else 0.0),
            outside=f"{source.outside:,}",
            filtered=f"{source.filtered:,}",
            duplicates=f"{source.duplicates:,}",
        )
        severity: Final = "warning" if source.incomplete or not source.kept else "ok"
        notes = notes_of(source, self.question.scope)
        return QualityNote("coverage", severity, words, (*source.incomplete, *notes))

    def _counted_only(self) -> Iterator[QualityNote]:
        if self.store_total > self.totals.records:
            words = text(
                "quality.counted_only",
                counted=counted("record", self.store_total),
                read=counted("record", self.totals.records),
                share=percent(self.totals.records / self.store_total),
            )
            yield QualityNote("coverage", "warning", words)

    def _unwritten(self) -> Iterator[QualityNote]:
        if self.unwritten is not None:
            yield QualityNote("coverage", "warning", self.unwritten)

    def _unfollowed(self) -> Iterator[QualityNote]:
        if self.unfollowed:
            yield QualityNote("coverage", "info", text("quality.unfollowed", n=self.unfollowed))

    def _window(self) -> Iterator[QualityNote]:
        first, last, window = self.totals.first, self.totals.last, self.question.extent
        if not self.question.asked_window or first is None or last is None:
            return
        bound = max(_EMPTY_S, _EMPTY_SHARE * window.length.total_seconds())
        before = (first - window.start).total_seconds()
        after = (window.end - last).total_seconds()
        # What was not read may lie there: only what was read whole shows that nothing does.
        whole = self.store_total <= self.totals.records and not any(
            source.incomplete for source in self.coverage.logs
        )
        key = "empty" if whole else "unread"
        details = [
            text(f"quality.{key}_{side}", lasting=lasting(seconds))
            for side, seconds in (("before", before), ("after", after))
            if seconds > bound
        ]
        if details:
            words = text(
                "quality.window",
                asked=lasting(window.length.total_seconds()),
                covered=lasting((last - first).total_seconds()),
                first=clock(first, self.question),
                last=clock(last, self.question),
            )
            yield QualityNote("coverage", "info" if whole else "warning", words, tuple(details))

    def _scope(self) -> Iterator[QualityNote]:
        logs = [host for host in self.hosts.in_logs if host]
        metrics = [host for host in self.hosts.in_metrics if host]
        if not metrics:
            return
        if self.hosts.assumed:
            words = text("quality.assumed_host", host=self.hosts.assumed)
            yield QualityNote("scope", "info", words)
        elif not logs and self.totals.records:
            words = text("quality.no_host", hosts=counted("host", len(metrics)))
            yield QualityNote("scope", "warning", words)
        unmeasured = [host for host in logs if self.hosts.measured_as(host) is None]
        if unmeasured:
            words = text(
                "quality.unmeasured",
                n=counted("host", len(unmeasured)),
                hosts=listed(unmeasured, _NAMED),
                measured=listed(metrics, _NAMED),
            )
            yield QualityNote("scope", "warning", words)
        known = {self.hosts.measured_as(host) for host in (*logs, self.hosts.assumed)}
        silent = [host for host in metrics if host not in known]
        if silent and len(unmeasured) < len(logs):
            words = text(
                "quality.silent", n=counted("host", len(silent)), hosts=listed(silent, _NAMED)
            )
            yield QualityNote("scope", "info", words)

    def _clock(self) -> Iterator[QualityNote]:
        outside = sum(source.outside for source in self.coverage.logs)
        if outside:
            words = text("quality.outside", records=counted("record", outside))
            yield QualityNote("clock", "info", words)
        if self.disorder.records and self.disorder.largest_s >= _BACKWARDS_S:
            words = text(
                "quality.disorder",
                records=counted("record", self.disorder.records),
                largest=lasting(self.disorder.largest_s),
            )
            wrong = self.disorder.largest_s >= _CLOCK_WRONG_S
            yield QualityNote("clock", "warning" if wrong else "info", words)
        if years := years_in_doubt(self.coverage.logs, self.question):
            yield QualityNote("clock", "warning", years)
        for words in doubtful_hours(self._held(), self._asked(), self.question.zone):
            yield QualityNote("clock", "warning", words)
        shifted = list(files_shifted(self.coverage.logs))
        for one in shifted:
            yield QualityNote("clock", "warning", shifted_said(one))
        for apart in () if shifted else files_apart(self.coverage.logs):
            facts = {"one": apart.one, "other": apart.other, "gap": lasting(apart.gap_s)}
            yield QualityNote("clock", "warning", text("quality.files_apart", **facts))

    def _held(self) -> list[datetime]:
        """Return the first and last times there are, also of what files hold beside the windows."""
        files = [file for source in self.coverage.logs for file in source.files]
        ends = (
            self.totals.first,
            self.totals.last,
            *(at for f in files for at in (f.first, f.last)),
        )
        return [at for at in ends if at is not None]

    def _asked(self) -> list[Window]:
        window, baseline = self.question.extent, self.question.baseline
        return [window, baseline] if baseline else [window]

    def _alias(self) -> Iterator[QualityNote]:
        if self.aliases is None:
            return
        name, id_ = self.aliases.index_set_name, self.aliases.index_set_id
        if not self.aliases.pairs and not self.aliases.findings:
            yield QualityNote("alias", "info", text("quality.alias_none", name=name, id=id_))
            return
        bad = [one for one in self.aliases.findings if one.severity != "info"]
        words = text(
            "quality.alias_bad" if bad else "quality.alias_ok",
            name=name,
            id=id_,
            pairs=len(self.aliases.pairs),
            rows=f"{self.aliases.rows:,}",
            n=len(bad),
        )
        details = tuple(one.text for one in (bad or self.aliases.findings))
        yield QualityNote("alias", "warning" if bad else "ok", words, details)

    def _metrics(self) -> Iterator[QualityNote]:
        if not self.coverage.metrics:
            yield QualityNote("metrics", "info", text("quality.no_metrics"))
        for source in self.coverage.metrics:
            yield self._metric_source(source)
        gaps = [
            text(
                "quality.gap",
                title=metric.title,
                host=measured_host(metric.host, metric.labels),
                points=metric.points,
                expected=metric.expected_points,
                nulls=metric.null_points,
            )
            for metric in self.metrics
            if metric.null_points or metric.points < (metric.expected_points or 0)
        ]
        if gaps:
            yield QualityNote("metrics", "info", text("quality.gaps", n=len(gaps)), tuple(gaps))

    def _metric_source(self, source: MetricCoverage) -> QualityNote:
        words = text(
            "quality.metrics",
            source=source.source,
            series=source.series,
            points=counted("point", source.points),
            nulls=source.null_points,
            hosts=listed(source.hosts, _NAMED),
        )
        details = [*source.incomplete, *source.notes]
        if source.missing:
            titles = {metric.concept: metric.title for metric in self.metrics}
            named = [titles.get(one, one) for one in source.missing]
            details.append(text("quality.missing", concepts=listed(named)))
        trouble = source.incomplete or not source.points
        severity: Final = "warning" if trouble else "info" if source.missing else "ok"
        return QualityNote("metrics", severity, words, tuple(details))

    def _parsing(self) -> Iterator[QualityNote]:
        without = self.totals.without_time
        details: list[Text] = []
        for source in self.coverage.logs:
            for file in source.files:
                if file.damaged_bytes:
                    details.append(
                        text(
                            "quality.damaged",
                            path=file.path,
                            n=f"{file.damaged_bytes:,}",
                            encoding=file.encoding,
                        )
                    )
                if file.without_time:
                    details.append(
                        text(
                            "quality.file_without_time",
                            path=file.path,
                            n=f"{file.without_time:,}",
                            records=counted("record", file.records),
                        )
                    )
        if without:
            share = percent(without / self.totals.records)
            words = text("quality.without_time", records=counted("record", without), share=share)
            yield QualityNote("parsing", "warning", words, tuple(details))
        elif details:
            yield QualityNote("parsing", "info", text("quality.parsing"), tuple(details))

    def _levels(self) -> Iterator[QualityNote]:
        without = self.totals.without_level
        if without:
            share = without / self.totals.records
            words = text(
                "quality.without_level",
                records=counted("record", without),
                share=percent(share),
                known=f"{max(0, self.in_problems - self.totals.abnormal):,}",
            )
            severity: Final = "warning" if share >= _WITHOUT_LEVEL else "info"
            yield QualityNote("levels", severity, words)

    def _duplicates(self) -> Iterator[QualityNote]:
        if self.repeated is not None:
            yield QualityNote("duplicates", "info", self.repeated)
        for source in self.coverage.logs:
            if source.duplicates:
                words = text(
                    "quality.duplicates",
                    source=source.source,
                    records=counted("record", source.duplicates),
                )
                yield QualityNote("duplicates", "info", words)
