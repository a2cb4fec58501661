"""Which host of the logs is which host of the metrics."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pyarrow as pa

from paicha.model.question import Scope
from paicha.values import dataclass

#: Labels under which exporters name a host's id.
_ID_LABELS = ("bk_host_id", "host_id")


@dataclass(frozen=True, slots=True)
class Hosts:
    """
    The hosts of logs and metrics, matched by address or id.

    Args:
        in_logs: Hosts as `COUNTS` names them, sorted; "" for records that name none.
        in_metrics: Hosts as `SERIES` names them, sorted.
        ids: The id of a host, where one is known.
        assumed: The host that records without one are taken for; "" when that cannot be said.
    """

    in_logs: tuple[str, ...]
    in_metrics: tuple[str, ...]
    ids: Mapping[str, str]
    assumed: str

    def named(self, host: str) -> str:
        """Return *host*, or the assumed one for records that name none."""
        return host or self.assumed

    def measured_as(self, host: str) -> str | None:
        """Return the name under which the metrics know *host*; None when they do not."""
        wanted = self.named(host)
        if not wanted:
            return None
        same = {wanted, self.ids.get(wanted, wanted)}
        return next(
            (name for name in self.in_metrics if name and {name, self.ids.get(name, name)} & same),
            None,
        )

    def id_of(self, host: str) -> str:
        """Return the id of *host*, "" when none is known."""
        return self.ids.get(self.named(host), "")


def hosts_of(
    counts: pa.Table, series: pa.Table, host_ids: Mapping[str, str], scope: Scope
) -> Hosts:
    """
    Match the hosts of logs and metrics.

    Records that name no host are taken for the one host asked for, or else for the only host the
    metrics know, as long as no other record names a host: with more hosts it would be a guess.

    Args:
        counts: `COUNTS`.
        series: `SERIES`.
        host_ids: Ids that records name beside their host.
        scope: The hosts asked for.
    """
    in_logs = tuple(sorted(set(counts["host"].unique().to_pylist())))
    in_metrics = tuple(sorted(set(series["host"].unique().to_pylist())))
    ids = _label_ids(series) | dict(host_ids)
    assumed = ""
    if in_logs == ("",):
        candidates = scope.hosts or tuple(host for host in in_metrics if host)
        assumed = candidates[0] if len(candidates) == 1 else ""
    return Hosts(in_logs, in_metrics, ids, assumed)


def _label_ids(series: pa.Table) -> dict[str, str]:
    pairs = series.group_by(["host", "labels"]).aggregate([])
    ids: dict[str, str] = {}
    for row in sorted(pairs.to_pylist(), key=lambda row: (row["host"], row["labels"])):
        labels = json.loads(row["labels"] or "{}")
        found = next((str(labels[name]) for name in _ID_LABELS if labels.get(name)), "")
        if row["host"] and found:
            ids.setdefault(row["host"], found)
    return ids
