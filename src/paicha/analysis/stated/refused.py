"""
Whose requests were refused, one after the other: a scanner, guesses at passwords, a client whose key ran out.

An answer of 404 or 401 is no failure of whoever gives it, so access logs make no problem of it. A client that hardly gets
any other answer is worth a sentence: who, since when, what for, and whether it was let in at last.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.tables import CaseTables
from paicha.analysis.wording import clock, listed
from paicha.locales import Text, text
from paicha.model.question import Question

#: A request with its answer, as access logs write it.
_REQUEST = (
    r'"(?P<method>[A-Z]{3,10}) (?P<path>[^\s?"]+)[^"]*HTTP/[\d.]{1,3}" (?P<status>[1-5]\d\d)(?: |$)'
)
_CLIENT = "client.address"
#: The client left early, or was too slow: nobody refused it.
_LEFT = frozenset(("499", "408"))
_WHO_ARE_YOU = frozenset(("401", "403", "407"))
#: So many are a series, if they are so large a part of all that one asked since the first of them.
_LEAST, _PART = 100, 0.8
#: Over so many paths one looks for what may be there.
_PATHS = 5
#: Of values so many are named, and so much of a path.
_NAMED, _SHOWN = 3, 60


class _Asked(NamedTuple):
    at: datetime
    path: str
    status: str

    @property
    def refused(self) -> bool:
        return self.status[0] == "4" and self.status not in _LEFT


class _Series(NamedTuple):
    client: str
    asked: Sequence[_Asked]  # since the first that was refused

    @property
    def refused(self) -> list[_Asked]:
        return [one for one in self.asked if one.refused]

    @property
    def rank(self) -> tuple[int, str]:
        return -len(self.refused), self.client


def refused_said(tables: CaseTables, membership: pa.Table, question: Question) -> Text | None:
    """
    Return what is said of the client with most refused requests, and how many others there are; None: there is none.

    Args:
        tables: Of the case; nothing is said where it keeps only some of its records.
        membership: Which shapes are problems', as `analysis.records.MEMBERSHIP`.
        question: For times in the reader's zone.
    """
    shapes = _shapes(tables)
    if tables.reduced or not shapes:
        return None
    found = sorted(_series(_by_client(tables, membership, shapes)), key=lambda one: one.rank)
    if not found:
        return None
    said = _said(found[0], question)
    return text("refused.others", said=said, n=len(found) - 1) if found[1:] else said


def _shapes(tables: CaseTables) -> list[str]:
    """Return the shapes of answered requests, if there are enough of them at all."""
    counts = tables.counts
    asked = counts.filter(pc.match_substring_regex(counts["example"], _REQUEST))
    if not asked.num_rows or pc.sum(asked["n"]).as_py() < _LEAST:
        return []
    return sorted(asked["shape"].unique().to_pylist())


def _by_client(
    tables: CaseTables, membership: pa.Table, shapes: Sequence[str]
) -> Mapping[str, list[_Asked]]:
    """Return what every client asked, in order of time."""
    rows = tables.records.stating(membership, pa.array(shapes, pa.string()))
    said = tables.records.fields(membership, [_CLIENT])
    clients = dict(zip(said["locator"].to_pylist(), said["value"].to_pylist(), strict=True))
    asked: dict[str, list[_Asked]] = {}
    parts = pc.extract_regex(rows["body"].combine_chunks(), _REQUEST).to_pylist()
    columns = (rows[name].to_pylist() for name in ("timestamp", "locator"))
    for at, locator, part in zip(*columns, parts, strict=True):
        client = clients.get(locator)
        if part is not None and client:
            asked.setdefault(client, []).append(_Asked(at, part["path"], part["status"]))
    return asked


def _series(asked: Mapping[str, list[_Asked]]) -> Iterator[_Series]:
    for client, those in asked.items():
        first = next((place for place, one in enumerate(those) if one.refused), None)
        if first is None:
            continue
        since = _Series(client, those[first:])
        if len(since.refused) >= max(_LEAST, _PART * len(since.asked)):
            yield since


def _said(one: _Series, question: Question) -> Text:
    refused = one.refused
    statuses, paths = (
        Counter(each) for each in zip(*((r.status, r.path) for r in refused), strict=True)
    )
    said = text(
        "refused.series" if len(paths) > 1 else "refused.series_of_one",
        client=one.client,
        n=f"{len(refused):,}",
        of=f"{len(one.asked):,}",
        at=clock(refused[0].at, question),
        until=clock(refused[-1].at, question),
        statuses=_counted(statuses),
        paths=_counted(paths),
        k=f"{len(paths):,}",
    )
    unknown = sum(statuses[status] for status in _WHO_ARE_YOU)
    is_guess = 2 * unknown > len(refused)
    meant = "guess" if is_guess else "scan" if len(paths) >= _PATHS else "stale"
    said = text("refused.meant", said=said, meant=text(f"refused.{meant}"))
    let_in = [
        each for each in one.asked if each.status[0] in "23" and is_guess and each.path in paths
    ]
    if let_in:
        at = clock(let_in[0].at, question)
        said = text("refused.let_in", said=said, n=len(let_in), at=at)
    return said


def _counted(values: Counter[str]) -> Text:
    most = sorted(values.items(), key=lambda item: (-item[1], item[0]))
    return listed([f"{_short(value)} ({n:,})" for value, n in most], _NAMED)


def _short(value: str) -> str:
    plain = re.sub(r"[\x00-\x1f\x7f]", "?", value)
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}…"
