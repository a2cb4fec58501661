"""
The cases that were read last, kept ready.

Measured on the reference scenario: opening a case takes 22 ms of CPU and reading its findings 2.5; the lines of a
problem then take 10 of what were 40.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import field, replace
from functools import partial
from pathlib import Path

from paicha.errors import CaseError
from paicha.facade import Investigation
from paicha.stores.case import Case
from paicha.values import dataclass
from paicha.wiring.assembly import Assembly

#: So many are kept, and together so large beside the last one [bytes]: an open case of 300 lines takes 7 MiB
#: (benchmarks/service.py), and the store keeps of a large one what was read of it.
_MOST, _MOST_BYTES = 8, 256 << 20
#: A case that nobody asks for is let go after so long [s].
_IDLE_S = 120.0
#: Whoever reads a file that another has taken the place of is waited for so long [s].
_PATIENCE_S = 30.0
#: Which file it is that a path leads to, and which state of it.
Stamp = tuple[int, int, int, int]


@dataclass(slots=True)
class _Kept:
    """One open case; `users` read it at this moment."""

    stamp: Stamp | None
    case: Case
    found: Investigation
    used: float
    users: int = 0
    over: bool = False


@dataclass(slots=True)
class ReadCases:
    """
    Investigations by the id of their run.

    A file that is no longer the one that was opened is opened anew, once nobody reads the old one: the store
    would hand out the old one under the path of both.

    Args:
        clock: Rises [s].
    """

    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[str, _Kept] = field(default_factory=OrderedDict)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _opening: threading.Lock = field(default_factory=threading.Lock)

    def get(self, run_id: str, path: Path) -> Investigation:
        """
        Return what is in the case of a run.

        Raises:
            CaseError: If it cannot be read.
        """
        found = self._ready(run_id, path)
        if found is None:
            with self._opening:  # two that ask for one case at once open it once
                found = self._ready(run_id, path) or self._opened(run_id, path)
        return found

    def _ready(self, run_id: str, path: Path) -> Investigation | None:
        stamp = _stamp(path)
        with self._changed:
            kept = self._kept.get(run_id)
            if kept is None or kept.stamp != stamp:
                return None
            kept.used = self.clock()
            self._kept.move_to_end(run_id)
            return kept.found

    def _opened(self, run_id: str, path: Path) -> Investigation:
        with self._changed:
            old = self._let_go(run_id)
            if not self._changed.wait_for(lambda: old is None or not old.users, _PATIENCE_S):
                raise CaseError("case.busy", path=path)
        stamp = _stamp(path)
        case = Assembly.open_case(path)
        try:
            found = Investigation(case.get_findings(), path)
        except CaseError:
            case.close()
            raise
        kept = _Kept(stamp, case, found, self.clock())
        kept.found = replace(found, opened=partial(self._again, kept))
        with self._changed:
            self._kept[run_id] = kept
            while len(self._kept) > 1 and self._too_much():
                self._let_go(next(iter(self._kept)))
        self.sweep()
        return kept.found

    def forget(self, run_id: str) -> None:
        """Keep a run no longer."""
        with self._changed:
            self._let_go(run_id)

    def sweep(self) -> None:
        """Let go of cases that nobody asks for, and of those whose files are gone or others."""
        with self._changed:
            now = self.clock()
            for run_id, kept in list(self._kept.items()):
                if now - kept.used > _IDLE_S or _stamp(kept.case.path) != kept.stamp:
                    self._let_go(run_id)

    def close(self) -> None:
        """Let go of all of them."""
        with self._changed:
            for run_id in list(self._kept):
                self._let_go(run_id)

    def _too_much(self) -> bool:
        sizes = (kept.stamp[2] for kept in self._kept.values() if kept.stamp)
        return len(self._kept) > _MOST or sum(sizes) > _MOST_BYTES

    @contextmanager
    def _again(self, kept: _Kept) -> Iterator[Case]:
        with self._changed:
            if kept.over:
                case = Assembly.open_case(kept.case.path)
            else:
                case = kept.case.again()
                kept.users += 1
            counted = not kept.over
        try:
            with case:
                yield case
        finally:
            with self._changed:
                kept.users -= counted
                self._done(kept)

    def _let_go(self, run_id: str) -> _Kept | None:
        kept = self._kept.pop(run_id, None)
        if kept is not None:
            kept.over = True
            self._done(kept)
        return kept

    def _done(self, kept: _Kept) -> None:
        if kept.over and not kept.users:
            kept.case.close()
            self._changed.notify_all()


def _stamp(path: Path) -> Stamp | None:
    try:
        it = path.stat()
    except OSError:
        return None
    return it.st_dev, it.st_ino, it.st_size, it.st_mtime_ns
