"""
How much more is asked of each: what is used more because more is done is no shortage.

Ordinary records, those below WARN, stand for what is done: their pace in the window over that in the baseline.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.hosts import Hosts
from paicha.analysis.membership import ABNORMAL
from paicha.model.knowledge import MetricConcept
from paicha.values import dataclass

#: Fewer records say nothing of a pace; `change.report` asks for as many.
_FEW_RECORDS = 30
#: So much beyond its share of the load a resource may be used and still be explained by it: the load is a
#: mean over the window, the resource a peak in it.
_ROOM = 1.5
#: What grows with what is done; memory and space on a disk do not.
WITH_LOAD = frozenset(
    (
        *("cpu_usage", "io_utilisation", "load1", "load5", "load15", "load_per_cpu"),
        *("process_cpu_usage", "container_cpu_usage"),
    )
)


@dataclass(frozen=True, slots=True)
class Load:
    """
    How many times as much is done as before.

    Args:
        services: By service or module.
        hosts: By host, as the metrics name it.
        concepts: What is known to be measured, by id.
    """

    services: Mapping[str, float]
    hosts: Mapping[str, float]
    concepts: Mapping[str, MetricConcept]

    def explains(self, moved: Moved) -> bool:
        """Return whether a series rose no more than what is done, and not beyond its threshold."""
        concept = self.concepts.get(moved.concept)
        if concept is None or moved.concept not in WITH_LOAD:
            return False
        if concept.threshold is not None and moved.level >= concept.threshold:
            return False
        ratios = self.services if moved.service in self.services else self.hosts
        ratio = ratios.get(moved.service) or ratios.get(moved.host) or 1.0
        return ratio > 1 and moved.usual < moved.level <= _ROOM * ratio * moved.usual

    def more(self, name: str) -> float:
        """Return how many times as much a service does, at least once."""
        return max(1.0, self.services.get(name, 1.0))


def load_of(
    before: pa.Table | None,
    during: pa.Table,
    lengths_s: tuple[float, float],
    *,
    column: str,
    hosts: Hosts,
    concepts: Iterable[MetricConcept],
) -> Load:
    """
    Return how many times as much is done as in the baseline; nothing where there is none.

    Args:
        before: `COUNTS` of the baseline.
        during: `COUNTS` of the window.
        lengths_s: Of baseline and window [s].
        column: What names a service.
        hosts: The hosts of logs and metrics.
        concepts: What is known to be measured.
    """
    known = {concept.id: concept for concept in concepts}
    if before is None or not before.num_rows:
        return Load({}, {}, known)
    by_host = _ratios(before, during, lengths_s, "host")
    measured = {hosts.measured_as(host) or host: ratio for host, ratio in by_host.items()}
    return Load(_ratios(before, during, lengths_s, column), measured, known)


def _ratios(
    before: pa.Table, during: pa.Table, lengths_s: tuple[float, float], column: str
) -> dict[str, float]:
    was, now = _ordinary(before, column), _ordinary(during, column)
    return {
        name: now.get(name, 0) / lengths_s[1] / (n / lengths_s[0])
        for name, n in was.items()
        if name and n >= _FEW_RECORDS
    }


def _ordinary(counts: pa.Table, column: str) -> dict[str, int]:
    table = counts.filter(pc.less(counts["severity_number"], ABNORMAL))
    sums = table.group_by([column], use_threads=False).aggregate([("n", "sum")])
    return dict(zip(sums[column].to_pylist(), sums["n_sum"].to_pylist(), strict=True))
