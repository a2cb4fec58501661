"""Files that look like copies of one another: an archive beside what was unpacked from it, a log beside its packed copy."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.model.coverage import FileCoverage, SourceCoverage

#: With fewer records two logs may be alike by chance.
_LEAST = 20


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
