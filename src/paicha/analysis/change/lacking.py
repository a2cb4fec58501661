"""
Of whom a baseline holds nothing: all that they say looks new, however old it is.

A host whose logs were not collected by then, a folder of logs that was rotated away. Who begins to write inside the window
is new in truth; who writes from its beginning on was very likely there before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.caps import OTHER
from paicha.kernel.weights import MANY
from paicha.model.coverage import FileCoverage
from paicha.model.question import Window

#: Who wrote within this part of the window from its beginning on did not begin in it.
_FROM_THE_START = 0.1
#: Where at least this part of the records says a service, files and hosts are no better told apart by other names.
_NAMED = 0.5


def lacking(
    counts: pa.Table,
    before: pa.Table,
    window: Window,
    baseline: Window,
    files: Sequence[FileCoverage],
) -> tuple[str, ...]:
    """
    Return the services, else the hosts or the folders, that write from the beginning of the window on and of whom nothing is in the baseline.

    None where the baseline holds nothing of anybody: what is compared then are not the same programs under any name.

    Args:
        counts: `COUNTS` of the window.
        before: `COUNTS` of the baseline.
        window: The window.
        baseline: The stretch before it.
        files: The files that were read for both.
    """
    soon = window.start + window.length * _FROM_THE_START
    named = counts.filter(pc.not_equal(counts["service_name"], ""))
    told = int(pc.sum(named["n"]).as_py() or 0)
    if told >= _NAMED * int(pc.sum(counts["n"]).as_py() or 0):
        return tuple(_absent(counts, before, "service_name", soon))
    found = tuple(_absent(counts, before, "host", soon))
    return found or tuple(_folders(files, baseline.end, soon))


def _absent(counts: pa.Table, before: pa.Table, column: str, soon: datetime) -> Iterator[str]:
    no_names = {"", MANY, OTHER}
    known = set(pc.unique(before[column]).to_pylist()) - no_names
    firsts = counts.group_by([column], use_threads=False).aggregate([("first", "min")])
    now = dict(
        zip(firsts[column].to_pylist(), firsts["first_min"].to_pylist(), strict=True),
    )
    if not known & now.keys():
        return
    for name, first in sorted(now.items()):
        if name not in no_names | known and first is not None and first <= soon:
            yield name


def _folders(files: Sequence[FileCoverage], end: datetime, soon: datetime) -> Iterator[str]:
    # A rotated file lies beside the one that goes on, so folders tell and not files.
    firsts: dict[str, list[datetime]] = defaultdict(list)
    for file in files:
        if file.first is not None and file.records:
            firsts[str(PurePosixPath(file.path).parent)].append(file.first)
    begun = {folder: min(moments) for folder, moments in firsts.items()}
    if all(first >= end for first in begun.values()):
        return
    for folder, first in sorted(begun.items()):
        if end <= first <= soon:
            yield f"{PurePosixPath(folder).name}/"
