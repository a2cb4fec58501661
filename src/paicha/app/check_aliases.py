"""Whether the field aliases of an index set do what they declare."""

from __future__ import annotations

from paicha.analysis.aliases import verify
from paicha.errors import QuestionError
from paicha.model.findings import AliasReport
from paicha.model.question import LogQuery
from paicha.ports import LogSource


def check_aliases(source: LogSource, query: LogQuery) -> AliasReport:
    """
    Return what the rows of the window say of every declared alias.

    Raises:
        QuestionError: If the source knows no aliases.
        SourceError: If it cannot be read.
    """
    with source.open(query) as reading:
        for _ in reading:
            pass  # the aliases are counted while the rows go by
        aliases = reading.aliases
    if aliases is None:
        raise QuestionError("investigate.no_aliases", source=source.name)
    return verify(*aliases)
