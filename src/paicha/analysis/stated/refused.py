"""
Whose requests were refused, one after the other: a scanner, guesses at passwords, a client whose key ran out.

An answer of 404 or 401 is no failure of whoever gives it, so access logs make no problem of it. A client that hardly gets
any other answer is worth a sentence: who, since when, what for, and whether it was let in at last.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
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
    found = sorted(_series(asked), key=lambda one: one.rank)
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
    # Most logs say few such answers, and then nothing else has to be asked.
    statuses = tables.records.fields(membership, chosen[-1:])
    if (pc.sum(_are_refused(statuses["value"])).as_py() or 0) < _LEAST:
        return _ANSWERED.empty_table()
    rows = pa.concat_tables([tables.records.fields(membership, chosen[:-1]), statuses])
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


def _are_refused(statuses: pa.ChunkedArray) -> pa.BooleanArray:
    distinct = statuses.unique()
    refused = distinct.filter(pc.match_substring_regex(distinct, _REFUSED))
    return pc.is_in(statuses, value_set=refused).combine_chunks()


def _series(asked: pa.Table) -> Iterator[_Series]:
    """Yield what those clients asked since they were first refused that hardly got another answer from then on."""
    refused = _are_refused(asked["status"])
    encoded = asked["client"].combine_chunks().dictionary_encode()
    clients, places = encoded.indices, pa.array(range(asked.num_rows), pa.int64())
    firsts = pa.table([clients.filter(refused), places.filter(refused)], names=["client", "place"])
    firsts = firsts.group_by(["client"], use_threads=False)
    firsts = firsts.aggregate([("place", "min"), ("place", "count")])
    firsts = firsts.filter(pc.greater_equal(firsts["place_count"], _LEAST))
    # What others asked stands nowhere behind it.
    begun = [asked.num_rows] * len(encoded.dictionary)
    for client, place in zip(
        *(firsts[n].to_pylist() for n in ("client", "place_min")), strict=True
    ):
        begun[client] = place
    since = pc.greater_equal(places, pa.array(begun, pa.int64()).take(clients))
    counted = clients.filter(since).value_counts()
    total = dict(zip(*(counted.field(at).to_pylist() for at in (0, 1)), strict=True))
    pairs = zip(*(firsts[name].to_pylist() for name in ("client", "place_count")), strict=True)
    for client in (client for client, n in pairs if n >= _PART * total[client]):
        rows = asked.filter(pc.and_(since, pc.equal(clients, client)))
        columns = (rows[name].to_pylist() for name in ("at", "path", "status"))
        name = encoded.dictionary[client].as_py()
        yield _Series(name, [_Asked(*one) for one in zip(*columns, strict=True)])


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
