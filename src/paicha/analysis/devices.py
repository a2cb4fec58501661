"""Which hosts need attention, and for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import pyarrow as pa

from paicha.analysis.gathering import counts_by, shares
from paicha.analysis.hosts import Hosts
from paicha.analysis.wording import alternatives, amount, counted, listed
from paicha.locales import Text, has, text
from paicha.model.findings import Claim, Device, MetricSummary, Problem, Status
from paicha.values import dataclass

#: How many problems and things to look at are named for one host.
_NAMED = 3
_FOCUS = 6


@dataclass(frozen=True, slots=True)
class DeviceJudge:
    """
    Judges hosts.

    Args:
        hosts: The hosts of logs and metrics.
        problems: In the order of rank.
        metrics: The metrics of all hosts.
    """

    hosts: Hosts
    problems: Sequence[Problem]
    metrics: Sequence[MetricSummary]

    def devices(self, counts: pa.Table, tagged: pa.Table) -> tuple[Device, ...]:
        """
        Return every host of the logs, and every host that only the metrics know.

        Sorted by attention, then records in problems falling, then host. A host needs attention
        when a P1 problem shows on it or a metric of it is abnormal.

        Args:
            counts: `COUNTS`.
            tagged: The rows of it that belong to a problem, with a column ``problem``.
        """
        sums = counts.group_by(["host"]).aggregate([("n", "sum")])
        totals = dict(zip(sums["host"].to_pylist(), sums["n_sum"].to_pylist(), strict=True))
        problems = counts_by(tagged, "host", "problem")
        ranks = {problem.id: rank for rank, problem in enumerate(self.problems)}
        found = [
            self._device(host, n, dict(problems.get(host, ())), ranks) for host, n in totals.items()
        ]
        measured = {self.hosts.measured_as(host) for host in totals}
        found += [
            self._device(host, 0, {}, ranks)
            for host in self.hosts.in_metrics
            if host not in {*measured, ""}
        ]
        return tuple(sorted(found, key=lambda d: (not d.attention, -d.abnormal, d.host)))

    def _device(
        self, host: str, n: int, counts: Mapping[str, int], ranks: Mapping[str, int]
    ) -> Device:
        measured = self.hosts.measured_as(host)
        metrics = [metric for metric in self.metrics if measured and metric.host == measured]
        # A host has few of many problems.
        here = [
            self.problems[rank] for rank in sorted(ranks[one] for one in counts if one in ranks)
        ]
        status = _status(metrics)
        urgent = [problem for problem in here if problem.priority == "P1"]
        attention = bool(urgent) or status == "abnormal"
        abnormal = sum(counts.values())
        by_count = sorted(counts.items(), key=lambda c: (-c[1], c[0]))
        return Device(
            host=self.hosts.named(host),
            host_id=self.hosts.id_of(host),
            n=n,
            abnormal=abnormal,
            problems=shares(by_count, abnormal),
            metrics_status=status,
            attention=attention,
            text=self._text(urgent, here, counts, metrics),
            focus=self._focus(host, here, metrics),
        )

    def _text(
        self,
        urgent: Sequence[Problem],
        here: Sequence[Problem],
        counts: Mapping[str, int],
        metrics: Sequence[MetricSummary],
    ) -> Text:
        status = _status(metrics)
        bad = [metric for metric in metrics if metric.status == "abnormal"]
        words = _of_metrics(status, tuple(_measured(metric) for metric in bad))
        if status == "normal" and (gaps := [one for one in metrics if _has_gaps(one)]):
            words = text("devices.metrics_normal_gaps", metrics=listed([_gap(one) for one in gaps]))
        if urgent:
            return text(
                "devices.urgent",
                problems=counted("problem", len(urgent)),
                records=counted("record", sum(counts[p.id] for p in urgent)),
                names=listed([_named(p, counts[p.id]) for p in urgent], _NAMED),
                metrics=words,
            )
        if here:
            return _minor(len(here), sum(counts[p.id] for p in here), words)
        return _quiet(words)

    def _focus(
        self, host: str, here: Sequence[Problem], metrics: Sequence[MetricSummary]
    ) -> tuple[Text, ...]:
        found = [text("devices.focus_metric", metric=_measured(m)) for m in metrics if _bad(m)]
        found += [
            text(
                "devices.focus_contradiction", concept=claim.concept_title, reasons=_reasons(claim)
            )
            for problem in here
            for claim in problem.claims
            if claim.verdict.kind == "contradicted" and claim.verdict.host == self.hosts.named(host)
        ]
        for problem in here:
            key = f"devices.focus.{problem.category}"
            if problem.priority != "P3":
                key = key if has(key) else "devices.focus.other"
                found.append(_look_at(key, problem.title))
        return tuple(dict.fromkeys(found))[:_FOCUS]


# A thousand hosts have the same few problems and metrics.
@lru_cache(maxsize=256)
def _of_metrics(status: Status, bad: tuple[Text, ...]) -> Text:
    return text(f"devices.metrics_{status}", metrics=listed(bad))


@lru_cache(maxsize=1024)
def _minor(problems: int, records: int, metrics: Text) -> Text:
    return text(
        "devices.minor",
        problems=counted("problem", problems),
        records=counted("record", records),
        metrics=metrics,
    )


@lru_cache(maxsize=256)
def _quiet(metrics: Text) -> Text:
    return text("devices.quiet", metrics=metrics)


@lru_cache(maxsize=256)
def _look_at(key: str, problem: Text) -> Text:
    return text(key, problem=problem)


def _named(problem: Problem, n: int) -> Text:
    return text("devices.problem", title=problem.title, n=f"{n:,}")


def _reasons(claim: Claim) -> Text:
    return alternatives(claim.both_true[:_NAMED]) if claim.both_true else text("devices.no_reasons")


def _has_gaps(metric: MetricSummary) -> bool:
    """Return whether it is not known of all of the window that a metric was below its threshold."""
    return metric.threshold is not None and metric.points < (metric.expected_points or 0)


def _gap(metric: MetricSummary) -> Text:
    n, expected = f"{metric.points:,}", f"{metric.expected_points:,}"
    return text("devices.gap", title=metric.title, n=n, expected=expected)


def _bad(metric: MetricSummary) -> bool:
    return metric.status == "abnormal"


def _measured(metric: MetricSummary) -> Text:
    extreme = metric.maximum if metric.comparison == "above" else metric.minimum
    value = amount(extreme or 0.0, metric.digits, metric.unit)
    return text("devices.measured", title=metric.title, value=value)


def _status(metrics: Sequence[MetricSummary]) -> Status:
    found = {metric.status for metric in metrics}
    order: tuple[Status, ...] = ("abnormal", "normal", "no_threshold")
    return next((status for status in order if status in found), "no_data")
