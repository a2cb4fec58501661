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
#: What fields say who asked, for what, and what was answered, as the knowledge base names them.
_CLIENTS = ("client.address", "remote_addr", "client_ip", "clientip", "ClientHost")
_FIELDS = (
    _CLIENTS,
    ("url.path", "request_uri", "uri", "path", "RequestPath", "http.target", "request"),
    ("http.response.status_code", "status", "status_code", "DownstreamStatus"),
)
#: 408 and 499: the client was too slow, or left; nobody refused it.
_REFUSED = r"^4(?:[1-8]\d|0[0-79]|9[0-8])$"
_ANSWERED = pa.schema(
    [
        pa.field("at", pa.timestamp("us", tz="UTC")),
        pa.field("client", pa.string()),
        pa.field("path", pa.string()),
        pa.field("status", pa.string()),
    ]
)
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
        return re.match(_REFUSED, self.status) is not None


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
    if tables.reduced:
        return None
    asked = _in_lines(tables, membership)
    if not asked.num_rows:  # a record may say the same in its message and in its fields
        asked = _in_fields(tables, membership)
    found = sorted(_series(_by_client(asked)), key=lambda one: one.rank)
    if not found:
        return None
    said = _said(found[0], question)
    return text("refused.others", said=said, n=len(found) - 1) if found[1:] else said


def _shapes(tables: CaseTables) -> list[str]:
    """Return the shapes of answered requests, if there are enough of them at all."""
    counts = tables.counts.filter(pc.match_substring(tables.counts["example"], " HTTP/"))
    sums = counts.group_by(["shape"], use_threads=False)
    sums = sums.aggregate([("example", "min"), ("n", "sum")])
    asked = sums.filter(pc.match_substring_regex(sums["example_min"], _REQUEST))
    if (pc.sum(asked["n_sum"]).as_py() or 0) < _LEAST:
        return []
    return sorted(asked["shape"].to_pylist())


def _in_lines(tables: CaseTables, membership: pa.Table) -> pa.Table:
    """Return `_ANSWERED` of the lines of access logs."""
    shapes = _shapes(tables)
    if not shapes:
        return _ANSWERED.empty_table()
    rows = tables.records.stating(membership, pa.array(shapes, pa.string()))
    said = tables.records.fields(membership, [_CLIENTS[0]])
    at = pc.index_in(rows["locator"].combine_chunks(), value_set=said["locator"].combine_chunks())
    parts = pc.extract_regex(rows["body"].combine_chunks(), _REQUEST)
    columns = {
        "at": rows["timestamp"],
        "client": said["value"].combine_chunks().take(at),
        "path": pc.struct_field(parts, "path"),
        "status": pc.struct_field(parts, "status"),
    }
    return pa.table(columns, schema=_ANSWERED).drop_null()


def _in_fields(tables: CaseTables, membership: pa.Table) -> pa.Table:
    """Return `_ANSWERED` of the records that name client, path and status."""
    names = set(tables.records.field_names())
    chosen = [next((name for name in those if name in names), "") for those in _FIELDS]
    if not all(chosen):
        return _ANSWERED.empty_table()
    rows = tables.records.fields(membership, chosen)
    whole: pa.Table | None = None
    for column, name in zip(("client", "path", "status"), chosen, strict=True):
        some = rows.filter(pc.equal(rows["name"], name)).select(["locator", "timestamp", "value"])
        some = some.rename_columns(["locator", "at", column])
        some = some if whole is None else some.drop_columns("at")
        whole = some if whole is None else whole.join(some, "locator", join_type="inner")
    assert whole is not None
    whole = whole.sort_by([("at", "ascending"), ("locator", "ascending")])
    path = pc.replace_substring_regex(whole["path"], r"^(?:[A-Z]{3,10} )?([^\s?]+).*$", r"\1")
    whole = whole.set_column(whole.schema.get_field_index("path"), "path", path)
    whole = whole.filter(pc.match_substring_regex(whole["status"], r"^[1-5]\d\d$"))
    return whole.select(_ANSWERED.names).cast(_ANSWERED)


def _by_client(asked: pa.Table) -> Mapping[str, list[_Asked]]:
    """Return what those clients asked, in order of time, that were refused often."""
    refused = asked.filter(pc.match_substring_regex(asked["status"], _REFUSED))
    counts = refused.group_by(["client"], use_threads=False).aggregate([("status", "count")])
    often = counts.filter(pc.greater_equal(counts["status_count"], _LEAST))["client"]
    some = asked.filter(pc.is_in(asked["client"], value_set=often.combine_chunks()))
    found: dict[str, list[_Asked]] = {}
    columns = (some[name].to_pylist() for name in _ANSWERED.names)
    for at, client, path, status in zip(*columns, strict=True):
        found.setdefault(client, []).append(_Asked(at, path, status))
    return found


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
