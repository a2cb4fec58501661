"""Whether the field aliases of an index set do what they declare."""

from __future__ import annotations

from paicha.analysis.aliases import verify
from paicha.errors import QuestionError
from paicha.model.aliases import AliasReport
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery
from paicha.ports import LogSource
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class Verification:
    """What the rows say of the aliases, and which rows that were."""

    report: AliasReport
    coverage: SourceCoverage

    @property
    def incomplete(self) -> bool:
        """Whether rows that were not read might say otherwise."""
        unseen = bool(self.report.pairs) and not self.report.rows
        return unseen or bool(self.coverage.incomplete)


def check_aliases(source: LogSource, query: LogQuery) -> Verification:
    """
    Return what the rows of the window say of every declared alias.

    Raises:
        QuestionError: If the source knows no aliases.
        SourceError: If it cannot be read.
    """
    with source.open(query) as reading:
        for _ in reading:
            pass  # the aliases are counted while the rows go by
        aliases, coverage = reading.aliases, reading.coverage
    if aliases is None:
        raise QuestionError("investigate.no_aliases", source=source.name)
    return Verification(verify(*aliases), coverage)
