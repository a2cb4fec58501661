"""
The TOML file that says how a store is asked and how its answers are read.

::

    [request]
    method = "POST"                      # or GET
    path = "/api/logs/search"            # behind the url of the source
    query = { limit = "{size}" }         # of the address
    body = { from = "{start_ms}", to = "{end_ms}", q = "{where}" }   # JSON, of a POST

    [paging]
    kind = "cursor"                      # none | page | offset | cursor | link | time
    size = 1000                          # records of one page
    first = 1                            # page: number of the first one
    next = "meta.next"                   # cursor, link: where the answer says how to go on

    [records]
    path = "data.items"                  # "": the answer is the list itself
    total = "data.total"                 # how many there are; may be left out
    id = "id"                            # what finds one record again; may be left out
    document = "fields"                  # where in a record its fields stand; may be left out

Placeholders: ``{start_ms} {end_ms} {start_s} {end_s} {start_ns} {end_ns} {start} {end}`` (ISO 8601),
``{size} {page} {offset} {cursor} {where}``. A text that is one placeholder becomes what it stands for, a
number where it is one. Names of fields are said in the settings (``fields``), as for every store.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from paicha.errors import ConfigError
from paicha.locales import Text
from paicha.values import dataclass

PagingKind = Literal["none", "page", "offset", "cursor", "link", "time"]
PLACEHOLDERS = frozenset(
    [
        "start_ms",
        "end_ms",
        "start_s",
        "end_s",
        "start_ns",
        "end_ns",
        "start",
        "end",
        "size",
        "page",
        "offset",
        "cursor",
        "where",
    ]
)
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
#: What each way of paging must have a place for in the request.
_NEEDED: Mapping[str, str] = {"page": "page", "offset": "offset", "cursor": "cursor"}


@dataclass(frozen=True, slots=True)
class RequestRule:
    """How the store is asked."""

    path: str = "/"
    method: str = "GET"
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PagingRule:
    """How one gets to the next page."""

    kind: str = "none"
    size: int = 1000
    first: int = 1
    next: str = ""


@dataclass(frozen=True, slots=True)
class RecordsRule:
    """Where the records stand in an answer."""

    path: str = ""
    total: str = ""
    id: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """A whole file."""

    request: RequestRule = field(default_factory=RequestRule)
    paging: PagingRule = field(default_factory=PagingRule)
    records: RecordsRule = field(default_factory=RecordsRule)

    @property
    def names(self) -> frozenset[str]:
        """The placeholders of the request."""
        rule = self.request
        places = (rule.path, rule.query, rule.body, rule.headers)
        return frozenset(name for place in places for name in _names(place))


def load_description(path: Path) -> Description:
    """
    Return what the file at *path* says.

    Raises:
        ConfigError: If it cannot be read, or with all that is wrong in it.
    """
    import tomllib  # noqa: PLC0415 - few runs ask a server of this kind

    try:
        tables = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as err:
        raise ConfigError("http.unreadable", path=path, why=err) from None
    described, mistakes = description_of(tables)
    if mistakes:
        raise ConfigError(
            "http.description",
            mistakes=tuple(Text.same(mistake) for mistake in mistakes),
            path=path,
            n=len(mistakes),
        )
    return described


def description_of(tables: Mapping[str, Any]) -> tuple[Description, tuple[str, ...]]:
    """Return parsed *tables* as a description, and every mistake in them by its key."""
    mistakes = [f"{name}: unknown table" for name in tables if name not in _PARTS]
    parts: dict[str, Any] = {}
    for name, kind in _PARTS.items():
        parts[name], wrong = _part(name, kind, tables.get(name, {}))
        mistakes += wrong
    described = Description(**parts)
    return described, (*mistakes, *_contradictions(described))


_PARTS: Mapping[str, type[Any]] = {
    "request": RequestRule,
    "paging": PagingRule,
    "records": RecordsRule,
}


def _part(name: str, kind: type[Any], table: object) -> tuple[Any, list[str]]:
    if not isinstance(table, Mapping):
        return kind(), [f"{name}: not a table"]
    usual = kind()
    known = {declared.name: getattr(usual, declared.name) for declared in fields(kind)}
    mistakes = [f"{name}.{key}: unknown key" for key in table if key not in known]
    given: dict[str, Any] = {}
    for key, default in known.items():
        if key not in table:
            continue
        wanted = Mapping if isinstance(default, Mapping) else type(default)
        if isinstance(table[key], wanted) and not isinstance(table[key], bool):
            given[key] = table[key]
        else:
            mistakes.append(f"{name}.{key}: should be {_WORDS[wanted]}")
    return kind(**given), mistakes


_WORDS: Mapping[object, str] = {Mapping: "a table", str: "a text", int: "a whole number"}


def _contradictions(described: Description) -> Iterator[str]:
    request, paging = described.request, described.paging
    if request.method not in ("GET", "POST"):
        yield f"request.method: {request.method} is neither GET nor POST"
    if request.body and request.method == "GET":
        yield "request.body: a GET has none"
    if paging.kind not in get_args(PagingKind):
        yield f"paging.kind: {paging.kind} is none of {', '.join(get_args(PagingKind))}"
    if paging.size < 1:
        yield f"paging.size: {paging.size} is less than 1"
    unknown = sorted(described.names - PLACEHOLDERS)
    yield from (f"request: no placeholder {{{name}}}" for name in unknown)
    needed = _NEEDED.get(paging.kind)
    if needed and needed not in described.names:
        yield f"request: paging by {paging.kind} needs {{{needed}}}"
    if paging.kind in ("cursor", "link") and not paging.next:
        yield f"paging.next: paging by {paging.kind} needs it"
    if paging.kind == "time" and not described.names & {"start", "start_ms", "start_s", "start_ns"}:
        yield "request: paging by time needs {start} or its like"


def _names(place: object) -> Iterator[str]:
    if isinstance(place, str):
        yield from _PLACEHOLDER.findall(place)
    elif isinstance(place, Mapping):
        for value in place.values():
            yield from _names(value)
    elif isinstance(place, list):
        for value in place:
            yield from _names(value)


def filled(place: Any, values: Mapping[str, object]) -> Any:
    """
    Return *place* with every placeholder filled; a text that is one becomes the value itself.

    Example:
        >>> filled({"from": "{start_ms}", "q": "ts>{start_ms}"}, {"start_ms": 5})
        {'from': 5, 'q': 'ts>5'}
    """
    if isinstance(place, str):
        whole = _PLACEHOLDER.fullmatch(place)
        if whole:
            return values[whole[1]]
        return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), place)
    if isinstance(place, Mapping):
        return {key: filled(value, values) for key, value in place.items()}
    if isinstance(place, list):
        return [filled(value, values) for value in place]
    return place


def at(answer: object, path: str) -> object | None:
    """
    Return what stands at a dotted *path*; a number picks from a list; None: nothing does.

    Example:
        >>> at({"data": {"items": [{"n": 1}]}}, "data.items.0.n"), at({}, "a.b")
        (1, None)
    """
    found: object | None = answer
    for key in path.split(".") if path else ():
        if isinstance(found, Mapping):
            found = found.get(key)
        elif isinstance(found, list) and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        else:
            return None
    return found
