"""What the place of a file says of its records where their lines do not: the host, and the workload of the pod."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.count import Partial
from paicha.kernel.parsed_line import ParsedLine, service_of_pod
from paicha.sources.files.place_hosts import host_of_place
from paicha.sources.files.pods import pod_of
from paicha.values import dataclass

_Rows = TypeVar("_Rows", pa.Table, pa.RecordBatch)


@dataclass(frozen=True, slots=True)
class Place:
    """
    Whose a file is, as far as its path says.

    Args:
        host: An address; empty: not known.
        service: A workload; empty: not known.
    """

    host: str
    service: str

    def name(self, parsed: ParsedLine) -> None:
        """Give a record that names no host, or no service, those of its file."""
        if self.host and not (parsed.host_ip or parsed.host_id):
            parsed.host_ip = self.host
        if self.service and not parsed.service_name:
            parsed.service_name = self.service

    def of_batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return records of the file, named likewise."""
        if self.host:
            silent = pc.and_(
                pc.equal(batch.column("host_ip"), ""), pc.equal(batch.column("host_id"), "")
            )
            batch = filled(batch, "host_ip", silent, self.host)
        if self.service:
            silent = pc.equal(batch.column("service_name"), "")
            batch = filled(batch, "service_name", silent, self.service)
        return batch

    def named(self, part: Partial) -> Partial:
        """Return what was summed up of the file, named likewise."""
        if not self.host and not self.service:
            return part
        baseline = None if part.baseline is None else self._filled(part.baseline)
        return replace(part, counts=self._filled(part.counts), baseline=baseline, summed=False)

    def _filled(self, counts: pa.Table) -> pa.Table:
        for column, said in (("host", self.host), ("service_name", self.service)):
            counts = filled(counts, column, pc.equal(counts[column], ""), said)
        return counts


def filled(rows: _Rows, column: str, silent: pa.Array, said: str) -> _Rows:
    """Return *rows* with *said* in a *column* where it is *silent*."""
    at = rows.schema.get_field_index(column)
    return rows.set_column(at, rows.schema.field(at), pc.if_else(silent, said, rows.column(column)))


def place_of(shown: str, *, among_pods: bool = False) -> Place:
    """Return what the path of a file says, as it is shown; *among_pods*: other files of its folder are pods'."""
    pod = pod_of(shown, among_pods=among_pods)
    return Place(host_of_place(shown), service_of_pod(pod) if pod else "")
