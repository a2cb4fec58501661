"""The reports that were read last, kept ready: opening a case and reading its findings takes 30 ms of CPU."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import field
from pathlib import Path

from paicha.facade import Investigation, open_case
from paicha.values import dataclass

#: So many are kept; the findings of one take about a megabyte.
_MOST = 16


@dataclass(slots=True)
class ReadCases:
    """Findings by the id of their run; a case that is done never changes."""

    _kept: OrderedDict[str, Investigation] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, run_id: str, case: Path) -> Investigation:
        """
        Return what is in the case of a run.

        Raises:
            CaseError: If it cannot be read.
        """
        with self._lock:
            if run_id in self._kept:
                self._kept.move_to_end(run_id)
                return self._kept[run_id]
        found = open_case(case)
        with self._lock:
            self._kept[run_id] = found
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return found

    def forget(self, run_id: str) -> None:
        """Keep it no longer."""
        with self._lock:
            self._kept.pop(run_id, None)
