"""
What log lines say about a resource, and what the machine measured at the same time.

A claim is one problem, one metric concept, one host. Its bar is the smallest number the host's lines give
(the largest for "below"), or without numbers the threshold that the words imply. Where the numbers cannot be told
apart by host (the case keeps some of the records only), those of all hosts are said with all their records, and only
what reaches the largest confirms. Against the points of the same host in the same minutes, one sample before and after
included:

- *confirmed*: the measurement reaches the bar;
- *contradicted*: it stays clear of the bar by more than `MARGIN` of it, in every series of the host, and there are samples
  in all but `MOST_UNMEASURED` of the minutes;
- *not verifiable*: it lies in between (a peak between two samples could still reach the bar), or
  there is nothing to compare with; the reason says which. No metric is not "normal". Likewise what would be contradicted
  by words alone, of lines that speak of another one (a client repeats what its database answered), where it is confirmed there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pyarrow as pa

from paicha.analysis import measured as measuring
from paicha.analysis.claimed import Ends, HostClaims, claimed_range
from paicha.analysis.gathering import Counted, Gathered
from paicha.analysis.hosts import Hosts
from paicha.analysis.measured import Line, Measured
from paicha.analysis.metrics import shown_labels
from paicha.analysis.wording import amount, counted, listed, measured, span
from paicha.locales import Text, text
from paicha.model.findings import Claim, Variant, Verdict, VerdictKind
from paicha.model.knowledge import ClaimRule, Comparison, MetricConcept
from paicha.values import dataclass

#: How far from the bar a measurement must stay to contradict it, as a share of the bar: samples are
#: a minute apart, and the claim may round.
MARGIN = 0.1
#: In so many of the minutes in which it is claimed there may be no sample for it to be contradicted, as a share: what
#: measures may have ended with what it measured.
MOST_UNMEASURED = 0.2
#: Whom lines of a class speak of where it is not who wrote them.
_OF_ANOTHER = frozenset({"peer", "answer"})
#: Hosts that are named.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Bar:
    """What a measurement is held against."""

    comparison: Comparison
    threshold: float
    claimed: Ends | None
    shared: bool = False  # the numbers are those of several hosts: which are whose is not known

    @property
    def value(self) -> float:
        """The value below (or above) which a measurement contradicts every number."""
        if self.claimed is None:
            return self.threshold
        return self.claimed[0] if self.comparison == "above" else self.claimed[1]

    @property
    def confirming(self) -> float:
        """The value that a measurement must reach; where nobody knows whose number is whose, the farthest."""
        if self.claimed is None or not self.shared:
            return self.value
        return self.claimed[1] if self.comparison == "above" else self.claimed[0]

    def reached(self, found: Measured) -> bool:
        """Return whether the measurement confirms."""
        if self.comparison == "above":
            return found.maximum >= self.confirming
        return found.minimum <= self.confirming

    def missed(self, found: Measured) -> bool:
        """Return whether the measurement contradicts."""
        distance = abs(self.value) * MARGIN
        if self.comparison == "above":
            return found.maximum < self.value - distance
        return found.minimum > self.value + distance


@dataclass(frozen=True, slots=True)
class ClaimReader:
    """
    Reads the claims of problems and holds them against what was measured; see `claim_reader`.

    Args:
        minutes: The minutes in which a problem's records of a host lie.
        lines: What was measured, by concept and host.
        concepts: What the knowledge base knows to be measured, by id.
        hosts: The hosts of logs and metrics.
        minute_s: How wide the minutes are [s].
        by_host: Tells apart what several hosts say.
    """

    minutes: Mapping[tuple[str, str], Sequence[datetime]]
    lines: Mapping[tuple[str, str], Sequence[Line]]
    concepts: Mapping[str, MetricConcept]
    hosts: Hosts
    minute_s: int
    by_host: HostClaims

    def claims(self, problem: Gathered, variants: Sequence[Variant]) -> tuple[Claim, ...]:
        """
        Return the claims of *problem*, in the order of its rules, then of its hosts.

        Args:
            problem: Its counts and its class.
            variants: Its templates with their ranges.
        """
        if problem.problem_class is None:
            return ()
        rules = [one for one in problem.problem_class.claims if one.concept in self.concepts]
        peers = problem.problem_class.blames in _OF_ANOTHER
        told: list[Claim] = []
        for rule in rules:
            bars = self._bars(problem, variants, rule)
            claims = [self._claim(problem, rule, bar, where) for where, bar in bars]
            told += _of_whom_they_speak(claims) if peers else claims
        return tuple(told)

    def _bars(
        self, problem: Gathered, variants: Sequence[Variant], rule: ClaimRule
    ) -> Iterator[tuple[Counted, _Bar]]:
        """Yield each host of *problem* with its records and what its lines claim."""
        unit = self.concepts[rule.concept].unit
        whole = claimed_range(variants, rule, unit)
        hosts, shared = problem.hosts, False
        said: Mapping[str, Ends | None] = dict.fromkeys((host for host, _ in hosts), whole)
        if whole is not None and len(hosts) > 1:
            found = self.by_host.ranges(problem.id, hosts, rule, unit, whole)
            said, shared = (said, True) if found is None else (found, False)
        for host, n in hosts:
            claimed = said.get(host)
            bar = _Bar(rule.comparison, rule.threshold, claimed, shared)
            yield (host, problem.n if shared else n), bar

    def _claim(self, problem: Gathered, rule: ClaimRule, bar: _Bar, where: Counted) -> Claim:
        host, n = where
        concept, claimed = self.concepts[rule.concept], bar.claimed
        verdict = self._verdict(problem, concept, bar, host)
        if verdict.kind != "confirmed" and claimed is None:
            for other, least in rule.instead:
                meant = _Bar(rule.comparison, least, None)
                if other in self.concepts:
                    found = self._verdict(problem, self.concepts[other], meant, host)
                    if found.kind == "confirmed":  # that is what the words meant
                        concept, bar, verdict = self.concepts[other], meant, found
                        break
        return Claim(
            problem_id=problem.id,
            concept=concept.id,
            concept_title=concept.title,
            unit=concept.unit,
            comparison=rule.comparison,
            threshold=bar.threshold,
            claimed_min=claimed[0] if claimed else None,
            claimed_max=claimed[1] if claimed else None,
            n=n,
            text=_said(concept, bar, n, len(problem.hosts)),
            verdict=verdict,
            both_true=rule.both_true if verdict.kind == "contradicted" else (),
        )

    def _verdict(self, problem: Gathered, concept: MetricConcept, bar: _Bar, host: str) -> Verdict:
        name = self.hosts.named(host)
        measured_host = self.hosts.measured_as(host)
        if measured_host is None:
            return _unknown(name, self._no_series(concept, name))
        lines = self.lines.get((concept.id, measured_host), ())
        if not lines:
            return _unknown(
                name, text("claims.no_concept", concept=concept.title, host=measured_host)
            )
        minutes = self.minutes.get((problem.id, host), ())
        if not minutes:
            return _unknown(name, text("claims.no_time"))
        found = measuring.worst(lines, minutes, self.minute_s, bar.comparison)
        if found is None:
            return _unknown(
                name, text("claims.no_points", concept=concept.title, host=measured_host)
            )
        return _compared(concept, bar, found, name, assumed=not host)

    def _no_series(self, concept: MetricConcept, name: str) -> Text:
        known = tuple(host for host in self.hosts.in_metrics if host)
        if not self.hosts.in_metrics:
            return text("claims.no_metrics", concept=concept.title)
        if not name:
            if not known:
                return text("claims.no_host_at_all")
            return text("claims.no_host", hosts=counted("host", len(known)))
        return text("claims.other_host", host=name, hosts=", ".join(known[:3]) or "-")


def claim_reader(
    tagged: pa.Table,
    series: pa.Table,
    concepts: Iterable[MetricConcept],
    hosts: Hosts,
    minute_s: int,
    *,
    by_host: HostClaims,
) -> ClaimReader:
    """
    Return a reader of claims over the tables of one case.

    Args:
        tagged: Rows of `COUNTS` with a column ``problem``.
        series: `SERIES`.
        concepts: What the knowledge base knows to be measured.
        hosts: The hosts of logs and metrics.
        minute_s: How wide the minutes of the counts are [s].
        by_host: Tells apart what several hosts say.
    """
    lines, by_id = measuring.lines_by(series), {concept.id: concept for concept in concepts}
    if not lines:  # no claim is held against anything in any minute
        return ClaimReader({}, lines, by_id, hosts, minute_s, by_host)
    rows = tagged.group_by(["problem", "host", "minute"]).aggregate([])
    minutes: dict[tuple[str, str], list[datetime]] = {}
    for problem, host, minute in zip(
        *(rows[name].to_pylist() for name in ("problem", "host", "minute")), strict=True
    ):
        if minute is not None:
            minutes.setdefault((problem, host), []).append(minute)
    return ClaimReader(minutes, lines, by_id, hosts, minute_s, by_host)


def claimed_words(
    claimed: tuple[float, float] | None, comparison: Comparison, threshold: float, unit: str
) -> Text:
    """Return what the lines claim: their numbers, or what their words imply."""
    if claimed is None:
        return text(f"claims.implied_{comparison}", value=span(threshold, threshold, unit))
    return text("claims.numbers", value=span(*claimed, unit))


def _said(concept: MetricConcept, bar: _Bar, n: int, hosts: int) -> Text:
    if bar.claimed is None:
        return text(
            f"claims.said_{bar.comparison}",
            records=counted("record", n),
            concept=concept.title,
            threshold=span(bar.threshold, bar.threshold, concept.unit),
        )
    return text(
        f"claims.said_numbers{'_by_hosts' if bar.shared else ''}",
        records=counted("record", n),
        hosts=counted("host", hosts),
        concept=concept.title,
        claimed=span(*bar.claimed, concept.unit),
    )


def _compared(
    concept: MetricConcept, bar: _Bar, found: Measured, host: str, *, assumed: bool
) -> Verdict:
    kind: VerdictKind = "not_verifiable"
    if bar.reached(found):
        kind = "confirmed"
    elif bar.missed(found) and found.unmeasured <= MOST_UNMEASURED * found.minutes:
        kind = "contradicted"
    key: str = kind
    if bar.missed(found) and kind == "not_verifiable":
        key = "gaps_beside" if found.lacking else "gaps"
    elif kind == "not_verifiable":
        key = "shared" if bar.shared else "close"
    elif kind == "confirmed" and bar.claimed is None:
        key = "confirmed_implied"
    reason = text(
        f"claims.{key}",
        concept=concept.title,
        host=host,
        minutes=found.minutes,
        unmeasured=found.unmeasured,
        lacking=shown_labels(found.lacking) or found.metric,
        mean=amount(found.mean, concept.digits, concept.unit),
        measured=measured(found.minimum, found.maximum, concept.digits, concept.unit),
        points=counted("point", found.points),
        bar=span(bar.confirming, bar.confirming, concept.unit),
        claimed=claimed_words(bar.claimed, bar.comparison, bar.threshold, concept.unit),
        assumed=text("claims.assumed", host=host) if assumed else Text.same(""),
    )
    return Verdict(
        kind=kind,
        reason=reason,
        host=host,
        metric=found.metric,
        measured_min=found.minimum,
        measured_mean=found.mean,
        measured_max=found.maximum,
        points=found.points,
        labels=shown_labels(found.labels),
    )


def _of_whom_they_speak(claims: Sequence[Claim]) -> list[Claim]:
    """Return claims of one rule; what is confirmed on one host is not contradicted by those that only speak of it."""
    there = [one.verdict.host for one in claims if one.verdict.kind == "confirmed"]
    if not there:
        return list(claims)
    return [
        _of_another(one, there)
        if one.verdict.kind == "contradicted" and one.claimed_min is None
        else one
        for one in claims
    ]


def _of_another(claim: Claim, there: Sequence[str]) -> Claim:
    host = claim.verdict.host
    reason = text("claims.of_another", host=host, hosts=listed(there, _NAMED))
    verdict = replace(claim.verdict, kind="not_verifiable", reason=reason)
    return replace(claim, verdict=verdict, both_true=())


def _unknown(host: str, reason: Text) -> Verdict:
    return Verdict("not_verifiable", reason, host, "", None, None, None, 0)
