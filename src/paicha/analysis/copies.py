"""Files that look like copies of one another: an archive beside what was unpacked from it, a log beside its packed copy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from paicha.analysis.records import RecordQueries
from paicha.model.coverage import FileCoverage, SourceCoverage
from paicha.values import dataclass

#: With fewer records two logs may be alike by chance.
_LEAST = 20


@dataclass(frozen=True, slots=True)
class Alike:
    """
    Two files that hold the same records.

    Args:
        one: A file.
        other: Another one.
        n: The records that stand in both.
        ends: Whether they share no more than the end of one and the beginning of the other; else the most of one.
    """

    one: str
    other: str
    n: int
    ends: bool = False


def copies_of(sources: Sequence[SourceCoverage]) -> tuple[tuple[FileCoverage, ...], ...]:
    """
    Return the files that are alike in all that is known of their records, in groups of two or more, by path.

    Alike are the number of records, their formats, and the moments of the first and of the last one. Moments of whole
    seconds prove nothing: programs that work by the clock share them.

    Args:
        sources: The log sources' coverage.
    """
    alike: dict[tuple[object, ...], list[FileCoverage]] = {}
    for file in (file for source in sources for file in source.files):
        ends = (file.first, file.last)
        if file.records >= _LEAST and all(end and end.microsecond for end in ends):
            known = (*ends, file.records, file.formats, file.without_time, file.without_level)
            alike.setdefault(known, []).append(file)
    groups = (tuple(sorted(files, key=lambda one: one.path)) for files in alike.values())
    return tuple(sorted((g for g in groups if len(g) > 1), key=lambda group: group[0].path))


def in_two_files(sources: Sequence[SourceCoverage], records: RecordQueries) -> tuple[Alike, ...]:
    """
    Return which files share their records, most first: a log and that of its errors alone, a log and an earlier copy of it;
    a log and the one that it was copied to before it was emptied, where it went on being written meanwhile.

    Those that `copies_of` returns are left out. Two programs that write the same line within the same millisecond by chance
    share few of their records.

    Args:
        sources: The log sources' coverage.
        records: Asked only where files overlap in time.
    """
    files = [file for source in sources for file in source.files]
    if not _overlap(files):
        return ()
    copies = [{file.path for file in group} for group in copies_of(sources)]
    found = [
        Alike(row["one"], row["other"], row["n"], 2 * row["n"] < row["of"])
        for row in records.in_two_files().to_pylist()
        if row["n"] >= _LEAST and 2 * row["n"] >= row["within"]
        if not any({row["one"], row["other"]} <= group for group in copies)
    ]
    return tuple(sorted(found, key=lambda pair: (-pair.n, pair.one, pair.other)))


def _overlap(files: Sequence[FileCoverage]) -> bool:
    """Return whether two of them speak of the same time."""
    spans = sorted((file.first, file.last) for file in files if file.first and file.last)
    return any(after[0] <= before[1] for before, after in pairwise(spans))
