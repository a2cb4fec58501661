"""Whose the records of a file are, where hosts were asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.count import Partial
from paicha.sources.files.places import filled

_Rows = TypeVar("_Rows", pa.Table, pa.RecordBatch)


class AskedHosts:
    """
    Gives records that name no host the one that was asked for, and notes whose those are that were counted unasked.

    Args:
        hosts: Addresses or ids that were asked for; empty: all.
    """

    def __init__(self, hosts: Sequence[str]) -> None:
        self.hosts = hosts
        self._met: set[str] = set()

    @property
    def are_all(self) -> bool:
        """
        Whether no record that was noted need be asked for its host.

        One must where others are named, and where some records of one host name it and some do not: these
        take one place in the order then.
        """
        if not self.hosts:
            return True
        named = self._met - {""}
        asked = {host.lower() for host in self.hosts}
        return {host.lower() for host in named} <= asked and not (
            len(self.hosts) == 1 and len(self._met) > len(named) > 0
        )

    def note(self, hosts: Iterable[str]) -> None:
        """Note hosts that records name."""
        self._met.update(hosts)

    def part(self, part: Partial, during: Counter[str], before: Counter[str]) -> Partial:
        """Note the hosts of what was summed up, count in *during* and *before* the records that name none, and give these theirs."""
        if not self.hosts:
            return part
        counts = self._counted(part.counts, during)
        baseline = None if part.baseline is None else self._counted(part.baseline, before)
        return replace(part, counts=counts, baseline=baseline, summed=False)

    def _counted(self, table: pa.Table, counts: Counter[str]) -> pa.Table:
        self.note(pc.unique(table["host"]).to_pylist())
        silent = pc.equal(table["host"], "")
        counts[self._kind] += int(pc.sum(table["n"].filter(silent)).as_py() or 0)
        return self._filled(table, "host", silent)

    @property
    def _kind(self) -> str:
        return "given_host" if len(self.hosts) == 1 else "without_host"

    def batch(self, batch: pa.RecordBatch, counts: Counter[str]) -> pa.RecordBatch:
        """Note the hosts of records, count in *counts* those that name none, and give these theirs."""
        if not self.hosts:
            return batch
        address, identity = batch.column("host_ip"), batch.column("host_id")
        hosts = pc.if_else(pc.equal(address, ""), identity, address)
        self.note(pc.unique(hosts).to_pylist())
        return self.given(batch, counts)

    def given(self, batch: pa.RecordBatch, counts: Counter[str]) -> pa.RecordBatch:
        """Count in *counts* the records that name no host, and give them the one that was asked for: whoever names one means it."""
        if not self.hosts:
            return batch
        silent = pc.and_(
            pc.equal(batch.column("host_ip"), ""), pc.equal(batch.column("host_id"), "")
        )
        counts[self._kind] += int(pc.sum(silent).as_py() or 0)
        # An id of BlueKing's is a whole number; everything else is an address or a name.
        column = "host_id" if self.hosts[0].isdecimal() else "host_ip"
        return self._filled(batch, column, silent)

    def _filled(self, table: _Rows, column: str, silent: pa.Array) -> _Rows:
        if len(self.hosts) != 1:
            return table
        return filled(table, column, silent, self.hosts[0])
