"""What the place of a file says of its records where their lines do not: the host, and the workload of the pod."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.count import Partial
from paicha.kernel.parsed_line import ParsedLine, service_of_pod
from paicha.sources.files.place_hosts import host_of_place
from paicha.sources.files.pods import pod_of
from paicha.values import dataclass


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

    def named(self, part: Partial) -> Partial:
        """Return what was summed up of the file, named likewise."""
        if not self.host and not self.service:
            return part
        baseline = None if part.baseline is None else self._filled(part.baseline)
        return replace(part, counts=self._filled(part.counts), baseline=baseline, summed=False)

    def _filled(self, counts: pa.Table) -> pa.Table:
        for column, said in (("host", self.host), ("service_name", self.service)):
            at = counts.schema.get_field_index(column)
            filled = pc.if_else(pc.equal(counts[column], ""), said, counts[column])
            counts = counts.set_column(at, counts.schema.field(at), filled)
        return counts


def place_of(shown: str, *, among_pods: bool = False) -> Place:
    """Return what the path of a file says, as it is shown; *among_pods*: other files of its folder are pods'."""
    pod = pod_of(shown, among_pods=among_pods)
    return Place(host_of_place(shown), service_of_pod(pod) if pod else "")
