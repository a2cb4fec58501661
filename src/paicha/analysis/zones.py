"""Files that lie a whole number of half hours apart: a zone read wrongly more often than a coincidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from paicha.model.coverage import SourceCoverage
from paicha.values import dataclass

#: Zones differ by half hours; files of one window that are apart by one, give or take [s].
_STEP_S, _ZONE_STEP_S, _SLACK_S = 1800.0, 1500.0, 300.0


@dataclass(frozen=True, slots=True)
class Apart:
    """A file that begins so long after another one ended."""

    one: str
    other: str
    gap_s: float

    @property
    def are_alike(self) -> bool:
        """Whether both are called alike, in folders of their own: one program on two hosts, not two of its files."""
        return PurePosixPath(self.one).name == PurePosixPath(self.other).name


def files_apart(coverage: Sequence[SourceCoverage]) -> Iterator[Apart]:
    """
    Yield the files whose distance to all before them looks like that of two zones; files of one incident overlap.

    Args:
        coverage: What the log sources gave.
    """
    spans = sorted(
        (file.first, file.last, file.path)
        for source in coverage
        for file in source.files
        if file.first and file.last
    )
    for place, (start, _, other) in enumerate(spans[1:], start=1):
        end, one = max((end, path) for _, end, path in spans[:place])
        gap = (start - end).total_seconds()
        if gap >= _ZONE_STEP_S and abs(gap - _STEP_S * round(gap / _STEP_S)) <= _SLACK_S:
            yield Apart(one, other, gap)
