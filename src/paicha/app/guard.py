"""What reading a source may cost: said before a large reading, and held to while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, replace

from paicha.kernel.allowance import Allowance
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery, never
from paicha.ports import Progress
from paicha.values import dataclass


@dataclass(slots=True)
class Guard:
    """
    Ends one source's reading at its limit, or when somebody asks; called, it says whether to end.

    Args:
        allowance: What it may cost; None: whatever it costs.
        asked: Whether somebody asks to read no further.
        heard: Called whenever the reading asks, in whatever thread it does: also while nothing of what it reads is wanted, and
            so nothing comes of it.
    """

    allowance: Allowance | None = None
    asked: Callable[[], bool] = field(default=never)
    heard: Callable[[], None] | None = None

    def __call__(self) -> bool:
        """Return whether to read no further."""
        if self.heard is not None:
            self.heard()
        return self.asked() or (self.allowance is not None and self.allowance.exceeded is not None)

    def spend(self, size: int) -> None:
        """Take *size* bytes from what is left."""
        if self.allowance is not None:
            self.allowance.spend(size)

    def marked(self, coverage: SourceCoverage) -> SourceCoverage:
        """Return *coverage* with the limit that ended the reading, where something is missing for it."""
        reason = self.allowance.exceeded if self.allowance is not None else None
        whole = coverage.present is not None and coverage.kept >= coverage.present
        if reason is None or whole or reason in coverage.incomplete:
            return coverage
        return replace(coverage, incomplete=(*coverage.incomplete, reason))


def announce(source: str, present: int | None, query: LogQuery, progress: Progress) -> None:
    """Say how many records *source* holds and how many of them are read, before the first is."""
    if present is not None:
        progress.step(f"present:{source}", min(present, query.max_records), present)
