"""What of the files that were read makes figures doubtful, as the first screen says it."""

from __future__ import annotations

from paicha.analysis.copies import copies_of
from paicha.analysis.wording import lasting, listed
from paicha.analysis.zones import files_apart
from paicha.locales import text
from paicha.model.coverage import Coverage
from paicha.model.findings import Statement

#: Doubts of a kind that are said, and files that are named of each.
_SAID, _NAMED = 3, 3


def doubts(coverage: Coverage) -> list[Statement]:
    """
    Return that files look like copies (counts would be too high, and nothing else would show it), and that the clock or
    zone of hosts' files looks like another (times of the report mix both).
    """
    copies = [
        text(
            "statements.copies",
            n=len(files),
            paths=listed([file.path for file in files], _NAMED),
        )
        for files in copies_of(coverage.logs)
    ]
    zones = [
        text("quality.files_apart", one=apart.one, other=apart.other, gap=lasting(apart.gap_s))
        for apart in files_apart(coverage.logs)
        if apart.are_alike
    ]
    return [Statement("warning", words) for words in (*copies[:_SAID], *zones[:_SAID])]
