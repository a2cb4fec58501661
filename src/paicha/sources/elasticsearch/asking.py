"""What is asked for, as a query of the store: window, hosts, services and filter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

from paicha.errors import QuestionError, SourceRejected
from paicha.kernel.query_text import translate
from paicha.model.question import Scope, Window
from paicha.sources.elasticsearch.fields import IndexFields

Clause = Mapping[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: How a filter may call a field of a record, whatever the store calls it.
_SPOKEN: Mapping[str, tuple[str, ...]] = {
    "level": ("level",),
    "message": ("message",),
    "msg": ("message",),
    "body": ("message",),
    "service": ("service",),
    "host": ("host_ip", "host_id"),
    "ip": ("host_ip",),
    "file": ("file",),
    "module": ("file", "logger"),
    "logger": ("logger",),
    "trace": ("trace",),
    "trace_id": ("trace",),
}
#: A field of such a name is asked alone: what stands beside it says the same in other words.
_TEXTS = frozenset({"message", "msg", "body"})
#: The words of a value, which may be several in brackets.
_WORD = re.compile(r'"[^"]*"|[^\s()]+')
_JOINING = frozenset({"AND", "OR", "NOT", "TO", "&&", "||", "!"})
#: Types of fields that hold numbers: no spelling of a level can be asked of them.
_NUMBERS = frozenset({"byte", "short", "integer", "long", "unsigned_long", "float", "double"})


def question(window: Window, scope: Scope, fields: IndexFields) -> Clause:
    """
    Return the query of the records of *window* in *scope*.

    Raises:
        QuestionError: If the filter is broken.
        SourceRejected: If a host or service is asked for and no field says it.
    """
    clauses = [within(window, fields.time_field)]
    for name, wanted, canonicals in (
        ("host", scope.hosts, ("host_ip", "host_id")),
        ("service", scope.services, ("service",)),
    ):
        if wanted:
            clauses.append(_one_of(name, wanted, canonicals, fields))
    if scope.where.strip():
        clauses.append(_filter(scope.where, fields))
    return {"bool": {"filter": clauses}}


def within(window: Window, time_field: str) -> Clause:
    """
    Return the clause of a half-open window, in whole milliseconds rounded outwards.

    A date field keeps milliseconds: a bound in between would be cut off towards the past.
    """
    start, end = (
        _milliseconds(moment, up=up) for moment, up in ((window.start, False), (window.end, True))
    )
    return {"range": {time_field: {"gte": start, "lt": end, "format": "epoch_millis"}}}


def both(query: Clause, clause: Clause) -> Clause:
    """Return what fits *query* and *clause*."""
    return {"bool": {"filter": [query, clause]}}


def without(query: Clause, clause: Clause) -> Clause:
    """Return what fits *query* and not *clause*."""
    return {"bool": {"filter": [query], "must_not": [clause]}}


def one_of(fields: Iterable[str], values: Iterable[str]) -> Clause:
    """Return the clause that one of the exact *fields* has one of *values*."""
    listed = list(values)
    return _any([{"terms": {name: listed}} for name in fields])


def _milliseconds(moment: datetime, *, up: bool) -> int:
    microseconds = (moment - _EPOCH) // timedelta(microseconds=1)
    return -(-microseconds // 1000) if up else microseconds // 1000


def _one_of(
    what: str, wanted: Iterable[str], canonicals: Iterable[str], fields: IndexFields
) -> Clause:
    names = [name for canonical in canonicals for name in fields.searched(canonical)]
    clauses: list[Clause] = []
    for name in names:
        types = fields.types(name)
        for value in wanted:
            if "ip" in types and not _is_address(value):
                continue  # the store refuses a whole search for a name in an address field
            exact = types.isdisjoint({"text", "match_only_text"})
            spelled = sorted({value, value.lower(), value.upper()})
            if exact and what == "host" and "ip" not in types and len(spelled) > 1:
                # As names of hosts are usually spelled: old servers know no question that leaves case aside.
                clauses.append({"terms": {name: spelled}})
                continue
            clauses.append({"term" if exact else "match_phrase": {name: value}})
    if not names:
        known = ", ".join(sorted(fields.kinds))
        value = ", ".join(wanted)
        raise SourceRejected(f"elasticsearch.no_{what}_field", value=value, fields=known)
    return _any(clauses)


def _any(clauses: list[Clause]) -> Clause:
    if len(clauses) == 1:
        return clauses[0]
    # No clause: nothing can match.
    return (
        {"bool": {"should": clauses, "minimum_should_match": 1}} if clauses else {"match_none": {}}
    )


def _is_address(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def _fits(types: frozenset[str], value: str) -> bool:
    """
    Return whether a field of these *types* can be asked for *value*; of one that cannot, the store would refuse all.

    Example:
        >>> [_fits(frozenset({"ip"}), value) for value in ("web-1", "10.*", "10.0.0.0/8", "[10.0.0.1 TO *]")]
        [False, False, True, True]
    """
    words = [word.strip('[]{}<>="') for word in _WORD.findall(value) if word not in _JOINING]
    if "ip" in types:
        return all(word == "*" or _is_address(word.partition("/")[0]) for word in words)
    return types.isdisjoint(_NUMBERS) or all(word == "*" or _is_number(word) for word in words)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _filter(where: str, fields: IndexFields) -> Clause:
    def members(name: str) -> tuple[str, ...]:
        spoken = [n for canonical in _SPOKEN.get(name, ()) for n in fields.searched(canonical)]
        # Of indices whose mappings differ one may have a field of that very name, and another say it elsewhere.
        if name in fields.kinds and (name not in spoken or name in _TEXTS):
            return (name,)
        return tuple(dict.fromkeys(spoken)) or (name,)

    levels = fields.searched("level")
    words = translate(where, members, levels, lambda name, value: _fits(fields.types(name), value))
    for name in levels:
        if f'{name}:("' in words and not fields.types(name).isdisjoint(_NUMBERS):
            raise QuestionError("elasticsearch.level_is_a_number", where=where, field=name)
    if not words.strip():
        raise QuestionError("blueking.filter", where=where, place=1)
    # Lenient, a filter that is broken would match nothing instead of being refused. Bare words are looked
    # for in the message: over all fields the store is lenient whatever one says.
    asked: dict[str, Any] = {"query": words, "default_operator": "AND", "lenient": False}
    messages = fields.searched("message")
    if messages:
        asked["fields"] = list(messages)
    return {"query_string": asked}
