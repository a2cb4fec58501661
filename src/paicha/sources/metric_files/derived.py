"""
What node_exporter's own series say only together: how much of memory, of a file system or of the processors is in use.

A store computes it (`query` of a concept); whoever dumps the series, or stores a scrape, has the parts alone.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from paicha.sources.metric_files.raw import Point, RawSeries

#: What is derived: 1 less the first of the second, both of the same labels at the same moment.
_SHARES: Mapping[str, tuple[str, str]] = {
    "instance:node_memory_utilisation:ratio": (
        "node_memory_MemAvailable_bytes",
        "node_memory_MemTotal_bytes",
    ),
    "node_memory_physical_usage": ("node_memory_MemFree_bytes", "node_memory_MemTotal_bytes"),
    "node_swap_usage": ("node_memory_SwapFree_bytes", "node_memory_SwapTotal_bytes"),
    "instance:node_filesystem_usage:ratio": (
        "node_filesystem_avail_bytes",
        "node_filesystem_size_bytes",
    ),
    "node_inode_usage": ("node_filesystem_files_free", "node_filesystem_files"),
}
#: File systems that live in memory, or are full by nature.
_NO_DISKS = frozenset(["tmpfs", "overlay", "squashfs", "ramfs", "iso9660", "devtmpfs"])
_CPU = "node_cpu_seconds_total"
_CPU_USAGE, _CPU_WAITING = "instance:node_cpu_utilisation:rate5m", "node_cpu_iowait"

#: Series that are parts of something derived.
PARTS = frozenset(name for pair in _SHARES.values() for name in pair) | {_CPU}

_Labels = tuple[tuple[str, str], ...]


def derived(series: Sequence[RawSeries]) -> Iterator[RawSeries]:
    """
    Yield what *series* of one file say together, by the names of recording rules; nothing that the file says itself.

    Example:
        >>> parts = [
        ...     RawSeries(f"node_memory_{name}_bytes", {"instance": "a"}, [(0, value)])
        ...     for name, value in (("MemAvailable", 2.0), ("MemTotal", 8.0))
        ... ]
        >>> [(one.metric, one.points) for one in derived(parts)]
        [('instance:node_memory_utilisation:ratio', [(0, 0.75)])]
    """
    by_name: dict[str, list[RawSeries]] = defaultdict(list)
    for one in series:
        by_name[one.metric].append(one)
    for name, (part, whole) in _SHARES.items():
        if name not in by_name:
            yield from _shares(name, by_name.get(part, ()), by_name.get(whole, ()))
    counters = by_name.get(_CPU, ())
    # Of a dump of some modes only nobody knows what the processors' whole time was.
    modes = {one.labels.get("mode") for one in counters}
    if {"idle", "user", "system"} <= modes and _CPU_USAGE not in by_name:
        yield from _cpu(_CPU_USAGE, counters, "idle", left=True)
    if {"idle", "user", "system", "iowait"} <= modes and _CPU_WAITING not in by_name:
        yield from _cpu(_CPU_WAITING, counters, "iowait", left=False)


def _shares(
    name: str, parts: Iterable[RawSeries], wholes: Iterable[RawSeries]
) -> Iterator[RawSeries]:
    whole_of = {_labels(one): dict(one.points) for one in wholes}
    for part in parts:
        whole = whole_of.get(_labels(part))
        if whole is None or part.labels.get("fstype") in _NO_DISKS:
            continue
        points: list[Point] = [
            (moment, 1 - value / total)
            for moment, value in part.points
            if value is not None and (total := whole.get(moment))
        ]
        if points:
            yield RawSeries(name, part.labels, points)


def _labels(one: RawSeries) -> _Labels:
    return tuple(sorted(one.labels.items()))


def _cpu(name: str, counters: Iterable[RawSeries], mode: str, *, left: bool) -> Iterator[RawSeries]:
    """Yield, of each host, what part of its processors' time was in *mode* between two moments; *left*: was not."""
    all_time: dict[_Labels, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    in_mode: dict[_Labels, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for one in counters:
        host = tuple(pair for pair in _labels(one) if pair[0] not in ("cpu", "mode"))
        for (_, before), (moment, after) in itertools.pairwise(one.points):
            if before is None or after is None or after < before:
                continue  # it began anew
            all_time[host][moment] += after - before
            if one.labels.get("mode") == mode:
                in_mode[host][moment] += after - before
    for host, spent in sorted(all_time.items()):
        shares = {
            moment: in_mode[host].get(moment, 0.0) / total
            for moment, total in spent.items()
            if total
        }
        points: list[Point] = [
            (moment, 1 - share if left else share) for moment, share in sorted(shares.items())
        ]
        if points:
            yield RawSeries(name, dict(host), points)
